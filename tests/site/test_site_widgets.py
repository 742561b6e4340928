"""The interactive pictures, driven as a reader drives them."""

import itertools
import random
from collections.abc import Sequence
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from reading import Open

from companion.pages.figures import VARIANT_COLOURS
from companion.sphinx.number_style import styled
from companion.sphinx.patch import PHOTOGRAPHS, grey
from maxpooling.approximation import best_uniform
from maxpooling.networks import (
    exact_max_cost,
    max_network_sizes,
    pairwise_max_counts,
    subpool_network_cost,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SOLVE = """(cases) => cases.map(([d, orders]) => {
  const found = exact.best(d, orders);
  return [exact.text(found.error), found.coefficients.map(([r, c]) => [r, exact.text(c)]),
    found.residuals.map(exact.text), cost.network(d, orders)];
})"""


def order_sets(d: int) -> list[list[int]]:
    """All sets of orders of small pools, drawn ones of larger pools: 300, or 12 of the largest."""
    codes: Sequence[int] = range(1, 2**d)
    if len(codes) > 300:
        codes = random.Random(d).sample(codes, 300 if d <= 12 else 12)
    return [[r for r in range(d) if code >> r & 1] for code in codes]


@pytest.mark.parametrize("d", [*range(2, 13), 16, 25])
def test_browser_and_library_agree_exactly(d: int, reader: Open) -> None:
    sets = order_sets(d)
    page = reader().open("explorer.html")
    found = page.evaluate(SOLVE, [[d, orders] for orders in sets])
    for orders, (error, coefficients, residuals, network) in zip(sets, found, strict=True):
        best = best_uniform(d, orders)
        assert Fraction(error) == best.error, orders
        assert {r: Fraction(c) for r, c in coefficients} == best.coefficients, orders
        assert tuple(map(Fraction, residuals)) == best.residuals(), orders
        assert tuple(network["maxes"]) == pairwise_max_counts(d, orders), orders
        assert network["neurons"] == subpool_network_cost(d, orders).neurons, orders
    assert page.evaluate("(d) => cost.exactMax(d)", d) == exact_max_cost(d).neurons


def test_without_scripts_there_are_tables_and_figures(browser: "Browser", address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/explorer.html")
    rows = page.locator("#explorer tbody tr").all_inner_texts()
    neurons = subpool_network_cost(9, [0, 8]).neurons
    assert rows[0].split()[:-1] == ["{0,", "8}", "1/18", "9", "31", "3", str(neurons)]
    for size in max_network_sizes(9):
        assert any(row.startswith(f"the maximum itself, {size.network}") for row in rows)
    for place in ("#explorer", "#surface"):
        assert page.locator(f"{place} img.only-light").get_attribute("alt")
    context.close()


def written(value: Fraction) -> str:
    """A fraction as the widgets show it."""
    return styled(str(value)).replace("-", "−")


class TestExplorer:
    def test_opens_with_the_papers_cheap_estimator(self, reader: Open) -> None:
        page = reader().open("explorer.html")
        assert page.locator("#explorer .explorer-error strong").inner_text() == "1/18"
        assert page.locator("#explorer circle.attained").count() > 2
        shown = page.locator("#explorer .explorer-error").inner_text()
        neurons = subpool_network_cost(9, [0, 8]).neurons
        assert f"{neurons} ReLU neurons" in shown
        assert f"takes {exact_max_cost(9).neurons} in the same way (Lemma 1)" in shown
        for size in max_network_sizes(9)[1:]:
            assert f"{size.neurons} in {size.layers} layers" in shown

    def test_ticking_by_keyboard_changes_result_and_address(self, reader: Open) -> None:
        page = reader().open("explorer.html")
        page.locator("#explorer input[value='1']").focus()
        page.keyboard.press("Space")
        assert "d=9&orders=0,1,8" in page.evaluate("location.search")
        error = best_uniform(9, [0, 1, 8]).error
        assert page.locator("#explorer .explorer-error strong").inner_text() == str(error)
        rows = page.locator("#explorer tbody tr").all_inner_texts()
        assert [row.split("\t")[0] for row in rows] == ["intercept", "1", "8"]

    def test_address_brings_the_choice_back(self, reader: Open) -> None:
        page = reader().open("explorer.html?d=5&orders=2,4")
        assert page.locator("#explorer-size").input_value() == "5"
        error = best_uniform(5, [2, 4]).error
        assert page.locator("#explorer .explorer-error strong").inner_text() == str(error)

    def test_size_can_be_changed_and_nothing_ticked_is_said(self, reader: Open) -> None:
        page = reader().open("explorer.html")
        page.locator("#explorer-size").select_option("3")
        assert "d=3&orders=0,2" in page.evaluate("location.search")
        for order in (0, 2):
            page.locator(f"#explorer input[value='{order}']").uncheck()
        assert "at least one" in page.locator("#explorer .explorer-error").inner_text()

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("d=99&orders=x&turn=x&tilt=1e9&experiment=x", "size that is not offered"),
            ("d=1000&orders=0,999", "size that is not offered"),
            ("d=9&orders=0,8,9", "orders that this pool does not have"),
            ("d=9&orders=0,8", ""),
        ],
    )
    def test_an_address_with_errors_says_so(self, query: str, said: str, reader: Open) -> None:
        visit = reader()
        page = visit.open(f"explorer.html?{query}")
        assert page.locator("#explorer .explorer-error strong").inner_text() == "1/18"
        shown = page.locator(".explorer-notice").inner_text()
        assert (said in shown) if said else (shown == "")
        page.locator("#explorer input[value='1']").check()
        assert page.locator(".explorer-notice").inner_text() == ""
        assert visit.faults == []

    def test_vertices_tell_their_residual_by_keys_and_by_pointer(self, reader: Open) -> None:
        page = reader().open("explorer.html?d=16&orders=0,15")
        residuals = best_uniform(16, [0, 15]).residuals()
        told = page.locator(".explorer-vertex")
        page.locator("#explorer svg").focus()
        for k in range(3):
            page.keyboard.press("ArrowRight")
            assert f"with {k} one" in told.inner_text()
            assert f"residual {written(residuals[k])}" in told.inner_text()
        page.locator("#explorer circle").nth(16).hover()
        assert f"residual {written(residuals[16])}" in told.inner_text()

    def test_numbers_are_written_as_everywhere_in_the_book(self, reader: Open) -> None:
        page = reader(390).open("explorer.html?d=25&orders=0,12,18,24")
        error = best_uniform(25, [0, 12, 18, 24]).error
        assert error.denominator > 9999
        assert page.locator("#explorer .explorer-error strong").inner_text() == styled(str(error))
        assert styled(f"for {comb(25, 12) + comb(25, 18) + 25} subpool maxes") in page.locator(
            "#explorer .explorer-error"
        ).inner_text().replace("\N{NO-BREAK SPACE}", " ")
        text = "12345/67890, 1234 and 0.123456"
        assert page.evaluate("(one) => exact.grouped(one)", text) == styled(text)
        rows = page.locator("#explorer tbody tr").all_inner_texts()
        coefficients = best_uniform(25, [0, 12, 18, 24]).coefficients.values()
        assert [row.split("\t")[1] for row in rows] == list(map(written, coefficients))
        assert min(coefficients) < 0
        frame, *labels = (
            page.locator(f"#explorer svg{part}").evaluate_all(
                "all => all.map(one => one.getBoundingClientRect().left)"
            )
            for part in ("", " text[text-anchor='end']")
        )
        assert min(labels[0]) >= frame[0]


class TestSurface:
    FIRST = "document.querySelector('#surface polygon.surface-max').getAttribute('points')"

    def test_arrow_keys_turn_it_and_the_address_keeps_the_view(self, reader: Open) -> None:
        page = reader().open("explorer.html")
        before = page.evaluate(self.FIRST)
        page.locator("#surface svg").focus()
        page.keyboard.press("ArrowRight")
        assert page.evaluate(self.FIRST) != before
        assert "turn=240" in page.evaluate("location.search")

    def test_dragging_turns_it(self, reader: Open) -> None:
        page = reader().open("explorer.html")
        picture = page.locator("#surface svg")
        picture.scroll_into_view_if_needed()
        before = page.evaluate(self.FIRST)
        box = picture.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 100, box["y"] + 100)
        page.mouse.down()
        page.mouse.move(box["x"] + 200, box["y"] + 120, steps=4)
        page.mouse.up()
        assert page.evaluate(self.FIRST) != before

    def test_a_surface_can_be_hidden(self, reader: Open) -> None:
        page = reader().open("explorer.html")
        page.locator("#surface input[value='estimator']").uncheck()
        assert page.locator("#surface polygon.surface-estimator").count() == 0

    def test_the_average_beside_the_maximum_can_be_turned_too(self, reader: Open) -> None:
        page = reader().open("notebooks/y_activation.html")
        before = page.evaluate(self.FIRST)
        assert page.locator("#surface polygon.surface-average").count() > 100
        assert page.locator("#surface polygon.surface-estimator").count() == 0
        page.locator("#surface svg").focus()
        page.keyboard.press("ArrowUp")
        assert page.evaluate(self.FIRST) != before
        assert "The average is a plane" in page.locator("#surface .companion-hint").inner_text()


class TestRobustness:
    def test_variants_and_readings_toggle(self, reader: Open) -> None:
        page = reader().open("explorer.html")
        if not page.locator("#robustness").count():
            pytest.skip("no recorded runs in this copy")
        lines = page.locator("polyline[class^='variant-']")
        shown, before = lines.count(), lines.first.get_attribute("points")
        page.locator("select[name='reading']").select_option("FGM, L2")
        assert lines.first.get_attribute("points") != before
        page.locator("input[value='maxpool']").uncheck()
        assert lines.count() == shown - 1
        assert "hide=maxpool" in page.evaluate("location.search")

    def test_no_choice_is_empty(self, reader: Open) -> None:
        """Attacks that were not recorded for an experiment cannot be chosen for it."""
        page = reader().open("explorer.html?reading=nonsense")
        if not page.locator("#robustness").count():
            pytest.skip("no recorded runs in this copy")
        experiments = page.locator("select[name='experiment'] option").all_inner_texts()
        readings = page.locator("select[name='reading'] option").all_inner_texts()
        offered = 0
        for reading in readings:
            for experiment in experiments:
                page.locator("select[name='experiment']").select_option(experiment)
                assert page.locator("polyline[class^='variant-']").count(), experiment
            choice = page.locator("select[name='reading'] option").nth(readings.index(reading))
            if not choice.evaluate("(option) => option.disabled"):
                page.locator("select[name='reading']").select_option(reading)
                assert page.locator("polyline[class^='variant-']").count(), reading
                offered += 1
        assert offered

    def test_variants_have_the_colours_of_the_figures(self, reader: Open) -> None:
        page = reader().open("explorer.html")
        if not page.locator("#robustness").count():
            pytest.skip("no recorded runs in this copy")
        line = page.locator("polyline.variant-maxpool").first
        drawn = line.evaluate("(line) => getComputedStyle(line).stroke")
        red, green, blue = (int(VARIANT_COLOURS["maxpool"][i : i + 2], 16) for i in (1, 3, 5))
        assert drawn == f"rgb({red}, {green}, {blue})"

    def test_numbers_are_on_the_page_without_scripts(self, reader: Open) -> None:
        page = reader().open("explorer.html")
        table = page.locator("#robustness table")
        if not table.count():
            pytest.skip("no recorded runs in this copy")
        assert not table.is_visible()
        page.locator("#robustness summary").click()
        assert "%" in table.inner_text()


class TestPatch:
    EVALUATE = """(pools) => {
      const { estimators } = JSON.parse(document.getElementById("patch-data").textContent);
      return pools.map((pool) => [patch.simplex(pool), estimators[pool.length].map((one) => {
        const { value, error } = patch.evaluate(one, pool);
        return [one.orders, exact.text(value), exact.text(error), one.error, patch.worst(one)];
      })]);
    }"""

    def test_browser_and_library_agree_on_random_pixels(self, reader: Open) -> None:
        """Against the definition: averages over all subpools, and the best coefficients."""
        drawn = random.Random(0)
        pools = [[drawn.randrange(256) for _ in range(d)] for d in [4, 9] * 20 + [16] * 4]
        pools += [[grey] * d for grey in (255, 0, 7) for d in (4, 9)]
        found = reader().open("explorer.html").evaluate(self.EVALUATE, pools)
        for pool, (weights, estimators) in zip(pools, found, strict=True):
            d = len(pool)
            average = {
                r: Fraction(sum(map(max, itertools.combinations(pool, r))), 255 * comb(d, r))
                for r in range(1, d)
            }
            ends = [255, *sorted(pool, reverse=True), 0]
            assert weights == [a - b for a, b in itertools.pairwise(ends)]
            assert len(estimators) == 5
            for orders, value, error, largest, worst in estimators:
                best = best_uniform(d, orders)
                expected = best.coefficients.get(0, Fraction(0)) + sum(
                    coefficient * average[r] for r, coefficient in best.coefficients.items() if r
                )
                assert Fraction(value) == expected, orders
                assert Fraction(error) == expected - Fraction(max(pool), 255), orders
                assert Fraction(largest) == best.error, orders
                assert worst == [
                    k for k, e in enumerate(best.residuals()) if abs(e) == best.error
                ], orders

    def test_pixels_by_keyboard_and_by_dragging(self, reader: Open) -> None:
        page = reader().open("explorer.html?pixels=10,20,30,40")
        pixel = page.locator("#patch [role=slider]").first
        pixel.focus()
        for key, value in (("ArrowUp", 11), ("PageUp", 27), ("End", 255), ("Home", 0)):
            page.keyboard.press(key)
            assert pixel.get_attribute("aria-valuenow") == str(value)
        assert page.evaluate("document.activeElement.getAttribute('role')") == "slider"
        pixel.hover()
        box = pixel.bounding_box()
        assert box is not None
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] - 40, steps=4)
        page.mouse.up()
        dragged = int(pixel.get_attribute("aria-valuenow") or 0)
        assert dragged > 50
        assert f"pixels={dragged},20,30,40" in page.evaluate("location.search")
        values = sorted((dragged, 20, 30, 40), reverse=True)
        assert page.locator("#patch-sorted").inner_text() == ", ".join(map(str, values))

    def test_worst_case_attains_the_largest_error(self, reader: Open) -> None:
        page = reader().open("explorer.html")
        rows = page.locator("#patch tbody tr")
        for i in range(rows.count()):
            rows.nth(i).locator("button").click()
            cells = rows.nth(i).locator("td").all_inner_texts()
            error, largest = (Fraction(cells[at].replace(",", "").lstrip("−+")) for at in (2, 4))
            assert error == largest
        assert "No pool is missed by more than" in page.locator(".patch-notice").inner_text()

    @pytest.mark.parametrize("pixels", ["", "?pixels=40,90,60,120"])
    def test_the_worst_case_is_in_reach_on_a_phone(self, pixels: str, reader: Open) -> None:
        page = reader(390, "light").open(f"explorer.html{pixels}")
        table = page.locator("#patch .patch-table")
        assert table.locator("tbody button").count() > 3
        assert table.evaluate("(table) => table.scrollWidth - table.clientWidth") <= 0

    def test_a_patch_of_a_photograph_and_another_size(self, reader: Open) -> None:
        page = reader(390, "dark").open("explorer.html")
        with Image.open(PHOTOGRAPHS) as strip:
            grey_values = grey(np.asarray(strip.convert("RGB")))
        page.locator("#patch-size").select_option("16")
        page.locator("#patch-photograph").select_option("2")
        page.locator("#patch canvas").focus()
        page.keyboard.press("ArrowRight")
        expected = grey_values[12:16, 64 + 13 : 64 + 17].ravel().tolist()
        shown = [
            int(cell.get_attribute("aria-valuenow") or -1)
            for cell in page.locator("#patch [role=slider]").all()
        ]
        assert shown == expected
        page.locator("#patch canvas").click(position={"x": 1, "y": 1})
        assert "row 1, column 1" in page.locator(".patch-notice").inner_text()

    @pytest.mark.parametrize("written", ["1,2,3", "256,1,1,x"])
    def test_an_address_with_errors_says_so(self, written: str, reader: Open) -> None:
        page = reader().open(f"explorer.html?pixels={written}")
        assert "cannot be shown" in page.locator(".patch-notice").inner_text()
        assert page.locator("#patch [role=slider]").count() == 9

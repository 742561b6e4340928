"""The interactive pictures, driven as a reader drives them."""

import random
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from reading import Open

from companion.pages.figures import VARIANT_COLOURS
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
    """All sets of orders of small pools, three hundred drawn ones of larger pools."""
    codes: Sequence[int] = range(1, 2**d)
    if len(codes) > 300:
        codes = random.Random(d).sample(codes, 300)
    return [[r for r in range(d) if code >> r & 1] for code in codes]


@pytest.mark.parametrize("d", range(2, 13))
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


class TestExplorer:
    def test_opens_with_the_papers_cheap_estimator(self, reader: Open) -> None:
        page = reader().open("explorer.html")
        assert page.locator("#explorer output strong").inner_text() == "1/18"
        assert page.locator("#explorer circle.attained").count() > 2
        shown = page.locator("#explorer output").inner_text()
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
        assert page.locator("#explorer output strong").inner_text() == str(error)
        rows = page.locator("#explorer tbody tr").all_inner_texts()
        assert [row.split("\t")[0] for row in rows] == ["intercept", "1", "8"]

    def test_address_brings_the_choice_back(self, reader: Open) -> None:
        page = reader().open("explorer.html?d=5&orders=2,4")
        assert page.locator("#explorer-size").input_value() == "5"
        error = best_uniform(5, [2, 4]).error
        assert page.locator("#explorer output strong").inner_text() == str(error)

    def test_size_can_be_changed_and_nothing_ticked_is_said(self, reader: Open) -> None:
        page = reader().open("explorer.html")
        page.locator("#explorer-size").select_option("3")
        assert "d=3&orders=0,2" in page.evaluate("location.search")
        for order in (0, 2):
            page.locator(f"#explorer input[value='{order}']").uncheck()
        assert "at least one" in page.locator("#explorer output").inner_text()

    def test_nonsense_in_the_address_is_ignored(self, reader: Open) -> None:
        visit = reader()
        page = visit.open("explorer.html?d=99&orders=x&turn=x&tilt=1e9&experiment=x")
        assert page.locator("#explorer output strong").inner_text() == "1/18"
        assert visit.faults == []


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

    def test_variants_have_the_colours_of_the_figures(self, reader: Open) -> None:
        page = reader().open("explorer.html")
        if not page.locator("#robustness").count():
            pytest.skip("no recorded runs in this copy")
        line = page.locator("polyline.variant-maxpool").first
        drawn = line.evaluate("(line) => getComputedStyle(line).stroke")
        red, green, blue = (int(VARIANT_COLOURS["maxpool"][i : i + 2], 16) for i in (1, 3, 5))
        assert drawn == f"rgb({red}, {green}, {blue})"

    def test_numbers_are_on_the_page_without_scripts(self, reader: Open) -> None:
        table = reader().open("explorer.html").locator("#robustness table")
        if not table.count():
            pytest.skip("no recorded runs in this copy")
        assert "%" in table.inner_text()

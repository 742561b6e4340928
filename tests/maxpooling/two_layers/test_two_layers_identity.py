"""Identities as data: reading, refusing, and what they report about themselves."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from maxpooling.errors import DataError
from maxpooling.two_layers import INPUTS, Template, identity, read_identity
from maxpooling.two_layers.comparisons import distinct_comparisons
from maxpooling.two_layers.identity import Goal, as_json, identity_from_json


class TestKnown:
    @pytest.mark.parametrize("n", [4, 11, 0, -1, True, 5.0, "5", None])
    def test_other_numbers_of_inputs_are_refused(self, n: Any) -> None:
        with pytest.raises(ValueError, match="number of inputs"):
            identity(n)

    def test_other_goals_are_refused(self) -> None:
        with pytest.raises(ValueError, match="goal must be one of"):
            identity(5, "fewest")  # type: ignore[arg-type]

    def test_five_has_seven_comparisons_and_halves(self) -> None:
        five = identity(5, "denominators")
        assert (five.comparisons, five.denominator, five.denominator_per_image) == (7, 2, 2)
        assert len(distinct_comparisons(five)[2]) == 7

    @pytest.mark.parametrize(
        ("n", "comparisons", "distinct"),
        [(5, 6, 6), (6, 66, 66), (7, 895, 892), (8, 11_731, 11_725)],
    )
    def test_few_neurons(self, n: int, comparisons: int, distinct: int) -> None:
        assert identity(n).comparisons == comparisons
        assert len(distinct_comparisons(identity(n))[2]) == distinct

    @pytest.mark.parametrize("n", INPUTS)
    def test_denominators_are_even_as_they_must_be(self, n: int) -> None:
        assert identity(n).denominator_per_image % 2 == 0

    @pytest.mark.parametrize("n", INPUTS)
    def test_the_goals_are_served(self, n: int) -> None:
        few, plain = identity(n), identity(n, "denominators")
        for goal in ("neurons", "symmetric", "denominators"):
            other = identity(n, goal)
            assert few.comparisons <= other.comparisons
            assert plain.denominator <= other.denominator

    @pytest.mark.parametrize("n", INPUTS)
    def test_symmetric_means_one_block(self, n: int) -> None:
        assert identity(n, "symmetric").blocks == (n,)

    @pytest.mark.parametrize("n", [9, 10])
    def test_one_identity_serves_all_goals_for_nine_and_ten(self, n: int) -> None:
        assert identity(n, "neurons") is identity(n, "symmetric")

    def test_ten_inputs_need_the_prime_three(self) -> None:
        assert identity(10).denominator_per_image % 3 == 0

    @pytest.mark.parametrize("n", [5, 6, 7, 8])
    def test_merging_does_not_add_neurons(self, n: int) -> None:
        assert len(distinct_comparisons(identity(n))[2]) <= identity(n, "symmetric").comparisons

    def test_a_vector_of_another_length_is_refused(self) -> None:
        with pytest.raises(ValueError, match="5 entries, got 4"):
            identity(5)([1, 2, 3, 4])


class TestText:
    @pytest.mark.parametrize("n", INPUTS)
    @pytest.mark.parametrize("goal", ["neurons", "symmetric", "denominators"])
    def test_round_trip(self, n: int, goal: Goal) -> None:
        assert identity_from_json(as_json(identity(n, goal))) == identity(n, goal)


def content() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(as_json(identity(5)))
    return found


def without(key: str) -> dict[str, Any]:
    changed = content()
    del changed[key]
    return changed


def changed_term(**fields: Any) -> dict[str, Any]:
    changed = content()
    changed["terms"][1].update(fields)
    return changed


MALFORMED = {
    "not an object": ([], "a list"),
    "no blocks": (without("blocks"), "no 'blocks'"),
    "no terms": (without("terms"), "no 'terms'"),
    "empty terms": ({**content(), "terms": []}, "no terms at all"),
    "terms an object": ({**content(), "terms": {}}, "not a list"),
    "a negative block": ({**content(), "blocks": [6, -1]}, "each of blocks"),
    "a number as coefficient": (changed_term(coefficient=0.5), "entry 1: coefficient"),
    "division by zero": (changed_term(coefficient="1/0"), "entry 1: coefficient"),
    "an index beyond n": (changed_term(first=[[0, 5], [0, 1]]), "entry 1: index 5"),
    "sides of two sizes": (changed_term(first=[[0, 1]]), "same number of pairs"),
    "a triple": (changed_term(first=[[0, 1, 2], [0, 1]]), "pairs of indices"),
    "a boolean index": (changed_term(first=[[True, 1], [0, 1]]), "boolean"),
    "no images": (changed_term(images=0), "images must be"),
    "pairs of nothing": ({**content(), "pairs": [{"coefficient": "1"}]}, "no 'pair'"),
}


class TestFiles:
    @pytest.mark.parametrize("name", MALFORMED)
    def test_malformed_content_is_refused(self, name: str, tmp_path: Path) -> None:
        data, message = MALFORMED[name]
        path = tmp_path / "identity.json"
        path.write_text(json.dumps(data), "utf-8")
        with pytest.raises(DataError, match="expected an object") as caught:
            read_identity(path)
        assert message in str(caught.value)

    def test_text_that_is_no_json(self, tmp_path: Path) -> None:
        path = tmp_path / "identity.json"
        path.write_text('{"blocks": [5', "utf-8")
        with pytest.raises(DataError, match=r"identity\.json"):
            read_identity(path)

    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="expected a readable file"):
            read_identity(tmp_path / "none.json")


class TestTemplate:
    def test_order_within_a_side_does_not_matter(self) -> None:
        assert Template([(2, 0), (1, 1)], [(0, 3), (4, 2)]) == Template(
            [(1, 1), (0, 2)], [(2, 4), (3, 0)]
        )

    @pytest.mark.parametrize(
        ("first", "second"),
        [([], []), ([(0, 1)], []), ([(0, 1)], [(0,)]), ([(0, -1)], [(0, 1)]), (5, [(0, 1)])],
    )
    def test_what_is_no_template(self, first: Any, second: Any) -> None:
        with pytest.raises(ValueError, match="must"):
            Template(first, second)

    def test_coefficients_are_shared_among_images(self) -> None:
        term = identity(5, "symmetric").terms[0]
        assert term.per_image * term.images == term.coefficient
        assert isinstance(term.coefficient, Fraction)

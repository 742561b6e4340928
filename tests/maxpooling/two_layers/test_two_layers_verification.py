"""The exact proof of an identity: against expansion over all orderings, and against tampering."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maxpooling.errors import CertificateError
from maxpooling.two_layers import (
    INPUTS,
    Identity,
    PairTerm,
    Template,
    Term,
    identity,
    images,
    verify,
)
from maxpooling.two_layers.grid import holds_on_grid
from maxpooling.two_layers.identity import Goal
from maxpooling.two_layers.verification import (
    Moves,
    Verification,
    arrangements,
    difference_counts,
    form_totals,
    image_count,
    interchangeable,
)

GOALS = ("neurons", "symmetric", "denominators")


def pairs_below(n: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))


@st.composite
def templates(draw: st.DrawFn, n: int = 5, most: int = 3) -> Template:
    K = draw(st.integers(1, most))
    side = st.lists(pairs_below(n), min_size=K, max_size=K)
    return Template(draw(side), draw(side))


def ranks_within(
    blocks: tuple[int, ...], arrangement: tuple[int, ...]
) -> Iterator[tuple[int, ...]]:
    """Every map input -> rank under which the block of the k-th rank is arrangement[k]."""
    labels = [b for b, size in enumerate(blocks) for _ in range(size)]
    for ranks in permutations(range(len(labels))):
        if all(arrangement[r] == labels[i] for i, r in enumerate(ranks)):
            yield ranks


def difference(template: Template, ranks: tuple[int, ...]) -> tuple[int, ...]:
    form = [0] * len(ranks)
    for side, sign in ((template.first, 1), (template.second, -1)):
        for i, j in side:
            form[min(ranks[i], ranks[j])] += sign
    return tuple(form)


class TestDifferenceCounts:
    @given(templates(), st.sampled_from([(5,), (2, 3), (1, 2, 2), (1, 1, 1, 1, 1)]))
    @settings(deadline=None, max_examples=60)
    def test_equal_those_of_all_orderings(
        self, template: Template, blocks: tuple[int, ...]
    ) -> None:
        for arrangement in list(arrangements(blocks))[:4]:
            expected = Counter(difference(template, r) for r in ranks_within(blocks, arrangement))
            assert difference_counts(template, arrangement) == dict(expected)

    def test_arrangements_are_all_distinct_words(self) -> None:
        found = list(arrangements((2, 1, 2)))
        assert len(found) == len(set(found)) == 30
        assert all(sorted(word) == [0, 0, 1, 2, 2] for word in found)


class TestStandardForm:
    @given(templates(), st.sampled_from([(5,), (2, 3), (1, 2, 2)]))
    @settings(deadline=None, max_examples=60)
    def test_is_an_image_within_blocks(self, template: Template, blocks: tuple[int, ...]) -> None:
        labels = [b for b, size in enumerate(blocks) for _ in range(size)]
        standard = Moves(labels).standard((template.first, template.second))
        every = {
            (image.first, image.second)
            for names in permutations(range(len(labels)))
            if all(labels[i] == labels[j] for i, j in enumerate(names))
            for image in [template.renamed(names)]
        }
        assert standard in every

    def test_merges_the_images_of_a_path(self) -> None:
        moves = Moves([0] * 5)
        paths = [Template([(i, j)], [(j, k)]) for i, j, k in [(0, 1, 2), (3, 4, 1), (2, 0, 4)]]
        assert len({moves.standard((path.first, path.second)) for path in paths}) == 1

    def test_merges_what_only_the_neighbours_tell_apart(self) -> None:
        # b and c have as many pairs on each side, but c is joined to the loop's input.
        moves = Moves([0] * 4)
        found = set()
        for a, b, c, d in permutations(range(4)):
            image = Template([(a, b), (b, c), (c, d), (d, d)], [(0, 0)] * 4).first
            found.add(moves.standard((image, ())))
        assert len(found) == 1

    def test_keeps_blocks_apart(self) -> None:
        moves = Moves([0, 0, 1, 1])
        rests = [(((i, i),), ((j, j),)) for i, j in [(0, 2), (1, 3), (2, 0), (0, 1)]]
        assert len({moves.standard(rest) for rest in rests}) == 3


class TestImageCount:
    @given(templates(), st.sampled_from([(5,), (6,), (2, 3), (1, 2, 2, 1)]))
    @settings(deadline=None, max_examples=60)
    def test_is_the_number_of_images(self, template: Template, blocks: tuple[int, ...]) -> None:
        found = list(images(template, blocks))
        assert image_count(template, blocks) == len(found) == len(set(found))


class TestKnownIdentities:
    @pytest.mark.parametrize("goal", ["symmetric", "denominators"])
    @pytest.mark.parametrize("n", [5, 6, 7, 8])
    def test_are_proved(self, n: int, goal: Goal) -> None:
        found = verify(identity(n, goal))
        assert found.n == n
        assert found.kinks > 0

    @pytest.mark.parametrize(
        ("n", "cones", "kinks"), [(5, 120, 16), (6, 15, 33), (7, 105, 2718), (8, 105, 11_998)]
    )
    def test_cones_of_interchangeable_blocks_are_met_once(
        self, n: int, cones: int, kinks: int
    ) -> None:
        found = verify(identity(n))
        assert (found.cones, found.kinks) == (cones, kinks)

    @pytest.mark.parametrize(("n", "kinks"), [(9, 4411), (10, 14274)])
    def test_nine_and_ten_are_proved(self, n: int, kinks: int) -> None:
        # The numbers are those of the same sums taken term by term, without merging.
        assert verify(identity(n)).kinks == kinks

    @pytest.mark.parametrize(("n", "goal"), [(5, "neurons"), (6, "symmetric"), (7, "symmetric")])
    def test_the_terms_together_are_the_sum_of_the_terms(self, n: int, goal: Goal) -> None:
        one = identity(n, goal)
        for arrangement in list(arrangements(one.blocks))[:5]:
            expected: Counter[tuple[int, ...]] = Counter()
            weights: Counter[tuple[Any, Any]] = Counter()
            for term in one.terms:
                weight = int(term.coefficient * one.denominator)
                weights[term.template.first, term.template.second] += weight
                counts = difference_counts(term.template, arrangement)
                expected.update({form: weight * count for form, count in counts.items()})
            moves = Moves(sorted(arrangement))
            assert form_totals(weights, arrangement, moves) == dict(expected)

    @pytest.mark.parametrize("n", INPUTS)
    def test_on_all_vectors_of_three_values(self, n: int) -> None:
        assert holds_on_grid(identity(n, "symmetric"), (0, 1, 3)) == 3**n

    @pytest.mark.parametrize("goal", GOALS)
    def test_five_on_a_whole_grid(self, goal: Goal) -> None:
        f = identity(5, goal)
        for x in product((0, 1, 3), repeat=5):
            assert f(x) == max(x)

    @given(st.lists(st.fractions(max_denominator=9), min_size=6, max_size=6))
    @settings(deadline=None, max_examples=30)
    def test_six_on_any_fractions(self, x: list[Fraction]) -> None:
        assert identity(6)(x) == max(x)

    def test_seven_on_integers_with_ties(self) -> None:
        x = [3, -1, 3, 0, 2, 2, -5]
        assert identity(7, "symmetric")(x) == 3


def sign_on_cone(form: tuple[int, ...]) -> bool:
    """Whether c.y has one sign for y_1 >= ... >= y_n: seen at the cone's n - 1 edges."""
    edges = [sum(form[:k]) for k in range(1, len(form))]
    return min(edges, default=0) >= 0 or max(edges) <= 0


class TestCounts:
    """What was met on the way, counted again by writing out every renaming."""

    @pytest.mark.parametrize(("n", "goal"), [(5, "neurons"), (5, "symmetric")])
    def test_cones_kinks_and_forms(self, n: int, goal: Goal) -> None:
        one = identity(n, goal)
        forms = kinks = 0
        for arrangement in arrangements(one.blocks):
            found = {
                difference(term.template, ranks)
                for term in one.terms
                for ranks in ranks_within(one.blocks, arrangement)
            }
            forms += len(found)
            bent = [form for form in found if not sign_on_cone(form)]
            kinks += len({max(form, tuple(-c for c in form)) for form in bent})
        expected = Verification(n, len(list(arrangements(one.blocks))), kinks, forms)
        assert verify(one) == expected


class TestInterchangeable:
    """Blocks that may change places, and what follows if they may not."""

    def test_of_the_identities(self) -> None:
        found = [interchangeable(identity(n)) for n in (5, 6, 7, 8)]
        assert found == [(0, 1, 2, 3, 4), (0, 0, 0), (0, 0, 0, 3), (0, 0, 0, 0)]
        assert interchangeable(identity(5, "denominators")) == (0, 1, 1)

    @pytest.mark.parametrize("k", range(15))
    def test_a_changed_coefficient_of_six_fails_on_some_cone(self, k: int) -> None:
        good = identity(6)
        term = replace(good.terms[k], coefficient=good.terms[k].coefficient + Fraction(1, 997))
        with pytest.raises(CertificateError):
            verify(replace(good, terms=(*good.terms[:k], term, *good.terms[k + 1 :])))

    def test_what_holds_on_the_first_cone_only_fails(self) -> None:
        # max(x_0, x_1) is the maximum of three unless x_2 is; x_0 and x_1 may change places.
        false = Identity((1, 1, 1), (PairTerm(Fraction(1), (0, 1)),), ())
        assert interchangeable(false) == (0, 0, 2)
        with pytest.raises(CertificateError, match="linear part is wrong"):
            verify(false)

    def test_steps_of_two_join_more(self) -> None:
        # The sum of all three pairs: any two inputs change places.
        pairs = tuple(PairTerm(Fraction(1), pair) for pair in [(0, 1), (0, 2), (1, 2)])
        assert interchangeable(Identity((1, 1, 1), pairs, ())) == (0, 0, 0)
        assert interchangeable(Identity((1, 1, 1), pairs[1:], ())) == (0, 0, 2)

    def test_blocks_change_places_as_wholes(self) -> None:
        # The average of x_0 x_2, x_0 x_3, x_1 x_2, x_1 x_3 knows no order of the blocks.
        crossing = (PairTerm(Fraction(1), (0, 2)),)
        assert interchangeable(Identity((2, 2), crossing, ())) == (0, 0)
        inside = (PairTerm(Fraction(1), (0, 1)),)
        assert interchangeable(Identity((2, 2), inside, ())) == (0, 1)
        assert interchangeable(Identity((2, 1), crossing, ())) == (0, 1)

    @given(st.lists(templates(n=4), min_size=1, max_size=3))
    @settings(deadline=None, max_examples=60)
    def test_an_exchange_leaves_the_value_as_it_is(self, drawn: list[Template]) -> None:
        blocks = (2, 2)
        terms = tuple(Term(Fraction(1), one, image_count(one, blocks)) for one in drawn)
        one = Identity(blocks, (), terms)
        x = [5, -3, 11, 2]
        if interchangeable(one) == (0, 0):
            assert one(x) == one(x[2:] + x[:2])


class TestTampering:
    @pytest.mark.parametrize("n", [5, 6, 7])
    def test_any_changed_coefficient_fails(self, n: int) -> None:
        good = identity(n, "symmetric")
        for k in range(len(good.terms))[:6]:
            term = replace(good.terms[k], coefficient=good.terms[k].coefficient + Fraction(1, 997))
            terms = (*good.terms[:k], term, *good.terms[k + 1 :])
            with pytest.raises(CertificateError, match=r"kink \|.*\| is left|linear part is wrong"):
                verify(replace(good, terms=terms))

    @pytest.mark.parametrize("n", [9, 10])
    def test_a_changed_coefficient_of_nine_and_ten_fails(self, n: int) -> None:
        good = identity(n, "symmetric")
        k = len(good.terms) // 2
        changed = good.terms[k].coefficient + Fraction(1, good.denominator)
        terms = (*good.terms[:k], replace(good.terms[k], coefficient=changed), *good.terms[k + 1 :])
        with pytest.raises(CertificateError, match=r"kink \|.*\| is left"):
            verify(replace(good, terms=terms))

    @pytest.mark.parametrize("n", [9, 10])
    def test_a_moved_pair_of_nine_and_ten_fails(self, n: int) -> None:
        good = identity(n, "symmetric")
        template = good.terms[0].template
        loop = Template([(0, 0), *template.first[1:]], template.second)
        term = replace(good.terms[0], template=loop, images=image_count(loop, (n,)))
        with pytest.raises(CertificateError, match=r"do not cancel|linear part is wrong"):
            verify(replace(good, terms=(term, *good.terms[1:])))

    @pytest.mark.parametrize("n", [5, 6])
    @pytest.mark.parametrize("goal", GOALS)
    def test_any_dropped_term_fails(self, n: int, goal: Goal) -> None:
        good = identity(n, goal)
        for k in range(len(good.terms)):
            terms = good.terms[:k] + good.terms[k + 1 :]
            with pytest.raises(CertificateError):
                verify(replace(good, terms=terms))

    def test_the_kink_is_named(self) -> None:
        good = identity(5, "denominators")
        terms = (replace(good.terms[0], coefficient=Fraction(1)), *good.terms[1:])
        with pytest.raises(CertificateError, match=r"the kink \|y1 .*\| is left") as caught:
            verify(replace(good, terms=terms))
        assert "do not cancel" in str(caught.value)

    @pytest.mark.parametrize(("times", "coefficient"), [(1, "1"), (2, "2"), (3, "3")])
    def test_the_kink_has_its_coefficient(self, times: int, coefficient: str) -> None:
        # 2 max(f, g) bends as |f - g|, and f - g is a multiple of a primitive form.
        template = Template([(0, 0), (3, 3)] * times, [(1, 1), (2, 2)] * times)
        one = Identity((1, 1, 1, 1), (), (Term(Fraction(2), template, 1),))
        text = rf"\|\+?y1 - y2 - y3 \+ y4\| is left with coefficient {coefficient} \(1 of 1 kinks"
        with pytest.raises(CertificateError, match=text):
            verify(one)

    def test_a_wrong_linear_part_is_shown(self) -> None:
        good = identity(5, "denominators")
        with pytest.raises(CertificateError, match=r"is wrong, n=5, .*\(0, 1, 1, 2, 2\)"):
            verify(replace(good, pairs=(PairTerm(Fraction(1, 3), (0, 0)),)))

    @pytest.mark.parametrize(
        "changes", [(0, 1, 0), (0, 0, 1), (1, 0, 0), (0, 1, -1), (0, 0, Fraction(1, 9))]
    )
    def test_every_entry_of_the_linear_part_counts(self, changes: tuple[Any, ...]) -> None:
        greatest = (Term(Fraction(1), Template([(0, 1)], [(2, 2)]), 1),)
        assert verify(Identity((1, 1, 1), (), greatest)).kinks == 0
        pairs = tuple(PairTerm(Fraction(c), (i, i)) for i, c in enumerate(changes) if c)
        # The first cone is that of x_0 >= x_1 >= x_2.
        found = ", ".join(str(c + (i == 0)) for i, c in enumerate(changes))
        with pytest.raises(CertificateError, match=rf"\(0, 1, 2\): \({found}\), not y1"):
            verify(Identity((1, 1, 1), pairs, greatest))

    def test_a_wrong_number_of_images_is_refused(self) -> None:
        good = identity(5)
        terms = (replace(good.terms[0], images=2), *good.terms[1:])
        with pytest.raises(CertificateError, match="term 0: 2 images stated, 1 found"):
            verify(replace(good, terms=terms))

    def test_a_false_claim_of_symmetry_is_refused(self) -> None:
        one = Identity((4,), (), (Term(Fraction(1), Template([(0, 1)], [(2, 2)]), 12),))
        with pytest.raises(CertificateError):
            verify(one)


class TestNecessity:
    """Kinks with distinct primitive vectors are linearly independent modulo linear functions."""

    def test_on_the_cone_of_four(self) -> None:
        kinks = [(1, -1, -1, 1), (1, -2, 0, 1), (1, 0, -2, 1), (2, -3, 0, 1), (1, -2, 2, -1)]
        random = np.random.default_rng(0)
        y = -np.sort(-random.normal(size=(400, 4)), axis=1)
        table = np.hstack([np.abs(y @ np.array(kinks).T), y])
        assert np.linalg.matrix_rank(table) == len(kinks) + 4

    def test_a_multiple_is_the_same_kink(self) -> None:
        # |2 c.y| = 2 |c.y|: the two terms cancel only because vectors are made primitive.
        single = Template([(0, 0), (3, 3)], [(1, 1), (2, 2)])
        double = Template(single.first * 2, single.second * 2)
        terms = (
            Term(Fraction(2), single, image_count(single, (1, 1, 1, 1))),
            Term(Fraction(-1), double, image_count(double, (1, 1, 1, 1))),
            Term(Fraction(1), Template([(0, 1)], [(2, 3)]), 1),
        )
        assert verify(Identity((1, 1, 1, 1), (), terms)).kinks > 0

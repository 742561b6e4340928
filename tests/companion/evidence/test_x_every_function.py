"""Every check of the chapter on every function notices a false fact."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from companion.evidence import laurent, transforms, tuples
from companion.evidence import x_every_function as checks
from companion.evidence.laurent import Laurent, collected, one, variables
from faults import Fault, assert_noticed, replacing
from maxpooling.networks import PiecewiseNetwork, from_max_min, from_triangulation
from maxpooling.networks.piecewise import few_at_a_time
from maxpooling.two_layers.identity import PairTerm
from maxpooling.two_layers.recursion import forest_terms, recursive_identity


def swap(name: str, wrong: Any) -> Any:
    return replacing(checks, name, wrong)


def without_derivative(h: Laurent, x_p: Laurent, d: int) -> Laurent:
    """D with another sign of d h."""
    return laurent.apply_d(h, x_p, d) + h * (2 * d)


def one_short(h: Laurent, x_p: Laurent, d: int) -> Laurent:
    """Step (iii) with a wrong divisor."""
    return laurent.undo_d(h, x_p, d + 1)


def with_a_term_changed(n: int) -> Any:
    terms = dict(forest_terms(n))
    first = next(iter(terms))
    return {**terms, first: terms[first] + 1}


def with_a_coefficient_changed(n: int) -> Any:
    right = recursive_identity(n)
    first = replace(right.terms[0], coefficient=right.terms[0].coefficient + Fraction(1, 997))
    return replace(right, terms=(first, *right.terms[1:]))


def with_a_linear_part(n: int) -> Any:
    """The same function for two numbers, of which half is a pairwise max outside of the terms."""
    right = recursive_identity(n)
    [term] = right.terms
    less = replace(term, coefficient=term.coefficient / 2)
    return replace(right, pairs=(PairTerm(Fraction(1, 2), (0, 1)),), terms=(less,))


def with_another_prime(n: int) -> Any:
    """The same function: two terms that cancel but for what they had, with a 7 below."""
    right = recursive_identity(n)
    first = right.terms[0]
    parts = (replace(first, coefficient=first.coefficient + Fraction(1, 7)),
             replace(first, coefficient=Fraction(-1, 7)))  # fmt: skip
    return replace(right, terms=(*parts, *right.terms[1:]))


UNCACHED = checks._halved.__wrapped__


def halved_of_other_terms(n: int) -> Any:
    """What is made of the terms with a coefficient changed, past the cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "forest_terms", with_a_term_changed)
        return UNCACHED(n)


def large_start(r: int) -> Laurent:
    """A first call with one more power of 1/t."""
    return laurent.start(r) * variables(r + 1)[0].inverse()


def without_a_set(forms: Any, maxes: Any) -> Any:
    return dict(list(few_at_a_time(forms, maxes).items())[1:])


def with_a_weight_changed(right: PiecewiseNetwork) -> PiecewiseNetwork:
    *hidden, last = right.network.matrices
    other = last.copy()
    other[0] += 1  # the last neuron alone may be one that is never positive
    return replace(right, network=replace(right.network, matrices=(*hidden, other)))


def other_pyramid(basis: Sequence[tuple[int, ...]]) -> Any:
    (apex, _), *sides = transforms.pyramid(basis)[0]
    return [((apex, Fraction(2)), *sides), *transforms.pyramid(basis)[1:]]


def other_simplex(forms: Any) -> Any:
    rays, cones = transforms.simplex(forms)
    return rays, cones[1:]


FAULTS = (
    Fault(checks.three_four_five, "a changed coefficient for three",
          swap("BY_HAND", {3: lambda x: Fraction(sum(x), 3) + max(x) - min(x)}), {"n": 3}),
    Fault(checks.three_four_five, "the formula for four without its pairs",
          swap("BY_HAND", {4: lambda x: Fraction(sum(x), 4)}), {"n": 4}),
    Fault(checks.three_four_five, "a misprint in the formula for five",
          swap("BY_HAND", {5: lambda x: checks._five(x) + abs(x[4])}), {"n": 5}),
    Fault(checks.steps_of_the_proof, "another D",
          swap("apply_d", without_derivative), {"d": 3}),
    Fault(checks.steps_of_the_proof, "a wrong divisor in (iii)",
          swap("undo_d", one_short), {"d": 3}),
    Fault(checks.any_integrand_splits, "a wrong divisor in (iii)",
          swap("undo_d", one_short), {"d": 3}),
    Fault(checks.one_integral_two_minima, "the greatest input for the least",
          swap("_least", lambda inputs, order: max(inputs, key=order.__getitem__)), {"d": 3}),
    Fault(checks.integrals_telescope, "a set that is left out",
          swap("_finite_part", lambda x, right=checks._finite_part:
               Fraction(0) if len(x) == 2 else right(x)), {"n": 3}),
    Fault(checks.weights_telescope, "the least for the greatest input",
          lambda m: m.setattr(checks, "max", min, raising=False), {"n": 3}),
    Fault(checks.terms_give_the_tuple, "a changed coefficient",
          swap("forest_terms", with_a_term_changed), {"n": 3}),
    Fault(checks.recursion_gives_the_tuple, "a wrong divisor in (iii)",
          swap("undo_d", one_short), {"n": 3}),
    Fault(checks.recursion_is_proved, "a changed coefficient",
          swap("recursive_identity", with_a_coefficient_changed), {"n": 3}),
    Fault(checks.recursion_is_proved, "the identity for another number",
          swap("recursive_identity", lambda n: recursive_identity(4)), {"n": 3}),
    Fault(checks.recursion_is_proved, "half of it as a linear part",
          swap("recursive_identity", with_a_linear_part), {"n": 2}),
    Fault(checks.recursion_is_proved, "a prime above n",
          swap("recursive_identity", with_another_prime), {"n": 3}),
    Fault(checks.few_functions_suffice, "one set is dropped",
          swap("few_at_a_time", without_a_set), {"d": 2}),
    Fault(checks.few_functions_suffice, "the sets stay as they are",
          swap("few_at_a_time", lambda forms, maxes: maxes), {"d": 2}),
    Fault(checks.networks_on_the_plane, "a changed weight",
          swap("from_max_min", lambda *form: with_a_weight_changed(from_max_min(*form))),
          {"function": "mixed"}),
    Fault(checks.networks_on_triangles, "a changed weight",
          swap("from_triangulation",
               lambda *form: with_a_weight_changed(from_triangulation(*form))),
          {"function": "hexagon"}),
    Fault(checks.networks_on_triangles, "a changed value at a vertex",
          swap("from_triangulation", lambda points, triangles, values: from_triangulation(
              points, triangles, [*values[:-1], values[-1] + 1])), {"function": "hexagon"}),
    Fault(checks.networks_on_tetrahedra, "a changed weight",
          swap("from_triangulation",
               lambda *form: with_a_weight_changed(from_triangulation(*form))),
          {"function": "cube of six tetrahedra"}),
    Fault(checks.networks_on_tetrahedra, "the other diagonals of the cube's faces",
          swap("from_triangulation", lambda points, simplices, values: from_triangulation(
              points, [tuple(7 - k for k in one) for one in simplices], values)),
          {"function": "cube of five tetrahedra"}),
    Fault(checks.networks_at_points, "a changed weight",
          swap("from_max_min", lambda *form: with_a_weight_changed(from_max_min(*form))),
          {"d": 3}),
    Fault(checks.bounds_at_every_call, "a start with one power more",
          swap("start", large_start), {"r": 3}),
    Fault(checks.bounds_of_the_terms, "an edge twice, which is no forest",
          swap("forest_terms", lambda n: {(((0, 1), (0, 1)), (-2, 0, 0)): Fraction(1)}), {"n": 3}),
    Fault(checks.bounds_of_the_terms, "a prime above n",
          swap("forest_terms", lambda n: {((), (1, -1, 0)): Fraction(1, 7)}), {"n": 3}),
    Fault(checks.bounds_of_the_terms, "a large exponent",
          swap("forest_terms", lambda n: {((), (4, -4, 0)): Fraction(1)}), {"n": 3}),
    Fault(checks.few_pairs_are_killed, "one pair more",
          lambda m: m.setattr(checks, "mixed_difference", lambda n, big_b, f: 1), {"n": 4}),
    Fault(checks.the_maximum_is_not, "a sum without signs",
          swap("prod", lambda signs: 1), {"n": 4}),
    Fault(checks.only_forests_contribute, "every term contributes",
          swap("mixed_difference", lambda n, big_b, f: 1), {"n": 5}),
    Fault(checks.only_forests_contribute, "another forest is meant",
          swap("_is_stated_forest", lambda n, phi: len(phi.pairs) == n - 3), {"n": 4}),
    Fault(checks.half_of_the_pairs, "a changed coefficient",
          swap("_halved", halved_of_other_terms), {"n": 3}),
    Fault(checks.half_of_the_pairs, "no edge is moved",
          swap("_halved", lambda n: {(forest, (), form): q
                                     for (forest, form), q in forest_terms(n).items()}), {"n": 3}),
    Fault(checks.transforms_of_pyramids, "a cone with another function",
          swap("pyramid", other_pyramid), {"d": 3}),
    Fault(checks.transforms_of_simplices, "a cone that is missing",
          swap("simplex", other_simplex), {"d": 3}),
    Fault(checks.cells_of_a_simplex, "one step less",
          swap("dissected", lambda t, xi, nu: transforms.dissected(t, xi, nu - 1)), {"q": 2}),
    Fault(checks.conditions_predict_the_ranks, "no conditions",
          swap("predicted_rank", lambda n, K, degree: tuples.predicted_rank(n, K, 0)),
          {"cell": (5, 2)}),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)


def test_members_with_two_fewer_pairs_contribute() -> None:
    assert int(checks.only_forests_contribute(n=4).values["that contribute"]) > 10


def test_one_pair_more_is_not_killed() -> None:
    phi = checks.Member(((0, 1, 1),), (0, 0, -1))
    assert checks.mixed_difference(3, 7, lambda x: abs(phi(x))) == 28


def test_only_a_monomial_has_an_inverse() -> None:
    t, x = variables(2)
    assert (t * x).inverse() * t * x == one(2)
    with pytest.raises(ValueError, match="self must be a monomial, got 2 terms"):
        (t + x).inverse()


def test_no_primitive_of_one_over_t() -> None:
    with pytest.raises(ValueError, match="1/t"):
        collected([((-1,), Fraction(1))]).primitive()

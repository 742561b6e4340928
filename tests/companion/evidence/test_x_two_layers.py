"""Every check of the chapter on two hidden layers notices a false fact."""

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from companion.evidence import x_two_layers as checks
from companion.search import simple, spans
from faults import Fault, assert_noticed, replacing
from maxpooling.errors import CertificateError
from maxpooling.networks import (
    ExactNetwork,
    max_network_matrices,
    smallest_max_network,
    substituted_network,
)
from maxpooling.two_layers import Identity, PairTerm, Verification, identity, verify


def refuse(one: Identity) -> Verification:
    raise CertificateError(f"refused for n = {one.n}")


def with_a_coefficient_changed(n: Any, goal: Any = "neurons") -> Identity:
    """The identity with its first coefficient a little off."""
    right = identity(n, goal)
    first = replace(right.terms[0], coefficient=right.terms[0].coefficient + Fraction(1, 997))
    return replace(right, terms=(first, *right.terms[1:]))


def with_a_loop(n: Any, goal: Any = "neurons") -> Identity:
    """The identity with a loop in a term of coefficient zero."""
    right = identity(n, goal)
    looped = replace(right.terms[0].template, first=((0, 0), *right.terms[0].template.first[1:]))
    term = replace(right.terms[0], template=looped, coefficient=Fraction(0))
    return replace(right, terms=(*right.terms, term))


def with_fives(n: Any, goal: Any = "neurons") -> Identity:
    """The identity with denominators that are powers of 5 only."""
    right = identity(n, goal)
    fives = [replace(term, coefficient=term.images * Fraction(1, 5)) for term in right.terms]
    return replace(right, terms=tuple(fives))


def swap(name: str, wrong: Any) -> Any:
    return replacing(checks, name, wrong)


def compared_with_padding(d: int, layers: int | None = None) -> ExactNetwork:
    """Lemma 1 as it is, in the place of the lean rounds."""
    return smallest_max_network(d, layers) if layers else ExactNetwork(max_network_matrices(d))


FAULTS = (
    Fault(checks.which_identities_hold, "a proof that accepts everything",
          swap("verify", lambda one: None), {"n": 3}),
    Fault(checks.which_identities_hold, "a proof that refuses everything",
          swap("verify", refuse), {"n": 3}),
    Fault(checks.which_identities_hold, "a proof that sees linear parts only",
          swap("verify", lambda one: verify(replace(one, pairs=(
              *one.pairs, PairTerm(Fraction(1), (0, 1)))))), {"n": 3}),
    Fault(checks.five_inputs, "a changed coefficient",
          swap("identity", with_a_coefficient_changed), {"n": 5}),
    Fault(checks.five_inputs, "the symmetric identity, which needs more neurons",
          swap("identity", lambda n, _: identity(n, "symmetric")), {"n": 5}),
    Fault(checks.six_comparisons, "a changed coefficient",
          swap("identity", with_a_coefficient_changed), {"n": 5}),
    Fault(checks.six_comparisons, "the identity with seven",
          swap("identity", lambda n, _: identity(n, "denominators")), {"n": 5}),
    Fault(checks.five_inputs_on_a_grid, "a changed coefficient",
          swap("identity", with_a_coefficient_changed), {"x": (0, 1, 2, 4, 4)}),
    Fault(checks.six_seven_eight, "a changed coefficient",
          swap("identity", with_a_coefficient_changed), {"n": 6, "goal": "neurons"}),
    Fault(checks.six_seven_eight, "the identity for nine inputs",
          swap("identity", lambda n, goal: identity(9)), {"n": 6, "goal": "neurons"}),
    Fault(checks.nine_and_ten_on_a_grid, "a changed coefficient",
          swap("identity", with_a_coefficient_changed), {"n": 9}),
    Fault(checks.nine_and_ten_on_a_grid, "a grid of which nothing is tried",
          swap("holds_on_grid", lambda one, values: 0), {"n": 9}),
    Fault(checks.simple_graphs, "no template of the largest size",
          swap("simple_kinds", lambda n, K, right=simple.simple_kinds: right(n, 1)), {"n": 5}),
    Fault(checks.least_pairs, "a span that has the maximum",
          swap("span_of_templates",
               lambda n, K: replace(spans.span_of_templates(n, K), max_in_span=True)), {"n": 5}),
    Fault(checks.least_pairs, "a span of some of the templates",
          swap("span_of_templates", lambda n, K: spans.span_of_templates(n, K, most_templates=3)),
          {"n": 5}),
    Fault(checks.least_pairs, "one pair less suffices",
          lambda m: (m.setattr(checks, "_fewest_pairs", lambda n: 3)), {"n": 5}),
    Fault(checks.even_denominators, "odd denominators",
          swap("identity", with_fives), {"n": 5}),
    Fault(checks.even_denominators, "no multiple of three",
          swap("identity", lambda n: identity(5)), {"n": 10}),
    Fault(checks.five_inputs, "a network without the two carriers",
          swap("two_layer_network", lambda n: SimpleNamespace(hidden_widths=(10, 7))), {"n": 5}),
    Fault(checks.three_layers, "rounds that are compared with padding",
          swap("smallest_max_network", compared_with_padding), {"d": 9}),
    Fault(checks.three_layers, "rounds of pairs",
          swap("smallest_max_network", lambda d, _=None: smallest_max_network(d)), {"d": 9}),
    Fault(checks.three_layers_are_exact, "a network for one sign only",
          swap("smallest_max_network", lambda d, k: smallest_max_network(d, k, non_negative=True)),
          {"d": 9}),
    Fault(checks.identity_over_groups, "a network for one sign only",
          swap("substituted_network", lambda g: substituted_network(g, non_negative=True)),
          {"d": 11}),
    Fault(checks.identity_over_groups, "other groups",
          swap("GROUPS", {11: (2, 2, 2, 2, 2)}), {"d": 11}),
    Fault(checks.numbers_of_inputs, "twice as many inputs for a layer",
          swap("most_inputs", lambda k: 10 * 2 ** (k - 2)), {"layers": 3}),
    Fault(checks.second_differences, "another activation",
          swap("_relu", lambda z: z**3), {"t": 1, "b": 1}),
    Fault(checks.nine_and_ten, "a changed coefficient",
          swap("identity", with_a_coefficient_changed), {"n": 9}),
    Fault(checks.nine_and_ten, "a template with a loop",
          swap("identity", with_a_loop), {"n": 9}),
    Fault(checks.nine_and_ten, "the identity for eight inputs, of three pairs a side",
          swap("identity", lambda n, goal: identity(8, goal)), {"n": 9}),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)


def test_combinations_hold_and_fail() -> None:
    found = checks.which_identities_hold(n=3).values
    assert min(int(found[key]) for key in ("equal to the maximum", "not equal")) > 20

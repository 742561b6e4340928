r"""The identity for every n, by the recursion that proves it (ours).

For all real x_1, ..., x_n, with rational q_j, integer linear forms l_j, forests F_j on the inputs,

    max(x) = mean(x) + 1/2 * sum of q_j |phi_j(x)|,
    phi_j(x) = l_j(x) + sum over the edges {a, b} of F_j of max(x_a, x_b).

Write X_i = exp(x_i). A *tuple* is one Laurent polynomial in the X_i for every order of the inputs;
the map that sends the monomial X^c to |c.x| turns a combination of exp(phi), phi a combination of
inputs and pairwise maxes, into the same combination of |phi|. So what is needed is the tuple whose
image is 2 max - 2 mean,

    sum over k of (exp(w_k) + exp(-w_k)) / (k (k + 1)),   w_k = y_1 + ... + y_k - k y_(k+1),

y being the inputs in descending order. Up to a constant it is the sum, over all sets I of inputs,
of the finite part of the integral from 0 to the least X_i, i in I, of

    f_I = (1/t) * product over I of (X_i - t) * (t^-r - (-1)^r / product over I of X_i),   r = |I|.

Each integral is a combination of products of exp(max(x_a, x_b)) over the edges of forests, by
induction on the number of inputs. Let pi_j be the product of the X_i - t over i in I but j, let
pi_p h have no residue, and D h = (X_p - t) h' - d h with d = |I|. Then h = D k + c_0 / t. With c_j
the residue of k times the product of the X_i - t over I but p and j, put

    k_j = k - c_j (X_j - t) / (t * product over I but p of X_i).

Then pi_p h is the derivative of (X_p - t) pi_p k plus the sum over j of (pi_j - pi_p) k_j, where
pi_j - pi_p is X_p - X_j times the product over I but p and j. The first part is 0 at the least X_i;
the others are integrals over I without p or without j, whichever of the two inputs is the larger.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Any

from maxpooling.arguments import check_integer
from maxpooling.two_layers.identity import Identity, PairTerm, Term
from maxpooling.two_layers.template import Pair, Template
from maxpooling.two_layers.verification import image_count

Exponents = tuple[int, ...]
Forest = tuple[Pair, ...]
Phi = tuple[Forest, Exponents]
"""Edges, and the coefficients of the linear form."""
Tree = tuple[Any, ...]
"""The coefficient of an input, the number of branches, and the branches."""
Polynomial = dict[tuple[int, Exponents], Fraction]
"""Coefficients by the power of t and the exponents of the X_i."""

MOST_INPUTS = 8
"""Seven inputs take a quarter of a minute, eight two minutes, each further one nine times that."""

MOST_LABELLED = 6
"""Without renaming, six inputs take half a minute, and each further one about forty times that."""


def recursive_identity(n: int) -> Identity:
    """The identity of the recursion for n inputs, averaged over all renamings of the inputs.

    Args:
        n: number of inputs, from 2 to 8.

    Returns:
        An identity with full symmetry; images of one term under renaming are counted together.
        That it holds is for :meth:`~maxpooling.two_layers.Identity.verify` to say.
        It has 1, 15, 91, 522, 3134, 18447 averages for 2..7 inputs: far more than the identities
        that were searched for. Each further input takes about nine times as long.

    Raises:
        ValueError: n is no such number.

    Examples:
        >>> identity = recursive_identity(3)
        >>> identity.verify().n, len(identity.terms)
        (3, 15)
    """
    n = check_integer("n", n, 2, MOST_INPUTS)
    weights: dict[Phi, Fraction] = defaultdict(Fraction)
    for r in range(2, n + 1):
        for phi, weight in integral_of_set(r, up_to_renaming=True).items():
            weights[_standard(phi)] += comb(n, r) * weight / 2
    # |phi| = 2 max(f_Z, f_Z') - f_Z - f_Z', where phi = f_Z - f_Z'.
    single, pair, terms = Fraction(1), Fraction(0), []
    for phi, weight in weights.items():
        template = as_template(phi)
        if not weight or template is None:
            continue
        terms.append(Term(2 * weight, template, image_count(template, (n,))))
        for i, j in template.first + template.second:
            if i == j:
                single -= weight
            else:
                pair -= weight
    linear = (PairTerm(single, (0, 0)), PairTerm(pair, (0, 1)))
    return Identity((n,), tuple(part for part in linear if part.coefficient), tuple(terms))


def forest_terms(n: int) -> dict[Phi, Fraction]:
    """The terms of the recursion with the inputs told apart: q_j by forest and linear form.

    Args:
        n: number of inputs, from 2 to 6.

    Raises:
        ValueError: n is no such number.

    Examples:
        >>> forest_terms(2)[(), (1, -1)], len(forest_terms(2)), len(forest_terms(3))
        (Fraction(1, 2), 2, 44)
    """
    n = check_integer("n", n, 2, MOST_LABELLED)
    total: dict[Phi, Fraction] = defaultdict(Fraction)
    for r in range(2, n + 1):
        for inputs in combinations(range(n), r):
            for (forest, form), weight in integral_of_set(r).items():
                spread = [0] * n
                for i, entry in zip(inputs, form, strict=True):
                    spread[i] = entry
                edges = tuple(sorted((inputs[a], inputs[b]) for a, b in forest))
                total[edges, tuple(spread)] += weight
    return {phi: weight for phi, weight in total.items() if weight and any((*phi[0], *phi[1]))}


def integral_of_set(r: int, *, up_to_renaming: bool = False) -> dict[Phi, Fraction]:
    """The finite part of the integral of f_I up to the least X_i, for I all of r inputs.

    Args:
        r: number of inputs.
        up_to_renaming: only the average over all renamings of what is returned has that value.
            Takes 2^(r - 1) steps instead of 2^(r - 1) (r - 1)!.

    Returns:
        q_j by forest and exponents: the coefficients of the products of X^exponents and of
        exp(max(x_a, x_b)) over the edges.
    """
    everyone = tuple(range(r))
    zero = (0,) * r
    # h = (X_p - t) / t * (t^-r - (-1)^r / product of X_i), with p the first input.
    inverse = (-1,) * r
    h: Polynomial = defaultdict(Fraction)
    for power, exponents, sign in ((-r, zero, 1), (0, inverse, -((-1) ** r))):
        h[power - 1, _raised(exponents, 0, 1)] += sign
        h[power, exponents] -= sign
    return integral_to_least(everyone, 0, h, one_of_all=up_to_renaming)


def integral_to_least(
    inputs: tuple[int, ...], p: int, h: Polynomial, *, one_of_all: bool
) -> dict[Phi, Fraction]:
    """The integral of pi_p h up to the least X_i of some inputs, pi_p h having no residue.

    Args:
        inputs: the set I.
        p: one of them.
        h: in t and the X_i of all inputs, not only of those in I.
        one_of_all: h does not change if inputs of I other than p are exchanged, and only the
            average over all such exchanges of what is returned is wanted. The same is then true of
            every h further down, and what one of these inputs gives stands for all.

    Returns:
        The value at the least X_i of the primitive without a constant term, for every order of the
        inputs at once: coefficients of the products of X^exponents and of exp(max(x_a, x_b)) over
        the edges.

    Raises:
        ValueError: pi_p h has a residue.
    """
    others = [i for i in inputs if i != p]
    h = {key: c for key, c in h.items() if c}
    if any(_residue(others, h).values()):
        raise ValueError(f"h must leave pi_p h without residue, got {_residue(others, h)}")
    result: dict[Phi, Fraction] = defaultdict(Fraction)
    if not others:
        for (m, exponents), c in h.items():
            result[(), _raised(exponents, p, m + 1)] += c / (m + 1)
        return result
    k = _without_derivative(h, p, len(inputs))
    for (m, exponents), c in k.items():
        for extra, sign in _coefficient(inputs, -m):
            result[(), _plus(exponents, extra)] -= sign * c
    for j in others[:1] if one_of_all else others:
        times = len(others) if one_of_all else 1
        remaining = [i for i in others if i != j]
        k_j: Polynomial = defaultdict(Fraction, k)
        for exponents, c in _residue(remaining, k).items():
            # c_j (X_j - t) / (t * product of the others).
            divided = _plus(exponents, dict.fromkeys(others, -1))
            k_j[-1, _raised(divided, j, 1)] -= c
            k_j[0, divided] += c
        without_p = integral_to_least(tuple(others), j, k_j, one_of_all=one_of_all)
        without_j = integral_to_least(
            tuple(i for i in inputs if i != j), p, k_j, one_of_all=one_of_all
        )
        edge = (p, j) if p < j else (j, p)
        # (X_p - X_j)_+ = exp(max) - X_j, and (X_j - X_p)_+ = exp(max) - X_p.
        for part, smaller, factor in ((without_p, j, times), (without_j, p, -times)):
            for (forest, exponents), c in part.items():
                result[tuple(sorted((*forest, edge))), exponents] += factor * c
                result[forest, _raised(exponents, smaller, 1)] -= factor * c
    return {phi: c for phi, c in result.items() if c}


def _without_derivative(h: Polynomial, p: int, d: int) -> Polynomial:
    """K with D k = h up to a multiple of 1/t, where D t^m = m X_p t^(m - 1) - (m + d) t^m."""
    left: Polynomial = defaultdict(Fraction, h)
    k: Polynomial = defaultdict(Fraction)
    powers = [m for m, _ in h] or [0]
    for m in range(max(powers), -1, -1):
        for exponents in [e for power, e in left if power == m]:
            c = left.pop((m, exponents)) / (m + d)
            k[m, exponents] -= c
            if m:
                left[m - 1, _raised(exponents, p, 1)] += m * c
    for m in range(min(powers), -1):
        for exponents in [e for power, e in left if power == m]:
            lowered = _raised(exponents, p, -1)
            c = left.pop((m, exponents)) / (m + 1)
            k[m + 1, lowered] += c
            left[m + 1, lowered] += (m + 1 + d) * c
    return {key: c for key, c in k.items() if c}


def _coefficient(inputs: Iterable[int], m: int) -> Iterator[tuple[dict[int, int], int]]:
    """Monomials and signs of the coefficient of t^m in the product of X_i - t over the inputs."""
    chosen = tuple(inputs)
    if 0 <= m <= len(chosen):
        for kept in combinations(chosen, len(chosen) - m):
            yield dict.fromkeys(kept, 1), (-1) ** m


def _residue(inputs: Iterable[int], h: Polynomial) -> dict[Exponents, Fraction]:
    """The coefficient of 1/t in h times the product of the X_i - t over the inputs."""
    chosen = tuple(inputs)
    found: dict[Exponents, Fraction] = defaultdict(Fraction)
    for (m, exponents), c in h.items():
        for extra, sign in _coefficient(chosen, -1 - m):
            found[_plus(exponents, extra)] += sign * c
    return found


def _plus(exponents: Exponents, extra: Mapping[int, int]) -> Exponents:
    return tuple(e + extra.get(i, 0) for i, e in enumerate(exponents))


def _raised(exponents: Exponents, i: int, by: int) -> Exponents:
    return (*exponents[:i], exponents[i] + by, *exponents[i + 1 :])


def as_template(phi: Phi) -> Template | None:
    """Z and Z' with phi = f_Z - f_Z', inputs as pairs (i, i); None if phi is 0.

    Examples:
        >>> as_template((((0, 1),), (0, 0, -1)))
        Template(first=((0, 1),), second=((2, 2),))
    """
    forest, form = phi
    first = [*forest, *((i, i) for i, entry in enumerate(form) for _ in range(entry))]
    second = [(i, i) for i, entry in enumerate(form) for _ in range(-entry)]
    return Template(first, second) if first else None


def _standard(phi: Phi) -> Phi:
    """The same for all images of phi under renaming, and for phi and -phi if it has no edges."""
    forest, form = phi
    if not forest:
        return (), max(tuple(sorted(form)), tuple(sorted(-entry for entry in form)))
    neighbours: dict[int, list[int]] = defaultdict(list)
    for a, b in forest:
        neighbours[a].append(b)
        neighbours[b].append(a)

    def planted(root: int, parent: int) -> Tree:
        below = sorted(planted(i, root) for i in neighbours[root] if i != parent)
        return (form[root], len(below), *below)

    trees: list[Tree] = []
    seen: set[int] = set()
    for i in range(len(form)):
        if i not in seen:
            joined = _reached(i, neighbours)
            seen.update(joined)
            trees.append(min(planted(root, -1) for root in joined))
    edges: list[Pair] = []
    weights: list[int] = []

    def lay(tree: Tree) -> int:
        weight, _, *branches = tree
        here = len(weights)
        weights.append(weight)
        edges.extend((here, lay(branch)) for branch in branches)
        return here

    # Inputs that do not occur come last.
    for tree in sorted(trees, key=lambda tree: (tree == (0, 0), tree)):
        lay(tree)
    while weights and not weights[-1] and all(len(weights) - 1 not in edge for edge in edges):
        weights.pop()
    return tuple(sorted(edges)), tuple(weights)


def _reached(i: int, neighbours: Mapping[int, list[int]]) -> list[int]:
    found = [i]
    for j in found:
        found.extend(k for k in neighbours.get(j, []) if k not in found)
    return found

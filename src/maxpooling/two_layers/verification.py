r"""The proof that an identity holds, in integers and fractions (shares no code with the search).

Both sides of an identity stay the same when inputs are renamed within blocks, so it is enough to
prove it where the inputs are ordered, y_1 >= ... >= y_n, once for each *arrangement*: which block
the k-th largest input comes from, for every k. On that cone max(x_i, x_j) is the one of higher
rank; every f_Z is a linear form in y, and

    max(f_Z, f_Z') = (f_Z + f_Z') / 2 + |f_Z - f_Z'| / 2,   f_Z - f_Z' = c.y,   sum(c) = 0.

There c.y is the sum of (c_1 + ... + c_k) (y_k - y_(k+1)). If the partial sums of c have one sign,
|c.y| is linear; otherwise c.y changes sign inside the cone, and |c.y| = g |p.y| is g times the
*kink* of the primitive vector p = +-c/g.

**Theorem (ours).** The identity holds if and only if, on the cone of every arrangement, the linear
parts add up to y_1 and the coefficients of every kink add up to zero.

*Proof.* If: the right side is then y_1 = max(x) on every cone. Only if: two primitive vectors with
the same zero hyperplane are equal up to sign, so distinct kinks bend along distinct hyperplanes
that meet the inside of the cone. Near an inner point of one that lies on none of the others, a
combination of kinks and linear functions is differentiable only if that kink's coefficient is
zero; y_1 is. What is left is linear on a cone with inner points, so it is y_1 itself.

If exchanging two blocks of one size (the k-th input of one with the k-th of the other) changes
neither the pairs nor the terms, both sides stay the same then, too; and of the arrangements that
such exchanges make of each other one is enough. Whether they change anything is checked first.

The averages are not expanded. A renaming is built rank by rank: the input placed next takes with it
all pairs not yet taken, and adds their signed number to c. Partial renamings that leave the same
pairs and have the same beginning of c are counted together, over all terms at once; pairs left are
the same if some renaming within blocks makes them so. For this they are brought into a standard
form. It need not be unique: it is an image under a renaming, so whatever it merges adds the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations, pairwise, permutations, product
from math import factorial, gcd, prod

from maxpooling.errors import CertificateError
from maxpooling.two_layers.identity import Identity
from maxpooling.two_layers.template import Pair, Template

Form = tuple[int, ...]
Arrangement = tuple[int, ...]
Side = tuple[Pair, ...]
Rest = tuple[Side, Side]
"""The pairs of Z and of Z' that are not yet taken."""


@dataclass(frozen=True)
class Verification:
    """What was met while proving an identity.

    Attributes:
        n: number of inputs.
        cones: arrangements of the blocks, each proved apart; of those that exchanging
            :func:`interchangeable` blocks makes of each other, one.
        kinks: (cone, kink) combinations that occurred and cancelled.
        forms: (cone, linear form) combinations that were left once all terms were added up.
    """

    n: int
    cones: int
    kinks: int
    forms: int


def verify(identity: Identity) -> Verification:
    """Prove the identity exactly, or raise.

    Returns:
        The numbers of cones, kinks and forms met. Some seconds for the symmetric identity for ten
        inputs, less for the others.

    Raises:
        CertificateError: naming a kink whose coefficients do not cancel, or the linear part found,
            or a term whose number of images is wrong.
    """
    blocks = identity.blocks
    for number, term in enumerate(identity.terms):
        found = image_count(term.template, blocks)
        if found != term.images:
            raise CertificateError(f"term {number}: {term.images} images stated, {found} found")
    cones = kinks = forms = 0
    bad_linear_part = None
    classes = interchangeable(identity)
    carried = _carried(identity)
    moves = Moves(_block_of(blocks))
    for arrangement in arrangements(blocks):
        if not _is_chosen(arrangement, classes):
            continue
        linear, kink_totals, form_count = _totals(identity, arrangement, carried, moves)
        _require_no_kinks(arrangement, kink_totals)
        if linear != [1] + [0] * (len(linear) - 1) and bad_linear_part is None:
            bad_linear_part = f"{_place(arrangement)}: ({', '.join(map(str, linear))}), not y1"
        cones += 1
        kinks += len(kink_totals)
        forms += form_count
    if bad_linear_part is not None:
        raise CertificateError(
            f"every kink cancels, but the linear part is wrong, {bad_linear_part}"
        )
    return Verification(identity.n, cones, kinks, forms)


def _carried(identity: Identity) -> dict[Pair, Fraction]:
    """The coefficients of the averages of pairs in the linear part, those of the terms included.

    Pairs of the same two blocks have the same average: the first that is met stands for them.
    """
    block_of = _block_of(identity.blocks)
    first: dict[tuple[int, int, bool], Pair] = {}
    total: dict[Pair, Fraction] = defaultdict(Fraction)
    parts = [(part.pair, part.coefficient) for part in identity.pairs]
    for term in identity.terms:
        half = term.coefficient / 2
        parts += [(pair, half) for pair in term.template.first + term.template.second]
    for (i, j), coefficient in parts:
        kind = block_of[i], block_of[j], i == j
        total[first.setdefault(kind, (i, j))] += coefficient
    return dict(total)


def _totals(
    identity: Identity, arrangement: Arrangement, carried: Mapping[Pair, Fraction], moves: "Moves"
) -> tuple[list[Fraction], dict[Form, Fraction], int]:
    """The linear part and the kinks of the right side on the cone of one arrangement."""
    linear = [Fraction(0)] * identity.n
    for pair, coefficient in carried.items():
        _add(linear, _average_pair(pair, arrangement), coefficient)
    denominator = identity.denominator
    weights: dict[Rest, int] = defaultdict(int)
    for term in identity.terms:
        weights[term.template.first, term.template.second] += int(term.coefficient * denominator)
    totals = form_totals(weights, arrangement, moves)
    unit = Fraction(1, 2 * denominator * prod(factorial(size) for size in identity.blocks))
    kinks: dict[Form, Fraction] = defaultdict(Fraction)
    for form, total in totals.items():
        sign = _sign_on_cone(form)
        if sign is None:
            divisor = gcd(*form)
            kinks[_primitive(form, divisor)] += unit * total * divisor
        else:
            _add(linear, form, unit * total * sign)
    return linear, kinks, len(totals)


def arrangements(blocks: tuple[int, ...]) -> Iterator[Arrangement]:
    """Every sequence in which block number b occurs blocks[b] times.

    Examples:
        >>> list(arrangements((1, 2)))
        [(0, 1, 1), (1, 0, 1), (1, 1, 0)]
    """
    if not any(blocks):
        yield ()
    for block, left in enumerate(blocks):
        if left:
            rest = (*blocks[:block], left - 1, *blocks[block + 1 :])
            yield from ((block, *tail) for tail in arrangements(rest))


def interchangeable(identity: Identity) -> tuple[int, ...]:
    """For each block the first one that it may change places with, in steps of two at a time.

    O(orders of the block group * terms) for each two blocks of one size.

    Examples:
        >>> from maxpooling.two_layers import identity
        >>> interchangeable(identity(6)), interchangeable(identity(10))
        ((0, 0, 0), (0,))
    """
    blocks = identity.blocks
    starts = [sum(blocks[:block]) for block in range(len(blocks))]
    classes = list(range(len(blocks)))
    for one, other in combinations(range(len(blocks)), 2):
        if blocks[one] == blocks[other]:
            names = list(range(identity.n))
            for k in range(blocks[one]):
                names[starts[one] + k] = starts[other] + k
                names[starts[other] + k] = starts[one] + k
            plain = list(range(identity.n))
            if _coefficients(identity, names) == _coefficients(identity, plain):
                low, high = sorted((classes[one], classes[other]))
                classes = [low if block == high else block for block in classes]
    return tuple(classes)


def _coefficients(identity: Identity, names: Sequence[int]) -> dict[Rest, Fraction]:
    """Of each average, once the inputs are renamed: named by the least of its images."""
    starts = [sum(identity.blocks[:block]) for block in range(len(identity.blocks) + 1)]
    within = [permutations(range(*ends)) for ends in pairwise(starts)]
    renamings = [list(chain(*parts)) for parts in product(*within)]
    total: dict[Rest, Fraction] = defaultdict(Fraction)
    # A pair is a side without another; no term has an empty one.
    parts: list[tuple[Rest, Fraction]]
    parts = [(((part.pair,), ()), part.coefficient) for part in identity.pairs]
    parts += [((t.template.first, t.template.second), t.coefficient) for t in identity.terms]
    for sides, coefficient in parts:
        renamed = _renamed(sides, names)
        total[min(_renamed(renamed, renaming) for renaming in renamings)] += coefficient
    return {rest: coefficient for rest, coefficient in total.items() if coefficient}


def _renamed(sides: Rest, names: Sequence[int]) -> Rest:
    """The image of two sides, the lesser one first: max(f_Z, f_Z') does not know their order."""
    one, other = (tuple(sorted(_sort(names[i], names[j]) for i, j in side)) for side in sides)
    return (one, other) if one <= other else (other, one)


def _is_chosen(arrangement: Arrangement, classes: Sequence[int]) -> bool:
    """Whether interchangeable blocks are met in ascending order: once of each that they make."""
    met: dict[int, list[int]] = defaultdict(list)
    for block in dict.fromkeys(arrangement):
        met[classes[block]].append(block)
    return all(order == sorted(order) for order in met.values())


def difference_counts(template: Template, arrangement: Arrangement) -> dict[Form, int]:
    """How many renamings within blocks make f_Z - f_Z' equal to c.y on the cone, for every c.

    Examples:
        >>> difference_counts(Template([(0, 0)], [(1, 1)]), (0, 0))
        {(-1, 1): 1, (1, -1): 1}
        >>> difference_counts(Template([(0, 0)], [(1, 1)]), (1, 0))
        {(-1, 1): 1}
    """
    moves = Moves(sorted(arrangement))
    return form_totals({(template.first, template.second): 1}, arrangement, moves)


def form_totals(
    weights: dict[Rest, int], arrangement: Arrangement, moves: "Moves"
) -> dict[Form, int]:
    """For every c, the weighted number of renamings that make f_Z - f_Z' equal to c.y on the cone.

    Args:
        weights: an integer for each pair of sides (Z, Z').
        arrangement: which block the input of each rank comes from.
        moves: of the same blocks; what it has found for another arrangement it knows.
    """
    # Layer k: for the pairs not yet taken after k ranks, the beginnings of c and their weights.
    layer: dict[Rest, dict[Form, int]] = defaultdict(lambda: defaultdict(int))
    for rest, weight in weights.items():
        layer[moves.standard(rest)][()] += weight
    result: dict[Form, int] = defaultdict(int)
    for rank, block in enumerate(arrangement):
        still = arrangement[rank:]
        orders = prod(factorial(still.count(b)) for b in set(still))
        for form, weight in layer.pop(_NOTHING, {}).items():
            result[form + (0,) * len(still)] += weight * orders
        following: dict[Rest, dict[Form, int]] = defaultdict(lambda: defaultdict(int))
        for rest, beginnings in layer.items():
            taking = moves.of(rest, block)
            # Inputs of the block without a pair left add nothing to c and are alike.
            idle = still.count(block) - sum(taking.values())
            for (left, entry), number in taking.items():
                target = following[left]
                for form, weight in beginnings.items():
                    target[*form, entry] += weight * number
            if idle:
                target = following[rest]
                for form, weight in beginnings.items():
                    target[*form, 0] += weight * idle
        layer = following
    for form, weight in layer.get(_NOTHING, {}).items():
        result[form] += weight
    return dict(result)


_NOTHING: Rest = ((), ())


class Moves:
    """What is left when one more input of a block is placed, computed once for every rest."""

    def __init__(self, block_of: list[int]) -> None:
        """For inputs of which number i is in block ``block_of[i]``."""
        self._block_of = block_of
        self._standard: dict[Rest, Rest] = {}
        self._moves: dict[tuple[Rest, int], dict[tuple[Rest, int], int]] = {}

    def of(self, rest: Rest, block: int) -> dict[tuple[Rest, int], int]:
        """For what is left and the entry of c: the number of inputs of the block that do this."""
        key = rest, block
        if key not in self._moves:
            found: dict[tuple[Rest, int], int] = defaultdict(int)
            for i in {i for side in rest for pair in side for i in pair}:
                if self._block_of[i] == block:
                    first, second = (tuple(p for p in side if i not in p) for side in rest)
                    entry = (len(rest[0]) - len(first)) - (len(rest[1]) - len(second))
                    found[self.standard((first, second)), entry] += 1
            self._moves[key] = dict(found)
        return self._moves[key]

    def standard(self, rest: Rest) -> Rest:
        """An image of ``rest`` under a renaming within blocks, the same one for most images."""
        if rest not in self._standard:
            names = self._names(rest)
            first, second = (
                tuple(sorted(_sort(names[i], names[j]) for i, j in side)) for side in rest
            )
            self._standard[rest] = first, second
        return self._standard[rest]

    def _names(self, rest: Rest) -> dict[int, int]:
        """New names for the inputs that occur: within a block by what each is joined to."""
        degrees: dict[int, list[int]] = {}
        joined: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for number, side in enumerate(rest):
            for i, j in side:
                for one, other in ((i, j), (j, i)):
                    degrees.setdefault(one, [0] * 4)[2 * number + (i == j)] += 1
                    joined[one].append((number, other))
        order = sorted(
            degrees,
            key=lambda i: (
                self._block_of[i],
                degrees[i],
                sorted((number, self._block_of[j], degrees[j]) for number, j in joined[i]),
            ),
        )
        free = {block: self._block_of.index(block) for block in set(self._block_of)}
        names = {}
        for i in order:
            names[i] = free[self._block_of[i]]
            free[self._block_of[i]] += 1
        return names


def _block_of(blocks: Sequence[int]) -> list[int]:
    return [block for block, size in enumerate(blocks) for _ in range(size)]


def image_count(template: Template, blocks: tuple[int, ...]) -> int:
    """Number of distinct images: the order of the group over that of the template's stabiliser.

    The stabiliser is counted by extending partial renamings input by input; idle inputs are free.
    """
    block_of = _block_of(blocks)
    colours = [_multiplicities(side) for side in (template.first, template.second)]
    straight = _extensions(template.vertices, block_of, colours, colours, {})
    crossed = _extensions(template.vertices, block_of, colours, colours[::-1], {})
    if template.first == template.second:
        crossed = 0  # the same renamings, counted already
    used = [block_of[i] for i in template.vertices]
    placements = prod(
        factorial(size) // factorial(size - used.count(block)) for block, size in enumerate(blocks)
    )
    return placements // (straight + crossed)


def _extensions(
    vertices: tuple[int, ...],
    block_of: list[int],
    source: list[dict[Pair, int]],
    target: list[dict[Pair, int]],
    chosen: dict[int, int],
) -> int:
    """In how many ways ``chosen`` extends to a renaming within blocks of source onto target."""
    if len(chosen) == len(vertices):
        return 1
    new = vertices[len(chosen)]
    total = 0
    for image in vertices:
        if image in chosen.values() or block_of[image] != block_of[new]:
            continue
        extended = {**chosen, new: image}
        if all(
            old_side.get(_sort(v, new), 0) == new_side.get(_sort(w, image), 0)
            for old_side, new_side in zip(source, target, strict=True)
            for v, w in extended.items()
        ):
            total += _extensions(vertices, block_of, source, target, extended)
    return total


def _multiplicities(side: tuple[Pair, ...]) -> dict[Pair, int]:
    return {pair: side.count(pair) for pair in side}


def _sort(i: int, j: int) -> Pair:
    return (i, j) if i <= j else (j, i)


def _average_pair(pair: Pair, arrangement: Arrangement) -> list[Fraction]:
    """The average of max(x_i, x_j) on the cone, or of x_i if i = j, as a linear form."""
    block_of = sorted(arrangement)
    first, second = (block_of[i] for i in pair)
    places = [
        min(r, s)
        for r, block in enumerate(arrangement)
        for s, other in enumerate(arrangement)
        if (block, other) == (first, second) and (r == s) == (pair[0] == pair[1])
    ]
    return [Fraction(places.count(r), len(places)) for r in range(len(arrangement))]


def _add(total: list[Fraction], form: Iterable[Fraction | int], factor: Fraction) -> None:
    for k, entry in enumerate(form):
        if entry:
            total[k] += factor * entry


def _sign_on_cone(form: Form) -> int | None:
    """+1 or -1 if c.y has that sign (or vanishes) on the whole cone, None if it changes sign."""
    lowest = highest = partial = 0
    for entry in form:
        partial += entry
        lowest, highest = min(lowest, partial), max(highest, partial)
    if lowest < 0 < highest:
        return None
    return 1 if highest > 0 else -1


def _primitive(form: Form, divisor: int) -> Form:
    lead = next(entry for entry in form if entry)
    return tuple(entry // (divisor if lead > 0 else -divisor) for entry in form)


def _require_no_kinks(arrangement: Arrangement, kinks: dict[Form, Fraction]) -> None:
    left = {form: total for form, total in kinks.items() if total}
    if left:
        form, total = min(left.items())
        raise CertificateError(
            f"{_place(arrangement)}: the kink |{_written(form)}| is left with coefficient {total} "
            f"({len(left)} of {len(kinks)} kinks do not cancel)"
        )


def _place(arrangement: Arrangement) -> str:
    return f"n={len(arrangement)}, blocks in the order {arrangement}"


def _written(form: Form) -> str:
    parts = []
    for k, entry in enumerate(form, start=1):
        if entry:
            size = "" if abs(entry) == 1 else str(abs(entry))
            parts.append(f"{'-' if entry < 0 else '+'} {size}y{k}")
    return " ".join(parts).removeprefix("+ ")

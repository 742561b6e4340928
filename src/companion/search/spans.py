"""How far a family reaches: the span of all its templates modulo a prime, resumable.

A row of the record is made anew by ``record_span(span_of_templates(n, K, state=path))``: seconds up
to eight inputs, a minute for n = 9 and K = 3, an hour and 2 GB for n = 9 and K = 4.
"""

import io
import json
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from companion.files import write_whole
from companion.published import read_data
from companion.search.modular import PRIME, ModularSpan
from companion.search.templates import template_kinds
from companion.search.vectors import ConeCoordinates
from maxpooling.errors import DataError

_RECORDED: Final = Path(__file__).with_name("spans.json")

_BATCH: Final = 256

_TESTS: Final = 4


@dataclass(frozen=True)
class Span:
    """What was found about the templates of at most K pairs a side on n inputs, all symmetric.

    Attributes:
        n: number of inputs.
        K: largest number of pairs on a side.
        templates: number of templates taken in, up to renaming.
        finished: whether these are all.
        coordinates: numbers that describe a symmetric function of this kind.
        rank: dimension of the span modulo ``prime``.
        max_in_span: whether the max of n numbers lies in the span modulo ``prime``.
        prime: the modulus.
    """

    n: int
    K: int
    templates: int
    finished: bool
    coordinates: int
    rank: int
    max_in_span: bool
    prime: int


def recorded_spans() -> tuple[Span, ...]:
    """The spans computed so far, as ``span_of_templates`` returned them.

    Raises:
        DataError: their file is not as listed beside it.
    """
    return tuple(Span(**entry) for entry in json.loads(read_data(_RECORDED)))


def span_of_templates(
    n: int, K: int, *, state: Path | None = None, most_templates: int | None = None
) -> Span:
    """The span, modulo a prime, of the mean, the average pairwise max and all averaged templates.

    If the max is not in the span although templates remain, nothing follows. If it is not in the
    span of all of them, then every identity of the family has a coefficient whose denominator the
    prime divides (multiply by the other denominators and reduce). A vector inside the span of those
    before it is recognised by a few random functionals; one outside passes as inside with chance
    prime^-4.

    Args:
        n: number of inputs.
        K: largest number of pairs on a side.
        state: file that holds the work done so far; written after every batch of fresh vectors,
            and continued from if it exists.
        most_templates: stop after so many.

    Raises:
        DataError: if ``state`` belongs to another search.
    """
    from tqdm import tqdm

    coordinates = ConeCoordinates((n,), K)
    span = ModularSpan(coordinates.size)
    done = _resume(span, state, (n, K)) if state is not None and state.exists() else 0
    if not done:
        span.add(np.stack([coordinates.pair_max((0, 0)), coordinates.pair_max((0, 1))]))
    everything = (kind.template for k in range(1, K + 1) for kind in template_kinds(n, k))
    waiting: list[NDArray[np.int64]] = []
    functionals = span.annihilator_sample(_TESTS, done)
    count = done
    for template in tqdm(
        islice(everything, done, most_templates), f"n={n}, K={K}", initial=done, disable=None
    ):
        vector = coordinates.absolute_difference(template)
        count += 1
        places = np.flatnonzero(vector)
        residues = np.mod(vector[places], PRIME).astype(np.float64)
        if np.mod(residues @ functionals[places], PRIME).any():
            waiting.append(vector)
        if len(waiting) == _BATCH:
            span.add(np.stack(waiting))
            waiting.clear()
            functionals = span.annihilator_sample(_TESTS, count)
            if state is not None:
                _save(span, state, (n, K), count)
    finished = next(everything, None) is None
    if waiting:
        span.add(np.stack(waiting))
    if state is not None:
        _save(span, state, (n, K), count)
    inside = not span.reduce(coordinates.maximum()[None]).any()
    return Span(n, K, count, finished, coordinates.size, span.rank, inside, PRIME)


def record_span(span: Span) -> None:
    """Add a span to the recorded ones, in place of one of the same n and K; then `make digests`."""
    kept = {(entry.n, entry.K): entry for entry in (*recorded_spans(), span)}
    lines = [json.dumps(asdict(kept[key])) for key in sorted(kept)]
    write_whole(_RECORDED, ("[\n" + ",\n".join(lines) + "\n]\n").encode())


def _save(span: ModularSpan, state: Path, family: tuple[int, int], count: int) -> None:
    content = io.BytesIO()
    np.savez(
        content,
        family=np.array(family),
        count=np.array(count),
        pivots=np.array(span.pivots, dtype=np.int64),
        basis=span.basis.astype(np.int32),
    )
    write_whole(state, content.getvalue())


def _resume(span: ModularSpan, state: Path, family: tuple[int, int]) -> int:
    """Fill ``span`` from the file and return the number of templates it stands for."""
    try:
        with np.load(state) as saved:
            found = tuple(saved["family"].tolist())
            pivots, basis, count = saved["pivots"], saved["basis"], int(saved["count"])
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{state}: expected the state of a span search, found: {error}") from error
    if found != family:
        raise DataError(f"{state}: expected the state for (n, K) = {family}, found {found}")
    span.restore(pivots.tolist(), basis)
    return count

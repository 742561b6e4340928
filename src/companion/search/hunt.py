"""The search for identities with few neurons: symmetric first, then ever less so, in stages.

The identities for nine and ten inputs are one stage, over simple templates alone, for example::

    kinds = [kind for K in (1, 2, 3, 4) for kind in simple_kinds(9, K)]
    templates = [kind.template for kind in kinds if len(kind.template.vertices) == 9]
    search_identity(9, 4, [(9,)], templates=templates, restarts=1)

A fully symmetric identity needs all images of its templates. Splitting these into the classes of a
smaller group, and looking again for a sparse combination, keeps only some of them. Each stage
splits the templates that the stage before it ended with.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from companion.files import write_whole
from companion.search.problem import Problem, make_problem
from companion.search.sparse import exact_identity, neurons, reweighted
from companion.search.templates import template_kinds
from maxpooling.errors import DataError
from maxpooling.two_layers.identity import Identity, as_json, identity_from_json
from maxpooling.two_layers.template import Template
from maxpooling.two_layers.verification import verify

_POWERS = (1.0, 1.5, 2.0)
"""Exponents of the prices in the first weights, taken in turn; larger ones favour small orbits."""


def search_identity(
    n: int,
    K: int,
    stages: Sequence[tuple[int, ...]],
    *,
    templates: Iterable[Template] | None = None,
    restarts: int = 6,
    seed: int = 0,
    folder: Path | None = None,
) -> Identity | None:
    """Look for an identity with few neurons; every one returned has been verified.

    Args:
        n: number of inputs.
        K: largest number of pairs on a side.
        stages: block sizes, each a refinement of the one before; the first is usually (n,).
        templates: those to combine, one of each kind; all of at most K pairs a side if None.
            ``simple_kinds`` has the few that are enough for nine and ten inputs.
        restarts: linear programs with other random weights, per stage.
        seed: of the random weights; equal arguments give equal results.
        folder: where the best identity of each stage is kept, with the number of restarts done; a
            search that was stopped goes on from there.

    Returns:
        The identity of the last stage, or None if a stage found none.

    Raises:
        DataError: if a file in ``folder`` is not of this kind.
    """
    coarse: tuple[int, ...] = (n,)
    if templates is None:
        templates = [kind.template for k in range(1, K + 1) for kind in template_kinds(n, k)]
    best: Identity | None = None
    for blocks in stages:
        state = folder and folder / f"{n}-{K}-{'_'.join(map(str, blocks))}.json"
        best = _stage(make_problem(coarse, templates, blocks, K), restarts, seed, state)
        if best is None:
            return None
        coarse, templates = blocks, [term.template for term in best.terms]
    return best


def _stage(problem: Problem, restarts: int, seed: int, state: Path | None) -> Identity | None:
    """The best of several restarts on one problem."""
    from tqdm import trange

    done, fewest, best = _load(state) if state and state.exists() else (0, None, None)
    for restart in trange(done, restarts, desc=f"blocks {problem.blocks}", disable=None):
        random = np.random.default_rng([seed, restart])
        factors = reweighted(problem, random, _POWERS[restart % len(_POWERS)])
        if factors is None:
            break
        found = neurons(problem, factors)
        if fewest is None or found < fewest:
            candidate = exact_identity(problem, factors)
            if candidate is not None:
                verify(candidate)
                fewest, best = found, candidate
        if state is not None:
            _save(state, restart + 1, fewest, best)
    return best


def _save(state: Path, done: int, fewest: int | None, best: Identity | None) -> None:
    text = json.dumps({"done": done, "neurons": fewest, "identity": best and as_json(best)})
    write_whole(state, text.encode())


def _load(state: Path) -> tuple[int, int | None, Identity | None]:
    try:
        saved: dict[str, Any] = json.loads(state.read_text("utf-8"))
        text = saved["identity"]
        return saved["done"], saved["neurons"], text and identity_from_json(text)
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{state}: expected the state of a search, found: {error}") from error

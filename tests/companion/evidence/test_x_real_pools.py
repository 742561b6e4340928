"""Every check of the chapter on real pools notices a false fact."""

import copy
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from companion.errors import CheckFailedError, UncheckedError
from companion.evidence import x_real_pools as checks
from companion.evidence.x_real_pools import _spacings, paired
from companion.experiments.pools import record as pools
from companion.experiments.pools.trained import POOLS, control
from faults import Fault, assert_noticed, replacing
from maxpooling.approximation import best_uniform


def shifted(d: int, orders: Any) -> Any:
    """The optimum with a constant that is a thousandth larger."""
    best = best_uniform(d, orders)
    moved = best.coefficients.get(0, Fraction(0)) + Fraction(1, 1000)
    return replace(best, coefficients={**best.coefficients, 0: moved})


def recorded(change: Callable[[Any], None]) -> Callable[[pytest.MonkeyPatch], None]:
    """A record in which something is different."""
    other = copy.deepcopy(pools.read())
    change(other)
    return replacing(pools, "read", lambda: other)


def changed(part: str, change: dict[str, Any], **which: Any) -> Callable[[Any], None]:
    """Other values in those entries of a part that have the given ones."""

    def apply(record: Any) -> None:
        found = [one for one in record[part] if which.items() <= one.items()]
        assert found, which
        for one in found:
            one.update(change)

    return apply


def milder(record: Any) -> None:
    """The largest error of each estimator is a tenth less."""
    for source in record["sources"]:
        for one in source["errors"]:
            one["quantiles"][-1] *= 0.9


def trained(*changes: int) -> Callable[[Any], None]:
    """Networks of CIFAR-10 with so many more right images than those with max pools."""

    def apply(record: Any) -> None:
        record["trained"] = [
            {
                **(one := control("lenet-cifar10", "maximum", seed)),
                "pool": pool,
                "correct": one["correct"] + change,
            }
            for pool in POOLS
            for seed, change in enumerate(changes)
        ]

    return apply


MNIST = {"experiment": "lenet-mnist"}
FAULTS = (
    Fault(
        checks.simplex,
        "spacings in the wrong order",
        replacing(checks, "_spacings", lambda x: _spacings(x)[::-1]),
    ),
    Fault(
        checks.simplex_at_vertices,
        "spacings in the wrong order",
        replacing(checks, "_spacings", lambda x: _spacings(x)[::-1]),
        {"d": 3, "orders": (0, 2)},
    ),
    Fault(
        checks.simplex_with_one_order,
        "another constant",
        replacing(checks, "best_uniform", shifted),
        {"d": 4},
    ),
    Fault(
        checks.simplex_with_one_order,
        "weights of another order",
        replacing(checks, "subpool_weights", lambda d, _: [Fraction(1, d)] * d),
        {"d": 4},
    ),
    Fault(
        checks.one_large_entry,
        "another constant",
        replacing(checks, "best_uniform", shifted),
        {"d": 4, "orders": (0, 3)},
    ),
    Fault(
        checks.hard_inputs_occur,
        "no pool is hard",
        recorded(milder),
        {"side": 3, "order": "d-1"},
    ),
    Fault(
        checks.gaps_in_natural_images,
        "photographs with gaps as in uniform values",
        recorded(changed("sources", {"gap_interval": [0.09, 0.11]}, source="photographs pixels")),
        {"images": "photographs", "side": 3},
    ),
    Fault(
        checks.gaps_in_natural_images,
        "shuffling changes nothing",
        recorded(changed("contrasts", {"wide_less_interval": [-0.1, 0.1]}, source="cifar10")),
        {"images": "cifar10", "side": 4},
    ),
    Fault(
        checks.gaps_inside_networks,
        "a large gap",
        recorded(changed("sources", {"wide": 0.1}, source="lenet-mnist, inputs of pool 1")),
        {"pool": "lenet-mnist, inputs of pool 1"},
    ),
    Fault(
        checks.gaps_in_mnist,
        "strokes without gaps",
        recorded(changed("sources", {"wide_interval": [0.0, 0.1]}, source="mnist pixels")),
        {"side": 3},
    ),
    Fault(
        checks.replaced,
        "a network that loses more than a point",
        recorded(changed("swaps", {"lost": 120, "gained": 5}, pool="plain S_8", seed=1, **MNIST)),
        {**MNIST, "pool": "plain S_8"},
    ),
    Fault(
        checks.replaced,
        "nothing recorded",
        recorded(lambda record: record["swaps"].clear()),
        {**MNIST, "pool": "plain S_8"},
    ),
    Fault(
        checks.constant_alone,
        "a seed that does not lose",
        recorded(
            changed("swaps", {"lost": 4, "gained": 4}, pool="minimax {0, 8}", seed=2, **MNIST)
        ),
        MNIST,
    ),
    Fault(
        checks.trained_from_the_start,
        "a seed that loses more",
        recorded(trained(0, 0, -400)),
    ),
)


def test_networks_trained_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small losses pass; a large one, at one seed, fails; too few seeds decide nothing."""
    recorded(trained(99, -199, 0))(monkeypatch)
    found = checks.trained_from_the_start()
    assert found.values == {
        "seeds": 3,
        "losses, in points": "−0.99, 1.99, 0.00; −0.99, 1.99, 0.00",
    }
    recorded(trained(0, 0, -400))(monkeypatch)
    with pytest.raises(CheckFailedError, match="seed 2: 400 images lost, by the average"):
        checks.trained_from_the_start()
    recorded(trained(0, 0))(monkeypatch)
    with pytest.raises(UncheckedError, match="2 of 3 networks are trained"):
        checks.trained_from_the_start()


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)


def test_paired_interval_by_hand() -> None:
    """Of 100 images 5 lost and 9 gained: 4 more, give or take 1.96 times the root of 14 - 0.16."""
    swap: Any = {"lost": 5, "gained": 9, "images": 100}
    low, high = paired(swap)
    assert (low + high) / 2 == pytest.approx(4)
    assert high - 4 == pytest.approx(1.96 * 13.84**0.5)
    swap.update(lost=100, gained=0)
    assert paired(swap) == (-100, -100)

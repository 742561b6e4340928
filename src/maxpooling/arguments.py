"""Checks of arguments that all rooms share; errors name argument, value and what is allowed."""

import operator
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise
from typing import Literal, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

MAX_POOL_SIZE = 2000
"""Largest pool size accepted: beyond it exact answers take minutes, and no image pool is near."""


def check_pools(x: ArrayLike) -> NDArray[np.float64]:
    """Return x as a float array of shape [..., d] with d >= 1, or raise ValueError."""
    try:
        pools = np.asarray(x, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"x must be an array of real numbers: {error}") from error
    if pools.ndim == 0 or pools.shape[-1] == 0:
        raise ValueError(f"x must have shape [..., d] with d >= 1, got shape {pools.shape}")
    return pools


def check_pool_size(d: object) -> int:
    """Return d as an int if it is an integer in 1..MAX_POOL_SIZE, else raise ValueError."""
    return check_integer("d (the pool size)", d, 1, MAX_POOL_SIZE)


def check_orders(d: int, orders: Iterable[int], smallest: Literal[0, 1] = 0) -> tuple[int, ...]:
    """Return the orders sorted, if they are distinct integers in smallest..d-1, at least one.

    Args:
        d: pool size, already checked.
        orders: any iterable of integers (NumPy's too; booleans are not integers here).
        smallest: 0 allows the intercept, 1 does not.

    Raises:
        ValueError: naming the offending order and what is allowed.

    Examples:
        >>> check_orders(9, [8, 0])
        (0, 8)
    """
    try:
        given = list(islice(orders, d + 1))  # more than d cannot be distinct
    except TypeError:
        raise ValueError(
            f"orders must be an iterable of integers in {smallest}..{d - 1}, got {orders!r}"
        ) from None
    checked = sorted(check_integer("each of orders", r, smallest, d - 1) for r in given)
    if not checked:
        raise ValueError(f"orders must hold at least one integer in {smallest}..{d - 1}, got none")
    for first, second in pairwise(checked):
        if first == second:
            raise ValueError(f"orders must be distinct, got {first} more than once")
    return tuple(checked)


def check_integer(name: str, value: object, smallest: int, largest: int) -> int:
    """Return value as an int if it is an integer in smallest..largest, else raise ValueError.

    Accepts whatever supports ``operator.index`` (Python and NumPy integers) except booleans.
    """
    allowed = f"{name} must be an integer in {smallest}..{largest}"
    if isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{allowed}, got the boolean {value!r}")
    if not isinstance(value, SupportsIndex):
        raise ValueError(f"{allowed}, got {value!r}")
    try:
        number = operator.index(value)
    except TypeError:  # an array of several numbers has the method, and refuses
        raise ValueError(f"{allowed}, got {value!r}") from None
    if not smallest <= number <= largest:
        raise ValueError(f"{allowed}, got {number if abs(number) < 10**20 else 'a huge number'}")
    return number


def check_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Raise ValueError unless value is one of the choices."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {value!r}")

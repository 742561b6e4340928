"""Checks of arguments that all rooms share; errors name argument, value and what is allowed."""

import operator
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import islice, pairwise
from typing import Literal, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

MAX_POOL_SIZE = 2000
"""Largest pool size accepted: beyond it exact answers take minutes, and no image pool is near."""


def check_pools(x: ArrayLike) -> NDArray[np.float64]:
    """Return x as a float array of shape [..., d] with d >= 1, or raise ValueError."""
    try:
        given = np.asarray(x)
        if given.dtype.kind == "c":  # NumPy would drop the imaginary parts with a warning
            raise TypeError(f"got {given.dtype}")
        pools = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        # RuntimeError: torch's, of a tensor that requires grad. To detach it here would lose the
        # gradient that somebody counts on.
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


def check_rational(
    name: str,
    value: object,
    smallest: Fraction | int,
    largest: Fraction | int | None = None,
    *,
    above: bool = False,
) -> Fraction:
    """Return value as a Fraction if it is rational and in the range, else raise ValueError.

    Args:
        name: of the argument.
        value: a Fraction or an integer; a float is none, since results are exact.
        smallest: least value allowed.
        largest: largest value allowed; None for no limit.
        above: whether ``smallest`` itself is excluded.

    Examples:
        >>> check_rational("share", 1, 0, 1)
        Fraction(1, 1)
    """
    end = "" if largest is None else f" and at most {largest}"
    allowed = f"{name} must be a Fraction or an integer {'above' if above else 'from'} {smallest}"
    if isinstance(value, bool) or not isinstance(value, (Fraction, int, np.integer)):
        raise ValueError(f"{allowed}{end}, got {value!r}")
    number = Fraction(int(value)) if isinstance(value, np.integer) else Fraction(value)
    low = number <= smallest if above else number < smallest
    if low or (largest is not None and number > largest):
        size = max(number.numerator.bit_length(), number.denominator.bit_length())
        raise ValueError(f"{allowed}{end}, got {number if size < 64 else f'{float(number):.3g}'}")
    return number


def check_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Raise ValueError unless value is one of the choices."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {value!r}")

"""What checks of optima share: a certificate is of the case, and of no other."""

from collections.abc import Iterable

from companion.checking import certify, require
from companion.checking.domains import Titled
from maxpooling.approximation.uniform import UniformApproximation

CONSTANT = Titled(
    {True: "with a constant", False: "without a constant"}, "with and without a constant"
)
"""Whether an estimator has a constant."""


def certified(found: UniformApproximation, d: int, orders: Iterable[int]) -> UniformApproximation:
    """The optimum, verified: a certificate of other orders would prove another case.

    Raises:
        CheckFailedError: its certificate fails, or it is for another pool or other orders.
    """
    certify(found)
    solved = f"d = {found.d} and the orders {found.orders}"
    wanted = tuple(sorted(set(orders)))
    require((found.d, found.orders) == (d, wanted), f"the optimum is for {solved}")
    return found

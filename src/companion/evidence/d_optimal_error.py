"""Appendix D: the table of optimal errors, by three routes, and where the second route fails."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from companion.checking import Kind, Value, check, require
from companion.checking.domains import Domain, Given, Listed, OrderSets
from companion.evidence.optima import certified
from companion.published import PublishedError, appendix_d
from maxpooling.approximation import best_uniform, best_uniform_cvxpy, error_over_cube
from maxpooling.approximation.closed_forms import closed_form


@dataclass(frozen=True)
class PrintedRows(Domain):
    """The rows of Appendix D, as the repository's data has them."""

    def cases(self, given: Given) -> Iterable[PublishedError]:  # noqa: ARG002
        """In the order of print."""
        return appendix_d()

    @property
    def text(self) -> str:
        """What it says without a name."""
        return "every printed row"


@check("table-d", Kind.CERTIFICATE, row=PrintedRows(called=""))
def table_d(row: PublishedError) -> dict[str, Value]:
    """A published error: exact with proof, and by the simplex method over all vertices."""
    exact = certified(best_uniform(row.d, row.orders), row.d, row.orders)
    require(exact.error == row.error, f"{exact.error} != {row.error}")
    require(error_over_cube(row.d, row.orders) == row.error, "the cube gives another error")
    return {"rows": len(appendix_d())}


@check(
    "table-d",
    Kind.EVERY_CASE,
    row=PrintedRows(called=""),
    solver=Listed(("CLARABEL", "HIGHS"), called="solvers:"),
)
def table_d_by_solvers(row: PublishedError, solver: Literal["CLARABEL", "HIGHS"]) -> None:
    """A published error by CVXPY, to 1e-6."""
    found = best_uniform_cvxpy(row.d, row.orders, solver).error
    require(abs(found - row.error) < 1e-6, f"it gives {found}")


@check("figure-4", Kind.EVERY_CASE, d=(2, 3, 4))
def figure_4(d: int) -> None:
    """Which order sets the lost column of Figure 4 names: the only assignment in its order.

    The rows of one d are all its order sets but the empty one and {0}, by size and then
    lexicographic; the errors of the sets, so listed, are the printed ones.
    """
    listed = [orders for orders in OrderSets().cases({"d": d}) if orders != (0,)]
    printed = [row.error for row in appendix_d() if row.d == d]
    found = [best_uniform(d, R).error for R in listed]
    require(found == printed, f"the order of the rows: {found}")


@check("table-d-five-six", Kind.CERTIFICATE, d=(5, 6), orders=OrderSets())
def table_five_and_six(d: int, orders: Sequence[int]) -> None:
    """The same table for larger pools: certificate, and the closed form where there is one."""
    exact, formula = certified(best_uniform(d, orders), d, orders), closed_form(d, tuple(orders))
    require(formula in (None, exact.error), f"the closed form gives {formula}")


@check("table-d-five-six", Kind.EVERY_CASE, d=(5,), orders=OrderSets())
def table_five_over_the_cube(d: int, orders: Sequence[int]) -> None:
    """One variable per subpool and all vertices of the cube give the same errors."""
    found, exact = error_over_cube(d, orders), best_uniform(d, orders).error
    require(found == exact, f"the cube gives {found}, not {exact}")


@check("floating-route", Kind.CERTIFICATE, d=(24,))
def floating_route(d: int) -> dict[str, Value]:
    """A solver's "optimal" is no proof: with all orders it comes out wrong by a factor."""
    exact = certified(best_uniform(d, range(d)), d, range(d))
    found = best_uniform_cvxpy(d, range(d), "HIGHS", "averages")
    require(found.status == "optimal", f"HiGHS now says {found.status!r}")
    ratio = found.attained() / exact.error
    require(ratio > Fraction(3, 2), f"HiGHS is within {float(ratio):.3f} of the optimum")
    return {"error over optimum": f"{float(ratio):.1f}"}

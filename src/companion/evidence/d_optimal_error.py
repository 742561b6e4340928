"""Appendix D: the table of optimal errors, by three routes, and where the second route fails."""

from fractions import Fraction

from companion.evidence.order_sets import order_sets
from companion.evidence.result import CheckResult, require
from companion.published import appendix_d
from maxpooling.approximation import best_uniform, best_uniform_cvxpy, error_over_cube
from maxpooling.approximation.closed_forms import closed_form


def table_d() -> CheckResult:
    """All 22 published errors: exact with proof, CVXPY, and brute force over the cube."""
    rows = appendix_d()
    for row in rows:
        exact = best_uniform(row.d, row.orders)
        exact.verify()
        require(exact.error == row.error, f"row {row.position}: {exact.error} != {row.error}")
        require(error_over_cube(row.d, row.orders) == row.error, f"row {row.position}: the cube")
        for solver in ("CLARABEL", "HIGHS"):
            found = best_uniform_cvxpy(row.d, row.orders, solver).error
            require(abs(found - row.error) < 1e-6, f"row {row.position}: {solver} gives {found}")
    return CheckResult(
        "table-d",
        "exact certificate",
        "every published row: certificate, simplex method over all vertices, CVXPY to 1e-6",
        {"rows": len(rows)},
    )


def figure_4() -> CheckResult:
    """Which order sets the lost column of Figure 4 names: the only assignment in its order.

    The rows of one d are all its order sets but the empty one and {0}, by size and then
    lexicographic; the errors of the sets, so listed, are the printed ones.
    """
    for d in (2, 3, 4):
        listed = [orders for orders in order_sets(d) if orders != (0,)]
        printed = [row.error for row in appendix_d() if row.d == d]
        require([best_uniform(d, R).error for R in listed] == printed, f"order of rows at d={d}")
    return CheckResult("figure-4", "enumeration", "every order set of d = 2, 3, 4, in print order")


def table_five_and_six() -> CheckResult:
    """The same table for d = 5 and 6: certificates, the cube (d = 5), and every closed form."""
    count = formulas = 0
    for d in (5, 6):
        for orders in order_sets(d):
            exact = best_uniform(d, orders)
            exact.verify()
            formula = closed_form(d, orders)
            require(formula in (None, exact.error), f"closed form at d={d}, {orders}")
            require(d > 5 or error_over_cube(d, orders) == exact.error, f"cube at d={d}, {orders}")
            count += 1
            formulas += formula is not None
    return CheckResult(
        "table-d-five-six",
        "exact certificate",
        "every order set of d = 5 and 6 by certificate, those of d = 5 also over the cube",
        {"order sets": count, "of them with a closed form": formulas},
    )


def floating_route() -> CheckResult:
    """A solver's "optimal" is no proof: all orders at d = 24 come out wrong by a factor."""
    exact = best_uniform(24, range(24))
    exact.verify()
    found = best_uniform_cvxpy(24, range(24), "HIGHS", "averages")
    require(found.status == "optimal", f"HiGHS now says {found.status!r}")
    ratio = found.attained() / exact.error
    require(ratio > Fraction(3, 2), f"HiGHS is within {float(ratio):.3f} of the optimum")
    return CheckResult(
        "floating-route",
        "exact certificate",
        "d = 24, all orders, HiGHS in the basis of averages",
        {"error over optimum": float(ratio)},
    )

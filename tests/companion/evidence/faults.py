"""Faulty stand-ins that a check must notice."""

from dataclasses import replace
from fractions import Fraction

from maxpooling.approximation import best_uniform


def slightly_wrong(d, orders):
    """The optimum, but for an error and an intercept that are larger by a thousandth part."""
    best = best_uniform(d, orders)
    coefficients = {r: b * Fraction(1001, 1000) ** (r == 0) for r, b in best.coefficients.items()}
    return replace(best, error=best.error * Fraction(1001, 1000), coefficients=coefficients)

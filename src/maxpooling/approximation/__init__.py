"""The best uniform approximation of the maximum by subpool maxes (Lemma 3, Theorem 2)."""

from maxpooling.approximation.brute_force import error_over_cube
from maxpooling.approximation.linear_program import FloatApproximation, best_uniform_cvxpy
from maxpooling.approximation.uniform import UniformApproximation, best_uniform, exchange_steps

__all__ = [
    "FloatApproximation",
    "UniformApproximation",
    "best_uniform",
    "best_uniform_cvxpy",
    "error_over_cube",
    "exchange_steps",
]

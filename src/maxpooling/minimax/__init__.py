"""The best uniform approximation of the maximum by subpool maxes (Lemma 3, Theorem 2)."""

from maxpooling.minimax.brute_force import error_over_cube
from maxpooling.minimax.linear_program import FloatApproximation, best_uniform_cvxpy
from maxpooling.minimax.uniform import UniformApproximation, best_uniform, exchange_steps

__all__ = [
    "FloatApproximation",
    "UniformApproximation",
    "best_uniform",
    "best_uniform_cvxpy",
    "error_over_cube",
    "exchange_steps",
]

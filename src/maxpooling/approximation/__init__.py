"""The best approximations of the maximum by subpool maxes, uniform and in mean square."""

from maxpooling.approximation.blocks import SparseApproximation
from maxpooling.approximation.brute_force import error_over_cube
from maxpooling.approximation.least_squares import LeastSquaresApproximation, least_squares
from maxpooling.approximation.linear_program import FloatApproximation, best_uniform_cvxpy
from maxpooling.approximation.mean_square import MeanSquareApproximation, best_mean_square
from maxpooling.approximation.pareto import ParetoFront, pareto_front
from maxpooling.approximation.spacings import SpacingMoments
from maxpooling.approximation.sparse import sparse_uniform
from maxpooling.approximation.uniform import UniformApproximation, best_uniform, exchange_steps

__all__ = [
    "FloatApproximation",
    "LeastSquaresApproximation",
    "MeanSquareApproximation",
    "ParetoFront",
    "SpacingMoments",
    "SparseApproximation",
    "UniformApproximation",
    "best_mean_square",
    "best_uniform",
    "best_uniform_cvxpy",
    "error_over_cube",
    "exchange_steps",
    "least_squares",
    "pareto_front",
    "sparse_uniform",
]

"""What the estimators and the exact maximum cost: shared subpools, networks, linear regions."""

from maxpooling.networks.circuits import (
    Circuit,
    circle_circuit,
    circuit_network,
    estimator_network,
    halving_circuit,
    sweep_circuit,
    tree_circuit,
)
from maxpooling.networks.cost import NetworkCost, exact_max_cost, subpool_network_cost
from maxpooling.networks.cost_table import Facts, NetworkRow, cost_table, count_comparisons
from maxpooling.networks.exact import ExactNetwork
from maxpooling.networks.few_layers import substituted_network, two_layer_network
from maxpooling.networks.halving import (
    halve,
    halving_rows,
    layer_widths,
    pairwise_max_counts,
    subpool_counts,
    subpool_layers,
)
from maxpooling.networks.lean import lean_layer
from maxpooling.networks.matrices import (
    max_network_matrices,
    padding_matrix,
    pairwise_max_factors,
    subpool_network_matrices,
)
from maxpooling.networks.mixed_integer import Affine, Largest, affine_layers, largest_output
from maxpooling.networks.piecewise import PiecewiseNetwork, from_max_min
from maxpooling.networks.planar import verify_on_plane
from maxpooling.networks.pooled_regions import count_regions, pooled_regions, window_forms
from maxpooling.networks.regions import (
    activation_regions,
    enumerated_regions,
    linear_functions,
    linear_regions,
    region_bound,
)
from maxpooling.networks.relaxations import (
    Bounds,
    interval_bounds,
    linear_bounds,
    rounding_bound,
)
from maxpooling.networks.smallest import (
    MaxSize,
    fewest_layers,
    max_network_sizes,
    most_inputs,
    smallest_max_network,
)
from maxpooling.networks.triangulations import from_triangulation, verify_on_simplices

__all__ = [
    "Affine",
    "Bounds",
    "Circuit",
    "ExactNetwork",
    "Facts",
    "Largest",
    "MaxSize",
    "NetworkCost",
    "NetworkRow",
    "PiecewiseNetwork",
    "activation_regions",
    "affine_layers",
    "circle_circuit",
    "circuit_network",
    "cost_table",
    "count_comparisons",
    "count_regions",
    "enumerated_regions",
    "estimator_network",
    "exact_max_cost",
    "fewest_layers",
    "from_max_min",
    "from_triangulation",
    "halve",
    "halving_circuit",
    "halving_rows",
    "interval_bounds",
    "largest_output",
    "layer_widths",
    "lean_layer",
    "linear_bounds",
    "linear_functions",
    "linear_regions",
    "max_network_matrices",
    "max_network_sizes",
    "most_inputs",
    "padding_matrix",
    "pairwise_max_counts",
    "pairwise_max_factors",
    "pooled_regions",
    "region_bound",
    "rounding_bound",
    "smallest_max_network",
    "subpool_counts",
    "subpool_layers",
    "subpool_network_cost",
    "subpool_network_matrices",
    "substituted_network",
    "sweep_circuit",
    "tree_circuit",
    "two_layer_network",
    "verify_on_plane",
    "verify_on_simplices",
    "window_forms",
]

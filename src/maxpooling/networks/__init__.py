"""What the estimators cost: shared subpools (Theorem 4), network sizes, linear regions."""

from maxpooling.networks.cost import NetworkCost, exact_max_cost, subpool_network_cost
from maxpooling.networks.halving import (
    halve,
    halving_rows,
    layer_widths,
    pairwise_max_counts,
    subpool_counts,
    subpool_layers,
)
from maxpooling.networks.matrices import (
    max_network_matrices,
    padding_matrix,
    pairwise_max_factors,
    subpool_network_matrices,
)
from maxpooling.networks.pooled_regions import count_regions, pooled_regions, window_forms
from maxpooling.networks.regions import (
    activation_regions,
    enumerated_regions,
    linear_regions,
    region_bound,
)

__all__ = [
    "NetworkCost",
    "activation_regions",
    "count_regions",
    "enumerated_regions",
    "exact_max_cost",
    "halve",
    "halving_rows",
    "layer_widths",
    "linear_regions",
    "max_network_matrices",
    "padding_matrix",
    "pairwise_max_counts",
    "pairwise_max_factors",
    "pooled_regions",
    "region_bound",
    "subpool_counts",
    "subpool_layers",
    "subpool_network_cost",
    "subpool_network_matrices",
    "window_forms",
]

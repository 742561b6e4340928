"""The networks and pools as torch modules: the one room that imports torch."""

from maxpooling import extras

extras.load("torch", "maxpooling.layers")

from maxpooling.layers.folding import fold, ray_defect
from maxpooling.layers.max_networks import (
    exact_max_network,
    heaviside_network,
    piecewise_network,
    relu_max_network,
    three_layer_max,
    two_layer_max,
)
from maxpooling.layers.pooling import SubpoolMaxPool1d, SubpoolMaxPool2d, SubpoolMaxPool3d
from maxpooling.layers.relu_network import ReluNetwork
from maxpooling.layers.relu_pooling import ReluMaxPool2d
from maxpooling.layers.replacing import PoolReport, measure_max_pools, replace_max_pools
from maxpooling.layers.subpool_network import SubpoolNetwork

__all__ = [
    "PoolReport",
    "ReluMaxPool2d",
    "ReluNetwork",
    "SubpoolMaxPool1d",
    "SubpoolMaxPool2d",
    "SubpoolMaxPool3d",
    "SubpoolNetwork",
    "exact_max_network",
    "fold",
    "heaviside_network",
    "measure_max_pools",
    "piecewise_network",
    "ray_defect",
    "relu_max_network",
    "replace_max_pools",
    "three_layer_max",
    "two_layer_max",
]

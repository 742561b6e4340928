"""The networks and pools as torch modules: the one room that imports torch."""

from maxpooling import extras

extras.load("torch", "maxpooling.layers")

from maxpooling.layers.folding import fold, ray_defect
from maxpooling.layers.max_networks import (
    exact_max_network,
    heaviside_network,
    relu_max_network,
    three_layer_max,
    two_layer_max,
)
from maxpooling.layers.pooling import SubpoolMaxPool2d
from maxpooling.layers.relu_network import ReluNetwork
from maxpooling.layers.subpool_network import SubpoolNetwork

__all__ = [
    "ReluNetwork",
    "SubpoolMaxPool2d",
    "SubpoolNetwork",
    "exact_max_network",
    "fold",
    "heaviside_network",
    "ray_defect",
    "relu_max_network",
    "three_layer_max",
    "two_layer_max",
]

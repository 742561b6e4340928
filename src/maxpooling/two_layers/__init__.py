"""The max of numbers by ReLU networks with two hidden layers, exactly (ours)."""

from maxpooling.two_layers.identity import INPUTS, Identity, PairTerm, Term, identity, read_identity
from maxpooling.two_layers.images import images
from maxpooling.two_layers.recursion import recursive_identity
from maxpooling.two_layers.template import Template
from maxpooling.two_layers.verification import Verification, verify

__all__ = [
    "INPUTS",
    "Identity",
    "PairTerm",
    "Template",
    "Term",
    "Verification",
    "identity",
    "images",
    "read_identity",
    "recursive_identity",
    "verify",
]

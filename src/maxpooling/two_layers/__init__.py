"""The max of five to ten numbers by ReLU networks with two hidden layers, exactly (ours)."""

from maxpooling.two_layers.identity import INPUTS, Identity, PairTerm, Term, identity, read_identity
from maxpooling.two_layers.images import images
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
    "verify",
]

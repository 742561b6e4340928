"""Executable companion of "The Theoretical Expressiveness of Maxpooling" (arXiv 2203.01016)."""

__version__ = "0.1.0"

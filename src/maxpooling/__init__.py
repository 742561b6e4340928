"""Executable companion of "The Theoretical Expressiveness of Maxpooling" (arXiv 2203.01016)."""

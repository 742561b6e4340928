"""Training and attacking one network, and keeping what came out."""

"""The experiments of Section 5.2 and Appendix E: data, models, training, attacks, results.

The modules are used by their names (``from companion.experiments import data, models``); nothing
is imported here, so that reading a configuration or a result needs no torch.
"""

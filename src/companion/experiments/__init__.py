"""The experiments of Section 5.2 and Appendix E, in rooms.

``from companion.experiments import data, models, attacks`` gives ``data.load(name)``,
``models.build(experiment, variant)`` and
``attacks.fast_gradient_sweep(model, images, labels, epsilons, norm)``. They are loaded when first
used, so that reading a configuration or a result needs no torch.

What there is stands in two files: the data sets in :mod:`companion.experiments.data.sets`, the
experiments on them in :mod:`companion.experiments.runs.experiments`.
"""

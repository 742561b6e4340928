"""What real pools look like, and what becomes of recorded networks whose max pools are exchanged.

- ``estimators``: the order sets, and estimators as weights on ordered entries.
- ``photographs``: where pools of pixels come from.
- ``measuring``: spacings and errors of pools.
- ``substitutes``: what takes a max pool's place in a network.
- ``swaps``, ``tuning``: recorded networks with such pools, as they are and trained on.
- ``trained``: networks that have such pools from the start.
- ``costs``: ReLUs, layers and times of such pools.
- ``names``: what pages call these pools.
- ``record``: what is kept, and how it is read.
"""

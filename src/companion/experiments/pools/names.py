"""What pages call the pools, and the sources they come from, that the record names by labels."""

import re

from companion.experiments.titles import DATA, EXPERIMENTS

_KINDS = {"minimax": "optimum", "least squares": "fit"}
_OTHERS = {"LPPool2d": "p-norm pool"}
_TITLES = {**EXPERIMENTS, **DATA}
_TITLED = re.compile("|".join(sorted(_TITLES, key=len, reverse=True)))


def in_words(pool: str) -> str:
    """What the chapter calls a pool that the record names by a label.

    Args:
        pool: a name of the record; one without a rule stays as it is.

    Examples:
        >>> in_words("plain S_8"), in_words("minimax {0, 8}"), in_words("least squares all orders")
        ('mean of maxes of 8', 'optimum {0, 8}', 'fit, all orders')
        >>> in_words("union-closed, 21 subpools"), in_words("average")
        ('optimum, 21 chosen subpools', 'average')
    """
    if plain := re.fullmatch(r"plain S_(\d+)", pool):
        return f"mean of maxes of {plain[1]}"
    if chosen := re.fullmatch(r"union-closed, (\d+) subpools", pool):
        return f"optimum, {chosen[1]} chosen subpools"
    if best := re.fullmatch(r"(minimax|least squares)( all orders| \{.+\})", pool):
        return _KINDS[best[1]] + best[2].replace(" all", ", all")
    return _OTHERS.get(pool, pool)


def source_in_words(source: str) -> str:
    """What the chapter calls a source of pools.

    Args:
        source: a name of the record; one without network or data set stays as it is.

    Examples:
        >>> source_in_words("cifar10 pixels"), source_in_words("lenet-mnist, inputs of pool 2")
        ('CIFAR-10 pixels', 'MNIST LeNet, inputs of pool 2')
    """
    return _TITLED.sub(lambda found: _TITLES[found[0]], source)

"""How many different functions the images of a template are.

Different images can be the same function: max(m_12, m_34) is the max of four numbers, however these
are paired. One neuron then serves them all, so functions are what a network has to pay for.
"""

import numpy as np
from numpy.typing import NDArray

from maxpooling.two_layers.orderings import block_permutations
from maxpooling.two_layers.template import Template

_POINTS = 48


def distinct_functions(template: Template, blocks: tuple[int, ...], seed: int = 0) -> int:
    """The number of different functions max(f_Z, f_Z') under renamings within the blocks.

    This is the order of that group over the number of renamings that leave the function as it is.

    A renaming is taken to leave it if it does so at random integer points of various shapes; a
    wrong count could only make a search weigh a template wrongly.

    Examples:
        >>> distinct_functions(Template([(0, 1)], [(2, 3)]), (5,))
        5
    """
    random = np.random.default_rng(seed)
    group = block_permutations(blocks)
    n, kept = sum(blocks), group
    for _ in range(_POINTS):
        # Cubes of uniform numbers: gaps of very different sizes, so that either side wins.
        point = np.sort((random.random(n) ** 3 * 2**40).astype(np.int64))
        values = _evaluate(template, point[kept])
        reference = _evaluate(template, point[None])
        kept = kept[values == reference]
        shuffled = random.permutation(point)
        kept = kept[_evaluate(template, shuffled[kept]) == _evaluate(template, shuffled[None])]
    return len(group) // len(kept)


def _evaluate(template: Template, x: NDArray[np.int64]) -> NDArray[np.int64]:
    first, second = (
        sum(np.maximum(x[:, i], x[:, j]) for i, j in side)
        for side in (template.first, template.second)
    )
    result: NDArray[np.int64] = np.maximum(first, second)
    return result

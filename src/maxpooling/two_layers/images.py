"""The distinct images of a template when inputs are renamed within blocks: its neurons."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from maxpooling.two_layers.template import Template


def images(template: Template, blocks: Sequence[int]) -> Iterator[Template]:
    """Yield each distinct image once; the two orders of the sides count as one.

    Grown from the template by exchanging neighbours within a block, which generates all renamings,
    so the cost is n times the number of images, however large the group is.

    Args:
        template: uses inputs below sum(blocks).
        blocks: sizes of the blocks of consecutive inputs.

    Raises:
        ValueError: if the template uses an input beyond the blocks.

    Examples:
        >>> len(list(images(Template([(0, 1)], [(2, 3)]), [4])))
        3
        >>> len(list(images(Template([(0, 1)], [(2, 3)]), [2, 2])))
        1
    """
    n = sum(blocks)
    if template.vertices[-1] >= n:
        raise ValueError(f"blocks must cover the template's indices, got {blocks} for {template}")
    starts = set(accumulate(blocks))
    exchanges = [_exchange(i, n) for i in range(n - 1) if i + 1 not in starts]
    first = unordered(template)
    seen = {first}
    frontier = [first]
    while frontier:
        current = frontier.pop()
        yield current
        for names in exchanges:
            neighbour = unordered(current.renamed(names))
            if neighbour not in seen:
                seen.add(neighbour)
                frontier.append(neighbour)


def unordered(template: Template) -> Template:
    """The template with its smaller side first: one form for both orders."""
    return template if template.first <= template.second else template.swapped()


def _exchange(i: int, n: int) -> list[int]:
    names = list(range(n))
    names[i], names[i + 1] = i + 1, i
    return names

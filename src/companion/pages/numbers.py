"""Which figures have the paper's numbers: their labels say so."""

import re

_PAPER_FIGURE = re.compile(r"figure-(\d+(?:-and-\d+)*)")


def paper_figure(label: str) -> str | None:
    """The paper's number of a figure, of several that are drawn as one their numbers; else nothing.

    Examples:
        >>> paper_figure("figure-4"), paper_figure("figure-5-and-6"), paper_figure("figure-e-1")
        ('4', '5 and 6', None)
    """
    found = _PAPER_FIGURE.fullmatch(label)
    return found[1].replace("-", " ") if found else None

"""How large the text of a drawing is, from the SVG that matplotlib writes."""

import re

_WIDTH = re.compile(r'<svg[^>]*viewBox="0 0 ([\d.]+) [\d.]+"')
# Text is drawn as outlines of a hundred units, upside down; an index in it is scaled once more.
_SCALE = re.compile(r"scale\(([\d.]+) -[\d.]+\)")


def smallest_text(svg: str) -> float:
    """The size of the smallest text as a share of the drawing's width; 1 where there is none.

    Indices and powers count as the text that they belong to.

    Raises:
        ValueError: the drawing does not say how wide it is.

    Examples:
        >>> smallest_text('<svg viewBox="0 0 440 100"><g transform="scale(0.11 -0.11)"/></svg>')
        0.025
    """
    width = _WIDTH.search(svg)
    if width is None:
        raise ValueError(f"svg={svg[:80]!r} has no viewBox that begins at 0 0")
    return min((100 * float(size) / float(width[1]) for size in _SCALE.findall(svg)), default=1.0)

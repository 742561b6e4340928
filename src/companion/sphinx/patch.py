"""What the picture of draggable pixels needs: best estimators, and photographs to pick from.

``{patch}`` writes both into the page as JSON for ``patch.js``, computed by the library when the
book is built, and the table of estimators, which is what a reader without scripts sees.
"""

import io
import json
from fractions import Fraction
from typing import Any

import numpy as np
from docutils import nodes
from numpy.typing import NDArray
from PIL import Image
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from companion.files import SAMPLES
from companion.published import read_data
from companion.sphinx.interactive import table
from maxpooling.approximation import best_uniform

SIDES = (2, 3, 4)
"""Patches of the picture: squares of so many pixels a side."""
PHOTOGRAPHS = SAMPLES / "cifar10.png"
SIDE = 32


def order_sets(d: int) -> tuple[tuple[int, ...], ...]:
    """The estimators that are compared for pools of ``d``, cheapest first.

    Examples:
        >>> order_sets(4)
        ((1,), (0, 1), (0, 3), (0, 2, 3), (0, 1, 2, 3))
    """
    every = tuple(range(d))
    return ((1,), (0, 1), (0, d - 1), (0, d - 2, d - 1), every)


def estimator(d: int, orders: tuple[int, ...]) -> dict[str, Any]:
    """The best one as a script evaluates it: intercept, weights of the sorted values, errors.

    ``residuals`` are the exact errors f - max at the vertices with 0, ..., d ones.
    """
    best = best_uniform(d, orders)
    return {
        "orders": list(orders),
        "intercept": str(best.coefficients.get(0, Fraction(0))),
        "weights": [str(weight) for weight in best.weights()],
        "error": str(best.error),
        "residuals": [str(residual) for residual in best.residuals()],
    }


def grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Grey values 0, ..., 255 of an RGB picture [H, W, 3], by the luma of ITU-R BT.601."""
    weighed = pixels.astype(np.int64) @ np.array([299, 587, 114])
    rounded: NDArray[np.uint8] = ((weighed + 500) // 1000).astype(np.uint8)
    return rounded


def photographs() -> list[str]:
    """The sample photographs in grey, row by row, two hexadecimal digits for a pixel.

    Raises:
        DataError: the file is missing, or not as listed in ``data/SHA256SUMS``.
    """
    with Image.open(io.BytesIO(read_data(PHOTOGRAPHS))) as strip:
        whole = grey(np.asarray(strip.convert("RGB")))
    return [tile.tobytes().hex() for tile in np.split(whole, whole.shape[1] // SIDE, axis=1)]


def patch_data() -> dict[str, Any]:
    """All that ``patch.js`` reads."""
    sizes = {side**2: [estimator(side**2, one) for one in order_sets(side**2)] for side in SIDES}
    return {"estimators": sizes, "side": SIDE, "photographs": photographs()}


class Patch(SphinxDirective):
    """The place of the picture, its data, and a table of the estimators of nine pixels."""

    def run(self) -> list[nodes.Node]:
        """Nodes for HTML; other builders get the table alone."""
        self.env.note_dependency(str(PHOTOGRAPHS))
        text = json.dumps(patch_data(), separators=(",", ":")).replace("</", "<\\/")
        data = f'<script type="application/json" id="patch-data">{text}</script>'
        place = nodes.container(ids=["patch"], classes=["patch"])
        header = ["Orders", "Constant", "Weights of the sorted values", "Largest error"]
        rows = [
            [
                "{" + ", ".join(map(str, one["orders"])) + "}",
                *(one["intercept"], ", ".join(one["weights"]), one["error"]),
            ]
            for one in (estimator(9, orders) for orders in order_sets(9))
        ]
        place += table(header, rows)
        return [place, nodes.raw("", data, format="html")]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("patch", Patch)

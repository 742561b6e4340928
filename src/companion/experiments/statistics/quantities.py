"""What is measured on a network: accuracies as sums over images, with their spread over images.

Each quantity of a network is a weighted sum, over the sizes of an attack, of the share of images
that are still right; clean accuracy is the case of one size, zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from companion.experiments.results import outcomes
from companion.experiments.results.record import Result, robust_accuracy

Reading = tuple[str, str]
Quantity = Literal["clean accuracy", "mean robust accuracy", "growth"]

READINGS: Mapping[str, Reading] = {
    "FGSM, L∞": ("fast-gradient", "linf"),
    "FGM, L2": ("fast-gradient", "l2"),
    "FGSM float64, L∞": ("fast-gradient-float64", "linf"),
    "FGM float64, L2": ("fast-gradient-float64", "l2"),
    "PGD, L∞": ("pgd", "linf"),
    "PGD, L2": ("pgd", "l2"),
    "ensemble, L∞": ("ensemble", "linf"),
    "ensemble, L2": ("ensemble", "l2"),
}


@dataclass(frozen=True)
class Measured:
    """One quantity of one network.

    Attributes:
        value: between 0 and 1 for accuracies, between -1 and 1 for growth.
        deviation: standard deviation over the images of what one image adds to it.
        images: how many there are.
        each: what each image adds, shape [images], where that is stored; else None.
    """

    value: float
    deviation: float
    images: int
    each: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)


def reading_of(name: str) -> Reading:
    """Return attack and norm by the name that tables and figures give them.

    Args:
        name: one of :data:`READINGS`.

    Returns:
        Attack and norm, as results record them.

    Raises:
        ValueError: there is no such reading; lists those that there are.
    """
    if name not in READINGS:
        raise ValueError(f"name must be one of {'; '.join(READINGS)}, got {name!r}")
    return READINGS[name]


def attacked(result: Result, reading: Reading) -> bool:
    """Say whether a model was attacked this way.

    Args:
        result: of a cell.
        reading: attack and norm.

    Returns:
        True if the result holds such an attack; the quick profile leaves projected gradients out.
    """
    return any((one["attack"], one["norm"]) == reading for one in result["robust"])


def clean_accuracy(result: Result) -> float:
    """Return the share of unchanged test images that are classified right.

    Args:
        result: of a cell.

    Returns:
        A number from 0 to 1.
    """
    return measure(result, "clean accuracy", None).value


def mean_robust_accuracy(result: Result, reading: Reading) -> float:
    """Return the mean over epsilon > 0 of the robust accuracy.

    Args:
        result: of a cell.
        reading: attack and norm.

    Returns:
        A number from 0 to 1; every positive epsilon of the grid counts the same.

    Raises:
        ValueError: the model was not attacked this way.
    """
    return measure(result, "mean robust accuracy", reading).value


def measure(result: Result, quantity: Quantity, reading: Reading | None) -> Measured:
    """Measure a quantity of a network, and how much it varies from image to image.

    The counts do not say which images an attack misleads at which size. The deviation is that of
    images which, once misled, are misled at every larger size. Of all ways in which the images can
    have come to the same counts this one has the largest deviation where all weights have one sign
    (clean and mean robust accuracy); counts that rise again are replaced by their running minimum
    for it, and never for the value.

    Args:
        result: of a cell.
        quantity: the clean accuracy; the mean over epsilon > 0 of the robust accuracy; or its mean
            over the upper half of the positive epsilons less that over the lower half (the middle
            one of an odd number is in neither).
        reading: attack and norm; None will do for the clean accuracy.

    Returns:
        The measurement.

    Raises:
        ValueError: the model was not attacked this way.
    """
    if quantity == "clean accuracy":
        clean = result["clean"]
        share = clean["correct"] / clean["images"]
        return Measured(share, sqrt(share * (1 - share)), clean["images"])
    if reading is None:
        raise ValueError(f"reading must name an attack to measure {quantity}, got None")
    shares = robust_accuracy(result, *reading)
    images = next(
        one["images"] for one in result["robust"] if (one["attack"], one["norm"]) == reading
    )
    weights = _weights(quantity, sorted(shares))
    value = sum(weight * shares[epsilon] for epsilon, weight in weights.items())
    ordered = [(weights.get(epsilon, 0.0), shares[epsilon]) for epsilon in sorted(shares)]
    return Measured(value, _nested_deviation(ordered), images)


def each_image(
    result: Result, quantity: Quantity, reading: Reading | None
) -> NDArray[np.float64] | None:
    """Return what each image adds to a quantity, if the outcomes of the attack are stored.

    Args:
        result: of a cell.
        quantity: as for :func:`measure`.
        reading: attack and norm; None will do for the clean accuracy, which is read off the fast
            gradient at size 0.

    Returns:
        Shape [images], with the quantity as its mean; None where nothing is stored.

    Raises:
        DataError: what is stored is damaged or does not give the recorded counts.
    """
    stored = outcomes.of(result)
    if stored is None:
        return None
    if quantity == "clean accuracy":
        right = stored.right.get(("fast-gradient", "linf"))
        if right is None or right.shape[1] != result["clean"]["images"]:
            return None
        return np.asarray(right[0], dtype=np.float64)
    right = None if reading is None else stored.right.get(reading)
    if reading is None or right is None:
        return None
    attack = next(one for one in result["robust"] if (one["attack"], one["norm"]) == reading)
    weights = _weights(quantity, sorted(attack["epsilons"]))
    row = np.array([weights.get(epsilon, 0.0) for epsilon in attack["epsilons"]])
    each: NDArray[np.float64] = np.asarray(row @ right, dtype=np.float64)
    return each


def _weights(quantity: Quantity, epsilons: Sequence[float]) -> dict[float, float]:
    """Give each positive epsilon its weight; those without any are left out."""
    positive = [epsilon for epsilon in epsilons if epsilon > 0]
    if quantity == "mean robust accuracy":
        return dict.fromkeys(positive, 1 / len(positive))
    half = len(positive) // 2
    if not half:
        raise ValueError(f"epsilons must hold two positive sizes to measure growth, got {positive}")
    lower, upper = positive[:half], positive[-half:]
    return dict.fromkeys(lower, -1 / half) | dict.fromkeys(upper, 1 / half)


def _nested_deviation(ordered: Sequence[tuple[float, float]]) -> float:
    """Deviation of what an image adds, if one that is misled stays so at every larger size.

    Args:
        ordered: weight and share of right images at each size, ascending.
    """
    least = list(accumulate((share for _, share in ordered), min))
    sums = list(accumulate(weight for weight, _ in ordered))
    # An image that is last right at the k-th size adds the first k weights; one never right, none.
    parts = [before - after for before, after in pairwise([*least, 0.0])]
    first = sum(part * total for part, total in zip(parts, sums, strict=True))
    second = sum(part * total**2 for part, total in zip(parts, sums, strict=True))
    return sqrt(max(0.0, second - first**2))

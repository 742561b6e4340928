"""Of which recorded runs the counts can be made again here, and of which only by training anew."""

from collections.abc import Iterable

from companion.experiments.results import manifest
from companion.experiments.results.types import Result
from companion.files import RECORDED

_ATTACKS = ("stronger/", "apgd/")  # on the network of another line


def words(runs: Iterable[Result]) -> str:
    """Say, from the manifest, that weights of recorded runs are not kept.

    Args:
        runs: recorded ones; others, as those of this build, have no line and are left out.

    Returns:
        A sentence for the reader; empty where all weights are kept.

    Example:
        >>> from companion.experiments.results.record import recorded
        >>> words(one for one in recorded() if one["configuration"]["experiment"] == "lenet-mnist")
        ''
    """
    lines = [
        line for line in manifest.read(RECORDED).values() if not line.path.startswith(_ATTACKS)
    ]
    kept = {line.weights_sha256: line.weights == manifest.KEPT for line in lines}
    found = [kept[one["weights_sha256"]] for one in runs if one.get("weights_sha256") in kept]
    missing = found.count(False)
    if not missing:
        return ""
    return (
        f"Not recomputable here, retrainable: the weights of {missing} of the {len(found)} "
        "recorded runs are not kept."
    )

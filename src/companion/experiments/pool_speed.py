"""What ``benchmarks/bench_pooling.py`` recorded of SubpoolMaxPool2d's speed, and its limits."""

import json
from typing import Any, Final, cast

from companion.published import data_folder, read_data

FILE: Final = "pool_speed.json"
LONGEST: Final = 3.0
"""Forward and backward together may take so many times the time of MaxPool2d."""
MOST_MEMORY: Final = 2.0
"""The forward may take so many times the peak memory of MaxPool2d."""
LIMITED: Final = ("{0, 8}", "{8}")
"""Orders at 3x3 for which the limit of time is asked."""


def read() -> dict[str, Any]:
    """Read the record: ``runs``, each with what it ran on and its ``rows``.

    Raises:
        DataError: it is missing, or not as listed in ``data/SHA256SUMS``.
    """
    return cast("dict[str, Any]", json.loads(read_data(data_folder() / "ours" / FILE)))


def merged(record: dict[str, Any], run: dict[str, Any]) -> dict[str, Any]:
    """A record with one run more, which takes the place of earlier ones of the same kind.

    Eager and compiled pools are two kinds.
    """
    kinds = {run["rows"][0]["compiled"]}
    others = [one for one in record["runs"] if one["rows"][0]["compiled"] not in kinds]
    return {"runs": sorted([*others, run], key=lambda one: bool(one["rows"][0]["compiled"]))}


def limited(row: dict[str, Any]) -> bool:
    """Whether the limit of time is asked of a row."""
    return row["kernel"] == 3 and row["orders"] in LIMITED


def too_long(row: dict[str, Any]) -> bool:
    """Whether a row that has a limit of time is beyond it, by the processor's clock."""
    return limited(row) and row["both"]["processor"] > LONGEST

"""Progress of a training sweep: one bar over all its cells, with the time left."""

import json
import subprocess
import time
from pathlib import Path

from safetensors import SafetensorError, safe_open
from tqdm import tqdm

from companion.build.cells import Cell
from companion.experiments.models.building import build, count_parameters
from companion.experiments.runs import config

SECONDS_BETWEEN_LOOKS = 2.0


def work(cell: Cell) -> int:
    """What a cell takes, in arbitrary units: images seen times parameters of the model."""
    chosen = config.configuration(cell.experiment, cell.variant, cell.seed, cell.profile)
    images = chosen.training.epochs * chosen.training.train_images
    return images * count_parameters(build(cell.experiment, cell.variant))


def share_done(cell: Cell, root: Path) -> float:
    """How much of a cell is done, from 0 to 1: its finished epochs, or all when it is written."""
    output = root / cell.output
    if output.is_file():
        return 1.0
    chosen = config.configuration(cell.experiment, cell.variant, cell.seed, cell.profile)
    try:
        with safe_open(output.with_name(chosen.checkpoint_name), framework="pt") as stored:
            record = json.loads(stored.metadata()["record"])
    except (OSError, SafetensorError):
        return 0.0  # no epoch finished yet, or the file is just being replaced
    return min(len(record["curve"]) / chosen.training.epochs, 1.0)


def follow(process: "subprocess.Popen[bytes]", cells: list[Cell], root: Path) -> int:
    """Show one bar until ``process`` ends; return its exit status.

    Where there is no terminal to draw it on, a line for every cell more that is finished.
    """
    weights = {cell: work(cell) for cell in cells}
    total = sum(weights.values())
    done = {cell: share_done(cell, root) for cell in cells}
    start = sum(weights[cell] * done[cell] for cell in cells) / total
    style = "{desc} {percentage:3.0f}%|{bar}| {elapsed} gone, {remaining} left"
    before = -1
    with tqdm(total=1.0, initial=start, bar_format=style, disable=None) as bar:
        while True:
            ended = process.poll() is not None
            done = {cell: share_done(cell, root) for cell in cells}
            finished = sum(share == 1.0 for share in done.values())
            bar.set_description_str(f"{finished} of {len(cells)} cells")
            bar.update(sum(weights[cell] * done[cell] for cell in cells) / total - bar.n)
            if bar.disable and finished > before:
                print(f"{finished} of {len(cells)} cells", flush=True)
            before = finished
            if ended:
                break
            time.sleep(SECONDS_BETWEEN_LOOKS)
    return process.returncode

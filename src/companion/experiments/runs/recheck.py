"""Count again what the record says of every network whose weights are kept, and compare.

Where the record has it, not only how many images withstand an attack is compared, but which.

``python -m companion.experiments.runs.recheck`` takes hours on two cores and may be stopped at any
time: what it has counted is kept in ``build/recheck`` for as long as code, versions and processor
stay the same. With ``--sample`` it counts a sample that is drawn from the commit's hash, in about
a minute: it says what was drawn.

On a processor of the recorded model, with the recorded versions, every count has to be the recorded
one. Another processor sums in another order, and an image on a border between classes may fall to
either side; there a count may differ by ten images. (Of 14 attacks
with shorter vector instructions, each on 1,000 images, two counts differed, by one image, and the
images by up to four.)
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

import torch
from tqdm import tqdm

from companion.experiments.attacks.automatic import TOOLBOX
from companion.experiments.results import manifest, outcomes, rounded
from companion.experiments.results import record as results
from companion.experiments.results.types import Provenance
from companion.experiments.runs import recount
from companion.experiments.runs.draw import drawn, origin
from companion.experiments.runs.provenance import CODE, stage
from companion.experiments.runs.recount import Kind, Part, Recount
from companion.experiments.runs.rounding import differing
from companion.files import RECORDED, ROOT, write_whole
from maxpooling.errors import DataError

TOLERANCE = 10  # images, on another processor than the recorded one
# Records of before 2026-11-27 say only "AMD EPYC", as processors of several generations do. On this
# one a drawn sample of them, 235 counts and 4 trainings, came out bit for bit. Elsewhere one attack
# of the same sample left other images right, though as many.
OLDER = "AuthenticAMD 25 17 1, L1 32K/1, L2 1024K/1, L3 32768K/2"
FOUND = ROOT / "build" / "recheck" / "found.json"
# Seconds on one core that a sample may take for each kind of count. A part that takes longer (the
# ensemble of most networks) is in the whole check only.
SAMPLE: Mapping[Kind, float] = {
    "clean": 10.0,
    "fast-gradient": 25.0,
    "fast-gradient-float64": 15.0,
    "rounding": 5.0,
    "pgd": 20.0,
    "ensemble": 30.0,
    "apgd": 20.0,
}
SAMPLE_ROUNDED = 500  # images that one stored ResNet classifies in a sample


@dataclass(frozen=True)
class Comparison:
    """A part beside the record.

    Attributes:
        part: what was counted.
        counts: each recorded count and the one found.
        tolerance: images by which they may differ here.
        others: images, at one size or another, that are right now and were not, or were and are
            not; None where the record does not say which images were right.
    """

    part: Part
    counts: tuple[Recount, ...]
    tolerance: int
    others: int | None

    @property
    def off(self) -> list[Recount]:
        """The counts that differ by more than they may."""
        return [one for one in self.counts if abs(one.recorded - one.found) > self.tolerance]

    @property
    def elsewhere(self) -> bool:
        """Whether more images are others than may be, though perhaps as many are right."""
        return (self.others or 0) > self.tolerance * len(self.counts)

    def __str__(self) -> str:
        """A line for the log."""
        if self.elsewhere and not self.off:
            return f"{self.part.name}: as many images right as recorded, {self.others} others"
        if self.off:
            said = "; ".join(
                f"{one.name}: expected {one.recorded} of {one.images} images, found {one.found}"
                for one in self.off
            )
            return f"{self.part.name}: {said}"
        largest = max(abs(one.recorded - one.found) for one in self.counts)
        how = "as recorded" if largest == 0 else f"at most {largest} images from the recorded ones"
        images = ", the same images" if self.others == 0 else ""
        return f"{self.part.name}: {len(self.counts)} counts {how}{images}"


@dataclass(frozen=True)
class Again:
    """A part counted again.

    Attributes:
        counts: in the order of :func:`companion.experiments.runs.recount.recorded_numbers`.
        others: see :class:`Comparison`.
    """

    counts: list[int]
    others: int | None


def again(part: Part, recorded: Path = RECORDED) -> Again:
    """Count a part again, and compare image by image where the record has the images.

    Args:
        part: of a network whose weights are kept.
        recorded: folder of the recorded results.

    Returns:
        The counts, and how many images are others than those of the record.

    Raises:
        DataError: weights, record or images are damaged or missing.
    """
    if part.norm is None:
        return Again(recount.count(part, recorded), None)
    right = recount.right(part, recorded).numpy()
    result = results.read(recorded / f"{part.network}.json")
    path = _outcomes(part, result, recorded)
    kept = outcomes.at(path, result["weights_sha256"], recorded)
    before = kept.right.get((part.kind, part.norm)) if kept else None
    if before is not None and part.size is not None:
        before = before[[part.size]]
    others = None if before is None else int((right != before).sum())
    return Again(right.sum(1).tolist(), others)


def _outcomes(part: Part, result: results.Result, recorded: Path) -> Path:
    source = recorded / f"{part.network}.json"
    return source.with_name(outcomes.name_of(result["configuration"]["seed"]))


def compare(part: Part, found: Again, recorded: Path = RECORDED) -> Comparison:
    """Set the counts found now beside the recorded ones.

    Args:
        part: that was counted.
        found: what :func:`again` returned.
        recorded: folder of the recorded results.

    Returns:
        The comparison.
    """
    images, numbers = recount.recorded_numbers(part, recorded)
    counts = (
        Recount(name, images, number, now)
        for (name, number), now in zip(numbers.items(), found.counts, strict=True)
    )
    made = _made(part, recorded)
    tolerance = 0 if same_machine(made) else TOLERANCE
    return Comparison(part, tuple(counts), tolerance, found.others)


def _made(part: Part, recorded: Path) -> Provenance:
    """Where the counts of a part come from."""
    if part.kind == "apgd":
        return results.read_automatic(recorded / "apgd" / f"{part.network}.json")["provenance"]
    if part.kind in ("fast-gradient-float64", "ensemble", "rounding"):
        return results.read_stronger(recorded / "stronger" / f"{part.network}.json")["provenance"]
    return results.read(recorded / f"{part.network}.json")["provenance"]


def same_machine(made: Provenance) -> bool:
    """Say whether counts made here have to be those of a run, bit for bit.

    Args:
        made: provenance of the run.

    Returns:
        True on a processor of the same model, with the same versions of what computes.
    """
    now = stage("cpu")
    life = made.get("life")
    instructions = life[-1]["instructions"] if life else now["instructions"]
    model = life[-1].get("model", OLDER) if life else OLDER
    return (
        made["device"] == "cpu"
        and made["processor"] == now["processor"]
        and instructions == now["instructions"]
        and model == now.get("model") != ""
        and all(made["versions"][one] == now["versions"][one] for one in ("torch", "foolbox"))
        and (TOOLBOX not in made["versions"] or made["versions"][TOOLBOX] == version(TOOLBOX))
    )


def sample(parts: Iterable[Part], drawn_from: str, recorded: Path = RECORDED) -> list[Part]:
    """Draw parts of each kind, about as many seconds as :data:`SAMPLE` says.

    Args:
        parts: all of them.
        drawn_from: see :func:`companion.experiments.runs.draw.origin`.
        recorded: folder of the recorded results.

    Returns:
        Whole parts, but of projected gradient descent and of APGD single sizes.
    """
    whole = list(parts)
    taken = []
    for kind, budget in SAMPLE.items():
        of_kind = [part for part in whole if part.kind == kind]
        if kind in ("pgd", "apgd"):
            of_kind = [one for part in of_kind for one in recount.single_sizes(part, recorded)]
        taken += drawn(
            of_kind,
            name=lambda part: part.name,
            cost=lambda part: part.seconds,
            budget=budget,
            drawn_from=drawn_from,
        )
    return taken


def state() -> str:
    """Hash what found counts depend on beside weights and settings: code, versions, processor."""
    digest = hashlib.sha256()
    for place in CODE:
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    now = stage("cpu")
    about = [now["versions"], now["processor"], now["instructions"], now.get("model")]
    digest.update(json.dumps(about, sort_keys=True).encode())
    return digest.hexdigest()


def key_of(part: Part, recorded: Path = RECORDED) -> str:
    """Name a part with all that its counts and their comparison image by image depend on."""
    result = results.read(recorded / f"{part.network}.json")
    name = _outcomes(part, result, recorded).relative_to(recorded).as_posix()
    images, _ = outcomes.lines(recorded).get(name, ("", ""))
    return f"{part.name} {result['weights_sha256']} {result['configuration_sha256']} {images}"


class Found:
    """What was counted so far, kept on disk for a run that is stopped."""

    def __init__(self, path: Path) -> None:
        """Take up what an earlier run of the same code counted on this machine."""
        self.path, self.state = path, state()
        self.parts: dict[str, Again] = {}
        try:
            before = json.loads(path.read_bytes())
            if before["state"] == self.state:
                self.parts = {key: Again(**one) for key, one in before["parts"].items()}
        except (OSError, ValueError, KeyError, TypeError):
            return  # counted anew

    def add(self, key: str, found: Again) -> None:
        """Keep what was found of a part."""
        self.parts[key] = found
        parts = {name: asdict(one) for name, one in self.parts.items()}
        text = json.dumps({"state": self.state, "parts": parts}, indent=1)
        write_whole(self.path, text.encode())


def recheck(
    parts: Sequence[Part], *, found: Path = FOUND, recorded: Path = RECORDED
) -> Iterator[Comparison]:
    """Count parts again on all cores, those that are done already first.

    Args:
        parts: to be counted.
        found: file that keeps the counts.
        recorded: folder of the recorded results.

    Yields:
        The comparison of each part as it ends.

    Raises:
        DataError: weights, record or images are damaged or missing.
    """
    kept = Found(found)
    keys = {part: key_of(part, recorded) for part in parts}
    for part in parts:
        if keys[part] in kept.parts:
            yield compare(part, kept.parts[keys[part]], recorded)
    left = [part for part in parts if keys[part] not in kept.parts]
    left.sort(key=lambda part: part.seconds, reverse=True)  # no long one alone at the end
    if not left:
        return
    cores = min(len(left), os.cpu_count() or 1)
    pool = ProcessPoolExecutor(cores, get_context("spawn"), torch.set_num_threads, (1,))
    try:
        waiting = {pool.submit(again, part, recorded): part for part in left}
        for done in as_completed(waiting):
            part = waiting[done]
            one = done.result()
            kept.add(keys[part], one)
            yield compare(part, one, recorded)
    finally:
        pool.shutdown(cancel_futures=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the record against its weights from the command line.

    Args:
        arguments: see ``python -m companion.experiments.runs.recheck --help``.

    Returns:
        0, or 1 when a count differs or something is damaged.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", action="store_true", help="drawn from the commit's hash")
    chosen = parser.parse_args(arguments).sample
    try:
        for note in manifest.verify(RECORDED):
            print(f"note: {note}")
        results.recorded()  # the laws
        networks = recount.networks(RECORDED)
        for network in networks:
            one = recount.parameters(network, RECORDED)
            if one.recorded != one.found:
                raise DataError(f"{one.name}: expected {one.recorded}, found {one.found}")
        every = [part for network in networks for part in recount.parts_of(network, RECORDED)]
        parts = every
        if chosen:
            drawn_from = origin(recorded=RECORDED)
            parts = sample(every, drawn_from, RECORDED)
            print(f"sample drawn from {drawn_from}")
        return max(_report(parts), _report_rounded(drawn_from if chosen else None))
    except DataError as error:
        print(error, file=sys.stderr)
        return 1


def _report_rounded(drawn_from: str | None) -> int:
    """Of networks that are stored rounded: all, or some images of a drawn one; 0 if as stored."""
    names, images = rounded.networks(), None
    if drawn_from is not None:
        images = SAMPLE_ROUNDED
        names = drawn(names, name=str, cost=lambda _: 1.0, budget=1.0, drawn_from=drawn_from)
    if not names:
        return 0
    failed = 0
    cores = min(len(names), os.cpu_count() or 1)
    with ProcessPoolExecutor(cores, get_context("spawn"), torch.set_num_threads, (1,)) as pool:
        found = [pool.submit(differing, name, images) for name in names]
    for name, done in zip(names, found, strict=True):
        made = rounded.outcomes_of(name).record["attacks"].values()
        exact = all(same_machine(one["provenance"]) for one in made)
        compared = done.result()
        allowed = 0 if exact else TOLERANCE * len(compared)
        total, others = (sum(column) for column in zip(*compared, strict=True))
        what = "images compared, none attacked"
        if images is None:
            what = "images compared, one attacked at several sizes counting as several"
        print(
            f"{name} in bfloat16: {total} {what}; {others} are others than stored, {allowed} may be"
        )
        failed += others > allowed
    return int(failed > 0)


def _report(parts: Sequence[Part]) -> int:
    counted, off, others = 0, 0, 0
    with tqdm(total=round(sum(part.seconds for part in parts)), unit="s", disable=None) as bar:
        for done in recheck(parts, found=FOUND, recorded=RECORDED):
            wrong = bool(done.off) or done.elsewhere
            bar.write(str(done), file=sys.stderr if wrong else sys.stdout)
            bar.update(round(done.part.seconds))
            counted += len(done.counts)
            off += len(done.off)
            others += done.elsewhere
    stated, kept = recount.stated(RECORDED)
    print(
        f"{counted} of {kept} counts whose weights are kept were counted again, {off} differ, "
        f"{others} attacks leave other images right; "
        f"{stated - kept} others are not recomputable here, retrainable (make retrain)"
    )
    return int(off > 0 or others > 0)


if __name__ == "__main__":
    sys.exit(main())

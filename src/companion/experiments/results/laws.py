"""Laws that the counts of every run obey, whatever the network: what the counting code promises.

An attack of size 0 changes no image, so it leaves what is right without an attack. One step of one
or more along the sign leaves black and white pixels only, whatever its size. The ensemble counts
what withstands the fast gradient, at this size and at all smaller ones. What is *not* promised is
no law here: projected gradient descent starts at random and may leave more than one step does, and
a training in bfloat16 measures its own curve in bfloat16.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import isclose

from companion.experiments.results.types import Automatic, Clean, Result, Robust, Stronger


@dataclass(frozen=True)
class _Unchanged:
    """How many of the first images are right when nothing is done to them, and who counted."""

    name: str
    images: int
    correct: int


def broken(result: Result) -> Iterator[str]:
    """Say which laws a result breaks.

    Args:
        result: follows its schema.

    Yields:
        What was expected and what was found, a sentence for each law; nothing for a sound result.
    """
    training, attack = result["configuration"]["training"], result["configuration"]["attack"]
    planned = {"fast-gradient": (attack["images"], attack["epsilons"])}
    if attack["pgd_images"]:
        planned["pgd"] = attack["pgd_images"], attack["pgd_epsilons"]
    yield from _plan(result["robust"], planned)
    yield from _counts(result["robust"])
    clean = result["clean"]
    if clean["images"] != training["test_images"]:
        yield (
            f"clean: expected the {training['test_images']} images of the configuration, "
            f"found {clean['images']}"
        )
    if clean["correct"] > clean["images"]:
        yield f"clean: expected at most {clean['images']} right images, found {clean['correct']}"
    slack = borderline(result["provenance"]["device"], clean["images"])
    yield from _size_zero([_clean(clean), *_zeros(result["robust"])], slack)
    yield from _curve(result, slack)


def broken_stronger(found: Stronger) -> Iterator[str]:
    """Say which laws the stronger attacks on a network break.

    Args:
        found: follows its schema.

    Yields:
        As :func:`broken`.
    """
    images = found["settings"]["images"]
    attacks = ["fast-gradient-float64"] + (["ensemble"] if "steps" in found["settings"] else [])
    epsilons = found["robust"][0]["epsilons"]
    yield from _plan(found["robust"], dict.fromkeys(attacks, (images, epsilons)))
    yield from _counts(found["robust"])
    rounding = found["rounding"]
    for name, count in (("sure", rounding["sure"]), ("unmoved", rounding["unmoved"])):
        if count > rounding["right"]:
            yield f"{name}: expected at most the {rounding['right']} right images, found {count}"
    right = _Unchanged("rounding's right images", images, rounding["right"])
    slack = borderline(found["provenance"]["device"], images)
    yield from _size_zero([right, *_zeros(found["robust"])], slack)


def broken_together(result: Result, found: Stronger) -> Iterator[str]:
    """Say which laws a result and the stronger attacks on its network break together.

    Args:
        result: of the network.
        found: attacks on the same weights.

    Yields:
        As :func:`broken`.
    """
    attack = result["configuration"]["attack"]
    for one in found["robust"]:
        if (one["images"], one["epsilons"]) != (attack["pgd_images"], attack["pgd_epsilons"]):
            yield f"{_name(one)}: expected images and sizes of the result's own pgd, found others"
    clean = result["clean"]
    slack = borderline(result["provenance"]["device"], clean["images"])
    right = _Unchanged(
        "rounding's right images", found["settings"]["images"], found["rounding"]["right"]
    )
    yield from _size_zero([_clean(clean), right, *_zeros(result["robust"])], slack)
    single = {one["norm"]: one for one in result["robust"] if one["attack"] == "fast-gradient"}
    for one in found["robust"]:
        weaker = single[one["norm"]]
        if one["attack"] != "ensemble" or one["images"] > weaker["images"]:
            continue
        left = dict(zip(weaker["epsilons"], weaker["correct"], strict=True))
        for epsilon, count in zip(one["epsilons"], one["correct"], strict=True):
            if count > left.get(epsilon, one["images"]) + slack:
                yield (
                    f"{_name(one)} at {epsilon:g}: expected at most the {left[epsilon]} images "
                    f"that the fast gradient leaves, found {count}"
                )


def broken_automatic(found: Automatic) -> Iterator[str]:
    """Say which laws APGD on a network breaks: it goes on from size to size.

    Args:
        found: follows its schema.

    Yields:
        As :func:`broken`.
    """
    norms = [one["norm"] for one in found["robust"]]
    if sorted(norms) != ["l2", "linf"]:
        yield f"norms: expected linf and l2, found {', '.join(norms)}"
    yield from _counts(found["robust"])
    for one in found["robust"]:
        if one["images"] != found["settings"]["images"]:
            yield (
                f"{_name(one)}: expected {found['settings']['images']} images, "
                f"found {one['images']}"
            )
        if sorted(one["correct"], reverse=True) != one["correct"]:
            yield (
                f"{_name(one)}: expected no more right images at a larger size, "
                f"found {one['correct']}"
            )


def broken_after(weaker: Sequence[Robust], found: Automatic) -> Iterator[str]:
    """Say which laws APGD breaks beside the attack that it goes on from.

    Args:
        weaker: every other attack on the network.
        found: APGD on the same weights.

    Yields:
        As :func:`broken`.
    """
    name = after(found)
    before = {one["norm"]: one for one in weaker if one["attack"] == name}
    for one in found["robust"]:
        left = before.get(one["norm"])
        if left is None or one["images"] != left["images"]:
            yield f"{_name(one)}: expected the images of {name}, found others or no {name}"
            continue
        counts = dict(zip(left["epsilons"], left["correct"], strict=True))
        for epsilon, count in zip(one["epsilons"], one["correct"], strict=True):
            if count > counts.get(epsilon, -1):
                yield (
                    f"{_name(one)} at {epsilon:g}: expected at most the "
                    f"{counts.get(epsilon, 'missing')} images that {name} leaves, "
                    f"found {count}"
                )


def after(found: Automatic) -> str:
    """Say from what attack APGD goes on.

    Args:
        found: follows its schema.

    Returns:
        The attack's name in the record.
    """
    return found["settings"].get("after", "ensemble")


def borderline(device: str, images: int) -> int:
    """How many images may fall to either side of a border between classes in another batch.

    Another batch size may sum in another order, and a graphics card rounds the factors.

    Args:
        device: ``"cpu"`` or ``"cuda"``.
        images: of how many.

    Returns:
        One on a processor, one of a thousand on a graphics card.
    """
    return max(1, images // 1000) if device == "cuda" else 1


def _plan(found: Sequence[Robust], planned: dict[str, tuple[int, list[float]]]) -> Iterator[str]:
    """Each planned attack once in either norm, on the images and sizes that it is planned for."""
    expected = sorted((name, norm) for name in planned for norm in ("linf", "l2"))
    made = sorted((one["attack"], one["norm"]) for one in found)
    if made != expected:
        yield f"attacks: expected {_list(expected)}, found {_list(made)}"
        return
    for one in found:
        images, epsilons = planned[one["attack"]]
        if one["images"] != images:
            yield f"{_name(one)}: expected {images} images, found {one['images']}"
        if one["epsilons"] != epsilons:
            yield f"{_name(one)}: expected the sizes {epsilons}, found {one['epsilons']}"


def _counts(found: Sequence[Robust]) -> Iterator[str]:
    for one in found:
        name, counts = _name(one), one["correct"]
        if len(counts) != len(one["epsilons"]):
            yield (
                f"{name}: expected a count for each of {len(one['epsilons'])} epsilons, "
                f"found {len(counts)}"
            )
            continue
        if max(counts) > one["images"]:
            yield (f"{name}: expected at most {one['images']} right images, found {max(counts)}")
        by_size = list(zip(one["epsilons"], counts, strict=True))
        if one["attack"] == "ensemble":
            for (_, before), (epsilon, count) in pairwise(by_size):
                if count > before:
                    yield (
                        f"{name} at {epsilon:g}: expected at most the {before} images of the size "
                        f"before, found {count}"
                    )
        if one["attack"].startswith("fast-gradient") and one["norm"] == "linf":
            clipped = sorted({count for epsilon, count in by_size if epsilon >= 1})
            if len(clipped) > 1:
                yield (
                    f"{name}: expected one count for all sizes from 1 on, whose images are the "
                    f"same, found {', '.join(map(str, clipped))}"
                )


def _zeros(found: Sequence[Robust]) -> list[_Unchanged]:
    return [
        _Unchanged(f"{_name(one)} at size 0", one["images"], count)
        for one in found
        for epsilon, count in zip(one["epsilons"], one["correct"], strict=False)
        if epsilon == 0
    ]


def _clean(clean: Clean) -> _Unchanged:
    return _Unchanged("clean", clean["images"], clean["correct"])


def _size_zero(counted: Sequence[_Unchanged], slack: int) -> Iterator[str]:
    """Counts over the first images of one test set fit each other; two norms of one attack agree.

    Of the images that only the larger count is taken over, none or all may be right.
    """
    for one, other in combinations(counted, 2):
        few, many = sorted((one, other), key=lambda each: each.images)
        alike = few.name.split()[0] == many.name.split()[0]
        spare = 0 if alike else slack
        least, most = few.correct - spare, few.correct + many.images - few.images + spare
        if not least <= many.correct <= most:
            between = str(few.correct) if least == most else f"{least} to {most}"
            yield (
                f"{many.name}: expected {between} right images beside the {few.correct} of "
                f"{few.images} that are right for {few.name}, found {many.correct}"
            )


def _curve(result: Result, slack: int) -> Iterator[str]:
    curve, training = result["curve"], result["configuration"]["training"]
    epochs = [row["epoch"] for row in curve]
    if epochs != list(range(1, training["epochs"] + 1)):
        yield f"curve: expected the epochs 1 to {training['epochs']}, found {epochs}"
        return
    seen = training["train_images"]
    if training["drop_last"]:
        seen -= seen % training["batch_size"]
    images = training["test_images"]
    for row in curve:
        for name, share, of in (
            ("train_accuracy", row["train_accuracy"], seen),
            ("test_accuracy", row["test_accuracy"], images),
        ):
            if not isclose(share * of, round(share * of), abs_tol=1e-6):
                yield (
                    f"curve, epoch {row['epoch']}: expected a share of {of} images as {name}, "
                    f"found {share}"
                )
    total = sum(row["seconds"] for row in curve)
    if not isclose(total, result["seconds"]["training"], rel_tol=1e-9):
        yield f"seconds: expected {total} of training as in the curve, found {result['seconds']}"
    end = round(curve[-1]["test_accuracy"] * images)
    measured_alike = result["provenance"]["precision"] == "float32"
    if measured_alike and abs(end - result["clean"]["correct"]) > slack:
        yield (
            f"curve: expected the clean count {result['clean']['correct']} at its end, found {end}"
        )


def _name(robust: Robust) -> str:
    return f"{robust['attack']} {robust['norm']}"


def _list(attacks: Sequence[tuple[str, str]]) -> str:
    return ", ".join(" ".join(one) for one in attacks)

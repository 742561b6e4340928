"""Sizes in deviations: the record is of networks that we have, and a part of it is found again."""

import pytest

from companion.build.cells import data_at_hand
from companion.experiments.attacks import normalised
from companion.experiments.attacks.normalised import Sweep
from companion.experiments.attacks.sweeps import NORMS, Norm
from companion.experiments.pictures.tables import deviation_rows
from companion.experiments.results import record as results
from companion.experiments.runs.config import VARIANTS
from companion.files import RECORDED

RECORD = normalised.read()
TRIED = 100


def test_every_network_is_there_under_both_norms() -> None:
    found = [(one["variant"], one["norm"]) for one in RECORD["sweeps"]]
    assert found == [
        (variant, norm) for variant in VARIANTS[normalised.EXPERIMENT] for norm in NORMS
    ]
    (origin,) = RECORD["provenance"]
    assert not origin["uncommitted"]


@pytest.mark.parametrize(
    "sweep", RECORD["sweeps"], ids=lambda one: f"{one['variant']}-{one['norm']}"
)
def test_the_record_is_of_networks_that_we_have(sweep: Sweep) -> None:
    path = results.path_of(RECORDED, normalised.EXPERIMENT, sweep["variant"], normalised.SEED)
    about = results.read(path)
    assert sweep["weights_sha256"] == about["weights_sha256"]
    assert sweep["epsilons"] == about["configuration"]["attack"]["epsilons"]
    assert sweep["images"] == about["clean"]["images"]
    clean, *attacked = sweep["correct"]
    assert abs(clean - about["clean"]["correct"]) <= 2  # another processor rounds otherwise
    (pixels,) = [
        one["correct"][1:]
        for one in about["robust"]
        if (one["attack"], one["norm"]) == ("fast-gradient", sweep["norm"])
    ]
    # A deviation is about a quarter of the range of pixels: the step is shorter, and hurts less.
    assert sum(attacked) > sum(pixels)


@pytest.mark.parametrize("norm", NORMS)
def test_a_part_of_the_record_is_found_again(norm: Norm) -> None:
    if not data_at_hand():
        pytest.skip("no image data in this folder: `make book` fetches them")
    found = normalised.measure("strided", norm, images=TRIED)
    (whole,) = [
        one for one in RECORD["sweeps"] if (one["variant"], one["norm"]) == ("strided", norm)
    ]
    assert found["images"] == TRIED
    share = [count / whole["images"] for count in whole["correct"]]
    # A hundred images are a sample of all; five standard deviations of the least certain size.
    for count, expected in zip(found["correct"], share, strict=True):
        assert abs(count / TRIED - expected) < 5 * 0.5 / TRIED**0.5


def test_rows_set_the_units_side_by_side() -> None:
    rows = deviation_rows(results.recorded(), RECORD["sweeps"])
    assert len(rows) == len(VARIANTS[normalised.EXPERIMENT])
    for row, sweep in zip(rows, RECORD["sweeps"][::2], strict=True):
        mean = sum(sweep["correct"][1:]) / (len(sweep["correct"]) - 1) / sweep["images"]
        name = "FGSM, L∞" if sweep["norm"] == "linf" else "FGM, L2"
        assert row[f"{name}, in deviations"] == f"{100 * mean:.2f}"
        assert float(row[f"{name}, in pixels"]) < 100 * mean


def test_again_notices_another_count(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = [{**one, "correct": [*one["correct"][:-1], 0]} for one in RECORD["sweeps"]]
    for sweeps, status in ((RECORD["sweeps"], 0), (changed, 1)):
        monkeypatch.setattr(normalised, "_measured", lambda sweeps=sweeps: {"sweeps": sweeps})
        assert normalised.main(["--again"]) == status
    assert "other counts" in capsys.readouterr().out

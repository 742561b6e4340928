"""Figures, tables and values as files, whole or not at all."""

import json
from fractions import Fraction
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from IPython.display import HTML

from companion.pages.figures import light_svg, use_style
from companion.pages.publishing import (
    format_value,
    publish_figure,
    publish_preview,
    publish_table,
    record,
    record_times,
)


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAXPOOLING_RESULTS", str(tmp_path))
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class TestFigure:
    def test_writes_both_themes_and_the_description(self, results: Path) -> None:
        figure, _ = plt.subplots()
        publish_figure(figure, "figure-4", alt="Errors against <d>")
        expected = ["figure-4.dark.svg", "figure-4.figure.json", "figure-4.light.svg"]
        assert names(results) == expected
        about = json.loads((results / "figure-4.figure.json").read_text())
        assert about == {"alt": "Errors against <d>"}
        assert not plt.fignum_exists(figure.number)

    @pytest.mark.parametrize("name", ["Figure", "4", "a_b", "a/b", ""])
    def test_refuses_names(self, results: Path, name: str) -> None:
        figure, _ = plt.subplots()
        with pytest.raises(ValueError, match="allowed are lower-case letters"):
            publish_figure(figure, name, alt="x")
        plt.close(figure)
        assert names(results) == []

    def test_refuses_a_missing_description(self, results: Path) -> None:
        figure, _ = plt.subplots()
        with pytest.raises(ValueError, match="describe what it shows"):
            publish_figure(figure, "a", alt=" ")
        plt.close(figure)
        assert names(results) == []


class TestPreview:
    def test_is_of_the_size_that_links_show_and_leaves_the_figure(self, results: Path) -> None:
        use_style()
        figure, axes = plt.subplots()
        axes.plot([1, 2])
        before = light_svg(figure, "a line")
        publish_preview(figure, "Title", "and more")
        assert light_svg(figure, "a line") == before
        plt.close(figure)
        pixels = plt.imread(results / "preview.png")
        assert pixels.shape[:2] == (630, 1200)
        assert pixels[..., :3].min() < 0.5  # something is drawn
        assert (pixels[0, 0, :3] == 1).all()  # on the light page's ground
        assert names(results) == ["preview.png"]

    def test_refuses_no_title(self, results: Path) -> None:
        figure, _ = plt.subplots()
        with pytest.raises(ValueError, match="title=' ' of the preview is empty"):
            publish_preview(figure, " ", "more")
        plt.close(figure)
        assert names(results) == []


class TestTable:
    def test_fractions_stay_exact(self, results: Path) -> None:
        frame = pd.DataFrame({"d": [2], "$E$": [Fraction(1, 3)]})
        publish_table(frame, "table-d")
        assert (results / "table-d.csv").read_text() == "d,$E$\n2,1/3\n"

    def test_shown_alike_each_time(self, results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        shown: list[HTML] = []
        monkeypatch.setattr("companion.pages.publishing.display", shown.append)
        for _ in range(2):
            publish_table(pd.DataFrame({"d": [2]}), "t")
        assert shown[0].data == shown[1].data
        assert ">2<" in str(shown[0].data)

    def test_refuses_an_empty_table(self, results: Path) -> None:
        with pytest.raises(ValueError, match="'t' has no rows"):
            publish_table(pd.DataFrame({"d": []}), "t")


class TestTimes:
    def test_are_kept_apart_from_values(self, results: Path) -> None:
        record(n=3)
        record_times(one=1.5)
        record_times(two=2)
        assert json.loads((results / "times.json").read_text()) == {"one": 1.5, "two": 2.0}
        assert json.loads((results / "values.json").read_text()) == {"n": 3}

    def test_refuses_what_is_no_duration_and_a_name_twice(self, results: Path) -> None:
        with pytest.raises(ValueError, match=r"one=-1 is no duration: allowed are finite"):
            record_times(one=-1)
        record_times(one=1)
        with pytest.raises(ValueError, match=r"one=2 was recorded before as 1"):
            record_times(one=2)


class TestRecord:
    def test_values_add_up_and_stay_exact(self, results: Path) -> None:
        record(error=Fraction(1, 18), n=np.int64(3))
        record(share=0.5, n=3)
        values = json.loads((results / "values.json").read_text())
        assert values == {"error": "1/18", "n": 3, "share": 0.5}

    def test_a_name_has_one_value(self, results: Path) -> None:
        record(n=3)
        with pytest.raises(ValueError, match="n=4 was recorded before as 3"):
            record(n=4)

    def test_refuses_other_types_and_what_is_not_finite(self, results: Path) -> None:
        with pytest.raises(TypeError, match=r"n=\[1\] is a list; allowed: int, Fraction"):
            record(n=[1])
        with pytest.raises(ValueError, match="n=nan is not finite"):
            record(n=float("nan"))
        assert names(results) == []


def test_without_a_build_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MAXPOOLING_RESULTS", raising=False)
    monkeypatch.chdir(tmp_path)
    record(n=1)
    publish_table(pd.DataFrame({"d": [2]}), "t")
    assert names(tmp_path) == []


def test_format_value() -> None:
    assert format_value("1/512", "") == "1/512"
    assert format_value("1/512", ".4f") == "0.0020"
    assert format_value(3, "d") == "3"

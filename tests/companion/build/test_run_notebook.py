"""One notebook: executed whole, or leaving nothing that could be taken for a result."""

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from companion.build.run_notebook import NotebookError, run

HEADER = """# ---
# jupyter:
#   companion:
#     inputs:
#     - data/declared*.csv
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% tags=["parameters"]
largest = 3

# %%
"""
WHOLE = {"notebooks/toy.ipynb", "results/toy/values.json", "results/toy/provenance.json"}
RECORD = "from companion.pages.publishing import record\nrecord(largest=largest)\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("notebooks", "data"):
        (tmp_path / folder).mkdir()
    for name in ("declared_1.csv", "hidden.csv"):
        (tmp_path / "data" / name).write_text("1\n")
    return tmp_path


def execute(project: Path, code: str, **parameters: int) -> tuple[Path, Path]:
    source = project / "notebooks" / "toy.py"
    source.write_text(HEADER + code)
    output, results = project / "build/notebooks/toy.ipynb", project / "build/results/toy"
    run(source, output, results, parameters, project)
    return output, results


def left_behind(project: Path) -> set[str]:
    build = project / "build"
    return {str(p.relative_to(build)) for p in build.rglob("*") if p.is_file()}


def test_writes_notebook_and_results(project: Path) -> None:
    output, results = execute(project, RECORD, largest=5)
    assert json.loads((results / "values.json").read_text()) == {"largest": 5}
    assert json.loads(output.read_text())["nbformat"] == 4
    assert left_behind(project) == WHOLE


def test_two_runs_are_byte_identical(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    code = RECORD + "import pandas\nfrom companion.pages.publishing import publish_table\n"
    code += "publish_table(pandas.DataFrame({'d': [2]}), 'rows')\nprint('x')\nlargest"
    elsewhere = tmp_path_factory.mktemp("another folder")
    for folder in ("notebooks", "data"):
        shutil.copytree(project / folder, elsewhere / folder)
    first, second = (execute(folder, code) for folder in (project, elsewhere))
    assert first[0].read_bytes() == second[0].read_bytes()
    files = [{p.name: p.read_bytes() for p in run[1].iterdir()} for run in (first, second)]
    assert files[0] == files[1]
    assert set(files[0]) == {"rows.csv", "values.json", "provenance.json"}


def test_unknown_parameter_is_refused_before_anything_runs(project: Path) -> None:
    with pytest.raises(NotebookError, match=r"unknown parameter 'larges'.*: largest"):
        execute(project, RECORD, larges=5)
    assert left_behind(project) == set()


def test_raising_notebook_keeps_its_traceback_away_from_the_book(project: Path) -> None:
    said = r"toy.py, cell 2 raised ValueError: no\n.*build/failed"
    with pytest.raises(NotebookError, match=said):
        execute(project, RECORD + "raise ValueError('no')\n")
    assert left_behind(project) == {"failed/toy.ipynb"}
    execute(project, RECORD)
    assert left_behind(project) == WHOLE


def test_undeclared_data_is_refused(project: Path) -> None:
    execute(project, "open('data/declared_1.csv').read()\n")
    with pytest.raises(NotebookError, match=r"read data/hidden\.csv, which its header"):
        execute(project, "open('data/hidden.csv').read()\n")


def test_provenance_says_what_it_was_run_from(project: Path) -> None:
    _, results = execute(project, RECORD + "open('data/declared_1.csv').read()\n", largest=5)
    about = json.loads((results / "provenance.json").read_text())
    source = project / "notebooks" / "toy.py"
    assert about["source"] == source.name
    assert about["parameters"] == {"largest": "5"}
    assert about["data"] == ["data/declared_1.csv"]
    assert about["data_sha256"] == sha256(b"1\n").hexdigest()[:8]
    assert about["source_sha256"] == sha256(source.read_bytes()).hexdigest()[:8]
    assert about["runs"] == "computed in this build"
    assert not {"seconds", "hardware", "commit"} & set(about)
    _, results = execute(project, RECORD)
    about = json.loads((results / "provenance.json").read_text())
    assert (about["parameters"], about["data"]) == ({"largest": "3"}, [])


def test_missing_notebook_ends_with_a_message_and_a_status(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "companion.build.run_notebook", "notebooks/absent.py"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "notebooks/absent.py does not exist" in done.stderr
    assert "Traceback" not in done.stderr

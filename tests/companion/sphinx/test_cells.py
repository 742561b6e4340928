"""What of a notebook's code a page shows."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from reports import CERTIFICATE, CONF, PAGES, row

from companion.checking import Evidence, Kind, Ran
from companion.ledger.report import EvidenceLine, Report, write_report
from companion.sphinx.cells import said

ROOT = Path(__file__).resolve().parents[3]
BOX = """# Chapter

```{statement} Theorem 2 (three errors)
:label: theorem-2
:standing: reconstructed
:check: theorem_2

It holds.
```
"""


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("import math\n\nmath.pi", "math.pi"),
        ("from math import (\n    comb,\n)\ncomb(4, 2)", "comb(4, 2)"),
        ("use_style()", ""),
        ("x = 1\nrecord(x=x)\n\n\n\nx", "x = 1\n\nx"),
        ("for name in names:\n    record(**{name: 1})", ""),
        ("for name in names:\n    y = name\n    record(**{name: y})",
         "for name in names:\n    y = name\n    record(**{name: y})"),
        ("table = pd.DataFrame(rows)", ""),
        ("def draw():\n    return plt.subplots()", ""),
        ("%pip install x", "%pip install x"),
        ("x = 'plt'", "x = 'plt'"),
    ],
)  # fmt: skip
def test_what_a_cell_says(source: str, left: str) -> None:
    assert said(source) == left


def evidence(check: str, **values: int) -> str:
    """What a notebook keeps of a call."""
    ran = Ran(Kind.CERTIFICATE, "d = 2 to 64", 63)
    return Evidence(check, "theorem-2", (ran,), values, "def the_source(): ...\n")._repr_html_()


def page(folder: Path, *cells: nbformat.NotebookNode) -> tuple[BeautifulSoup, str]:
    """A chapter that is a notebook: the box of Theorem 2, then the cells."""
    source = folder / "book"
    (source / "notebooks").mkdir(parents=True)
    line = EvidenceLine(kind="random instances", check="s3_approximations.lemma_5", scope="2 cases")
    rows = [
        row(page="notebooks/chapter"),
        row("lemma-5", page="what-reproduces", anchor="claim-lemma-5", evidence=(line,)),
    ]
    write_report(folder / "reproduction.json", Report(rows=tuple(rows), errata=()))
    conf = CONF.replace("myst_parser", "myst_nb") + "nb_execution_mode = 'off'\n"
    (source / "conf.py").write_text(conf)
    names = [*PAGES, "notebooks/chapter"]
    (source / "index.md").write_text(f"# Book\n\n```{{toctree}}\n{chr(10).join(names)}\n```\n")
    for name, text in PAGES.items():
        (source / f"{name}.md").write_text(f"# {name.capitalize()}\n\n{text}")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(BOX), *cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    nbformat.write(notebook, source / "notebooks" / "chapter.ipynb")
    # In a process of its own: an extension that another build does not load would stay in this one.
    trees, output = folder / "trees" / "read", folder / "html"
    options = ("-q", "-b", "html", "-d", str(trees), str(source), str(output))
    command = [sys.executable, "-m", "sphinx", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    html = (output / "notebooks" / "chapter.html").read_text("utf-8")
    return BeautifulSoup(html, "html.parser"), done.stderr


def code(source: str, html: str = "", *tags: str) -> nbformat.NotebookNode:
    """A cell that was run."""
    data = {"text/html": html, "text/plain": "..."}
    outputs = [nbformat.v4.new_output("execute_result", data, execution_count=1)] if html else []
    metadata = {"tags": list(tags)} if tags else {}
    cell: nbformat.NotebookNode = nbformat.v4.new_code_cell(
        source, outputs=outputs, metadata=metadata
    )
    return cell


def test_machinery_goes_and_the_page_says_once_where_it_is(tmp_path: Path) -> None:
    shown, warnings = page(
        tmp_path, code("import math"), code("math.pi"), code("plt.plot()"),
        code("x = 1", "", "hide-input"), code("size = 4", "", "parameters"),
    )  # fmt: skip
    assert warnings == ""
    assert [one.text.strip() for one in shown.select("div.cell_input pre")] == ["math.pi"]
    (note,) = shown.select("p.code-note")
    assert note.a is not None
    assert note.a["href"] == "../_sources/notebooks/chapter.ipynb"


def test_a_call_whose_box_says_the_same_goes(tmp_path: Path) -> None:
    shown, warnings = page(
        tmp_path, code("checks.theorem_2()", evidence("s3_approximations.theorem_2"))
    )
    assert warnings == ""
    assert shown.select("div.cell") == []
    assert CERTIFICATE.check.endswith("theorem_2")
    assert len(shown.select("details.check-source")) == 1


def test_values_that_the_box_does_not_have_stay_without_the_source(tmp_path: Path) -> None:
    shown, _ = page(
        tmp_path, code("checks.theorem_2()", evidence("s3_approximations.theorem_2", size=9))
    )
    (line,) = shown.select("div.cell div.evidence")
    assert "size = 9" in line.text
    assert line.select("details") == []
    assert shown.select("div.cell_input") == []


def test_a_check_of_no_box_here_keeps_its_source(tmp_path: Path) -> None:
    shown, _ = page(tmp_path, code("s3.lemma_5()", evidence("s3_approximations.lemma_5")))
    (line,) = shown.select("div.cell div.evidence")
    assert "the_source" in line.text
    assert shown.select("div.cell_input") == []


def test_a_bare_call_of_something_else_stays(tmp_path: Path) -> None:
    shown, _ = page(tmp_path, code("best.verify()", "<b>True</b>"))
    assert [one.text.strip() for one in shown.select("div.cell_input pre")] == ["best.verify()"]

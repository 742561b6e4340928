"""Lines of code on pages: each knows how far in it begins, and its text is as it was."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from sphinx.testing.util import SphinxTestApp

from companion.sphinx.code_lines import LineFormatter

CODE = '''def f(x):
    """Two lines,
        the second further in."""

    return x < 1
'''


def marked(code: str) -> BeautifulSoup:
    return BeautifulSoup(highlight(code, PythonLexer(), LineFormatter()), "html.parser")


def test_each_line_knows_where_it_begins() -> None:
    styles = [line.get("style") for line in marked(CODE).select("pre > span.line")]
    assert styles == [None, "--column:4", "--column:8", None, "--column:4"]


@given(st.text(alphabet=" \nabc()'\"#<&:=", max_size=60))
def test_the_text_is_that_of_pygments(code: str) -> None:
    plain = BeautifulSoup(highlight(code, PythonLexer(), HtmlFormatter()), "html.parser")
    assert marked(code).get_text() == plain.get_text()


@pytest.mark.parametrize(("builder", "lines"), [("html", 2), ("latex", 0)])
def test_pages_have_them_and_the_printed_book_does_not(
    tmp_path: Path, builder: str, lines: int
) -> None:
    (tmp_path / "conf.py").write_text('extensions = ["companion.sphinx.code_lines"]\n')
    (tmp_path / "index.rst").write_text("Page\n====\n\n::\n\n   one\n     two\n")
    app = SphinxTestApp(buildername=builder, srcdir=tmp_path, freshenv=True)
    try:
        app.build()
        (page,) = [*Path(app.outdir).glob("index.html"), *Path(app.outdir).glob("*.tex")]
        assert len(re.findall(r'class="line"', page.read_text(encoding="utf-8"))) == lines
    finally:
        app.cleanup()

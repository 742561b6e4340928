"""The index of passages: names without badges, texts without code, formulas as one types them."""

import json
import re
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

from companion.sphinx.finding import INDEX, LONGEST, typed

PAGE = """# A page

Opens with $\\tfrac{1}{18}$.

(part)=
## A part of $d$ inputs

Some *words* and

```python
secret = 1
```

:::{figure} x.svg
:name: fig-x

A caption
:::
"""


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"\frac1{2^8}", "1/2^8"),
        (r"\dfrac{1}{18}", "1/18"),
        (r"a\,b", "ab"),
        (r"\{0, d-1\}", "{0, d-1}"),
        (r"x_{(1)}\ge x_{(2)}", "x_(1) ge x_(2)"),
    ],
)
def test_formulas_as_typed(tex: str, plain: str) -> None:
    assert typed(tex) == plain


def test_passages_of_a_page(tmp_path: Path) -> None:
    source = tmp_path / "book"
    source.mkdir()
    (source / "conf.py").write_text(
        'extensions = ["myst_parser", "sphinx_proof", "companion.sphinx"]\n'
        'html_theme = "basic"\nmyst_enable_extensions = ["dollarmath", "colon_fence"]\n'
    )
    (source / "x.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (source / "index.md").write_text(PAGE.replace("\\\\", "\\") + "\n" + "word " * LONGEST)
    (source / "glossary.md").write_text("# Words\n\n```{glossary}\nkink\n  A bend.\n```\n")
    (source / "status.md").write_text("# Status\n\nSeconds that differ from build to build.\n")
    app = SphinxTestApp("html", srcdir=source, builddir=tmp_path / "build")
    app.build()
    written = Path(app.outdir, INDEX).read_text(encoding="utf-8")
    app.cleanup()
    content = re.fullmatch(r"finding\.show\((.*)\);\n", written, re.DOTALL)
    assert content
    word, _, page, part, figure = json.loads(content[1])
    assert word == {
        "address": "glossary.html#term-kink",
        "page": "Glossary",
        "kind": "word",
        "title": "kink",
        "text": "A bend.",
    }
    assert (page["title"], page["kind"], page["address"]) == ("A page", "page", "index.html")
    assert page["text"] == "Opens with 1/18 ."
    assert (part["title"], part["kind"]) == ("A part of d inputs", "section")
    assert part["address"].startswith("index.html#")
    assert part["page"] == "A page"
    assert part["text"].startswith("Some words and word")
    assert "secret" not in part["text"]
    assert len(part["text"]) == LONGEST
    assert (figure["title"], figure["kind"]) == ("A caption", "figure")
    assert figure["address"] == "index.html#fig-x"

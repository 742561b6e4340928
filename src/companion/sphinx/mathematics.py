"""Equation numbers as in the paper, signs beside formulas, and MathJax from a Python package.

A label ``equation-6`` gets the paper's number (6); any other label is ours and gets A1, A2, ... in
reading order of its page, so that the two can never be confused.
"""

import re
from importlib.metadata import files
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.domains.math import MathDomain
from sphinx.util.fileutil import copy_asset

_AFTER = re.compile(r"[.,;:!?)\]’”]+")
_PAPER_LABEL = re.compile(r"equation-(\d+)")
SCRIPT = "tex-chtml-full.js"
FONTS = "output/chtml/fonts/woff-v2"


def mathjax_folder() -> Path:
    """Where the package ``sphinx-mathjax-offline`` keeps MathJax 3.

    Raises:
        LookupError: the package is installed without its script.
    """
    for file in files("sphinx-mathjax-offline") or []:
        if file.name == SCRIPT:
            return Path(str(file.locate())).parent
    raise LookupError(f"the package sphinx-mathjax-offline holds no {SCRIPT}")


class PaperMathDomain(MathDomain):
    """Sphinx's own domain, but for the numbers, and for which pages load MathJax."""

    def has_equations(self, docname: str | None = None) -> bool:
        """Whether the page itself has formulas: Sphinx counts those of the pages below it too."""
        if docname is None or self.env.app.builder.name != "html":
            return super().has_equations(docname)
        return bool(self.data["has_equations"].get(docname))

    def note_equation(self, docname: str, labelid: str, location: Any = None) -> None:
        """Number the equation ``labelid`` of the page ``docname``."""
        super().note_equation(docname, labelid, location)
        paper = _PAPER_LABEL.fullmatch(labelid)
        if paper:
            number = paper.group(1)
        else:
            own = sum(
                1
                for label, (page, _) in self.equations.items()
                if page == docname and not _PAPER_LABEL.fullmatch(label)
            )
            number = f"A{own}"
        self.equations[labelid] = (docname, number)  # type: ignore[assignment]


def _configure(_app: Sphinx, config: Config) -> None:
    config.math_numfig = False
    config.mathjax_path = f"mathjax/{SCRIPT}"
    config.mathjax3_config = {
        # Everything needed is in the one script; nothing may be fetched later.
        "loader": {"load": []},
        "options": {
            "enableMenu": False,
            "ignoreHtmlClass": "tex2jax_ignore|mathjax_ignore",
            "processHtmlClass": "tex2jax_process|mathjax_process|math|output_area",
        },
        "chtml": {"displayAlign": "center"},
    }


def _copy_mathjax(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        source, target = mathjax_folder(), Path(app.outdir, "_static", "mathjax")
        copy_asset(str(source / SCRIPT), str(target))
        copy_asset(str(source / FONTS), str(target / FONTS))


def keep_signs(app: Sphinx, tree: nodes.document, _page: str) -> None:
    """Keep the comma or bracket behind a formula on its line; a browser may break between them."""
    if app.builder.format != "html":
        return
    for formula in list(tree.findall(nodes.math)):
        parent = formula.parent
        place = parent.index(formula) + 1
        follower = parent[place] if place < len(parent) else None
        if not isinstance(follower, nodes.Text) or not (found := _AFTER.match(follower)):
            continue
        rest = nodes.Text(follower[found.end() :])
        kept = nodes.inline("", "", formula.deepcopy(), nodes.Text(found[0]), classes=["kept"])
        parent[place - 1 : place + 1] = [kept, rest]


def setup(app: Sphinx) -> None:
    """Register the numbering and the local MathJax."""
    app.add_domain(PaperMathDomain, override=True)
    app.connect("config-inited", _configure, priority=900)
    # After all that reads or changes the texts.
    app.connect("doctree-resolved", keep_signs, priority=950)
    app.connect("build-finished", _copy_mathjax)

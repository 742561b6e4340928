"""An index of passages for the search page: sections, statements, words, figures and tables.

Sphinx's own index knows single words of whole pages, so that it finds neither "1/18" nor which of
ten pages holds Theorem 2. Here every passage that can be linked to is written with its name and
text, formulas as one would type them, into one script, which ``finding.js`` loads on the search
page alone: it works from a disk, too, and under the pages' content security policy.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.nodes import clean_astext
from sphinx_proof.nodes import proof_node, unenumerable_node

from companion.sphinx.words import glossary

INDEX = "_static/passages.index.js"
LONGEST = 3000
"""Characters of a passage's text that are kept; what a page opens with says what it is about."""

_FRACTION = re.compile(
    r"\\[td]?frac\s*(?:\{([^{}]*)\}|(\w))\s*(?:\{([^{}]*)\}|(\w))"  # \frac{a}{b}, \tfrac1{18}
)
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_BADGES = frozenset({"standing", "verdict"})
_Statement = proof_node | unenumerable_node
_Passage = nodes.section | _Statement | nodes.figure | nodes.table
_UNLIKE = "status"
"""The page on the build itself: its times differ from build to build, the index must not."""
_SILENT = nodes.title | nodes.caption | nodes.literal_block | nodes.raw | nodes.comment


def typed(tex: str) -> str:
    r"""A formula as one would type it into a search.

    Examples:
        >>> typed(r"E(9,\{0,8\}) = \tfrac{1}{18}")
        'E(9,{0,8}) = 1/18'
        >>> typed(r"2^{-d}\sqrt\frac1d")
        '2^-d sqrt 1/d'
    """
    fractions = _FRACTION.sub(lambda m: f" {m[1] or m[2]}/{m[3] or m[4]} ", tex)
    braced = fractions.replace(r"\{", "\0").replace(r"\}", "\1")
    plain = _COMMAND.sub(r" \1 ", re.sub(r"[{}$&]|\\[,;:! \\]", "", braced))
    return " ".join(plain.replace("\0", "{").replace("\1", "}").split())


@dataclass
class Passages:
    """The passages of all pages, gathered while the pages are written."""

    found: list[dict[str, str]] = field(default_factory=list)

    def collect(self, app: Sphinx, doctree: nodes.document, page: str) -> None:
        """Add the passages of one page; of the page on the build none."""
        if app.builder.name != "html" or page == _UNLIKE:
            return
        address, title = app.builder.get_target_uri(page), ""
        self.found += [dict(one, address=f"{address}#{one['address']}") for one in _words(doctree)]
        for node in doctree.findall(nodes.Element):
            name = _name(node) if isinstance(node, _Passage) else ""
            if not name or not node["ids"]:
                continue
            whole = isinstance(node.parent, nodes.document)
            title = name if whole else title
            text = " ".join(" ".join(_texts(node)).split())[:LONGEST]
            self.found.append(
                {
                    "address": address if whole else f"{address}#{node['ids'][0]}",
                    "page": title,
                    "title": name,
                    "kind": _kind(node),
                    "text": text,
                }
            )

    def write(self, app: Sphinx, error: Exception | None) -> None:
        """Write them as a script, since a page on a disk may load nothing else."""
        if error is not None or app.builder.name != "html":
            return
        content = json.dumps(self.found, ensure_ascii=False, separators=(",", ":"))
        Path(app.outdir, INDEX).write_text(f"finding.show({content});\n", encoding="utf-8")


def _words(doctree: nodes.document) -> Iterator[dict[str, str]]:
    """The words of a glossary, with their meanings."""
    if not any(doctree.findall(addnodes.glossary)):
        return
    for name, word in glossary(doctree).items():
        kind = {"page": "Glossary", "kind": "word", "title": name, "text": word.meaning}
        yield {"address": word.anchor, **kind}


def _kind(node: nodes.Node) -> str:
    if isinstance(node, nodes.section):
        return "page" if isinstance(node.parent, nodes.document) else "section"
    kinds = ((_Statement, "statement"), (nodes.figure, "figure"), (nodes.table, "table"))
    return next(kind for form, kind in kinds if isinstance(node, form))


def _name(node: nodes.Element) -> str:
    """Title or caption without its badges; nothing where there is none."""
    titles = (nodes.title, nodes.caption)
    title = next((one for one in node.children if isinstance(one, titles)), None)
    if title is None:
        return ""
    kept = title.deepcopy()
    for part in list(kept.findall(nodes.Element)):
        if _BADGES & set(part.get("classes", [])) and part.parent is not None:
            part.parent.remove(part)
    for formula in list(kept.findall(nodes.math)):
        formula.replace_self(nodes.Text(typed(formula.astext())))
    return " ".join(clean_astext(kept).split())


def _texts(node: nodes.Element) -> Iterator[str]:
    """The words of a passage, without the passages inside it and without code."""
    for child in node.children:
        if isinstance(child, nodes.Text):
            yield child.astext()
        elif isinstance(child, nodes.math | nodes.math_block):
            yield typed(child.astext())
        elif not isinstance(child, nodes.Element) or isinstance(child, _SILENT):
            continue
        elif not isinstance(child, _Passage) or not _name(child):
            yield from _texts(child)


def setup(app: Sphinx) -> None:
    """Gather when pages are written, after the badges; write at the end."""
    passages = Passages()
    app.connect("doctree-resolved", passages.collect, priority=900)
    app.connect("build-finished", passages.write)

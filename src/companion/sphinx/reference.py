"""``{public-names}``: every public name of the library with its docstring, from the code itself.

A docstring's words stand as they are written, so that the page and ``help`` say the same, and its
examples are those that the tests run. The theorems and lemmas that it names are linked to their
boxes.
"""

import inspect
import re
from itertools import groupby

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import maxpooling
from companion.ledger.statements import read_statements
from companion.published import notebooks_folder
from companion.sphinx.folding import details, summary

_MARKED = re.compile(r"(``[^`]+``|(?<!\w)\*[^*\s][^*]*\*)")
_SOURCE = re.compile(r"\b(Theorem|Lemma)\s+(\w+)")


class PublicNames(SphinxDirective):
    """A section for each name of ``maxpooling.__all__`` that is a function or a class."""

    def run(self) -> list[nodes.Node]:
        """The sections, in the order of the alphabet."""
        boxes = {one.label: one.page for one in read_statements(notebooks_folder())}
        return [_section(name, boxes) for name in maxpooling.__all__ if name != "__version__"]


def sources(docstring: str, boxes: dict[str, str]) -> dict[str, str]:
    """What a docstring goes back to: "Lemma 1" -> address of its box, for the boxes that exist.

    Examples:
        >>> sources("Lemma 1, and Theorem 99.", {"lemma-1": "notebooks/s2"})
        {'Lemma 1': 'notebooks/s2.html#lemma-1'}
    """
    named = {
        f"{kind} {number}": f"{kind}-{number}".lower()
        for kind, number in _SOURCE.findall(docstring)
    }
    return {name: f"{boxes[label]}.html#{label}" for name, label in named.items() if label in boxes}


def documented(value: object) -> str:
    """A docstring; for a class its own and, where there is one, that of its construction."""
    own = inspect.getdoc(value) or ""
    made = inspect.getdoc(vars(value).get("__init__")) if inspect.isclass(value) else None
    return f"{own}\n\n{made}" if made else own


def _section(name: str, boxes: dict[str, str]) -> nodes.section:
    value = getattr(maxpooling, name)
    docstring = documented(value)
    section = nodes.section("", nodes.title("", name), ids=[f"api-{name.lower()}"], names=[name])
    code = f"{name}{inspect.signature(value)}"
    section += _literal(re.sub(r", (?=\w+:)|(?<=\()(?=\w+:)", _broken, code))
    first, _, rest = docstring.partition("\n\n")
    section += _sentence(first)
    links = sources(docstring, boxes)
    if links:
        line = nodes.paragraph("", "Goes back to: ")
        for place, (text, address) in enumerate(links.items()):
            line += nodes.Text(", " if place else "")
            line += nodes.reference("", text, refuri=address, internal=True)
        section += line
    if rest:
        opens = summary("", "Arguments, what comes back, and examples")
        folded = details("", opens, classes=["folded-section"])
        for prose, group in groupby(filter(None, rest.split("\n\n")), _is_prose):
            blocks = list(group)
            folded += map(_sentence, blocks) if prose else [_literal("\n\n".join(blocks))]
        section += folded
    return section


def _is_prose(block: str) -> bool:
    """Whether lines may be broken anew: not in lists of arguments, formulas and examples."""
    lines = block.splitlines()
    return not lines[0].endswith(":") and all(line[0] != " " for line in lines)


def _broken(found: "re.Match[str]") -> str:
    """A new line before each argument: signatures are long."""
    return f"{found[0].rstrip()}\n    "


def _sentence(text: str) -> nodes.paragraph:
    """A paragraph with its code, between double backquotes, and what is stressed."""
    made: list[nodes.Node] = []
    for piece in _MARKED.split(" ".join(text.split())):
        if piece.startswith("``"):
            made.append(nodes.literal("", piece[2:-2]))
        elif _MARKED.fullmatch(piece):
            made.append(nodes.emphasis("", piece[1:-1]))
        else:
            made.append(nodes.Text(piece))
    return nodes.paragraph("", "", *made)


def _literal(text: str) -> nodes.literal_block:
    return nodes.literal_block(text, text, language="none", classes=["docstring"])


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("public-names", PublicNames)

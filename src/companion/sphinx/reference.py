"""``{public-names}``: every public name of the library with its docstring, from the code itself.

A docstring's words stand as they are written, so that the page and ``help`` say the same, and its
examples are those that the tests run. The theorems, lemmas, definitions, equations and appendices
that it names are linked to their places, and the chapters that use a name to theirs.
"""

import inspect
import re
from itertools import groupby
from typing import get_args

from docutils import nodes
from numpy.typing import ArrayLike
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import maxpooling
from companion.ledger.statements import read_statements
from companion.published import notebooks_folder
from companion.sphinx.folding import details, summary
from companion.sphinx.uses import chapters

_MARKED = re.compile(r"(``[^`]+``|(?<!\w)\*[^*\s][^*]*\*)")
_SOURCE = re.compile(r"\b(Theorem|Lemma|Definition|Erratum)\s+(\w+)")
_EQUATIONS = re.compile(r"\b[Ee]quations?\s+(\(\d+\)(?:(?:,| and| to)\s+\(\d+\))*)")
_LABEL = re.compile(r"^# :label: (equation-\d+)$", re.MULTILINE)
_SPELLED_OUT = re.compile(
    r"\b(?:collections\.abc|fractions|typing|torch\.nn\.modules\.\w+|maxpooling(?:\.\w+)*)\.(?=[A-Z])"
)
_FIRST, *_, _LAST = (re.escape(inspect.formatannotation(one)) for one in get_args(ArrayLike))
_ARRAY_LIKE = re.compile(f"{_FIRST}.*{_LAST}")
_APPENDIX = re.compile(r"\bAppendix\s+([A-E])\b")


class PublicNames(SphinxDirective):
    """A section for each name of ``maxpooling.__all__`` that is a function or a class."""

    def run(self) -> list[nodes.Node]:
        """The sections, in the order of the alphabet."""
        return [_section(name, places()) for name in maxpooling.__all__ if name != "__version__"]


def places() -> dict[str, str]:
    """Label -> address, for boxes and numbered equations, and for appendices ("appendix-c")."""
    folder = notebooks_folder()
    found = {one.label: f"{one.page}.html#{one.label}" for one in read_statements(folder)}
    for path in sorted(folder.glob("*.py")):
        for label in _LABEL.findall(path.read_text(encoding="utf-8")):
            found.setdefault(label, f"notebooks/{path.stem}.html#equation-{label}")
        if re.match(r"[a-e]_", path.stem):
            found[f"appendix-{path.stem[0]}"] = f"notebooks/{path.stem}.html"
    return found


def sources(docstring: str, known: dict[str, str]) -> dict[str, str]:
    r"""What a docstring goes back to: "Lemma 1" -> its address, for the places that exist.

    Examples:
        >>> sources("Lemma 1, Theorem 99, equations (2) to\n(4), Appendix C.",
        ...         {"lemma-1": "s2.html#lemma-1", "equation-4": "s3.html#equation-equation-4"})
        {'Lemma 1': 's2.html#lemma-1', 'equation (4)': 's3.html#equation-equation-4'}
    """
    named = {
        f"{kind} {number}": f"{kind}-{number}".lower()
        for kind, number in _SOURCE.findall(docstring)
    }
    for group in _EQUATIONS.findall(docstring):
        named |= {f"equation ({n})": f"equation-{n}" for n in re.findall(r"\d+", group)}
    named |= {
        f"Appendix {letter}": f"appendix-{letter.lower()}"
        for letter in _APPENDIX.findall(docstring)
    }
    return {name: known[label] for name, label in named.items() if label in known}


def documented(value: object) -> str:
    """A docstring; for a class its own and, where there is one, that of its construction."""
    own = inspect.getdoc(value) or ""
    made = inspect.getdoc(vars(value).get("__init__")) if inspect.isclass(value) else None
    return f"{own}\n\n{made}" if made else own


def _section(name: str, known: dict[str, str]) -> nodes.section:
    value = getattr(maxpooling, name)
    docstring = documented(value)
    section = nodes.section("", nodes.title("", name), ids=[f"api-{name.lower()}"], names=[name])
    call = _ARRAY_LIKE.sub("ArrayLike", str(inspect.signature(value)))
    code = f"{name}{_SPELLED_OUT.sub('', call)}"
    section += _literal(re.sub(r", (?=\w+:)|(?<=\()(?=\w+:)", _broken, code))
    first, _, rest = docstring.partition("\n\n")
    section += _sentence(first)
    section += _links("Goes back to: ", sources(docstring, known))
    used = {title: f"{page}.html" for title, page in chapters(name)}
    section += _links("Used in: ", used)
    if rest:
        opens = summary("", "Arguments, what comes back, and examples")
        folded = details("", opens, classes=["folded-section"])
        for prose, group in groupby(filter(None, rest.split("\n\n")), _is_prose):
            blocks = list(group)
            folded += map(_sentence, blocks) if prose else [_literal("\n\n".join(blocks))]
        section += folded
    return section


def _links(before: str, addresses: dict[str, str]) -> list[nodes.Node]:
    """A paragraph of links, none where there is nothing to link."""
    line = nodes.paragraph("", before)
    for place, (text, address) in enumerate(addresses.items()):
        line += nodes.Text(", " if place else "")
        line += nodes.reference("", text, refuri=address, internal=True)
    return [line] if addresses else []


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

"""The text of a notebook without the book: MyST's directives and roles in plain Markdown.

Jupyter, Colab and Binder show Markdown with formulas and nothing more. Statements become
quotations, captions paragraphs, recorded values and counts numbers, what was checked a list, and
references what they show.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pybtex.database import parse_file

from companion.ledger.report import EvidenceLine, Report, grouped, kinds, read_report
from companion.ledger.statements import DIRECTIVE as STATEMENT
from companion.pages.directives import DIRECTIVE, split_options
from companion.pages.notation import chosen
from companion.pages.numbers import paper_figure
from companion.pages.publishing import recorded_value

_ROLE = re.compile(r"\{(?P<name>[\w:-]+)\}`(?P<text>[^`]*)`")
_TARGET = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)
_CAPTIONS = {"autofigure": "Figure", "autotable": "Table"}


@dataclass(frozen=True)
class Words:
    """What the text of one page takes from elsewhere; a file is read when it is first needed.

    Attributes:
        root: of the project.
        page: that the text belongs to, as ``notebooks/s3_approximations``.
    """

    root: Path
    page: str

    def value(self, reference: str) -> str:
        """The text for ``NOTEBOOK.KEY`` or ``NOTEBOOK.KEY|FORMAT``.

        Raises:
            KeyError: the notebook recorded no such value.
            OSError: it recorded none at all.
        """
        return recorded_value(reference, self.root / "build" / "results")

    def citation(self, key: str) -> str:
        """Names and year for a key of the bibliography."""
        return self._citations[key]

    def count(self, word: str) -> str:
        """A number of the ledger, see ``Report.count``."""
        return str(self._report.count(word))

    def evidence(self) -> str:
        """What the page states and how it is known, as a list."""
        lines = []
        for name, rows in grouped(row for row in self._report.rows if row.page == self.page):
            if name:
                lines.append(f"- **{name}**, {len(rows)} claims: {', '.join(kinds(rows))}")
            for row in () if name else rows:
                known = _known(row.evidence)
                lines.append(f"- **{row.title}** (*{row.standing}*), {row.verdict}{known}")
        lines += [
            f"- **{erratum.title.partition(':')[0]}**{_known(erratum.evidence)}"
            for erratum in self._report.errata
            if erratum.page == self.page
        ]
        return "\n".join(lines)

    @cached_property
    def _citations(self) -> Mapping[str, str]:
        return citations(self.root / "book" / "references.bib")

    @cached_property
    def _report(self) -> Report:
        return read_report(self.root / "build" / "reproduction.json")


def _known(lines: tuple[EvidenceLine, ...]) -> str:
    pieces = (f"{line.kind}: {line.scope}" if line.scope else line.kind for line in lines)
    return f": {' · '.join(pieces)}" if lines else ""


def plain(text: str, words: Words) -> str:
    """Turn the text of one cell into plain Markdown.

    Args:
        text: MyST.
        words: what it takes from elsewhere.

    Examples:
        >>> words = Words(Path(), "notebooks/s1_introduction")
        >>> plain("{standing}`ours` By {prf:ref}`Theorem 2 <theorem-2>`.", words)
        '*ours* By Theorem 2.'
    """
    text = _TARGET.sub("", text)
    text = DIRECTIVE.sub(lambda found: _directive(found, words), text)
    return _ROLE.sub(lambda found: _role(found["name"], found["text"], words), text)


def _directive(found: re.Match[str], words: Words) -> str:
    name, title = found["name"], found["title"]
    options, body = split_options(found["body"])
    if name in _CAPTIONS:
        return f"**{_CAPTIONS[name]} {_name(title)}.** {body}"
    if name == "math":
        return f"$$\n{body}\n{_tag(options.get('label', ''))}$$"
    if name == "list-table":
        return _table(title, body)
    if name == STATEMENT:
        return _quotation(f"**{title}.** *{options.get('standing', '')}*", body)
    if name.startswith("prf:"):
        return _quotation(f"**{title or name.removeprefix('prf:').capitalize()}.**", body)
    if name == "chapter-evidence":
        return words.evidence()
    if name == "notation":
        return "\n".join(f"- {one.symbol}: {one.meaning}" for one in chosen(title.split()))
    return "" if name == "raw" else body


def _tag(label: str) -> str:
    return f"\\tag{{{label.removeprefix('equation-')}}}\n" if label else ""


def _name(label: str) -> str:
    """The paper's number, or our label in words."""
    return paper_figure(label) or f"“{label.replace('-', ' ')}”"


def _quotation(title: str, body: str) -> str:
    lines = f"{title}\n\n{body}".split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _table(title: str, body: str) -> str:
    """Rows of a list table, each line of the form ``* - cell`` or ``  - cell``."""
    cells = [line[4:].replace("|", r"\vert ") for line in body.split("\n")]
    starts = [i for i, line in enumerate(body.split("\n")) if line.startswith("* -")]
    rows = [cells[a:b] for a, b in zip(starts, [*starts[1:], len(cells)], strict=True)]
    rows.insert(1, ["---"] * len(rows[0]))
    lines = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"**{title}**\n\n{lines}"


def _role(name: str, text: str, words: Words) -> str:
    shown, target = re.fullmatch(r"(.*?)(?: <(.*)>)?", text, re.DOTALL).groups()  # type: ignore[union-attr]
    if name == "value":
        return words.value(text)
    if name == "claim-count":
        return words.count(text)
    if name == "cite:p":
        return f"({'; '.join(words.citation(key.strip()) for key in text.split(','))})"
    if name == "cite:t":
        names, year = words.citation(text).rsplit(", ", 1)
        return f"{names} ({year})"
    if name == "standing":
        return f"*{text}*"
    if name == "eq":
        return f"({text.removeprefix('equation-')})"
    if name == "numref" and paper_figure(text):
        return f"Figure {_name(text)}"
    return shown if target else _name(text)


def citations(bibliography: Path) -> Mapping[str, str]:
    """Names and year for each key of a BibTeX file."""
    return {
        key: f"{_names([' '.join(p.last_names) for p in entry.persons['author']])}, "
        f"{entry.fields['year']}"
        for key, entry in parse_file(str(bibliography)).entries.items()
    }


def _names(names: list[str]) -> str:
    if len(names) > 2:
        return f"{names[0]} et al."
    return " and ".join(names)

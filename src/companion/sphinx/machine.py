"""What the proof assistant accepted, on the page: statements, axioms, costs, and sources.

``{machine-proofs} FOLDER`` lists the theorems of one folder of ``proofs``, ``{machine-sizes}`` is a
table of what the identity for each number of inputs took, ``{machine-costs}`` one of what every
file took, and ``{machine-summary}`` says in one line what was run.
"""

import re
from collections.abc import Iterator, Mapping

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from companion.ledger.claims import LEDGER_PAGE, load
from companion.ledger.machine import Accepted, FileCost, MachineTheorem, accepted
from companion.published import proofs_folder
from companion.sphinx.folding import details, summary
from companion.sphinx.report import link, row_id
from maxpooling.errors import DataError

CLOSED = "Closed under the global context"
_INSIDE = r"((?:[^()]|\([^()]*\))*)"
_CEILING, _FLOOR = re.compile(rf"\bceil\({_INSIDE}\)"), re.compile(rf"\bfloor\({_INSIDE}\)")
_MINUS = re.compile(r"(?<=[\w)] )-(?= [\w(])|(?<=[\w)])-(?=\d)|(?<=\^)-")
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}\b)")
_EXPONENT = re.compile(r"\^(−?\w+)")


class _AcceptedDirective(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(proofs_folder() / "accepted.json"))
        try:
            return self.render(accepted())
        except DataError as error:
            return [self.state_machine.reporter.warning(str(error), line=self.lineno)]

    def render(self, found: Accepted) -> list[nodes.Node]:
        raise NotImplementedError


class MachineSummary(_AcceptedDirective):
    """How much was accepted, by which version, and what it took."""

    def render(self, found: Accepted) -> list[nodes.Node]:
        """One paragraph."""
        closed = sum(one.assumptions.strip() == CLOSED for one in found.theorems)
        text = (
            f"Coq {found.coq} accepted {len(found.files)} files with {len(found.theorems)} main "
            f"theorems, in {found.seconds:.0f} seconds of one processor and at most "
            f"{found.peak_memory_mb} MB. {closed} of the theorems rest on no axiom at all; "
            "where one needs axioms, they stand below it."
        )
        return [nodes.paragraph("", text)]


class MachineProofs(_AcceptedDirective):
    """The main theorems of one folder: in words, as Coq has them, and what they rest on."""

    required_arguments = 1

    def render(self, found: Accepted) -> list[nodes.Node]:
        """One block for each theorem, with its statement folded."""
        folder = self.arguments[0]
        chosen = [one for one in found.theorems if one.file.startswith(f"{folder}/")]
        if not chosen:
            text = f"machine-proofs: no theorem of {folder!r} was accepted"
            return [self.state_machine.reporter.warning(text, line=self.lineno)]
        titles = {claim.id: claim.title for claim in load()}
        return [node for one in chosen for node in self._theorem(one, titles)]

    def _theorem(self, one: MachineTheorem, titles: Mapping[str, str]) -> Iterator[nodes.Node]:
        about = nodes.paragraph("", "", *_words(one.says), ids=[f"machine-{one.label}"])
        for claim in one.claims:
            title = titles.get(claim, claim)
            about += [nodes.Text(" "), link(LEDGER_PAGE, row_id(claim), title, ["ledger-about"])]
        yield about
        rests = "no axioms" if one.assumptions.strip() == CLOSED else "axioms, below"
        line = summary("", "", nodes.literal("", one.name))
        line += nodes.Text(f" in proofs/{one.file}; rests on {rests}")
        code = nodes.literal_block(one.source, one.source, language="coq", classes=["coq"])
        yield details("", line, code, classes=["machine-statement"])
        if rests != "no axioms":
            yield _folded("Axioms", nodes.literal_block(one.assumptions, one.assumptions))


class MachineSizes(_AcceptedDirective):
    """Seconds and memory of the file of each number of inputs."""

    def render(self, found: Accepted) -> list[nodes.Node]:
        """A table with a row for each theorem ``maxN_two_hidden_layers``."""
        sizes = {
            int(name[1]): one
            for one in found.theorems
            if (name := re.fullmatch(r"max(\d+)_two_hidden_layers", one.name))
        }
        return [_costs("inputs", {str(n): one for n, one in sorted(sizes.items())})]


class MachineCosts(_AcceptedDirective):
    """Seconds and memory of every file."""

    def render(self, found: Accepted) -> list[nodes.Node]:
        """A table, folded."""
        table = _costs("file", {one.file: one for one in found.files})
        return [_folded("Time and memory of every file", table)]


def _costs(what: str, entries: Mapping[str, FileCost | MachineTheorem]) -> nodes.table:
    table = nodes.table(classes=["published"])
    group = nodes.tgroup(cols=3)
    table += group
    group += [nodes.colspec(colwidth=1) for _ in range(3)]
    head = nodes.thead()
    head += _row(what, "processor seconds", "largest memory in MB")
    body = nodes.tbody()
    body += [
        _row(name, f"{one.seconds:.1f}", str(one.peak_memory_mb)) for name, one in entries.items()
    ]
    group += [head, body]
    return table


def _row(*cells: str) -> nodes.row:
    row = nodes.row()
    row += [nodes.entry("", nodes.paragraph("", cell)) for cell in cells]
    return row


def typeset(says: str) -> str:
    """Words of a text file with the signs of print; exponents stay behind their sign.

    Examples:
        >>> typeset("n >= 3: n - 2 of n(n-1)/2 pairs, two-layer, 11 733 in all")
        'n ≥ 3: n − 2 of n(n−1)/2 pairs, two-layer, 11733 in all'
        >>> typeset("ceil(log2(d - 1)) layers, floor(g/2) inputs, 2^-d")
        '⌈log₂(d − 1)⌉ layers, ⌊g/2⌋ inputs, 2^−d'
    """
    signs = says.replace(">=", "≥").replace("<=", "≤").replace("log2", "log₂")
    signs = _MINUS.sub("\N{MINUS SIGN}", _THOUSANDS.sub("", signs))
    return _FLOOR.sub(r"⌊\1⌋", _CEILING.sub(r"⌈\1⌉", signs))


def _words(says: str) -> list[nodes.Node]:
    """The same with raised exponents."""
    pieces = _EXPONENT.split(typeset(says))
    return [
        nodes.superscript("", piece) if place % 2 else nodes.Text(piece)
        for place, piece in enumerate(pieces)
        if piece
    ]


def _folded(title: str, content: nodes.Node) -> details:
    """Content behind a line that opens it, without a script."""
    return details("", summary(title, title), content)


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("machine-summary", MachineSummary)
    app.add_directive("machine-proofs", MachineProofs)
    app.add_directive("machine-sizes", MachineSizes)
    app.add_directive("machine-costs", MachineCosts)

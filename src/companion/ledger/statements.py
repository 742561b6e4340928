"""The boxes of the notebooks: each ``{statement}`` is the one source of what it says of itself.

A box holds title, label, standing, the names of its checks and, where it has formulas, one plain
sentence for lists. Whether it is proved is read off the page: a proof follows the box, at most its
equations between them, or the box names the place of its proof.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from companion.ledger.model import STANDINGS, VERDICTS
from companion.pages.directives import Directive, anchors, directives, markdown
from companion.published import book_folder, notebooks_folder
from maxpooling.errors import DataError

DIRECTIVE = "statement"
PROOF = "prf:proof"
LABEL = re.compile(r"(theorem|lemma|definition|erratum)-([a-z]{1,2}|\d+)")
OPTIONS = ("label", "standing", "check", "plain", "proof", "verdict", "why", "erratum")
EQUATION = "math"
_ROLE = re.compile(r"\{[\w:-]+\}`([^`<]*?)(?: <[^`]*>)?`")


@dataclass(frozen=True)
class Statement:
    """What a box says of itself.

    Attributes:
        label: ``theorem-2``, ``lemma-p``, ``erratum-3``: the identifier of its claim.
        title: ``Theorem 2 (three optimal errors)``.
        standing: one of :data:`~companion.ledger.model.STANDINGS`.
        checks: names ``MODULE.FUNCTION``.
        sentence: what it says, in one plain sentence.
        verdict: that is earned when its checks pass.
        why: what a reader must know to understand the verdict.
        erratum: the label of the erratum that explains the verdict ``erratum``.
        proved: whether a proof follows it.
        page: of the book, without suffix.
    """

    label: str
    title: str
    standing: str
    checks: tuple[str, ...]
    sentence: str
    verdict: str
    why: str
    erratum: str
    proved: bool
    page: str

    @property
    def kind(self) -> str:
        """``theorem``, ``lemma``, ``definition`` or ``erratum``."""
        return self.label.partition("-")[0]


@cache
def read_statements(folder: Path | None = None) -> tuple[Statement, ...]:
    """Every box of the notebooks, by notebook, in the order of the page.

    Args:
        folder: of the notebooks; the project's own if None.

    Raises:
        DataError: a box without what it needs, with a word that is not known, or whose label or
            letter another box has.
    """
    folder = folder or notebooks_folder()
    found: list[Statement] = []
    for path in sorted(folder.glob("*.py")):
        found += _statements(path)
    seen: dict[str, Statement] = {}
    for statement in found:
        # One letter names one statement: there is no Lemma P beside a Theorem P.
        name = _name(statement.label)
        if name in seen:
            other = seen[name]
            raise DataError(
                f"{statement.page}: expected a label of its own, found {statement.label!r} beside "
                f"{other.label!r} of {other.page}"
            )
        seen[name] = statement
    if not found:
        raise DataError(f"{folder}: expected notebooks with statements, found none")
    return tuple(found)


@cache
def places(notebooks: Path | None = None, book: Path | None = None) -> dict[str, list[str]]:
    """The pages on which each anchor stands: almost always one."""
    pages: dict[str, list[str]] = {}
    for path in sorted((notebooks or notebooks_folder()).glob("*.py")):
        for anchor in anchors(markdown(path.read_text(encoding="utf-8"))):
            pages.setdefault(anchor, []).append(f"notebooks/{path.stem}")
    for path in sorted((book or book_folder()).glob("*.md")):
        for anchor in anchors(path.read_text(encoding="utf-8")):
            pages.setdefault(anchor, []).append(path.stem)
    return pages


def statement(path: Path, box: Directive, *, proved: bool) -> Statement:
    """What one box says, once its options are found to be right.

    Args:
        path: of the notebook; its stem names page and module of checks.
        box: the directive.
        proved: whether a proof follows it.

    Raises:
        DataError: an option or a word that is not known, or one that is missing.
    """
    given = box.options

    def refuse(what: str, expected: str, found: object) -> DataError:
        return DataError(
            f"{path}: statement {box.title!r}, {what}: expected {expected}, found {found!r}"
        )

    for key in given:
        if key not in OPTIONS:
            raise refuse(key, f"one of {', '.join(OPTIONS)}", key)
    label = given.get("label", "")
    if not LABEL.fullmatch(label):
        raise refuse("label", "theorem-, lemma-, definition- or erratum- and a number", label)
    if not box.title.lower().startswith(label.replace("-", " ")):
        raise refuse("title", f"one that begins with {label.replace('-', ' ')!r}", box.title)
    standing = given.get("standing", "")
    if standing not in STANDINGS:
        raise refuse("standing", f"one of {', '.join(STANDINGS)}", standing)
    usual = "sharper" if standing == "ours" else "reproduced"
    verdict = given.get("verdict", "erratum" if label.startswith("erratum") else usual)
    if verdict not in VERDICTS:
        raise refuse("verdict", f"one of {', '.join(VERDICTS)}", verdict)
    sentence = given.get("plain") or _ROLE.sub(r"\1", " ".join(box.body.split()))
    if "$" in sentence or "```" in sentence:
        raise refuse("plain", "one plain sentence, since the box has formulas", sentence[:60])
    if "proof" in given and len(places().get(given["proof"], [])) != 1:
        raise refuse("proof", "an anchor that stands on one page", given["proof"])
    names = [name.strip() for name in given.get("check", "").split(",") if name.strip()]
    checks = tuple(name if "." in name else f"{path.stem}.{name}" for name in names)
    if not checks and not given.get("why"):
        raise refuse("check", "names of checks, or the reason (why) that there is none", "")
    return Statement(
        label=label,
        title=box.title,
        standing=standing,
        checks=checks,
        sentence=sentence,
        verdict=verdict,
        why=given.get("why", ""),
        erratum=label if label.startswith("erratum") else given.get("erratum", ""),
        proved=proved or "proof" in given,
        page=f"notebooks/{path.stem}",
    )


def _statements(path: Path) -> Iterator[Statement]:
    text = markdown(path.read_text(encoding="utf-8"))
    boxes = list(directives(text))
    for place, box in enumerate(boxes):
        if box.name == DIRECTIVE:
            yield statement(path, box, proved=_proof_follows(text, boxes[place:]))


def _proof_follows(text: str, boxes: Sequence[Directive]) -> bool:
    """Whether nothing but equations stands between the first box and a proof."""
    for before, following in pairwise(boxes):
        if text[before.end : following.start].strip():
            return False
        if following.name != EQUATION:
            return following.name == PROOF
    return False


def _name(label: str) -> str:
    """What must be unique: the label of a number, the letter of a letter."""
    kind, _, last = label.partition("-")
    return label if last.isdigit() else f"letter {last}" if kind != "erratum" else label

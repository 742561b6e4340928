"""Small ledgers: a folder with a paper's list and notebooks, and checks of our own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from companion.checking import Check
from companion.ledger import Claim, claims, evaluation, registry, statements
from companion.published import book_folder, data_folder, notebooks_folder

BOX = """```{statement} Theorem 2 (three errors)
:label: theorem-2
:standing: reconstructed
:check: theorem_2

Three errors.
```"""
PROOF = "```{prf:proof}\n:class: dropdown\nIt is clear.\n```"
EQUATION = "```{math}\n:label: equation-4\nx\n```"
ENTRY: dict[str, Any] = {
    "id": "number-toy",
    "section": "3.2",
    "statement": "An error.",
    "published": "1/18",
    "standing": "given",
    "check": "toy.error",
    "quantity": "error",
    "at": "theorem-2",
}


def box(label: str, *, kind: str = "statement", **options: str) -> str:
    """A box with that label; the title follows from it."""
    title = label.replace("-", " ").title()
    usual = {"label": label, "standing": "given", "check": "some", **options}
    lines = [f":{key}: {value}" for key, value in usual.items() if value]
    return "\n".join([f"```{{{kind}}} {title}", *lines, "", "It holds.", "```"])


class Project:
    """A folder with notebooks, pages and data, and the ledger that is read from it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        for name in ("notebooks", "book", "data/paper"):
            (folder / name).mkdir(parents=True)
        self.forget()
        for module, function in (
            (claims, data_folder), (statements, notebooks_folder), (statements, book_folder),
        ):  # fmt: skip
            name = function.__name__.removesuffix("_folder")
            monkeypatch.setattr(module, function.__name__, lambda name=name: folder / name)
        self.notebook("s3", BOX)
        self.entries({"id": "theorem-2", "section": "3.2"})

    def forget(self) -> None:
        """Read everything anew: the project keeps what it has read for the whole process."""
        claims.load.cache_clear()
        statements.read_statements.cache_clear()
        statements.places.cache_clear()

    def notebook(self, name: str, *cells: str) -> None:
        """Write a notebook of Markdown cells; a cell that begins with ``%`` is code."""
        text = ""
        for cell in cells:
            if cell.startswith("%"):
                text += f"# %%\n{cell[1:]}\n\n"
            else:
                body = "\n".join(f"# {line}".rstrip() for line in cell.splitlines())
                text += f"# %% [markdown]\n{body}\n\n"
        (self.folder / "notebooks" / f"{name}.py").write_text(text, encoding="utf-8")
        self.forget()

    def entries(self, *entries: Mapping[str, Any]) -> None:
        """Write the paper's list."""
        text = yaml.safe_dump([dict(one) for one in entries], allow_unicode=True)
        (self.folder / "data/paper/claims.yml").write_text(text, encoding="utf-8")
        self.forget()

    def load(self) -> dict[str, Claim]:
        """The ledger, by identifier."""
        return {claim.id: claim for claim in claims.load()}


def use_checks(monkeypatch: pytest.MonkeyPatch, **checks: Check) -> None:
    """Let the ledger know these checks and no others, by ``MODULE__FUNCTION``."""
    known = {name.replace("__", "."): one for name, one in checks.items()}
    for module in (registry, evaluation):
        monkeypatch.setattr(module, "checks", lambda: known)

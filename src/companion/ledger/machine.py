"""What the proof assistant accepted, and which claims it bears on.

``proofs/accepted.json`` is written by ``proofs/check.py`` when Coq has accepted every file. It
names the sources by their hash: where the sources beside it are others, nothing of it counts.
"""

import hashlib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from companion.published import proofs_folder, read_data
from maxpooling.errors import DataError


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileCost(_Frozen):
    """What one file took: processor seconds, and the largest memory in use."""

    file: str
    seconds: float
    peak_memory_mb: int


class MachineTheorem(_Frozen):
    """A theorem that the kernel accepted.

    Attributes:
        label: ours, for links.
        claims: identifiers of the claims that it proves or belongs to.
        name: in the source.
        file: where it stands, below ``proofs``.
        says: what it says, in one plain sentence.
        statement_of: the statement of the book in words, or "".
        source: the theorem's statement as the file has it.
        statement: as Coq prints it.
        assumptions: what it rests on, as Coq prints it.
        seconds: of the processor, for its file.
        peak_memory_mb: of its file.
    """

    label: str
    claims: tuple[str, ...]
    name: str
    file: str
    says: str
    statement_of: str
    source: str
    statement: str
    assumptions: str
    seconds: float
    peak_memory_mb: int


class Accepted(_Frozen):
    """The record of a run of the proof assistant over all files."""

    coq: str
    sources_sha256: str
    everything: bool
    seconds: float
    peak_memory_mb: int
    files: tuple[FileCost, ...]
    theorems: tuple[MachineTheorem, ...]


@cache
def accepted(folder: Path | None = None) -> Accepted:
    """What was accepted.

    Args:
        folder: of the proofs; the project's own if None.

    Raises:
        DataError: the record is missing or damaged, or the sources beside it are others.
    """
    folder = folder or proofs_folder()
    path = folder / "accepted.json"
    try:
        found = Accepted.model_validate_json(read_data(path))
    except ValidationError as error:
        raise DataError(f"{path}: expected what Coq accepted, found {error}") from error
    sources = [*sorted(folder.rglob("*.v")), folder / "theorems.toml"]
    if len(sources) > 1:  # an installed package carries the record alone
        lines = (
            f"{source.relative_to(folder).as_posix()} "
            f"{hashlib.sha256(source.read_bytes()).hexdigest()}\n"
            for source in sources
        )
        now = hashlib.sha256("".join(lines).encode()).hexdigest()
        if now != found.sources_sha256:
            raise DataError(
                f"{path}: expected the sources {found.sources_sha256}, found {now}; "
                "run python proofs/check.py --all --accept"
            )
    return found


def machine_proofs() -> dict[str, tuple[str, ...]]:
    """The theorems that the kernel accepted, as ``FILE: NAME``, by the claims they bear on."""
    found: dict[str, tuple[str, ...]] = {}
    for theorem in accepted().theorems:
        for claim in theorem.claims:
            found[claim] = (*found.get(claim, ()), f"{theorem.file}: {theorem.name}")
    return found

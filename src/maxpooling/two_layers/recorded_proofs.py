"""Proofs that take longer than a build should: what ``verify`` returned, and for which file.

For nine and ten inputs ``verify`` needs a quarter of a minute and a minute or more. The record says
what it found and names the file of the identity by its digest, so that a record cannot outlive a
change of the identity unnoticed. To make it anew::

    python -c "from maxpooling.two_layers.recorded_proofs import record_proof; record_proof(9)"
"""

import hashlib
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from maxpooling.errors import CertificateError
from maxpooling.two_layers.identity import identity, identity_file
from maxpooling.two_layers.verification import verify

_RECORD: Final = Path(__file__).with_name("recorded_proofs.json")


@dataclass(frozen=True)
class RecordedProof:
    """What ``verify`` returned for a symmetric identity.

    Attributes:
        n: number of inputs.
        sha256: digest of the identity's file.
        kinks: kinks that occurred and cancelled.
        forms: (term, linear form) combinations that were added up.
        seconds: processor time on the machine that ran it.
    """

    n: int
    sha256: str
    kinks: int
    forms: int
    seconds: float


def recorded_proof(n: Any) -> RecordedProof:
    """The record for n inputs.

    Raises:
        CertificateError: if there is none, or the identity's file is no longer the one proved.

    Examples:
        >>> recorded_proof(9).kinks
        4411
    """
    for proof in _all():
        if proof.n == n:
            if proof.sha256 != _digest(n):
                raise CertificateError(f"the identity for n={n} is not the one proved")
            return proof
    raise CertificateError(f"no proof is recorded for n = {n!r}")


def record_proof(n: int) -> RecordedProof:
    """Run ``verify`` on the symmetric identity for n inputs and record what it returns.

    Raises:
        CertificateError: if the identity is wrong; nothing is recorded then.
    """
    digest, start = _digest(n), time.process_time()
    found = verify(identity(n, "symmetric"))
    seconds = round(time.process_time() - start, 1)
    proof = RecordedProof(n, digest, found.kinks, found.forms, seconds)
    kept = {entry.n: entry for entry in (*_all(), proof)}
    lines = [json.dumps(asdict(kept[key])) for key in sorted(kept)]
    temporary = _RECORD.with_suffix(".new")
    temporary.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    os.replace(temporary, _RECORD)
    return proof


def _all() -> tuple[RecordedProof, ...]:
    return tuple(RecordedProof(**entry) for entry in json.loads(_RECORD.read_text("utf-8")))


def _digest(n: int) -> str:
    return hashlib.sha256(identity_file(n, "symmetric").read_bytes()).hexdigest()

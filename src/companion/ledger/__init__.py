"""The ledger: every claim of the paper, how it is checked, and what the check finds.

``load`` reads ``data/paper/claims.yml``, ``Evaluator`` runs the checks, ``verdicts`` compares what
they earn with the committed ``data/paper/verdicts.lock``.
"""

from companion.ledger.claims import load
from companion.ledger.evaluation import Evaluator, Outcome, check_modules
from companion.ledger.model import KINDS, STANDINGS, VERDICTS, Claim

__all__ = [
    "KINDS",
    "STANDINGS",
    "VERDICTS",
    "Claim",
    "Evaluator",
    "Outcome",
    "check_modules",
    "load",
]

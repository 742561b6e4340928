"""The ledger: every claim of the paper, how it is checked, and what the check finds.

``load`` joins the paper's own list with the boxes of the notebooks, ``Evaluator`` runs the checks,
``verdicts`` compares what they earn with the committed ``data/paper/verdicts.lock``, and ``report``
is what the pages read.
"""

from companion.ledger.claims import errata, load
from companion.ledger.evaluation import Evaluator, Outcome, inconsistencies
from companion.ledger.model import KINDS, STANDINGS, VERDICTS, Claim
from companion.ledger.statements import read_statements

__all__ = [
    "KINDS",
    "STANDINGS",
    "VERDICTS",
    "Claim",
    "Evaluator",
    "Outcome",
    "errata",
    "inconsistencies",
    "load",
    "read_statements",
]

"""Evaluate the ledger of claims, compare with the committed verdicts, write the report.

Fails when the record of runs is not as its manifest says, when the ledger, the boxes and the checks
contradict each other, and when verdicts or the domains that earned them are not those of
``data/paper/verdicts.lock``; ``--accept`` writes that file.
"""

import argparse
import sys
from pathlib import Path

from companion.build import digests
from companion.errors import CheckFailedError, UncheckedError
from companion.experiments.results import manifest
from companion.files import RECORDED
from companion.ledger import Evaluator, errata, inconsistencies, load, read_statements
from companion.ledger.report import report, write_report
from companion.ledger.verdicts import Change, changes, lock_path, read_lock, write_lock
from maxpooling.errors import DataError


def report_changes(found: list[Change]) -> int:
    """Say what changed; exit status 1 if anything did."""
    for change in found:
        how = "worse than committed" if change.worse else "not as committed"
        print(f"error: {how}: {change}", file=sys.stderr)
    if found and not any(change.worse for change in found):
        print("nothing is worse; accept with `make verdicts`", file=sys.stderr)
    return 1 if found else 0


def main() -> int:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--output", type=Path, help="the report in JSON")
    target.add_argument("--accept", action="store_true", help="write data/paper/verdicts.lock")
    options = parser.parse_args()
    try:
        if options.accept:
            digests.write()  # the edits whose verdicts are accepted
        for note in manifest.verify() if RECORDED.is_dir() else ():
            print(f"note: {note}", file=sys.stderr)
        claims = load()
        problems = inconsistencies(claims, read_statements())
        if problems:
            print("\n".join(f"error: {problem}" for problem in problems), file=sys.stderr)
            return 1
        evaluator = Evaluator()
        outcomes = [evaluator.evaluate(claim) for claim in claims]
        refuted = [(erratum, evaluator.erratum(erratum)) for erratum in errata()]
        if options.accept:
            old = read_lock(lock_path()) if lock_path().exists() else {}
            for change in changes(old, outcomes):
                print(f"{'WORSE' if change.worse else 'better or new'}: {change}")
            write_lock(lock_path(), outcomes)
            digests.write()
            return 0
        status = report_changes(changes(read_lock(lock_path()), outcomes))
    except (CheckFailedError, DataError, UncheckedError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if status == 0:
        write_report(options.output, report(outcomes, refuted))
    return status


if __name__ == "__main__":
    sys.exit(main())

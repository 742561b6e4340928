"""Evaluate the ledger of claims, compare with the committed verdicts, write the report.

Fails when a verdict is worse than in ``data/paper/verdicts.lock``; ``--accept`` writes that file.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from companion.ledger import Evaluator, Outcome, load
from companion.ledger.verdicts import Change, changes, lock_path, read_lock, write_lock
from maxpooling.errors import DataError


def write_report(path: Path, outcomes: list[Outcome]) -> None:
    """Write ``build/reproduction.json``, whole or not at all."""
    entries = [outcome.as_json() for outcome in outcomes]
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", "utf-8")
    os.replace(temporary, path)


def report_changes(found: list[Change]) -> int:
    """Say what changed; exit status 1 if anything got worse."""
    worse = [change for change in found if change.worse]
    for change in worse:
        print(f"error: worse than committed: {change}", file=sys.stderr)
    if len(found) > len(worse):
        print("better than committed, or new; accept with `make verdicts`:", file=sys.stderr)
    for change in found:
        if not change.worse:
            print(f"  {change}", file=sys.stderr)
    return 1 if worse else 0


def main() -> int:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--results", type=Path, required=True, help="folder of notebooks' results")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--output", type=Path, help="the report in JSON")
    target.add_argument("--accept", action="store_true", help="write data/paper/verdicts.lock")
    options = parser.parse_args()
    try:
        evaluator = Evaluator(options.results)
        outcomes = [evaluator.evaluate(claim) for claim in load()]
        if options.accept:
            old = read_lock(lock_path()) if lock_path().exists() else {}
            for change in changes(old, outcomes):
                print(f"{'WORSE' if change.worse else 'better or new'}: {change}")
            write_lock(lock_path(), outcomes)
            return 0
        status = report_changes(changes(read_lock(lock_path()), outcomes))
    except DataError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if status == 0:
        write_report(options.output, outcomes)
    return status


if __name__ == "__main__":
    sys.exit(main())

"""The command line: ``python -m companion error`` and ``python -m companion claims``."""

import sys
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from importlib.metadata import version
from io import TextIOWrapper
from typing import Annotated

import typer

from companion.ledger import KINDS, VERDICTS, Claim, Evaluator, Outcome, load
from companion.ledger.comparison import shown
from companion.ledger.verdicts import Locked, changes, lock_path, read_lock
from maxpooling.approximation import best_uniform
from maxpooling.errors import DataError

PROGRAM = "python -m companion"
NEW = "new"
app = typer.Typer(
    name=PROGRAM,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(asked: bool) -> None:
    if asked:
        print(f"maxpooling {version('maxpooling')}")
        raise typer.Exit


@app.callback()
def main(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    """Exact errors of subpool-max estimators, and the ledger of the paper's claims."""
    # A pipe on Windows may know no ≈: a mark in its place is better than an end in mid-sentence.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


@app.command()
def error(
    d: Annotated[int, typer.Argument(metavar="D", help="Pool size: number of inputs.")],
    orders: Annotated[
        str, typer.Option(help="Orders of the subpools, with commas; 0 is the constant.")
    ],
) -> None:
    """Print the smallest uniform error of an estimator, its coefficients and its certificate.

    Example: python -m companion error 9 --orders 0,8
    """
    try:
        best = best_uniform(d, _orders(orders))
        best.verify()
    except ValueError as problem:
        raise typer.BadParameter(str(problem)) from None
    print(f"{best.error} ≈ {float(best.error):.3g}")
    print("coefficients of the averages, by order:")
    for order, coefficient in best.coefficients.items():
        print(f"  {order}: {coefficient}")
    print("certificate (verified), weights on vertices by their number of ones:")
    for ones, weight in best.certificate.items():
        print(f"  {ones}: {weight}")


@app.command()
def claims(
    claim: Annotated[
        str | None, typer.Argument(metavar="ID", help="One claim in detail, e.g. theorem-2.")
    ] = None,
    section: Annotated[str | None, typer.Option(help="Only this section, e.g. 3.2.")] = None,
    kind: Annotated[str | None, typer.Option(help=f"Only {', '.join(KINDS)}.")] = None,
    verdict: Annotated[str | None, typer.Option(help=f"Only {', '.join(VERDICTS)}.")] = None,
    recheck: Annotated[
        bool,
        typer.Option(
            "--recheck",
            help="Run the checks again; exit status 1 if a verdict or a domain is worse.",
        ),
    ] = False,
) -> None:
    """List the claims with their committed verdicts, or show one; run their checks again."""
    try:
        ledger, committed = load(), read_lock(lock_path())
        chosen = _chosen(ledger, committed, claim, section, kind, verdict)
        if recheck:
            raise typer.Exit(_recheck(chosen, committed))
    except DataError as problem:
        print(f"error: {problem}", file=sys.stderr)
        raise typer.Exit(1) from None
    if claim:
        print(_detail(chosen[0], committed))
    else:
        for one in chosen:
            print(f"{one.id:<34} {_verdict(one, committed):<28} {one.statement}")
        print(f"{len(chosen)} of {len(ledger)} claims", file=sys.stderr)


def _orders(text: str) -> list[int]:
    """The orders of ``--orders``."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise ValueError(f"--orders={text!r}: expected integers with commas, as in 0,8") from None


def _chosen(
    ledger: tuple[Claim, ...],
    committed: Mapping[str, Locked],
    name: str | None,
    section: str | None,
    kind: str | None,
    verdict: str | None,
) -> list[Claim]:
    """The claims that the arguments select; an unknown word is refused with what is allowed."""
    asked = {"ID": name, "--section": section, "--kind": kind, "--verdict": verdict}
    fields = {
        "ID": {one.id: one.id for one in ledger},
        "--section": {one.id: one.section for one in ledger},
        "--kind": {one.id: one.kind for one in ledger},
        "--verdict": {one.id: _verdict(one, committed) for one in ledger},
    }
    allowed = {"--kind": KINDS, "--verdict": (*VERDICTS, NEW)}
    for option, word in asked.items():
        words = allowed.get(option) or tuple(dict.fromkeys(fields[option].values()))
        if word is not None and word not in words:
            known = ", ".join(get_close_matches(word, words) or words)
            raise typer.BadParameter(f"{word!r} is unknown; try {known}", param_hint=option)
    return [
        one
        for one in ledger
        if all(word in (None, fields[option].get(one.id)) for option, word in asked.items())
    ]


def _recheck(chosen: Iterable[Claim], committed: Mapping[str, Locked]) -> int:
    """Evaluate the claims anew, print what each earns, and return the exit status."""
    evaluator, status = Evaluator(), 0
    for claim in chosen:
        outcome = evaluator.evaluate(claim)
        print(f"{claim.id}: {_found(outcome)}")
        before = {claim.id: committed[claim.id]} if claim.id in committed else {}
        for change in changes(before, [outcome]):
            status = max(status, int(change.worse))
            print(f"  {'worse than' if change.worse else 'not as'} committed: {change}")
    return status


def _found(outcome: Outcome) -> str:
    """One line: the verdict, our value beside the published one, and what was run."""
    values = f", ours: {outcome.ours}" if outcome.ours else ""
    because = "; ".join(line.text for line in outcome.evidence) or outcome.why
    return f"{outcome.verdict}; published: {outcome.claim.published.text}{values} ({because})"


def _verdict(claim: Claim, committed: Mapping[str, Locked]) -> str:
    return committed[claim.id].verdict if claim.id in committed else NEW


def _detail(claim: Claim, committed: Mapping[str, Locked]) -> str:
    """Everything that the ledger knows of one claim, a line each."""
    tolerance = claim.published.tolerance
    evidence = committed[claim.id].evidence if claim.id in committed else ()
    rows = [
        (claim.title, claim.statement),
        ("section", f"{claim.section}, {claim.kind}, {claim.standing}"),
        ("published", claim.published.text),
        ("tolerance", shown(float(tolerance)) if tolerance else "exact"),
        ("verdict", _verdict(claim, committed)),
        ("why", claim.why),
        ("erratum", claim.erratum),
        *(("evidence", line.text) for line in evidence),
        ("check", ", ".join(claim.checks) or "none"),
        ("page", f"{claim.page}.html#{claim.anchor}"),
    ]
    return "\n".join(f"{name}: {text}" for name, text in rows if text)


if __name__ == "__main__":
    app(prog_name=PROGRAM)

"""The command line: ``python -m companion error`` and ``python -m companion claims``."""

import json
import sys
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from importlib.metadata import version
from typing import Annotated, Any

import typer

from companion.ledger import KINDS, VERDICTS, Claim, Evaluator, Outcome, load
from companion.ledger.comparison import shown
from companion.ledger.verdicts import Locked, changes, lock_path, read_lock
from maxpooling.command import tolerate_narrow_pipes, uniform_answer
from maxpooling.errors import DataError
from maxpooling.plain import rational

PROGRAM = "python -m companion"
NEW = "new"
EXIT_CODES = (
    "Exit status: 0 answered; 1 a verdict or a domain is worse than committed, or something cannot "
    "be read or is not installed; 2 the arguments are wrong."
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON; fractions are text.")]
app = typer.Typer(
    epilog=EXIT_CODES,
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
    tolerate_narrow_pipes()


@app.command(epilog=EXIT_CODES)
def error(
    d: Annotated[int, typer.Argument(metavar="D", help="Pool size: number of inputs.")],
    orders: Annotated[
        str, typer.Option(help="Orders of the subpools, with commas; 0 is the constant.")
    ],
    as_json: AsJson = False,
) -> None:
    """Print the smallest uniform error of an estimator, its coefficients and its certificate.

    Example: python -m companion error 9 --orders 0,8
    """
    try:
        best = uniform_answer(d, orders)
    except ValueError as problem:
        raise typer.BadParameter(str(problem)) from None
    if as_json:
        _print_json(best)
        return
    print(f"{best['error']} ≈ {float(rational(best['error'])):.3g}")
    print("coefficients of the averages, by order:")
    for order, coefficient in best["coefficients"].items():
        print(f"  {order}: {coefficient}")
    print("certificate (verified), weights on vertices by their number of ones:")
    for ones, weight in best["certificate"].items():
        print(f"  {ones}: {weight}")


@app.command(epilog=EXIT_CODES)
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
    as_json: AsJson = False,
) -> None:
    """List the claims with their committed verdicts, or show one; run their checks again."""
    try:
        ledger, committed = load(), read_lock(lock_path())
        chosen = _chosen(ledger, committed, claim, section, kind, verdict)
        if recheck:
            raise typer.Exit(_recheck(chosen, committed, as_json=as_json))
    except (DataError, ModuleNotFoundError) as problem:
        # A check imports what its chapter needs, which a reader need not have installed.
        print(f"error: {problem}{_remedy(problem)}", file=sys.stderr)
        raise typer.Exit(1) from None
    if as_json:
        _print_json([_about(one, committed) for one in chosen])
    elif claim:
        print(_detail(chosen[0], committed))
    else:
        for one in chosen:
            print(f"{one.id:<34} {_verdict(one, committed):<28} {one.statement}")
        print(f"{len(chosen)} of {len(ledger)} claims", file=sys.stderr)


def _print_json(value: Any) -> None:
    """All in ASCII, so that every pipe takes it."""
    print(json.dumps(value, indent=2))


def _remedy(problem: Exception) -> str:
    """What to install, if a package is missing that a check needs."""
    missing = isinstance(problem, ModuleNotFoundError)
    return '; pip install "maxpooling[notebooks]" has it' if missing else ""


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


def _recheck(
    chosen: Iterable[Claim], committed: Mapping[str, Locked], *, as_json: bool = False
) -> int:
    """Evaluate the claims anew, print what each earns, and return the exit status."""
    evaluator, status, rows = Evaluator(), 0, []
    for claim in chosen:
        outcome = evaluator.evaluate(claim)
        before = {claim.id: committed[claim.id]} if claim.id in committed else {}
        found = changes(before, [outcome])
        status = max([status, *(int(change.worse) for change in found)])
        if as_json:
            rows.append(_outcome(outcome, [(change.worse, str(change)) for change in found]))
            continue
        print(f"{claim.id}: {_found(outcome)}")
        for change in found:
            print(f"  {'worse than' if change.worse else 'not as'} committed: {change}")
    if as_json:
        _print_json(rows)
    return status


def _outcome(outcome: Outcome, found: Iterable[tuple[bool, str]]) -> dict[str, Any]:
    """What a claim has earned now, as plain data."""
    return {
        "id": outcome.claim.id,
        "verdict": outcome.verdict,
        "published": outcome.claim.published.text,
        "ours": outcome.ours,
        "evidence": [line.text for line in outcome.evidence],
        "why": outcome.why,
        "changes": [{"worse": worse, "text": text} for worse, text in found],
    }


def _found(outcome: Outcome) -> str:
    """One line: the verdict, our value beside the published one, and what was run."""
    values = f", ours: {outcome.ours}" if outcome.ours else ""
    because = "; ".join(line.text for line in outcome.evidence) or outcome.why
    return f"{outcome.verdict}; published: {outcome.claim.published.text}{values} ({because})"


def _verdict(claim: Claim, committed: Mapping[str, Locked]) -> str:
    return committed[claim.id].verdict if claim.id in committed else NEW


def _about(claim: Claim, committed: Mapping[str, Locked]) -> dict[str, Any]:
    """Everything that the ledger knows of one claim, as plain data."""
    evidence = committed[claim.id].evidence if claim.id in committed else ()
    tolerance = claim.published.tolerance
    return {
        "id": claim.id,
        "title": claim.title,
        "statement": claim.statement,
        "section": claim.section,
        "kind": claim.kind,
        "standing": claim.standing,
        "published": claim.published.text,
        "tolerance": float(tolerance) if tolerance else 0,
        "verdict": _verdict(claim, committed),
        "why": claim.why,
        "erratum": claim.erratum,
        "evidence": [line.text for line in evidence],
        "checks": list(claim.checks),
        "page": f"{claim.page}.html#{claim.anchor}",
    }


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

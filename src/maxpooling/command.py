"""The command ``maxpooling``: exact answers in a terminal, or as JSON for other programs.

The core alone is needed: no network is built, and torch is not imported.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import maxpooling
from maxpooling import plain
from maxpooling.approximation import (
    MeanSquareApproximation,
    SparseApproximation,
    UniformApproximation,
    best_mean_square,
    best_uniform,
    sparse_uniform,
)
from maxpooling.errors import CertificateError, DataError
from maxpooling.networks import exact_max_cost, smallest_max_network
from maxpooling.order_statistics import subpool_weights

OK, FAILED, MISUSED = 0, 1, 2
EXIT_CODES = """\
exit status:
  0  answered
  1  a result does not hold what it states, a file cannot be read, or the answer not be written
  2  the arguments are wrong; standard error names the argument and what is allowed
"""
KINDS: Mapping[str, type[plain.Result]] = {
    "uniform": UniformApproximation,
    "mean-square": MeanSquareApproximation,
    "sparse": SparseApproximation,
}
Data = dict[str, Any]
_QUOTIENT = re.compile(r"-?\d+/\d+")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: those of the process if None.

    Returns:
        The exit status: see ``maxpooling --help``.
    """
    tolerate_narrow_pipes()
    options = _parser().parse_args(arguments)
    answer: Callable[[argparse.Namespace], Data] = options.answer
    try:
        data = answer(options)
    except ValueError as error:
        print(f"maxpooling: error: {error}", file=sys.stderr)
        return MISUSED
    except (CertificateError, DataError) as error:
        print(f"maxpooling: error: {error}", file=sys.stderr)
        return FAILED
    return _print_answer(json.dumps(data, indent=2) if options.json else as_text(data))


def tolerate_narrow_pipes() -> None:
    """Print a mark for what a stream does not know: a pipe on Windows may have no ≈."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def orders_of(text: str) -> list[int]:
    """The orders of ``--orders``.

    Raises:
        ValueError: naming the option.

    Examples:
        >>> orders_of("0,8")
        [0, 8]
    """
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise ValueError(f"--orders={text!r}: expected integers with commas, as in 0,8") from None


def uniform_answer(d: int, orders: str) -> Data:
    """The best uniform estimator, verified, as plain data.

    Raises:
        ValueError: if an argument is not of its kind.
    """
    best = best_uniform(d, orders_of(orders))
    best.verify()
    return _result("uniform", best)


def as_text(data: Data) -> str:
    r"""Plain data for a reader: a line per number, the numbers of a group indented.

    Examples:
        >>> print(as_text({"error": "1/18", "widths": [3, 2], "coefficients": {"0": "1/18"}}))
        error: 1/18 ≈ 0.0556
        widths: 3, 2
        coefficients:
          0: 1/18 ≈ 0.0556
    """
    lines = []
    for name, value in data.items():
        said = name.replace("_", " ")
        if isinstance(value, dict):
            lines += [f"{said}:", *(f"  {key}: {_number(one)}" for key, one in value.items())]
        elif isinstance(value, list):
            lines.append(f"{said}: {', '.join(map(str, value))}")
        else:
            lines.append(f"{said}: {_number(value)}")
    return "\n".join(lines)


def _print_answer(text: str) -> int:
    """Print to the end, for an error to be met here and not when Python ends."""
    try:
        print(text, flush=True)
    except OSError as error:
        # Python flushes once more at its end, and would say so again.
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # whoever reads has had enough, as head does
            said = error.strerror
            print(f"maxpooling: error: standard output: cannot write: {said}", file=sys.stderr)
        return FAILED
    return OK


def _number(value: object) -> str:
    if isinstance(value, str) and _QUOTIENT.fullmatch(value):
        return f"{value} ≈ {_rounded(plain.rational(value))}"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _rounded(value: Fraction) -> str:
    try:
        return f"{float(value):.3g}"
    except OverflowError:
        return "too large for a float"


def _result(kind: str, result: plain.Result) -> Data:
    return {"kind": kind, **result.to_dict()}


def _uniform(options: argparse.Namespace) -> Data:
    return uniform_answer(options.d, options.orders)


def _mean_square(options: argparse.Namespace) -> Data:
    best = best_mean_square(options.d, orders_of(options.orders))
    best.verify()
    return _result("mean-square", best)


def _sparse(options: argparse.Namespace) -> Data:
    best = sparse_uniform(options.d, options.count)
    best.verify()
    return _result("sparse", best)


def _weights(options: argparse.Namespace) -> Data:
    weights = subpool_weights(options.d, options.r)
    named = {str(j): plain.text(weight) for j, weight in enumerate(weights, start=1)}
    return {"d": options.d, "r": options.r, "weights": named}


def _network(options: argparse.Namespace) -> Data:
    network = smallest_max_network(
        options.d, options.hidden_layers, non_negative=options.nonnegative
    )
    widths = list(network.hidden_widths)
    return {
        "d": options.d,
        "nonnegative": options.nonnegative,
        "hidden_widths": widths,
        "neurons": sum(widths),
        "neurons_of_lemma_1": exact_max_cost(options.d).neurons,
    }


def _verify(options: argparse.Namespace) -> Data:
    path: Path = options.file
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        kind = data.pop("kind")
        result: Any = KINDS[kind].from_dict(data)
    except OSError as error:
        raise DataError(f"{path}: expected a readable file, found {error.strerror}") from None
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise DataError(f"{path}: expected what --json writes, found {error}") from None
    result.verify()
    return {"file": str(path), "kind": kind, "error": plain.text(result.error), "verified": True}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="maxpooling",
        description="Exact errors of subpool-max estimators, and networks for the maximum.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version", action="version", version=f"maxpooling {maxpooling.__version__}"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, answer: Callable[[argparse.Namespace], Data], about: str, example: str
    ) -> argparse.ArgumentParser:
        one = commands.add_parser(
            name,
            help=about,
            description=about,
            epilog=f"example: maxpooling {name} {example}\n\n{EXIT_CODES}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        one.add_argument("--json", action="store_true", help="print JSON; fractions are text")
        one.set_defaults(answer=answer)
        return one

    of_orders = {
        "error": (_uniform, "the smallest uniform error of given orders, with its certificate"),
        "mean-square": (_mean_square, "the smallest mean square error of given orders"),
    }
    for name, (answer, about) in of_orders.items():
        one = command(name, answer, about, "9 --orders 0,8")
        _pool_size(one)
        one.add_argument(
            "--orders", required=True, help="of the subpools, with commas; 0 is the constant"
        )
    one = command(
        "sparse", _sparse, "the best estimator known of at most so many subpool maxes", "9 21"
    )
    _pool_size(one)
    one.add_argument("count", type=int, metavar="COUNT", help="number of subpool maxes")
    one = command(
        "weights", _weights, "an average subpool max as weights on the sorted inputs", "9 8"
    )
    _pool_size(one)
    one.add_argument("r", type=int, metavar="R", help="order of the subpools")
    one = command("network", _network, "the smallest ReLU network known for the maximum", "9")
    _pool_size(one)
    one.add_argument("--hidden-layers", type=int, metavar="N", help="the most that are allowed")
    one.add_argument("--nonnegative", action="store_true", help="for inputs from 0 only")
    one = command("verify", _verify, "prove again what --json wrote", "best.json")
    one.add_argument("file", type=Path, metavar="FILE", help="written by --json")
    return parser


def _pool_size(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("d", type=int, metavar="D", help="pool size: number of inputs")

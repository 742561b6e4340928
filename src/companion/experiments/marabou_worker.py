"""Ask Marabou about small pools; runs in an environment of its own, see ``verifier``.

Reads one task as JSON from standard input and prints one line of JSON, apart from what the verifier
prints itself. Needs maraboupy and numpy alone, nothing of ours.
"""

import argparse
import json
import sys
import time
from typing import Any

MARK = "@answer "
"""What the line of ours begins with."""


def ask(task: dict[str, Any], limit: int) -> dict[str, Any]:
    """Ask one question: is there an input of a box at which the output reaches a value?

    Args:
        task: ``low`` and ``high``, ends of the box; ``layers``, pairs of weights and biases with
            ReLUs between, or None for the verifier's own max constraint; ``sign`` 1 to ask for an
            output of at least ``value``, -1 for one of at most it.
        limit: seconds after which the verifier gives up.

    Returns:
        ``answer``, one of ``sat``, ``unsat`` and others of the verifier's; ``point`` where it is
        sat; ``seconds`` of this process's processor time.
    """
    from maraboupy import Marabou, MarabouCore  # type: ignore[import-not-found,unused-ignore]

    query = MarabouCore.InputQuery()
    n = count = len(task["low"])
    layers = task["layers"] or []
    neurons = sum(len(biases) for _, biases in layers[:-1])
    query.setNumberOfVariables(n + 2 * neurons + 1)
    for place in range(n):
        query.markInputVariable(place, place)
        query.setLowerBound(place, task["low"][place])
        query.setUpperBound(place, task["high"][place])
    values = list(range(n))
    if task["layers"] is None:
        MarabouCore.addMaxConstraint(query, set(values), count)
        values, count = [count], count + 1
    else:
        for layer, (weights, biases) in enumerate(layers):
            made = []
            for row, bias in zip(weights, biases, strict=True):
                equation = MarabouCore.Equation()
                for value, weight in zip(values, row, strict=True):
                    if weight:
                        equation.addAddend(weight, value)
                equation.addAddend(-1.0, count)
                equation.setScalar(-bias)
                query.addEquation(equation)
                made.append(count)
                count += 1
            if layer + 1 < len(layers):
                for before in made:
                    MarabouCore.addReluConstraint(query, before, count)
                    query.setLowerBound(count, 0.0)
                    count += 1
                made = list(range(count - len(made), count))
            values = made
    (output,) = values
    query.markOutputVariable(output, 0)
    if task["sign"] > 0:
        query.setLowerBound(output, task["value"])
    else:
        query.setUpperBound(output, task["value"])
    options = Marabou.createOptions(verbosity=0, timeoutInSeconds=limit)
    began = time.process_time()
    answer, found, _ = MarabouCore.solve(query, options, "")
    return {
        "answer": answer,
        "point": [found[place] for place in range(n)] if answer == "sat" else None,
        "seconds": round(time.process_time() - began, 3),
    }


def main() -> None:
    """Answer one task."""
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_args()
    given = json.load(sys.stdin)
    print("\n" + MARK + json.dumps(ask(given["task"], given["limit"])), flush=True)


if __name__ == "__main__":
    main()

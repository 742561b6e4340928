"""Which numbers prose may hold: definitions and proofs yes, measurements no."""

import pytest

from companion.build.typed_numbers import typed_numbers


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("The accuracy rose by 17 %.", "'17 %' is a percentage"),
        ("About 98.5% of the images.", "'98.5%' is a percentage"),
        ("Some 12 per cent less.", "'12 per cent' is a percentage"),
        ("It took 12 s.", "'12 s' is a duration"),
        ("It took 1.5 seconds on one core.", "'1.5 seconds' is a duration"),
        ("Training takes 3 hours.", "'3 hours' is a duration"),
        ("A sort of 40 ms.", "'40 ms' is a duration"),
        ("It reads 4,200 img/s.", "'4,200 img/s' is a speed"),
        ("It reads 4200 images per second.", "'4200 images per second' is a speed"),
        ("This is 5 times faster.", "'5 times faster' is a factor"),
        ("It is 2.5× slower than before.", "'2.5× slower' is a factor"),
        ("Wrong by a factor of 4.", "'factor of 4.' is a factor"),
        ("The clean accuracy is 0.98 here.", "'accuracy is 0.98' is an accuracy"),
        ("Their accuracies were 0.9 and 0.8.", "'accuracies were 0.9' is an accuracy"),
        ("A test loss of .31 remains.", "'loss of .31' is an accuracy"),
        ("- a list item: 7 %", "'7 %' is a percentage"),
        (":::{autofigure} f\nA caption with 7 %.\n:::", "'7 %' is a percentage"),
        ("```{note}\nIt took 3 s.\n```", "'3 s' is a duration"),
        ("Two lines, and\nthe second took 9 s of them.", "'9 s' is a duration"),
        ("A `typed` percentage, 5 %, after code.", "'5 %' is a percentage"),
    ],
)
def test_measured_numbers_are_refused(text: str, what: str) -> None:
    (problem,) = typed_numbers(text)
    assert problem.startswith(what)


@pytest.mark.parametrize(
    "text",
    [
        "The error is 1/18, about 0.0556, for nine inputs.",
        "Section 3.2 and Appendix E.3 of 2 pages; Python 3.11 or newer.",
        "A 3×3 window, a 2x2 pool, and $5 \\times$ as many.",
        "The rate {value}`nb.rate|.0%` after {value}`nb.seconds` s.",
        "A width of $100\\,\\%$ and `12 s` in code, ``5 %`` as well.",
        "```python\nprint('12 s, 17 %')\n```",
        "~~~\n17 %\n~~~",
        "```{math}\nx = 17 %\n```",
        "```{prf:theorem} Theorem 1\n:label: theorem-1\nAt least 50 % of the cube.\n```",
        "````{prf:theorem} Theorem 1\n```{math}\nx\n```\nAt least 50 % of the cube.\n````",
        "> The authors report 99.1 %.",
        "[a page](https://example.org/17%20s) and <https://example.org/5 %>",
        "<!-- typed: the paper's own setting -->\nDropout of 20 % is used.",
        "We repeat it 3 times with other seeds, in 50 epochs of 128 images.",
        "It is repeated 3 times.",
        "The bar is a 95 % interval, a 95 % t interval or a 95 % confidence interval.",
        "Order 8 and 36 pairs; 2 sources; 12 small maxima.",
    ],
)
def test_other_numbers_are_allowed(text: str) -> None:
    assert typed_numbers(text) == []


def test_an_exemption_covers_its_paragraph_only() -> None:
    text = "<!-- typed: a setting -->\nDropout of 20 %.\n\nIt took 3 s."
    assert [problem.split(" is ")[0] for problem in typed_numbers(text)] == ["'3 s'"]


def test_an_exemption_needs_a_reason() -> None:
    assert typed_numbers("<!-- typed: --> 20 %") == ["a marker 'typed:' gives no reason"]


def test_prose_after_a_fence_is_looked_at_again() -> None:
    assert len(typed_numbers("```python\n1 %\n```\nIt took 3 s.")) == 1
    assert len(typed_numbers(":::{note}\n```python\n1 %\n```\nIt took 3 s.\n:::\nAnd 4 s.")) == 2

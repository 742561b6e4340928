"""What checks ran over, as pages show it: words instead of arguments' names."""

from pathlib import Path

import pytest
from small_book import built

from companion.sphinx.domain_words import worded


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ("d = 5, 9, .., 61; 15 cases", "d = 5, 9, …, 61; 15 cases"),
        ("d = 2..64, r = 1..d-1", "d = 2 to 64, r = 1 to d−1"),
        (
            "orders: every non-empty subset of {0..d-1} with 0",
            "orders: every non-empty subset of {0, …, d−1} with 0",
        ),
        ("orders = {0..2}, {0..8}", "orders = {0, 1, 2}, {0, …, 8}"),
        ("x: every vector of {-2..2}^(d+1)", "x: every vector of d+1 entries in {−2, …, 2}"),
        ("beta_0 = -1/2..1 in steps of 1/24", "β₀ = −1/2 to 1 in steps of 1/24"),
        ("d = 2, 3, constant = True, False", "d = 2, 3, with and without a constant"),
        ("big_x: 2 random vectors of n positive", "X: 2 random vectors of n positive"),
        (
            "experiment = lenet-mnist, pool = plain S_8, minimax {8}",
            "networks: LeNet for MNIST, pools: mean of maxes of 8, optimum {8}",
        ),
        (
            "lenet-cifar10 conv-small = 841 of 1024 pixels",
            "LeNet for CIFAR-10, Conv-Small = 841 of 1024 pixels",
        ),
        (
            "name = cifar-more-robust-than-small, reading = FGM, L2",
            "statement: CIFAR-10 more robust than small, attack: FGM, L2",
        ),
        ("largest difference = 2e-07", "largest difference = 2e-07"),
        ("3 cases; pairs a side = 4; seeds = 3", "3 cases; pairs a side = 4; seeds = 3"),
        ("seeds = {3, 3}, side = 2, 3", "numbers of seeds: {3, 3}, windows of side 2, 3"),
        ("plane = AG(2,2), PG(2,3)", "planes AG(2,2), PG(2,3)"),
    ],
)
def test_a_domain_in_words(domain: str, words: str) -> None:
    assert worded(domain) == words


def test_words_in_words_are_the_same() -> None:
    once = worded("experiment = lenet-mnist, variant = maxpool, conv; x: every vector of {-1..1}^3")
    assert worded(once) == once


def test_lines_of_checks_are_worded_and_code_is_not(tmp_path: Path) -> None:
    text = (
        "# A page\n\nWith d = 2..64.\n\n"
        '<div class="evidence"><p><strong>Checked</strong>: d = 2..64, '
        "constant = True, False; 126 cases.</p>\n"
        "<details><summary>One case</summary><pre>constant = True, False</pre></details></div>\n"
    )
    page = built(tmp_path, {"index": text}).select_one("div.body")
    assert page is not None
    (line,) = page.select("div.evidence p")
    assert line.text == "Checked: d = 2 to 64, with and without a constant; 126 cases."
    assert page.select("div.evidence pre")[0].text == "constant = True, False"
    assert "With d = 2..64." in page.text

"""Formulas within a sentence: what follows them stays on their line."""

from pathlib import Path

from small_book import built


def test_a_sign_behind_a_formula_is_kept_beside_it(tmp_path: Path) -> None:
    page = built(tmp_path, {"index": "# A\n\nFor $a$, $b$ (not $c$), $d$ or *$e$*: $f$.\n"})
    kept = page.select("div.body p span.kept")
    assert [one.text for one in kept] == [r"\(a\),", r"\(c\)),", r"\(f\)."]
    assert all(one.select_one("span.math") for one in kept)
    assert [line.text for line in page.select("div.body p")] == [
        r"For \(a\), \(b\) (not \(c\)), \(d\) or \(e\): \(f\)."
    ]

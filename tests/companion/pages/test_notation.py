"""The list of letters: whole, without doubles, and used by the chapters that it names."""

import re
from pathlib import Path

import pytest

from companion.pages import notation as module
from companion.pages.notation import chosen, notation
from companion.published import book_folder
from maxpooling.errors import DataError


@pytest.mark.parametrize("one", notation(), ids=lambda one: one.name)
def test_the_chapter_that_introduces_a_letter_has_it(one: module.Symbol) -> None:
    """In its formulas, or in the list of letters that it begins with."""
    text = (book_folder().parent / f"{one.where}.py").read_text(encoding="utf-8")
    asked = {name for line in re.findall(r"\{notation\}(.*)", text) for name in line.split()}
    formula = "".join(one.symbol.strip("$").split())
    assert one.name in asked or formula in "".join(text.replace("\n#", "").split())


def test_all_or_the_chosen_ones() -> None:
    assert chosen([]) == notation()
    assert [one.name for one in chosen(["vertex", "size"])] == ["vertex", "size"]
    with pytest.raises(ValueError, match="symbols nothing are not in the list: allowed are size"):
        chosen(["nothing"])


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["a,$x$,one,p", "a,$y$,two,p"], "name a stands in two lines"),
        (["a,$x$,one,p", "b,$x$,two,p"], "stands in two lines"),
        (["a,$S(x;r,d)$,one,p"], "a line has not 4 cells"),
    ],
)
def test_a_bad_list(
    lines: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / module.FILE).write_text("\n".join(["name,symbol,meaning,where", *lines]) + "\n")
    monkeypatch.setattr(module, "book_folder", lambda: tmp_path)
    with pytest.raises(DataError, match=message):
        notation.__wrapped__()

"""Words of the glossary: linked where a page uses them first, and nowhere else."""

from pathlib import Path

from small_book import built

from companion.sphinx.words import Word, pattern

GLOSSARY = """# Glossary

```{glossary}
subpool
  Some of the inputs.

subpool max
  The maximum over some of the inputs.

equioscillation
alternates
  With changing sign.
```
"""
PAGE = """# A subpool in a title

`subpool` and $subpool$ and [a subpool link](https://example.org).

The **subpool maxes** of a Subpool; a subpool again. It alternates: equioscillation.
"""


def test_first_use_of_each_word(tmp_path: Path) -> None:
    found = built(tmp_path, {"index": PAGE, "glossary": GLOSSARY}).select("a.word")
    assert [(one.text, one["href"], one["title"]) for one in found] == [
        ("subpool maxes", "glossary.html#term-subpool-max", "The maximum over some of the inputs."),
        ("Subpool", "glossary.html#term-subpool", "Some of the inputs."),
        ("alternates", "glossary.html#term-alternates", "With changing sign."),
    ]
    assert found[0].find_parent("strong") is not None


def test_no_word_inside_a_word() -> None:
    search = pattern({"order": Word("", ""), "kink": Word("", "")})
    assert [match[0] for match in search.finditer("reorder, kinks, orderly, pre-order, Kink")] == [
        "kinks",
        "Kink",
    ]

"""`make check` refuses what breaks a rule of notebooks and pages, and names file and reason."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from companion.build.check_notebooks import parts_missing, problems, unlisted

CONTENTS = """format: jb-book
root: intro
parts:
  - caption: The paper
    chapters:
      - file: notebooks/s4_complexity
        sections:
          - file: deeper
"""


def checked(root: Path, *arguments: Path) -> subprocess.CompletedProcess[str]:
    """The check's own process, from the root of the repository as ``make check`` starts it."""
    command = [sys.executable, "-m", "companion.build.check_notebooks", "--contents"]
    return subprocess.run(
        [*command, *map(str, arguments)], cwd=root, capture_output=True, text=True, check=False
    )


@pytest.fixture
def header(root: Path) -> str:
    return (root / "notebooks/s1_introduction.py").read_text().split("# %%")[0]


def test_typed_numbers_in_notebooks_and_pages(root: Path, tmp_path: Path, header: str) -> None:
    page, notebook = tmp_path / "intro.md", tmp_path / "s1_introduction.py"
    page.write_text("It took 12 s.\n")
    notebook.write_text(f"{header}# %% [markdown]\n# It took 13 s.\n")
    done = checked(root, root / "book/_toc.yml", page, notebook)
    assert done.returncode == 1
    assert "intro.md: '12 s' is a duration" in done.stderr
    assert "s1_introduction.py: '13 s' is a duration" in done.stderr


def test_long_functions_and_cells_that_change(tmp_path: Path, header: str) -> None:
    notebook = tmp_path / "n.py"
    notebook.write_text(f"{header}# %%\ndef f():\n" + "    print()\n" * 24)
    assert problems(notebook) == [
        f"{notebook}: function f has more than 24 lines; move it to src",
    ]


WHOLE = """# %% [markdown]
# # A chapter
#
# Does it hold?
#
# **What this chapter establishes.** That it does.

# %% [markdown]
# ## What it means
#
# In $0.5$ of all cases, as {doc}`x. y` says,
# it holds.
#
# ## What was checked
"""
NO_QUESTION = "asks no question before '**What this chapter establishes'"
NO_END = "does not end with '## What it means', before '## What was checked' if it has that"


class TestPartsOfAChapter:
    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            ("", "", None),
            ("#\n# ## What was checked\n", "", None),
            ("hold?", "hold.", NO_QUESTION),
            ("**What this", "**This", NO_QUESTION),
            ("## What it means", "### What it means", NO_END),
            ("# ## What was checked", "# ## Another\n# ## What was checked", NO_END),
            ("it holds.", "it holds. Always.", "'## What it means' is not one sentence"),
            ("it holds.", "it holds", "'## What it means' is not one sentence"),
            ("it holds.", "it holds.\n#\n# And so on.", "'## What it means' is not one sentence"),
        ],
    )
    def test_question_and_sentence(
        self, tmp_path: Path, header: str, old: str, new: str, problem: str | None
    ) -> None:
        notebook = tmp_path / "n.py"
        notebook.write_text(header + WHOLE.replace(old, new))
        assert parts_missing(notebook) == ([] if problem is None else [f"{notebook}: {problem}"])

    def test_every_chapter_of_the_book_has_both(self, root: Path) -> None:
        chapters = sorted(root.glob("notebooks/*.py"))
        assert len(chapters) > 15
        assert [line for path in chapters for line in parts_missing(path)] == []


class TestContents:
    def test_root_chapters_and_sections_are_known(self, tmp_path: Path) -> None:
        contents = tmp_path / "_toc.yml"
        contents.write_text(CONTENTS)
        known = [Path("book/intro.md"), Path("notebooks/s4_complexity.py"), Path("book/deeper.md")]
        assert unlisted(contents, known) == []
        assert unlisted(contents, [Path("notebooks/s4.py"), *known]) == [
            f"notebooks/s4.py: not in {contents}; expected there as a chapter"
        ]

    def test_the_books_own_has_every_notebook_and_page(self, root: Path) -> None:
        files = [*root.glob("notebooks/*.py"), *root.glob("book/*.md")]
        assert len(files) > 20
        assert unlisted(root / "book/_toc.yml", files) == []

    @pytest.mark.parametrize("name", ["notebooks/s5_robustness", "explorer"])
    def test_without_one_entry_the_check_fails(self, root: Path, tmp_path: Path, name: str) -> None:
        contents = yaml.safe_load((root / "book/_toc.yml").read_text())
        for part in contents["parts"]:
            part["chapters"] = [one for one in part["chapters"] if one["file"] != name]
        shorter = tmp_path / "_toc.yml"
        shorter.write_text(yaml.safe_dump(contents))
        file = next(
            path for path in (root / f"{name}.py", root / f"book/{name}.md") if path.exists()
        )
        done = checked(root, shorter, file)
        assert done.returncode == 1
        assert f"{file}: not in {shorter}" in done.stderr
        assert checked(root, root / "book/_toc.yml", file).returncode == 0

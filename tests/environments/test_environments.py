"""One cheap chapter built by ``make`` in odd folders and odd environments: always the same bytes.

Each surrounding is first seen to be what it says, where that can be seen from here.
"""

import ctypes
import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from projects import CHAPTER, Done, make, make_project, plain

ODD = 'it\'s a "$HOME" $(touch x) `y` {name} & 100 % 公式 Größe'
LONG = Path(*(letter * 120 for letter in "abcdefgh"))  # 960 characters
CAP_DAC_OVERRIDE, PR_CAPBSET_DROP = 1, 24
OLD_GIT = """#!/bin/sh
echo "Unknown option: $1" >&2
exit 129
"""


def _nothing(_: Path) -> None:
    pass


@dataclass(frozen=True)
class Surrounding:
    """Where and how ``make`` is run.

    Attributes:
        folder: of the project, below a temporary one.
        variables: set for ``make``; None removes one.
        path: makes the folders of programs that ``make`` finds; None leaves PATH alone.
        before: done to the project before ``make``.
        inside: done in the process that becomes ``make``.
    """

    folder: Path = Path("plain")
    variables: dict[str, str | None] = field(default_factory=dict)
    path: Callable[[Path], Iterable[Path]] | None = None
    before: Callable[[Path], None] = _nothing
    inside: Callable[[], None] | None = None


def only_git_differs(git: str | None) -> Callable[[Path], Iterable[Path]]:
    """Folders of programs that hold all that this process finds, but for git."""

    def fill(folder: Path) -> Iterable[Path]:
        folder.mkdir()
        for place in os.get_exec_path():
            for program in Path(place).glob("*"):
                link = folder / program.name
                if program.name != "git" and not link.is_symlink() and os.access(program, os.X_OK):
                    link.symlink_to(program)
        if git is not None:
            (folder / "git").write_text(git)
            (folder / "git").chmod(0o755)
        return [folder]

    return fill


def lock_data(project: Path) -> None:
    """Nothing below ``data`` may be written."""
    for path in (project / "data", *(project / "data").rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)


def as_other_users_are() -> None:
    """Let the bits of files bind root too: it gives up the right to pass over them."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)


def hide_new_files() -> None:
    """What is written is its owner's alone."""
    os.umask(0o077)


def commit(project: Path) -> None:
    """Make the project a checkout of git."""
    about = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    for command in (("init", "--quiet"), ("add", "Makefile"), ("commit", "--quiet", "-m", "x")):
        subprocess.run(["git", "-C", str(project), *about, *command], check=True)


SURROUNDINGS = {
    "odd folder": Surrounding(folder=Path(ODD)),
    "very long path": Surrounding(folder=LONG),
    "home that cannot be written": Surrounding(variables={"HOME": "/dev/null"}),
    "no home": Surrounding(variables={"HOME": None}),
    "no asserts": Surrounding(variables={"PYTHONOPTIMIZE": "1"}),
    "no docstrings": Surrounding(variables={"PYTHONOPTIMIZE": "2"}),
    "warnings are errors": Surrounding(variables={"PYTHONWARNINGS": "error"}),
    "ASCII only, in an odd folder": Surrounding(
        folder=Path(ODD),
        variables={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ),
    "unknown language and time zone": Surrounding(
        variables={"LANG": "xx_YY.none", "LC_NUMERIC": "de_DE", "TZ": "Pacific/Chatham"},
    ),
    "read-only data": Surrounding(before=lock_data, inside=as_other_users_are),
    "private files": Surrounding(inside=hide_new_files),
    "old git": Surrounding(path=only_git_differs(OLD_GIT)),
    "no git": Surrounding(path=only_git_differs(None)),
    "checkout of git": Surrounding(before=commit),
}


def build(name: str, tmp_path: Path, root: Path) -> tuple[Path, Done]:
    """Build the chapter in a surrounding; return the project and what was left."""
    wanted = SURROUNDINGS[name]
    project = make_project(tmp_path / wanted.folder, root)
    variables: dict[str, str | None] = {**plain(), **wanted.variables}
    if wanted.path:
        variables["PATH"] = os.pathsep.join(map(str, wanted.path(tmp_path / "programs")))
    wanted.before(project)
    given = {key: text for key, text in variables.items() if text is not None}
    return project, make(project, given, wanted.inside)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, root: Path) -> dict[str, bytes]:
    """What a build in a plain folder writes, with a home that it has to leave alone."""
    folder = tmp_path_factory.mktemp("undisturbed")
    home = folder / "home"
    home.mkdir()
    done = make(make_project(folder / "project", root), {**plain(), "HOME": str(home)})
    assert done.status == 0, done.said
    assert list(home.iterdir()) == []
    assert {Path(name).name for name in done.files} == {
        *(f"{CHAPTER}.{kind}" for kind in ("ipynb", "light.svg", "dark.svg", "figure.json")),
        *("values.json", "provenance.json"),
    }
    return done.files


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_same_bytes(name: str, tmp_path: Path, root: Path, undisturbed: dict[str, bytes]) -> None:
    project, done = build(name, tmp_path, root)
    assert done.status == 0, done.said
    assert done.files.keys() == undisturbed.keys()
    assert {path for path in undisturbed if done.files[path] != undisturbed[path]} == set()
    # One line for the step, one for the end: nothing of the surrounding worries the reader.
    assert [line.split()[0] for line in done.said.splitlines()] == [
        "notebook",
        f"build/notebooks/{CHAPTER}.ipynb:",
    ]
    assert not (project / "x").exists()


class TestSurroundings:
    """The disturbances are real: what they forbid is indeed impossible."""

    def test_data_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        lock_data(tmp_path)
        write = ["touch", str(tmp_path / "data" / "new")]
        done = subprocess.run(write, preexec_fn=as_other_users_are, check=False)
        assert done.returncode != 0

    @pytest.mark.parametrize("git", [None, OLD_GIT])
    def test_git_is_of_no_use(self, tmp_path: Path, git: str | None) -> None:
        (folder,) = only_git_differs(git)(tmp_path / "programs")
        found = shutil.which("git", path=str(folder))
        assert (found is None) == (git is None)
        if found:
            assert subprocess.run([found, "--version"], check=False).returncode == 129
        assert shutil.which("make", path=str(folder))

    def test_umask_hides_files(self, tmp_path: Path) -> None:
        subprocess.run(["touch", str(tmp_path / "it")], preexec_fn=hide_new_files, check=True)
        assert stat.S_IMODE((tmp_path / "it").stat().st_mode) == 0o600


def test_name_of_a_notebook_is_never_run(tmp_path: Path, root: Path) -> None:
    """What ``NAME`` holds is a name, which is quoted and looked up."""
    project = make_project(tmp_path / "plain", root)
    for attack in ("x; touch f", "$(touch f)", "`touch f`", "'; touch f; '", '"; touch f; "', ""):
        done = make(project, plain(), name=attack.replace("$", "$$"))
        assert done.status != 0
        assert f"allowed are {CHAPTER}" in done.said
        assert not (project / "f").exists()

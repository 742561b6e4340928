"""Where an extra is missing, the error says which, and all else works."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from maxpooling import ROOM_OF
from maxpooling.extras import EXTRA_OF, MissingExtraError, load

WITHOUT = "import sys; sys.modules.update(torch=None, cvxpy=None)\n"


def run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "code",
    [
        *(f"from maxpooling import {name}" for name, room in ROOM_OF.items() if "layers" in room),
        "import maxpooling.layers",
        "from maxpooling.layers.pooling import SubpoolMaxPool2d",
    ],
)
def test_networks_without_torch(code: str) -> None:
    done = run(WITHOUT + code)
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1].endswith(
        'needs torch, which is not installed: pip install "maxpooling[networks]"'
    )


def test_solvers_without_cvxpy() -> None:
    done = run(f"{WITHOUT}from maxpooling import best_uniform_cvxpy as b\nb(4, [0, 3])")
    assert done.stderr.splitlines()[-1].endswith(
        'needs cvxpy, which is not installed: pip install "maxpooling[solvers]"'
    )


def test_solver_of_its_own_extra() -> None:
    code = "import sys; sys.modules['highspy'] = None\nfrom maxpooling import best_uniform_cvxpy\n"
    done = run(f"{code}best_uniform_cvxpy(4, [0, 3], 'HIGHS')")
    assert "needs highspy, which is not installed" in done.stderr


def test_help_without_torch() -> None:
    """``help`` asks for every name that ``dir`` gives, and dies of any that raises."""
    done = run(f"{WITHOUT}import pydoc, maxpooling\nprint(pydoc.render_doc(maxpooling))")
    assert done.returncode == 0, done.stderr
    assert "best_uniform" in done.stdout


def test_an_error_inside_a_package_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_name: str) -> object:
        raise ModuleNotFoundError("No module named 'z'", name="z")

    monkeypatch.setattr("maxpooling.extras.import_module", broken)
    with pytest.raises(ModuleNotFoundError) as found:
        load("torch", "a network")
    assert not isinstance(found.value, MissingExtraError)


def test_extras_are_those_of_the_project(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for package, extra in EXTRA_OF.items():
        assert any(line.startswith(package) for line in extras[extra]), package

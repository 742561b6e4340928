"""pyproject.toml, requirements.lock and environment.yml name the same versions."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from companion.build.lock import direct_pins, environment_yml


def versions(pins: list[str]) -> dict[str, str]:
    parsed = [Requirement(pin) for pin in pins]
    return {canonicalize_name(one.name): str(one.specifier) for one in parsed}


@pytest.fixture(scope="module")
def locked(root: Path) -> list[str]:
    lines = (root / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_every_direct_pin_is_locked_as_written(root: Path, locked: list[str]) -> None:
    direct, lock = versions(direct_pins(root / "pyproject.toml")), versions(locked)
    assert len(direct) > 20
    assert {name: lock.get(name) for name in direct} == direct


def test_every_pin_is_exact(locked: list[str]) -> None:
    assert [pin for pin in locked if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []


def test_environment_yml_is_the_lock(root: Path, locked: list[str]) -> None:
    text = (root / "environment.yml").read_text(encoding="utf-8")
    assert text == environment_yml(locked)
    pip = yaml.safe_load(text)["dependencies"][-1]["pip"]
    assert pip == [*locked, "-e ."]


def test_python_versions_agree(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    conda = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    minimum = project["project"]["requires-python"].removeprefix(">=")
    assert project["tool"]["mypy"]["python_version"] == minimum
    assert f"python={minimum}" in conda["dependencies"]


def test_version_stands_in_one_more_place_only(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    version = project["project"]["version"]
    assert citation["version"] == version
    assert f"## {version}" in changelog

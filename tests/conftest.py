"""What all tests share."""

from pathlib import Path

import pytest


def pytest_configure() -> None:
    """Refuse a Python that skips asserts: every test would pass."""
    if not __debug__:
        pytest.exit("PYTHONOPTIMIZE is set or -O was given: asserts would be skipped", returncode=4)


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return Path(__file__).resolve().parents[1]

"""Every folder of tests is looked into: pytest leaves out some names without a word."""

from fnmatch import fnmatch
from pathlib import Path

import pytest


def test_no_folder_of_tests_is_left_out(root: Path, pytestconfig: pytest.Config) -> None:
    left_out = pytestconfig.getini("norecursedirs")
    folders = {path.parent for path in (root / "tests").rglob("test_*.py")}
    for folder in folders:
        for part in folder.relative_to(root).parts:
            assert not any(fnmatch(part, pattern) for pattern in left_out), folder

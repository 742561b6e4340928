"""What a reader sees of a run of the tests: parts, failures with their reason, the closing line."""

from pathlib import Path

import pytest

from companion.build import run_tests

GOOD = "import pytest\n@pytest.mark.parametrize('x', 'ab/')\ndef test_x(x): pass\n"
BAD = "def test_good(): pass\ndef test_bad():\n    assert 1 == 2, 'no [x/y]'\n"
NO_START = "import pytest\n@pytest.fixture\ndef it(): raise OSError('no disk')\n"
SUITE = {"tests/one/test_a.py": BAD, "tests/two/test_b.py": GOOD}
BROKEN = {"tests/three/test_c.py": "import nowhere\n"}
SETUP = {"tests/four/test_d.py": NO_START + "def test_it(it): pass\n"}


def run(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    files: dict[str, str],
    *options: str,
) -> tuple[int, str, str]:
    """Run a small suite; return exit status, output and errors."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    monkeypatch.setattr(run_tests, "ROOT", folder)
    monkeypatch.setattr(run_tests, "LOGS", folder / "build" / "logs")
    monkeypatch.setattr("sys.argv", ["run_tests", *options])
    status = run_tests.main()
    return status, *capfd.readouterr()


@pytest.mark.parametrize("workers", ["0", "2"])
def test_parts_and_failures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], workers: str
) -> None:
    status, out, err = run(tmp_path, monkeypatch, capfd, SUITE, "-n", workers)
    assert status == 1
    *parts, closing = out.splitlines()
    assert {" ".join(part.split()[:1] + part.split()[3:]) for part in parts} == {
        "tests/one 2 tests, 1 failed",
        "tests/two 3 tests",
    }
    assert closing.startswith("1 failed, 4 passed in ")
    assert err.splitlines() == [
        "error: tests/one/test_a.py::test_bad",
        "  AssertionError: no [x/y]",
        "  assert 1 == 2",
        "the whole log: build/logs/tests.log",
    ]
    assert "\r" not in out + err  # no bar in a pipe
    assert "assert 1 == 2" in (tmp_path / "build/logs/tests.log").read_text()


def test_file_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(tmp_path, monkeypatch, capfd, SUITE | BROKEN, "-n", "2")
    assert status != 0
    assert "error: tests/three/test_c.py" in err
    assert "ModuleNotFoundError: No module named 'nowhere'" in err
    assert "1 error in" in out


def test_failure_before_a_test_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(tmp_path, monkeypatch, capfd, SETUP, "-n", "0")
    assert status == 1
    assert "error: tests/four/test_d.py::test_it\n  OSError: no disk" in err
    assert out.splitlines()[-1].startswith("1 error in ")


def test_wrong_option_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    status, _, err = run(tmp_path, monkeypatch, capfd, {}, "--no-such-option")
    assert status != 0
    assert "--no-such-option" in err
    assert "the whole log: build/logs/tests.log" in err

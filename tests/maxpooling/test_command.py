"""The command ``maxpooling``: answers, JSON, exit statuses, narrow pipes, and the core alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from maxpooling.command import FAILED, MISUSED, OK, main

ASKED = {
    "error": ["error", "9", "--orders", "0,8"],
    "mean-square": ["mean-square", "9", "--orders", "0,8"],
    "sparse": ["sparse", "4", "5"],
    "weights": ["weights", "4", "3"],
    "network": ["network", "9", "--hidden-layers", "3"],
}


def run(
    *arguments: str, root: Path, before: str = "", **variables: str
) -> "subprocess.CompletedProcess[bytes]":
    """The command in a process of its own, after some lines of Python."""
    code = f"{before}\nimport sys\nfrom maxpooling.command import main\nsys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": str(root / "src"), **variables},
        capture_output=True,
        check=False,
    )


class TestAnswers:
    def test_the_error_with_its_certificate(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(ASKED["error"]) == OK
        assert capsys.readouterr().out.splitlines() == [
            "kind: uniform", "d: 9", "orders: 0, 8", "error: 1/18 ≈ 0.0556",
            "coefficients:", "  0: 1/18 ≈ 0.0556", "  8: 1",
            "certificate:", "  0: -1", "  1: 9", "  9: -8",
        ]  # fmt: skip

    @pytest.mark.parametrize("arguments", ASKED.values(), ids=ASKED)
    def test_json_holds_what_is_printed(
        self, arguments: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(arguments) == OK
        names = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]
        assert main([*arguments, "--json"]) == OK
        data = json.loads(capsys.readouterr().out)
        assert [name for name in names if not name.startswith(" ")] == [
            name.replace("_", " ") for name in data
        ]

    def test_a_network(self, capsys: pytest.CaptureFixture[str]) -> None:
        main([*ASKED["network"], "--json"])
        data = json.loads(capsys.readouterr().out)
        assert len(data["hidden_widths"]) == 3
        assert data["neurons"] == sum(data["hidden_widths"])
        assert data["neurons_of_lemma_1"] == 45


class TestVerify:
    @pytest.fixture
    def written(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
        main([*ASKED["error"], "--json"])
        path = tmp_path / "best.json"
        path.write_text(capsys.readouterr().out)
        return path

    @pytest.mark.parametrize("kind", ["error", "mean-square", "sparse"])
    def test_what_json_wrote(
        self, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        main([*ASKED[kind], "--json"])
        (tmp_path / "it.json").write_text(capsys.readouterr().out)
        assert main(["verify", str(tmp_path / "it.json")]) == OK
        assert "verified: yes" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ('"1/18"', '"1/19"', "not a proof of optimality"),
            ('"1/18"', '"x"', "expected what --json writes"),
            ('"uniform"', '"best"', "expected what --json writes"),
            ("{", "[", "expected what --json writes"),
        ],
    )
    def test_what_was_changed(
        self,
        written: Path,
        old: str,
        new: str,
        message: str,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        written.write_text(written.read_text().replace(old, new))
        assert main(["verify", str(written)]) == FAILED
        said = capsys.readouterr()
        assert message in said.err
        assert said.out == ""

    def test_a_file_that_is_too_deep(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "deep.json"
        path.write_text("[" * 10**6)
        assert main(["verify", str(path)]) == FAILED
        assert f"{path}: expected what --json writes" in capsys.readouterr().err

    def test_no_file(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["verify", str(tmp_path / "none.json")]) == FAILED
        assert "expected a readable file" in capsys.readouterr().err


class TestMisuse:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["error", "0", "--orders", "1"], "d (the pool size) must be an integer in 1.."),
            (["error", "9", "--orders", "0,x"], "--orders='0,x': expected integers with commas"),
            (["weights", "4", "5"], "r must be an integer in 1..4, got 5"),
            (["network", "9", "--hidden-layers", "0"], "hidden_layers"),
        ],
    )
    def test_bad_values(
        self, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(arguments) == MISUSED
        assert message in capsys.readouterr().err

    @pytest.mark.parametrize("arguments", [[], ["error"], ["error", "x"], ["theorem"]])
    def test_bad_usage(self, arguments: list[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == MISUSED

    @pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in ASKED)])
    def test_help_has_the_exit_statuses(
        self, arguments: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == OK
        assert "exit status:\n  0  answered\n  1  " in capsys.readouterr().out


def test_version(root: Path) -> None:
    done = run("--version", root=root)
    assert done.stdout.split()[0] == b"maxpooling"
    assert done.returncode == OK


@pytest.mark.parametrize("arguments", ASKED.values(), ids=ASKED)
def test_a_pipe_that_knows_no_mathematics(arguments: list[str], root: Path) -> None:
    done = run(*arguments, root=root, PYTHONIOENCODING="cp1252")
    assert done.returncode == OK, done.stderr
    done.stdout.decode("cp1252")


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_reader_who_has_gone(unbuffered: str, form: list[str], root: Path) -> None:
    """As ``| head`` goes: no traceback, and nothing said."""
    # The text is longer than Python holds back, the JSON is not.
    before = "import os; from maxpooling import command; command.as_text = lambda data: 'x' * 10**6"
    before += "\nreader, writer = os.pipe(); os.close(reader); os.dup2(writer, 1)"
    done = run(*ASKED["weights"], *form, root=root, before=before, PYTHONUNBUFFERED=unbuffered)
    assert (done.returncode, done.stderr) == (FAILED, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk(root: Path) -> None:
    before = "import os; os.dup2(os.open('/dev/full', os.O_WRONLY), 1)"
    done = run(*ASKED["weights"], root=root, before=before)
    assert done.returncode == FAILED
    assert done.stderr.startswith(b"maxpooling: error: standard output: cannot write: No space")
    assert done.stderr.count(b"\n") == 1


def test_the_core_is_enough(root: Path) -> None:
    """No command asks for what an extra brings."""
    block = "import sys; sys.modules.update(torch=None, cvxpy=None, matplotlib=None, scipy=None)"
    for arguments in ASKED.values():
        done = run(*arguments, root=root, before=block)
        assert done.returncode == OK, done.stderr

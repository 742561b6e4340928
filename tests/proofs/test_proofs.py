"""The Coq development: its data are the project's identities, and what is wrong is refused."""

import ast
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maxpooling.two_layers import identity
from maxpooling.two_layers.matrices import two_layer_matrices

needs_coq = pytest.mark.skipif(
    shutil.which("coqc") is None, reason="coqc, the Coq compiler, is not installed"
)
# What the check of an identity needs.
SMALL = [
    *("base/OrderedField.v", "base/Network.v"),
    *(
        f"checker/{name}.v"
        for name in (
            *("Assignments", "Ranks", "Relabel", "Checker"),
            *("Forms", "Identity", "Verify", "Merge"),
        )
    ),
    "data/Max5.v",
    "data/Max5Neurons.v",
]
THEOREM = "Maxpooling.data.Max5.max5_two_hidden_layers"


def load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def proofs(root: Path) -> Path:
    return root / "proofs"


@pytest.fixture(scope="module")
def theorems(proofs: Path) -> Any:
    return tomllib.loads((proofs / "theorems.toml").read_text("utf-8"))["theorem"]


@pytest.fixture(scope="module")
def sources(proofs: Path) -> dict[str, str]:
    return {
        path.relative_to(proofs).as_posix(): path.read_text("utf-8") for path in proofs.rglob("*.v")
    }


class TestData:
    def test_files_are_those_of_the_identities(self, proofs: Path) -> None:
        make_data = load(proofs / "make_data.py")
        assert len(make_data.FILES) >= 9
        for target, name in make_data.FILES.items():
            written = make_data.coq_file(make_data.IDENTITIES / name).encode()
            assert (proofs / target).read_bytes() == written, target

    def test_every_size_has_its_symmetric_identity(self, proofs: Path) -> None:
        make_data = load(proofs / "make_data.py")
        symmetric = {f"max{n}-symmetric.json" for n in range(5, 11)}
        assert symmetric <= set(make_data.FILES.values())


class TestTheorems:
    def test_stand_where_the_list_says(self, proofs: Path, theorems: list[dict[str, Any]]) -> None:
        check = load(proofs / "check.py")
        for theorem in theorems:
            assert check.statement(proofs / theorem["file"], theorem["name"])
            assert set(theorem) == {"label", "claims", "name", "file", "says", "statement_of"}
        assert len({theorem["label"] for theorem in theorems}) == len(theorems)

    def test_rest_on_nothing_but_the_real_numbers_of_the_library(
        self, proofs: Path, theorems: list[dict[str, Any]]
    ) -> None:
        check = load(proofs / "check.py")
        recorded = check.read_assumptions(proofs / "assumptions.txt")
        assert list(recorded) == [check.full_name(theorem) for theorem in theorems]
        for name, text in recorded.items():
            if name.endswith("_reals"):
                axioms = set(re.findall(r"^([\w.]+)$", text, flags=re.M))
                assert axioms == {
                    "ClassicalDedekindReals.sig_forall_dec",
                    "FunctionalExtensionality.functional_extensionality_dep",
                }
            else:
                assert text == "Closed under the global context", name

    def test_nothing_is_assumed_or_left_open(self, sources: dict[str, str]) -> None:
        for name, text in sources.items():
            bare = re.sub(r"\(\*.*?\*\)", "", text, flags=re.S)
            found = re.search(r"\b(Axiom|Axioms|Parameter|Conjecture|Admitted|admit|Abort)\b", bare)
            assert found is None, f"{name}: {found}"

    def test_every_file_says_what_it_is(self, sources: dict[str, str]) -> None:
        for name, text in sources.items():
            assert text.startswith("(** * "), name


def run(
    proofs: Path, source: Path, *, path: str | None = None
) -> "subprocess.CompletedProcess[str]":
    build = source.with_name("build")
    command: list[str | Path] = [sys.executable, proofs / "check.py"]
    command += ["--source", source, "--build", build]
    environment = {**os.environ, **({} if path is None else {"PATH": path})}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=300
    )


@pytest.fixture(scope="module")
def small(
    proofs: Path, theorems: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Any:
    """The part of the development that the identity for five needs, compiled."""
    folder = tmp_path_factory.mktemp("small") / "proofs"
    for name in SMALL:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(proofs / name, folder / name)
    # What make proofs has compiled is used again where nothing has changed.
    compiled, own = proofs.parent / "build/proofs/coq", folder.with_name("build") / "coq"
    for name in ["costs.json", *(name.replace(".v", ".vo") for name in SMALL)]:
        if (compiled / name).is_file():
            (own / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(compiled / name, own / name)
    shutil.copyfile(proofs / "assumptions.txt", folder / "assumptions.txt")
    [entry] = [theorem for theorem in theorems if theorem["label"] == "two-layers-5"]
    lines = [f"{key} = {json.dumps(value)}" for key, value in entry.items()]
    (folder / "theorems.toml").write_text("[[theorem]]\n" + "\n".join(lines) + "\n", "utf-8")
    done = run(proofs, folder)
    assert done.returncode == 0, done.stderr
    return folder


@needs_coq
class TestBreaking:
    def test_the_report(self, small: Any) -> None:
        report = json.loads(small.with_name("build").joinpath("report.json").read_text("utf-8"))
        [theorem] = report["theorems"]
        assert theorem["assumptions"] == "Closed under the global context"
        assert theorem["source"].startswith(
            "Theorem max5_two_hidden_layers :\n  exists N : network"
        )
        assert theorem["seconds"] > 0
        assert theorem["peak_memory_mb"] > 10
        assert [entry["file"] for entry in report["files"]][-1] == "data/Max5Neurons.v"

    @pytest.mark.parametrize(
        ("right", "wrong"),
        [("Term (4)", "Term (5)"), ("scale := 240", "scale := 241"), ("[(2, 3)]", "[(2, 1)]")],
    )
    def test_one_wrong_number_is_refused(
        self, proofs: Path, small: Any, right: str, wrong: str
    ) -> None:
        file = small / "data/Max5.v"
        good = file.read_text("utf-8")
        assert good.count(right) == 1
        file.write_text(good.replace(right, wrong), "utf-8")
        done = run(proofs, small)
        file.write_text(good, "utf-8")
        assert done.returncode == 1
        assert "data/Max5.v is not accepted" in done.stderr

    def test_an_assumption_is_refused(self, proofs: Path, small: Any) -> None:
        file = small / "data/Max5.v"
        good = file.read_text("utf-8")
        proof = "Lemma checked : check max5 = true.\nProof. vm_cast_no_check (eq_refl true). Qed."
        assert good.count(proof) == 1
        file.write_text(good.replace(proof, "Axiom checked : check max5 = true."), "utf-8")
        done = run(proofs, small)
        file.write_text(good, "utf-8")
        assert done.returncode == 1
        assert f"{THEOREM} rests on\nAxioms:\nchecked : Verify.check max5 = true" in done.stderr


NETWORK = """
From Coq Require Import List ZArith QArith.
From Maxpooling Require Import Network Merge Max5Neurons.
Import ListNotations.
Open Scope Z_scope.
Set Printing Width 10000.
Set Printing Depth 10000.
Definition N := small_network max5.
Eval vm_compute in (map (fun l => map (fun u => map Qnum (weights u)) l) (hidden N)).
Eval vm_compute in (map (fun q => [Qnum q; Zpos (Qden q)]) (weights (output N))).
"""


@needs_coq
def test_the_network_is_the_one_in_torch(small: Any) -> None:
    """But for the side of a comparison that is called first, and the scale of what is carried."""
    folder = small.with_name("build") / "coq"
    (folder / "network.v").write_text(NETWORK, "utf-8")
    command = ["coqc", "-q", "-Q", ".", "Maxpooling", "network.v"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    found = re.findall(r"= (\[.*\])\s*:", done.stdout)
    (first, second), weights = (ast.literal_eval(text.replace(";", ",")) for text in found)
    second, weights = np.array(second), np.array([p / q for p, q in weights])
    expected_first, expected_second, expected_weights = two_layer_matrices(identity(5))
    assert np.array_equal(first, expected_first)
    assert second.shape == expected_second.shape
    carried = expected_second[-2].copy()
    rows = [(tuple(row), w) for row, w in zip(second[:-2].tolist(), weights, strict=False)]
    for row, w in zip(expected_second[:-2], expected_weights[0], strict=False):
        if (tuple(row), w) in rows:
            rows.remove((tuple(row), w))
        else:  # w relu(r) = w r + w relu(-r)
            rows.remove((tuple(-row), w))
            carried += w * row
    assert rows == []
    assert np.allclose(second[-2] * weights[-2], carried)
    assert np.allclose(second[-1] * weights[-2], -carried)
    assert weights[-1] == -weights[-2]


def test_without_coq_it_says_how_to_get_it(proofs: Path, tmp_path: Path) -> None:
    done = run(proofs, tmp_path / "proofs", path=str(tmp_path))
    assert done.returncode == 2
    assert "apt-get install coq" in done.stderr
    assert "8.16.1" in done.stderr

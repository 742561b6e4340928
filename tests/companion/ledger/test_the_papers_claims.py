"""The ledger of this project: nothing is missing, and no wrong published value gets through."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
import yaml
from docutils.nodes import make_id

from companion.build.import_closure import imported_modules
from companion.evidence import CheckResult
from companion.experiments.results import record as results
from companion.experiments.runs.config import configuration
from companion.ledger import KINDS, Evaluator, load
from companion.ledger.claims import claims_path
from companion.ledger.comparison import FAILS, HOLDS, number
from companion.ledger.evaluation import check_function
from companion.ledger.verdicts import changes, lock_path, read_lock
from companion.published import appendix_d

LEDGER = {claim.id: claim for claim in load()}

# Every number in the paper's running text, Appendix D's table and the lost ones apart.
NUMBERS = {
    # Section 3.1: errors at a unit vector (lost)
    "unit-vector",
    # Section 4: the example of nine inputs
    "error-efficient", "error-full", "hidden-layers", "layer-sizes", "layer-sizes-full",
    "regions", "regions-full",
    # Section 5.2
    "resnet-models", "resnet-pools", "kernel-small", "kernel-large", "more-than-twice",
    # Appendix E: three seeds, then each model and its training
    "seeds",
    "parameters-mnist-maxpool", "parameters-mnist-conv",
    "mnist-channels", "mnist-kernels", "mnist-pool", "mnist-dense",
    "mnist-epochs", "mnist-rate", "mnist-momentum",
    "parameters-cifar-maxpool", "parameters-cifar-conv-small", "parameters-cifar-strided",
    "cifar-channels", "cifar-conv-kernel",
    "cifar-epochs", "cifar-rate", "cifar-momentum", "cifar-decays", "cifar-batch",
    "parameters-resnet-maxpool", "parameters-resnet-conv-large",
    "parameters-resnet-conv-small", "parameters-resnet-strided",
    "resnet-stem", "resnet-blocks", "resnet-channels", "resnet-pool", "resnet-last-pool",
    "resnet-epochs", "resnet-rate", "resnet-first-rate", "resnet-knots", "resnet-bits",
    # Appendix E.3: the first columns of the three tables
    "epsilons-mnist", "epsilons-lenet-cifar10", "epsilons-resnet-cifar10",
}  # fmt: skip


EVALUATOR = Evaluator(Path("no notebook is read"))


def numbered(kind):
    """The numbers of the paper's own entries of a kind, in the order of the ledger."""
    own = (claim for claim in LEDGER.values() if claim.kind == kind and claim.standing != "ours")
    return [int(claim.id.rpartition("-")[2]) for claim in own]


class TestNothingIsMissing:
    @pytest.mark.parametrize(
        ("kind", "last"),
        [("theorem", 6), ("lemma", 8), ("definition", 2), ("equation", 30), ("figure", 6),
         ("table cell", 22)],
    )  # fmt: skip
    def test_numbered_entries(self, kind, last):
        assert sorted(numbered(kind)) == list(range(1, last + 1))

    def test_tables(self):
        tables = {claim.id for claim in LEDGER.values() if claim.kind == "table"}
        assert tables == {
            "table-d", "table-mnist", "table-lenet-cifar10", "table-resnet-cifar10",
        }  # fmt: skip

    def test_numbers_in_the_text(self):
        numbers = [claim.id for claim in LEDGER.values() if claim.kind == "number"]
        assert {name.removeprefix("number-") for name in numbers} == NUMBERS
        assert all(name.startswith("number-") for name in numbers)

    def test_the_nine_errata_stand_in_the_ledger(self):
        errata = {claim.check for claim in LEDGER.values() if claim.shows == "erratum"}
        named = {f"companion.evidence.z_errata.erratum_{n}" for n in (1, 3, 4, 5, 7, 8, 9)}
        assert named <= errata
        # The second and the sixth are judged by the checks of the statements themselves.
        assert LEDGER["lemma-7"].shows == LEDGER["number-hidden-layers"].shows == "erratum"

    def test_every_kind_has_entries(self):
        assert set(Counter(claim.kind for claim in LEDGER.values())) == set(KINDS)

    def test_the_table_is_that_of_the_data(self):
        for row in appendix_d():
            cell = LEDGER[f"cell-d-{row.position}"]
            orders = " ".join(map(str, row.orders))
            assert cell.arguments == {"d": row.d, "orders": orders}
            assert number(cell.published.text) == row.error

    def test_order_of_the_paper_within_a_kind(self):
        for kind in ("definition", "equation", "table cell"):
            assert numbered(kind) == sorted(numbered(kind))


def places(source):
    """The anchors of a notebook: labels, published results, targets and headings."""
    named = re.findall(r"(?:label:|:name:|\{auto(?:figure|table)\}) ([\w-]+)$|\(([\w-]+)\)=$",
                       source, re.MULTILINE)  # fmt: skip
    headings = re.findall(r"^# #+ (.+)$", source, re.MULTILINE)
    slugs = {make_id(heading) for heading in headings}
    return {name for pair in named for name in pair if name} | slugs


@pytest.mark.parametrize("page", sorted({claim.page for claim in LEDGER.values()}))
def test_every_claim_leads_to_a_place_of_the_book(root, page):
    anchors = {claim.anchor for claim in LEDGER.values() if claim.page == page}
    if page == "what-reproduces":
        assert anchors <= {f"claim-{name}" for name in LEDGER}
    else:
        source = (root / f"{page}.py").read_text(encoding="utf-8")
        assert anchors - places(source) == set()


class TestTheChecksExist:
    @pytest.mark.parametrize(
        "claim", [claim for claim in LEDGER.values() if claim.check], ids=lambda claim: claim.id
    )
    def test_function(self, claim):
        assert callable(check_function(claim))

    def test_the_lock_names_the_same_claims(self):
        assert list(read_lock(lock_path())) == list(LEDGER)

    def test_what_cannot_be_checked_says_why(self):
        for claim in LEDGER.values():
            if claim.shows in ("cannot be checked", "erratum"):
                assert len(claim.why) > 20, claim.id


def test_every_committed_verdict_is_earned():
    """The whole ledger, but for what only an executed notebook knows."""
    lock = read_lock(lock_path())
    outcomes = [EVALUATOR.evaluate(claim) for claim in LEDGER.values() if not claim.value]
    known = {outcome.claim.id: lock[outcome.claim.id] for outcome in outcomes}
    assert [str(change) for change in changes(known, outcomes) if change.worse] == []


# One entry of each kind. Experiments are tried apart, with runs of our own making.
ONE_OF_EACH = {
    "definition": "definition-1",
    "theorem": "theorem-1",
    "lemma": "lemma-2",
    "equation": "equation-5",
    "figure": "figure-2",
    "table": "table-d",
    "table cell": "cell-d-14",
    "number": "number-error-efficient",
    "statement": "statement-two-variables",
    "second source": "second-max-one-fixed",
}
ERRATA = ["number-regions", "lemma-7", "theorem-5"]


def falsified(claim):
    """The claim with another published value: the nearest wrong one, or the contrary."""
    text = claim.published.text
    if text in (HOLDS, FAILS):
        wrong = FAILS if text == HOLDS else HOLDS
    elif re.match("[<>]", text):
        operator, _, limit = text.partition(" ")
        wrong = f"{operator} {Fraction(limit) * Fraction(999, 1000)}"
    else:
        step = 2 * claim.published.tolerance or Fraction(1, 10**6)
        wrong = str(Fraction(text) + step)
    return replace(claim, published=replace(claim.published, text=wrong))


class TestAWrongPublishedValueFailsTheBuild:
    def test_one_of_each_kind_is_tried(self):
        assert {LEDGER[name].kind for name in ONE_OF_EACH.values()} == set(ONE_OF_EACH)
        assert set(KINDS) - set(ONE_OF_EACH) == {"experiment"}

    @pytest.mark.parametrize("name", [*ONE_OF_EACH.values(), "equation-6"])
    def test_true_value_passes_and_wrong_one_does_not(self, name):
        claim, lock = LEDGER[name], read_lock(lock_path())
        right, wrong = EVALUATOR.evaluate(claim), EVALUATOR.evaluate(falsified(claim))
        assert right.verdict == lock[name] in ("reproduced", "sharper")
        assert wrong.verdict == "differs"
        (change,) = changes({name: lock[name]}, [wrong])
        assert change.worse

    @pytest.mark.parametrize("name", ERRATA)
    def test_an_erratum_must_differ_from_ours(self, name):
        claim = LEDGER[name]
        found = EVALUATOR.evaluate(claim)
        assert found.verdict == "erratum"
        agreeing = replace(claim, published=replace(claim.published, text=found.ours))
        assert EVALUATOR.evaluate(agreeing).verdict == "differs"

    @pytest.mark.parametrize("seeds", [1, 3])
    def test_experiments(self, monkeypatch, seeds):
        """Runs in which Maxpool wins support the statement, at the scale that they have."""
        runs = [
            made_up("lenet-mnist", *cell) for cell in product(("maxpool", "conv"), range(seeds))
        ]
        monkeypatch.setattr(results, "recorded", lambda: runs)
        claim = LEDGER["experiment-mnist-more-robust-l2"]
        found = Evaluator(Path()).evaluate(claim)
        wrong = Evaluator(Path()).evaluate(falsified(claim))
        if seeds == 1:  # one seed gives no interval
            assert (found.verdict, wrong.verdict) == ("cannot be checked",) * 2
        else:
            assert (found.verdict, wrong.verdict) == ("reproduced", "differs")
            for run in runs:
                run["configuration"]["training"]["epochs"] = 2
            assert Evaluator(Path()).evaluate(claim).verdict == "reproduced at reduced scale"
            for run in runs:
                run["configuration"]["variant"] = OTHER[run["configuration"]["variant"]]
            assert Evaluator(Path()).evaluate(claim).verdict == "differs"

    def test_the_workflow_step_stops(self, root, tmp_path, monkeypatch):
        """The script that the build runs names every falsified entry and writes nothing."""
        entries = yaml.safe_load(claims_path().read_text(encoding="utf-8"))
        chosen = [entry for entry in entries if entry["id"] in ONE_OF_EACH.values()]
        for entry in chosen:
            entry["published"] = falsified(LEDGER[entry["id"]]).published.text
        shutil.copytree(claims_path().parent, tmp_path / "paper")
        lock = [line for line in lock_path().read_text().splitlines()
                if line.partition(":")[0] in ONE_OF_EACH.values()]  # fmt: skip
        (tmp_path / "paper/claims.yml").write_text(yaml.safe_dump(chosen))
        (tmp_path / "paper/verdicts.lock").write_text("\n".join(lock))
        output = tmp_path / "reproduction.json"
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "companion.build.reproduction",
                "--results",
                tmp_path,
                "--output",
                output,
            ],
            cwd=root,
            env={**os.environ, "MAXPOOLING_DATA": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert not output.exists()
        for name in ONE_OF_EACH.values():
            assert f"error: worse than committed: {name}: reproduced -> differs" in done.stderr


OTHER = {"maxpool": "conv", "conv": "maxpool"}


def made_up(experiment, variant, seed):
    """A result at full scale in which max pools keep ten images more per seed and epsilon."""
    chosen = configuration(experiment, variant, seed, "paper")
    epsilons = list(chosen.attack.epsilons)
    kept = [900 + 10 * (variant == "maxpool") + seed - i for i in range(len(epsilons))]
    attack = {"attack": "fast-gradient", "norm": "l2", "images": 1000, "epsilons": epsilons}
    return {"configuration": chosen.as_json(), "robust": [attack | {"correct": kept}]}


def test_the_layers_of_the_library_know_the_checks_by_name_only(root):
    """Evaluation imports no check: the workflow adds the modules that the ledger names."""
    for path in (root / "src/companion/ledger").glob("*.py"):
        known = frozenset(
            {"companion.evidence.s3_approximations", "companion.evidence.published_numbers"}
        )
        assert not imported_modules(path.read_text(encoding="utf-8"), known)


def test_a_check_returns_a_result():
    assert isinstance(check_function(LEDGER["number-seeds"])(experiment="lenet-mnist"), CheckResult)

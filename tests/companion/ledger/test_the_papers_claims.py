"""The ledger of this project: nothing that the paper states is missing from it."""

from collections import Counter

import pytest

from companion.ledger import KINDS, Claim, errata, load
from companion.ledger.comparison import number
from companion.ledger.verdicts import lock_path, read_lock
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


def numbered(kind: str) -> list[int]:
    """The numbers of the paper's own entries of a kind, in the order of the ledger."""
    own = (claim for claim in LEDGER.values() if claim.kind == kind and claim.standing != "ours")
    return [int(claim.id.rpartition("-")[2]) for claim in own]


class TestNothingIsMissing:
    @pytest.mark.parametrize(
        ("kind", "last"),
        [("theorem", 6), ("lemma", 8), ("definition", 2), ("equation", 30), ("figure", 6),
         ("table cell", 22)],
    )  # fmt: skip
    def test_numbered_entries(self, kind: str, last: int) -> None:
        assert sorted(numbered(kind)) == list(range(1, last + 1))

    def test_tables(self) -> None:
        tables = {claim.id for claim in LEDGER.values() if claim.kind == "table"}
        assert tables == {
            "table-d", "table-mnist", "table-lenet-cifar10", "table-resnet-cifar10",
        }  # fmt: skip

    def test_numbers_in_the_text(self) -> None:
        numbers = [claim.id for claim in LEDGER.values() if claim.kind == "number"]
        assert {name.removeprefix("number-") for name in numbers} == NUMBERS
        assert all(name.startswith("number-") for name in numbers)

    def test_every_kind_has_entries(self) -> None:
        assert set(Counter(claim.kind for claim in LEDGER.values())) == set(KINDS)

    def test_the_table_is_that_of_the_data(self) -> None:
        for row in appendix_d():
            cell = LEDGER[f"cell-d-{row.position}"]
            assert cell.arguments == {"d": row.d, "orders": row.orders}
            assert number(cell.published.text) == row.error
            assert cell.group == "Appendix D"

    def test_order_of_the_paper_within_a_kind(self) -> None:
        for kind in ("definition", "equation", "table cell"):
            assert numbered(kind) == sorted(numbered(kind))

    def test_the_lock_names_the_same_claims(self) -> None:
        assert list(read_lock(lock_path())) == list(LEDGER)


class TestErrata:
    def test_their_numbers_have_no_gap_and_none_is_given_again(self) -> None:
        withdrawn = {9}  # it depended on lost values
        labels = [erratum.label for erratum in errata()]
        numbers = range(1, len(labels) + len(withdrawn) + 1)
        assert labels == [f"erratum-{n}" for n in numbers if n not in withdrawn]

    def test_each_bears_on_a_claim_that_has_the_verdict(self) -> None:
        found = {claim.erratum for claim in LEDGER.values() if claim.earns == "erratum"}
        assert found == {erratum.label for erratum in errata()}


@pytest.mark.parametrize("claim", LEDGER.values(), ids=LEDGER)
def test_what_is_not_shown_says_why(claim: Claim) -> None:
    known = claim.checks or claim.machine
    if claim.earns in ("cannot be checked", "drawn anew", "erratum") or not known:
        assert claim.erratum or len(claim.why) >= 20

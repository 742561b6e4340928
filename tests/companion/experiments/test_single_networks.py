"""Networks beside each other, image by image: by hand."""

from typing import Any

import numpy as np
import pytest

from companion.experiments.results import outcomes
from companion.experiments.statistics.networks import (
    ATTACKS,
    Network,
    attacked_by_all,
    lead,
    leads,
    network_rows,
    tally,
    title,
)
from companion.experiments.statistics.repaired import PAPERS, REPAIRED
from maxpooling.errors import DataError

NORMS: Any = {"linf": "sup", "l2": "Euclid"}


def network(variant: str, right: str, *, epsilon: float = 0.1, seed: int = 0) -> Network:
    """Attacked in L2; of each image a digit, 1 where it is right, alike under every attack."""
    row = np.array([digit == "1" for digit in right])
    return Network(PAPERS, variant, seed, "l2", epsilon, dict.fromkeys(ATTACKS, row))


def test_a_lead_is_a_mean_of_paired_differences() -> None:
    found = lead([network("maxpool", "11110000")], network("strided", "11000001"), "PGD")
    differences = np.array([0, 0, 1, 1, 0, 0, 0, -1])
    assert found.value == pytest.approx(differences.mean()) == pytest.approx(1 / 8)
    assert found.half == pytest.approx(1.959964 * np.std(differences, ddof=1) / np.sqrt(8))
    assert found.sign == 0


def test_the_same_images_right_leave_no_doubt() -> None:
    same = network("strided", "1100" * 5)
    assert lead([network("maxpool", "1100" * 5)], same, "APGD").half == 0
    more, fewer = network("maxpool", "1110" * 50), network("strided", "1100" * 50)
    assert lead([more], fewer, "APGD").sign == 1
    assert lead([fewer], more, "APGD").sign == -1


def test_of_several_the_mean_counts() -> None:
    two = [network("maxpool", "1111"), network("maxpool", "0011", seed=1)]
    assert lead(two, network("strided", "0000"), "PGD").value == pytest.approx(0.75)


@pytest.mark.parametrize(
    "those",
    [[], [network("maxpool", "11")], [network("maxpool", "1111", epsilon=0.2)]],
)
def test_networks_that_do_not_compare_are_refused(those: list[Network]) -> None:
    with pytest.raises(ValueError, match="those must be networks attacked in norm, at size"):
        lead(those, network("strided", "1100"), "PGD")


def test_every_other_network_is_compared_with_maxpool_at_its_size() -> None:
    all_of_them = [
        network("maxpool", "1111"),
        network("strided", "1100"),
        network("strided", "1100", epsilon=0.2),
    ]
    ((other, found),) = leads(all_of_them, "PGD")
    assert (other.variant, other.epsilon, found.value) == ("strided", 0.1, 0.5)
    assert leads(all_of_them[1:], "PGD") == []


def test_rows_have_accuracies_and_leads() -> None:
    maxpool, strided = network_rows([network("maxpool", "1110"), network("strided", "1100")], NORMS)
    assert maxpool["network"] == "Maxpool, seed 0"
    assert maxpool["attack"] == "Euclid, ε\u00a0=\u00a00.1"
    assert [maxpool[name] for name in ATTACKS] == ["75.0"] * 3
    assert maxpool["Maxpool's lead, APGD"] == ""
    assert strided["Maxpool's lead, APGD"] == "+25.0 (−24.0 to +74.0)"
    assert maxpool.keys() == strided.keys()


def test_a_tally_counts_signs() -> None:
    compared = [
        network("maxpool", "1100" * 50),
        network("strided", "1110" * 50),
        network("strided", "1111" * 50, seed=1),
        network("conv-small", "0000" * 50),
        network("conv-large", "1100" * 50),
    ]
    assert tally(compared, "APGD") == "ahead in 1, behind in 2, undecided in 1"
    assert tally(compared[:2], "APGD") == "behind in 1"
    assert tally(compared[1:], "APGD") == "not compared"


def result(*, apgd: bool = True) -> Any:
    """A repaired network of four images, with what is stored of it."""
    sizes = {"fast-gradient": [0.0, 0.1, 0.3], "pgd": [0.1, 0.3], "apgd": [0.1]}
    robust = [
        {"attack": attack, "norm": norm, "images": 4, "epsilons": at}
        for attack, at in sizes.items()
        for norm in NORMS
        if apgd or attack != "apgd"
    ]
    return {
        "configuration": {"experiment": REPAIRED, "variant": "strided", "seed": 1},
        "robust": robust,
    }


def stored(found: Any) -> outcomes.Outcomes:
    """Of the fast gradient six images, of which four are asked for; at each size another one."""
    right = {}
    for one in found["robust"]:
        images = 6 if one["attack"] == "fast-gradient" else 4
        right[one["attack"], one["norm"]] = np.array(
            [[place == at for place in range(images)] for at in range(len(one["epsilons"]))]
        )
    sizes = {f"{one['attack']} {one['norm']}": one for one in found["robust"]}
    return outcomes.Outcomes(right, np.zeros(0, np.float32), {"attacks": sizes})


class TestRecord:
    def test_read_at_the_size_and_on_the_images_of_the_strongest(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(outcomes, "of", stored)
        found = attacked_by_all([result(), result(apgd=False)], [PAPERS, REPAIRED])
        assert [(one.norm, one.epsilon) for one in found] == [("linf", 0.1), ("l2", 0.1)]
        assert title(found[0]) == "Strided, repaired, seed 1"
        for one in found:
            assert one.right["fast gradient"].tolist() == [False, True, False, False]
            assert one.right["PGD"].tolist() == [True, False, False, False]
            assert one.right["APGD"].tolist() == [True, False, False, False]
            assert one.share("PGD") == 0.25
        assert attacked_by_all([result()], [PAPERS]) == []

    def test_images_that_are_not_stored_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outcomes, "of", lambda found: None)
        with pytest.raises(DataError, match=r"expected the images of fast-gradient l.*found none"):
            attacked_by_all([result()], [REPAIRED])

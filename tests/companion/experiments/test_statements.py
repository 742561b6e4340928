"""The paper's statements are about models that exist, and each is a difference of models."""

from companion.experiments.runs.config import GRID, VARIANTS
from companion.experiments.statistics.statements import STATEMENTS
from companion.experiments.statistics.y_activation import DATASETS, claims


def test_names_are_different() -> None:
    names = [one.name for one in STATEMENTS]
    assert len(set(names)) == len(names)


def test_every_statement_is_about_models_of_its_experiment() -> None:
    for one in STATEMENTS:
        assert set(one.variants) <= set(VARIANTS[one.experiment])
    for dataset in DATASETS:
        for one in claims(dataset):
            assert set(one.variants) == set(one.pooled) <= set(GRID[one.experiment])


def test_signs_add_up_to_nothing() -> None:
    """So models that are alike differ by zero."""
    for one in (*STATEMENTS, *claims("mnist"), *claims("cifar10")):
        assert all(sum(difference.values()) == 0 for difference in one.differences)


def test_lowest_compares_each_of_two_with_each_of_two() -> None:
    (lowest,) = (one for one in STATEMENTS if one.name == "resnet-lowest-clean")
    assert not lowest.attacked
    assert [list(one) for one in lowest.differences] == [
        ["maxpool", "conv-small"],
        ["maxpool", "strided"],
        ["conv-large", "conv-small"],
        ["conv-large", "strided"],
    ]

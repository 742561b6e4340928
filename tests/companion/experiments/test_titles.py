"""Every data set, experiment and model has a title, and nothing else has one."""

from companion.experiments import titles
from companion.experiments.data.sets import DATASETS
from companion.experiments.runs.config import MODELS
from companion.experiments.runs.experiments import ACTIVATIONS, EXPERIMENTS, POOLS


def test_everything_has_a_title() -> None:
    assert set(titles.DATA) == set(DATASETS)
    assert set(titles.EXPERIMENTS) == set(EXPERIMENTS)
    assert set(titles.MODELS) == {model for models in MODELS.values() for model in models}
    assert tuple(titles.POOLS) == POOLS
    assert tuple(titles.ACTIVATIONS) == ACTIVATIONS


def test_no_two_have_the_same() -> None:
    for table in (titles.DATA, titles.EXPERIMENTS, titles.MODELS, titles.NORMS):
        assert len(set(table.values())) == len(table)

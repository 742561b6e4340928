"""The count of max pools counts what is there, and the check refuses the paper's own numbers."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from companion.evidence import s1_introduction
from companion.evidence.s1_introduction import MAX_POOLS, max_pools_in_torchvision
from faults import Fault, assert_noticed, replacing


def misread(family: str, number: int) -> dict[str, int]:
    """The numbers that are expected, with another one for a family."""
    return {**MAX_POOLS, family: number}


FAULTS = (
    Fault(
        max_pools_in_torchvision,
        "Inception v3 has no max pool, as the paper says",
        replacing(s1_introduction, "MAX_POOLS", misread("Inception v3", 0)),
        {"model": "inception_v3"},
    ),
    Fault(
        max_pools_in_torchvision,
        "only layers count",
        replacing(s1_introduction, "max_pools", lambda _name: (2, 2)),
        {"model": "inception_v3"},
    ),
    Fault(
        max_pools_in_torchvision,
        "a ResNet has none",
        replacing(s1_introduction, "MAX_POOLS", misread("ResNet", 0)),
        {"model": "resnet18"},
    ),
    Fault(
        max_pools_in_torchvision,
        "MobileNet v3 has one",
        replacing(s1_introduction, "MAX_POOLS", misread("MobileNet v3", 1)),
        {"model": "mobilenet_v3_small"},
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)


def test_a_layer_and_a_function_count_once_each_and_an_average_not_at_all() -> None:
    image = torch.zeros(1, 1, 8, 8)
    with s1_introduction._MaxPools() as seen:
        nn.MaxPool2d(2)(image)
        functional.max_pool2d(image, 2)
        functional.avg_pool2d(image, 2)
        functional.adaptive_max_pool2d(image, 2)
    functional.max_pool2d(image, 2)
    assert seen.count == 3


def test_inception_has_four_of_which_two_are_layers() -> None:
    assert s1_introduction.max_pools("inception_v3") == (2, 4)

"""The count of max pools counts what is there, and the check refuses the paper's own numbers."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from companion.errors import CheckFailedError
from companion.evidence import s1_introduction


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


@pytest.mark.parametrize(
    ("family", "model"),
    [("inception_v3", "inception_v3"), ("vgg", "vgg11"), ("mobilenet_v3", "mobilenet_v3_small")],
)
def test_another_number_is_refused(
    family: str, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(s1_introduction.MAX_POOLS, family, 0 if family != "mobilenet_v3" else 1)
    with pytest.raises(CheckFailedError, match=f"at model = {model}: . max pools, expected"):
        s1_introduction.max_pools_in_torchvision(model=model)

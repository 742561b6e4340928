"""Section 1: how many max pools well-known networks have, in torchvision's implementation."""

import importlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn
from torch.library import Library
from torch.overrides import TorchFunctionMode

from companion.checking import Kind, Value, check, require
from companion.checking.domains import Titled

MAX_POOLS = {"AlexNet": 3, "VGG": 5, "ResNet": 1, "Inception v3": 4, "MobileNet v3": 0}
"""Of every member of a family; of Inception v3 the paper says none."""

MODELS = {
    "alexnet": "AlexNet",
    **{f"vgg{layers}": f"VGG-{layers}" for layers in (11, 13, 16, 19)},
    **{f"vgg{layers}_bn": f"VGG-{layers} with batch norm" for layers in (11, 13, 16, 19)},
    **{f"resnet{layers}": f"ResNet-{layers}" for layers in (18, 34, 50, 101, 152)},
    "inception_v3": "Inception v3",
    **{f"mobilenet_v3_{size}": f"MobileNet v3 {size}" for size in ("small", "large")},
}
"""By the names in torchvision; each title begins with that of its family."""

_WIDTH = 299
"""Pixels on a side that Inception v3 is made for; the others take any size."""

_REGISTERED_ON_IMPORT = ("nms", "qnms")
"""Operators of its compiled part that torchvision completes when imported; no model uses one."""


@check("erratum-12", Kind.EVERY_CASE, model=Titled(MODELS))
def max_pools_in_torchvision(model: str) -> Mapping[str, Value]:
    """As the paper says for all but Inception v3, which pools by a maximum four times."""
    family = next(name for name in MAX_POOLS if MODELS[model].startswith(name))
    layers, taken = max_pools(model)
    require(taken == MAX_POOLS[family], f"{taken} max pools, expected {MAX_POOLS[family]}")
    # Two of the four in Inception v3 are no layers: a list of its modules shows the others only.
    hidden = 2 if family == "Inception v3" else 0
    require(layers == taken - hidden, f"{layers} layers nn.MaxPool2d for {taken} max pools")
    found: dict[str, Value] = {
        "release of torchvision": version("torchvision"),
        f"max pools in {family}": taken,
    }
    return found | ({f"of them layers in {family}": layers} if hidden else {})


def max_pools(name: str) -> tuple[int, int]:
    """Layers ``nn.MaxPool2d`` of a model of torchvision, and max pools taken for one image.

    The model has no weights and no memory (torch's device "meta"): shapes alone pass through it.
    """
    # Of all these it alone draws its weights slowly and warns that it does.
    options = {"init_weights": False} if name == "inception_v3" else {}
    with torch.device("meta"):
        model = _models().get_model(name, weights=None, **options).eval()
        with _MaxPools() as seen:
            model(torch.zeros(1, 3, _WIDTH, _WIDTH))
    return sum(isinstance(part, nn.MaxPool2d) for part in model.modules()), seen.count


class _MaxPools(TorchFunctionMode):
    """Counts the max pools that are taken inside of it, by a layer or by a function."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        self.count += "max_pool" in getattr(func, "__name__", "")
        # The mode is off while it runs this, so that what a max pool calls is not counted again.
        return func(*args, **(kwargs or {}))


@cache
def _models() -> ModuleType:
    """``torchvision.models``; its compiled part may be missing, which no model here needs."""
    _stand_ins()
    return importlib.import_module("torchvision.models")


@cache
def _stand_ins() -> Library | None:
    """Declare what torchvision expects of its compiled part, if that does not load.

    The part in the package index belongs to a torch for CUDA; beside one for CPUs torchvision
    fails to import. The declarations live as long as what is returned, so it is kept.
    """
    package = find_spec("torchvision")
    places = (package.submodule_search_locations if package else None) or []
    for part in (part for place in places for part in Path(place).glob("_C.*")):
        try:
            torch.ops.load_library(part)
        except OSError:
            continue
        return None
    library = Library("torchvision", "FRAGMENT")
    for operator in _REGISTERED_ON_IMPORT:
        library.define(f"{operator}() -> ()")
    return library

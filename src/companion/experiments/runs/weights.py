"""Networks with their recorded weights."""

from pathlib import Path

from torch import nn

from companion.experiments.models.building import build
from companion.experiments.results import record as results
from companion.experiments.runs import checkpoint
from maxpooling.errors import DataError


def trained_model(path: Path) -> nn.Sequential:
    """Build the model of a result with the weights that lie beside it.

    Args:
        path: of the result.

    Returns:
        The model in evaluation mode.

    Raises:
        DataError: result or weights are missing, damaged, or do not belong together.
    """
    return model_of(results.read(path), path.with_suffix(".safetensors"))


def model_of(result: results.Result, weights: Path) -> nn.Sequential:
    """Build the model of a result with weights that lie anywhere.

    Args:
        result: of a cell.
        weights: of its network.

    Returns:
        The model in evaluation mode.

    Raises:
        DataError: the weights are missing, damaged, or not those of the result.
    """
    tensors, _ = checkpoint.read(weights)
    if checkpoint.sha256(weights) != result["weights_sha256"]:
        raise DataError(
            f"{weights}: expected SHA-256 {result['weights_sha256']}, "
            f"found {checkpoint.sha256(weights)}"
        )
    cell = result["configuration"]
    model = build(cell["experiment"], cell["variant"])
    model.load_state_dict(tensors)
    return model.eval()

"""By how much a network is right about each image that nobody has changed."""

import torch
from torch import nn

from companion.experiments.data.loading import Images
from companion.experiments.runs.batches import as_pixels


def margins(model: nn.Module, dataset: Images, count: int, device: str = "cpu") -> torch.Tensor:
    """Return by how much the label's logit exceeds the others.

    Args:
        model: in evaluation mode.
        dataset: its first test images are looked at.
        count: how many.
        device: where the model is.

    Returns:
        float32, shape [count], on the processor: negative where the model is wrong.
    """
    found = []
    with torch.inference_mode():
        for start in range(0, count, 500):
            stop = min(start + 500, count)
            logits = model(as_pixels(dataset.test_images[start:stop].to(device)))
            own = dataset.test_labels[start:stop].to(device).unsqueeze(1)
            others = logits.scatter(1, own, -torch.inf).amax(1)
            found.append(logits.gather(1, own).squeeze(1) - others)
    return torch.cat(found).cpu()

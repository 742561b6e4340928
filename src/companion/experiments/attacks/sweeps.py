"""Fast gradient attacks on a whole grid of sizes with one gradient, and what is stronger.

Sizes are in pixel units, for images in [0, 1]. The fast gradient's direction does not depend on the
size of the step, so one backward pass serves every epsilon; each result equals foolbox's
``LinfFastGradientAttack`` and ``L2FastGradientAttack``, image by image.
"""

import contextlib
import copy
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import torch
from torch import nn
from torch.nn import functional

Norm = Literal["linf", "l2"]
Loss = Literal["cross-entropy", "margin"]
NORMS: tuple[Norm, ...] = ("linf", "l2")
LOSSES: tuple[Loss, ...] = ("margin", "cross-entropy")
BATCH = 125  # images at a time: a layer's output then fits the processor's cache
# Smallest norm that is divided by: foolbox's; in double precision one whose square is no zero.
_TINY = {torch.float32: 1e-12, torch.float64: 1e-150}


def fast_gradient_sweep(
    model: nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    epsilons: Sequence[float],
    norm: Norm,
    *,
    double: bool = False,
    units: Sequence[float] | None = None,
    batch_size: int = BATCH,
) -> torch.Tensor:
    """Attack every image at every size with one step along its gradient (Goodfellow et al. 2015).

    The gradient is that of the cross-entropy, at the image itself. For ``"linf"`` the step is
    epsilon times its sign (FGSM), for ``"l2"`` epsilon times the gradient of norm one (FGM); then
    the image is projected to the ball around the original and clipped to [0, 1]. One gradient and
    at most len(epsilons) forward passes per image; sizes that give the same images share a pass.

    In single precision, as in foolbox, the step is not what it should be where the model is very
    sure of an image: see :func:`spoiled_by_rounding`.

    Args:
        model: takes pixels in [0, 1]; is put into evaluation mode.
        images: float, shape [N, C, H, W], in [0, 1].
        labels: integers, shape [N].
        epsilons: sizes in pixel units, from 0.
        norm: ``"linf"`` or ``"l2"``.
        double: whether the gradient is computed in double precision and without cancellation; the
            images that it gives are classified in single precision.
        units: for each channel, what sizes and the norm are measured in, in pixel units: its
            standard deviation, where the size is meant for normalised images. None for one.
        batch_size: images at a time.

    Returns:
        Bool, shape [len(epsilons), N]: True where the image is still classified right.

    Raises:
        ValueError: a size is negative or not a number, the norm is unknown, images lie outside
            [0, 1], units are not positive, or the shapes do not fit.
    """
    labels = _checked(images, labels, epsilons, norm)
    scale = None if units is None else _as_scale(units, images)
    parts = [
        _sweep_batch(model, x, y, epsilons, norm, double=double, scale=scale)
        for x, y in zip(
            torch.split(images, batch_size), torch.split(labels, batch_size), strict=True
        )
    ]
    return torch.cat(parts, dim=1)


def fast_gradient_images(
    model: nn.Module, images: torch.Tensor, labels: torch.Tensor, epsilon: float, norm: Norm
) -> torch.Tensor:
    """Return the perturbed images of the fast gradient attack at one size.

    Args:
        model: takes pixels in [0, 1]; is put into evaluation mode.
        images: float, shape [N, C, H, W], in [0, 1].
        labels: integers, shape [N].
        epsilon: size in pixel units.
        norm: ``"linf"`` or ``"l2"``.

    Returns:
        Images in [0, 1], of the same shape, at most ``epsilon`` away.

    Raises:
        ValueError: as for :func:`fast_gradient_sweep`.
    """
    labels = _checked(images, labels, [epsilon], norm)
    with _attacked(model):
        gradient, _ = _gradient(model, images, labels)
    return _step(images, _direction(gradient, norm), epsilon, norm)


def projected_gradient_sweep(
    model: nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    epsilons: Sequence[float],
    norm: Norm,
    *,
    steps: int,
    seed: int,
    loss: Loss = "cross-entropy",
    only: int | None = None,
    batch_size: int = BATCH,
) -> torch.Tensor:
    """Attack every image at every size with foolbox's projected gradient descent.

    The paper has the fast gradient only; this attack is stronger. It starts at random in the ball
    and takes ``steps`` steps of 2.5 epsilon / steps. The cross-entropy's gradient rounds to zero
    where a model is very sure; that of the margin (the largest logit of the other classes less the
    label's, Carlini and Wagner 2017) does not.

    Args:
        model: takes pixels in [0, 1]; is put into evaluation mode.
        images: float, shape [N, C, H, W], in [0, 1].
        labels: integers, shape [N].
        epsilons: sizes in pixel units, from 0.
        norm: ``"linf"`` or ``"l2"``.
        steps: from 1.
        seed: of the random starts.
        loss: what the steps increase.
        only: place of the one size to be attacked, to count it again; the random starts of the
            others are drawn all the same, so its row is that of the whole sweep. None for all.
        batch_size: images at a time.

    Returns:
        Bool, shape [len(epsilons), N], or [1, N] for one size: True where the image is still
        classified right.

    Raises:
        ValueError: as for :func:`fast_gradient_sweep`, ``steps`` is less than 1, the loss is
            unknown, or there is no size at that place.
    """
    import foolbox
    from foolbox.models.pytorch import PyTorchModel

    labels = _checked(images, labels, epsilons, norm)
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps!r}")
    if loss not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(LOSSES)}, got {loss!r}")
    if only is not None and only not in range(len(epsilons)):
        raise ValueError(f"only must be from 0 to {len(epsilons) - 1}, got {only!r}")
    kind = foolbox.attacks.LinfPGD if norm == "linf" else foolbox.attacks.L2PGD
    attack = kind(rel_stepsize=2.5 / steps, steps=steps, random_start=True)
    if loss == "margin":
        attack.get_loss_fn = _margin_loss  # type: ignore[method-assign]
    parts = []
    with _attacked(model), torch.random.fork_rng():
        torch.manual_seed(seed)
        wrapped = PyTorchModel(model, bounds=(0, 1), device=images.device)
        # Copies: what the caller made in inference mode cannot have gradients.
        images, labels = images.clone(), labels.clone()
        _logits(model, images[:1], labels)
        for x, y in zip(
            torch.split(images, batch_size), torch.split(labels, batch_size), strict=True
        ):
            rows = []
            for place, epsilon in enumerate(epsilons):
                wanted = only in (None, place)
                attack.steps = steps if wanted else 0
                _, _, (success,) = attack(wrapped, x, y, epsilons=[epsilon])
                rows += [~success] if wanted else []
            parts.append(torch.stack(rows))
    return torch.cat(parts, dim=1)


def ensemble_sweep(
    model: nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    epsilons: Sequence[float],
    norm: Norm,
    *,
    steps: int,
    seed: int,
) -> torch.Tensor:
    """Count an image as right only if every attack of this size and of every smaller one fails.

    The attacks are the fast gradient and projected gradient descent on the margin and on the
    cross-entropy. What one of them has broken is not attacked again: the image it found lies in all
    larger balls as well. So the result falls with epsilon, for every image.

    Args:
        model: takes pixels in [0, 1]; is put into evaluation mode.
        images: float, shape [N, C, H, W], in [0, 1].
        labels: integers, shape [N].
        epsilons: sizes in pixel units, from 0, ascending.
        norm: ``"linf"`` or ``"l2"``.
        steps: of projected gradient descent, from 1.
        seed: of its random starts.

    Returns:
        Bool, shape [len(epsilons), N]: True where the image is still classified right.

    Raises:
        ValueError: as for :func:`projected_gradient_sweep`, or the sizes do not ascend.
    """
    labels = _checked(images, labels, epsilons, norm)
    if list(epsilons) != sorted(epsilons):
        raise ValueError(f"epsilons must ascend, got {', '.join(map(str, epsilons))}")
    standing, *fast = fast_gradient_sweep(model, images, labels, [0.0, *epsilons], norm)
    rows = []
    for epsilon, kept in zip(epsilons, fast, strict=True):
        standing = standing & kept
        for loss in LOSSES if epsilon > 0 else ():
            left = standing.nonzero().squeeze(1)
            if len(left):
                standing[left] = projected_gradient_sweep(
                    model, images[left], labels[left], [epsilon], norm,
                    steps=steps, seed=seed, loss=loss,
                )[0]  # fmt: skip
        rows.append(standing.clone())
    return torch.stack(rows)


def into_ball(
    images: torch.Tensor, moved: torch.Tensor, epsilon: float, norm: Norm
) -> torch.Tensor:
    """Project images to the balls around others, then clip them to [0, 1].

    Args:
        images: centres, float, shape [N, C, H, W], in [0, 1].
        moved: to be projected, of the same shape.
        epsilon: radius, in pixel units.
        norm: ``"linf"`` or ``"l2"``.

    Returns:
        Images in [0, 1] of the same shape, at most ``epsilon`` from the centres, up to rounding.
    """
    offset = moved - images
    if norm == "linf":
        offset = offset.clamp(-epsilon, epsilon)
    else:
        offset = (offset * (epsilon / _norms(offset)).clamp(max=1)).to(offset.dtype)
    return (images + offset).clamp(0, 1)


def spoiled_by_rounding(
    model: nn.Module, images: torch.Tensor, labels: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Tell on which images single precision spoils the fast gradient.

    Where the probability of the label rounds to one, the part of the gradient that lowers its logit
    rounds to zero, and the rest points elsewhere. Where the gradient is no longer than 1e-12,
    dividing by its norm (which is kept from zero by that much) does not bring it to length one.

    Args:
        model: takes pixels in [0, 1]; is put into evaluation mode.
        images: float32, shape [N, C, H, W], in [0, 1].
        labels: integers, shape [N].

    Returns:
        Two masks, bool, shape [N]: the label's probability is one; the L2 step is less than half as
        long as epsilon.

    Raises:
        ValueError: as for :func:`fast_gradient_sweep`.
    """
    labels = _checked(images, labels, [0.0], "l2")
    sure, unmoved = [], []
    with _attacked(model):
        for x, y in zip(torch.split(images, BATCH), torch.split(labels, BATCH), strict=True):
            gradient, logits = _gradient(model, x, y)
            sure.append(logits.softmax(1).gather(1, y.unsqueeze(1)).squeeze(1) == 1)
            unmoved.append(_direction(gradient, "l2").double().flatten(1).norm(dim=1) < 0.5)
    return torch.cat(sure), torch.cat(unmoved)


def _margin_loss(model: Any, labels: Any) -> Callable[[Any], Any]:
    """Take the place of a foolbox attack's own loss; tensors are eagerpy's."""

    def loss(inputs: Any) -> Any:
        logits = model(inputs)
        own = (logits * logits.onehot_like(labels)).sum(axis=-1)
        others = (logits - logits.onehot_like(labels, value=math.inf)).max(axis=-1)
        return (others - own).sum()

    return loss


def _sweep_batch(
    model: nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    epsilons: Sequence[float],
    norm: Norm,
    *,
    double: bool,
    scale: torch.Tensor | None,
) -> torch.Tensor:
    rows = []
    with _attacked(model):
        if double:
            gradient = _accurate_gradient(copy.deepcopy(model).double(), images.double(), labels)
            logits = model(images)
        else:
            gradient, logits = _gradient(model, images, labels)
        if scale is None:
            direction = _direction(gradient, norm).to(images.dtype)
        else:  # by the chain rule the gradient with respect to an image in these units
            direction = _direction(gradient * scale, norm).to(images.dtype) * scale
        last = images
        for epsilon in epsilons:
            if scale is None:
                perturbed = _step(images, direction, epsilon, norm)
            else:
                perturbed = (images + epsilon * direction).clamp(0, 1)
            # True at epsilon = 0, and where a step of one or more leaves every pixel clipped.
            if not torch.equal(perturbed, last):
                with torch.inference_mode():
                    logits = model(perturbed)
                last = perturbed
            rows.append(logits.argmax(1) == labels)
    return torch.stack(rows)


def _gradient(
    model: nn.Module, images: torch.Tensor, labels: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the summed cross-entropy's gradient with respect to the images, and the logits."""
    x = images.detach().clone().requires_grad_()
    logits = _logits(model, x, labels)
    loss = functional.cross_entropy(logits, labels, reduction="sum")
    (gradient,) = torch.autograd.grad(loss, x)
    return gradient, logits.detach()


def _accurate_gradient(
    model: nn.Module, images: torch.Tensor, labels: torch.Tensor
) -> torch.Tensor:
    """Return the cross-entropy's gradient where the label's probability is next to one, too.

    With respect to the label's logit it is that probability less one, which loses its digits; so it
    is taken as the sum of the other probabilities, with the other sign.
    """
    x = images.detach().clone().requires_grad_()
    logits = _logits(model, x, labels)
    own = labels.unsqueeze(1)
    others = logits.detach().softmax(1).scatter(1, own, 0.0)
    (gradient,) = torch.autograd.grad(
        logits, x, others.scatter(1, own, -others.sum(1, keepdim=True))
    )
    return gradient


def _logits(model: nn.Module, x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """What the model says, if it knows the classes of all labels."""
    logits: torch.Tensor = model(x)
    if logits.ndim != 2 or int(labels.max()) >= logits.shape[1]:
        raise ValueError(
            f"labels must be below the number of classes, got {int(labels.max())}, and logits of "
            f"shape {tuple(logits.shape)}"
        )
    return logits


def _direction(gradient: torch.Tensor, norm: Norm) -> torch.Tensor:
    if norm == "linf":
        return gradient.sign()
    return (gradient * (1 / _norms(gradient))).to(gradient.dtype)


def _step(
    images: torch.Tensor, direction: torch.Tensor, epsilon: float, norm: Norm
) -> torch.Tensor:
    """Step, project to the ball, clip to [0, 1]: in foolbox's order, for equal rounding."""
    return into_ball(images, images + epsilon * direction, epsilon, norm)


def _as_scale(units: Sequence[float], images: torch.Tensor) -> torch.Tensor:
    """The units of the channels, of a shape that multiplies images."""
    if len(units) != images.shape[1] or not all(unit > 0 and math.isfinite(unit) for unit in units):
        raise ValueError(
            f"units must be positive, one for each of the {images.shape[1]} channels, "
            f"got {', '.join(map(str, units)) or 'none'}"
        )
    return torch.tensor(units, dtype=images.dtype, device=images.device).view(1, -1, 1, 1)


def _norms(x: torch.Tensor) -> torch.Tensor:
    """Euclidean norm of each image, kept from zero, shaped to divide the batch."""
    # In half precision a sum of squares overflows, and the smallest norm would be zero.
    precise = x.to(torch.promote_types(x.dtype, torch.float32))
    norms = precise.flatten(1).square().sum(dim=1).sqrt().clamp(min=_TINY[precise.dtype])
    return norms.view(-1, 1, 1, 1)


@contextlib.contextmanager
def _attacked(model: nn.Module) -> Iterator[None]:
    """Put the model into evaluation mode without gradients of its parameters, then restore it.

    Every module gets back its own mode: a frozen one inside a model in training stays frozen.
    Gradients are computed inside even if the caller computes none.
    """
    modes = [(module, module.training) for module in model.modules()]
    wanted = [parameter for parameter in model.parameters() if parameter.requires_grad]
    model.eval()
    for parameter in wanted:
        parameter.requires_grad_(False)
    try:
        with torch.inference_mode(False), torch.enable_grad():
            yield
    finally:
        for module, training in modes:
            module.training = training
        for parameter in wanted:
            parameter.requires_grad_(True)


def _checked(
    images: torch.Tensor, labels: torch.Tensor, epsilons: Sequence[float], norm: Norm
) -> torch.Tensor:
    """Refuse what cannot be attacked, and return the labels as torch's losses want them."""
    if norm not in NORMS:
        raise ValueError(f"norm must be one of {', '.join(NORMS)}, got {norm!r}")
    try:
        epsilons = list(epsilons)
    except TypeError:
        raise ValueError(f"epsilons must be a sequence of sizes, got {epsilons!r}") from None
    for epsilon in epsilons:
        try:
            allowed = math.isfinite(epsilon) and epsilon >= 0
        except TypeError:
            allowed = False
        if not allowed:
            raise ValueError(f"epsilons must be finite and from 0, got {epsilon!r}")
    if len(epsilons) == 0:
        raise ValueError("epsilons must hold at least one size, got none")
    if images.dim() != 4 or not images.is_floating_point():
        found = f"{images.dtype} of shape {tuple(images.shape)}"
        raise ValueError(f"images must be floats of shape [N, C, H, W], got {found}")
    if len(images) == 0 or labels.shape != images.shape[:1]:
        shapes = f"{tuple(images.shape)} and {tuple(labels.shape)}"
        raise ValueError(f"images and labels must be equally many, from one on, got {shapes}")
    low, high = (float(bound) for bound in torch.aminmax(images))
    if not (low >= 0 and high <= 1):  # also refuses NaN
        raise ValueError(f"images must lie in [0, 1], got values from {low:g} to {high:g}")
    if labels.is_floating_point() or labels.is_complex() or labels.dtype == torch.bool:
        raise ValueError(f"labels must be integers, got {labels.dtype}")
    if int(labels.min()) < 0:
        raise ValueError(f"labels must be numbers of classes, from 0, got {int(labels.min())}")
    with torch.inference_mode(False):  # a label of inference mode has no place in a gradient
        return labels.clone().long()

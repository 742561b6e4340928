"""Diagrams say what the models hold."""

import matplotlib.pyplot as plt
import pytest

from companion.experiments.pictures.diagrams import in_words, network_diagram, rows
from companion.experiments.runs.config import VARIANTS
from companion.pages.figures import SHADES, VARIANT_COLOURS, light_svg


class TestWords:
    @pytest.mark.parametrize(
        ("layer", "words"),
        [
            ("Conv2d(3, 32, kernel_size=(5, 5), stride=(1, 1))", "conv 5×5"),
            ("Conv2d(3, 32, kernel_size=(2, 2), stride=(2, 2))", "conv 2×2, stride 2"),
            ("MaxPool2d(kernel_size=3, stride=2, padding=1)", "max pool 3×3, stride 2"),
            ("MaxPool2d(kernel_size=4, stride=4, padding=0)", "max pool 4×4"),
            ("Whitening(3, 27, kernel_size=(3, 3), stride=(1, 1))", "whitening 3×3"),
            ("Residual(\n  (inner): Conv2d(1, 1, kernel_size=(3, 3)))", "residual block"),
            ("Linear(in_features=512, out_features=10, bias=False)", "linear to 10"),
        ],
    )
    def test_in_words(self, layer: str, words: str) -> None:
        assert in_words(layer) == words


class TestRows:
    def test_every_max_pool_is_replaced_and_nothing_else_differs_but_strides(self) -> None:
        for experiment, pools in (("lenet-mnist", 2), ("lenet-cifar10", 3), ("resnet-cifar10", 4)):
            lines = rows(experiment)
            replaced = [line for line in lines if str(line.cells[0]).startswith("max pool")]
            assert len(replaced) == pools
            for line in replaced:
                assert not [cell for cell in line.cells[1:] if cell and "max pool" in cell]
            for line in lines:
                different = {cell for cell in line.cells if cell != line.cells[0]}
                assert line in replaced or different <= {f"{line.cells[0]}, stride 2"}

    def test_strided_has_one_convolution_for_two_lines(self) -> None:
        lines = rows("lenet-cifar10")
        at = [i for i, line in enumerate(lines) if line.cells[-1] is None]
        assert len(at) == 3
        assert all("stride 2" in str(lines[i - 1].cells[-1]) for i in at)

    def test_the_papers_kernels(self) -> None:
        pool = next(line for line in rows("resnet-cifar10") if line.cells[0] == "max pool 4×4")
        assert pool.cells[1:] == ("conv 4×4, stride 4", "conv 1×1, stride 4", "conv 1×1, stride 4")
        assert pool.shape == "512 × 1 × 1"

    def test_unknown_experiment(self) -> None:
        with pytest.raises(ValueError, match=r"experiment must be one of lenet-mnist, .*got 'vgg'"):
            rows("vgg")


@pytest.mark.parametrize("experiment", VARIANTS)
def test_variants_have_their_colours(experiment: str) -> None:
    figure = network_diagram(experiment, VARIANT_COLOURS, SHADES[1])
    svg = light_svg(figure, "networks")
    plt.close(figure)
    assert all(VARIANT_COLOURS[variant] in svg for variant in VARIANTS[experiment])
    words = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert sum("max pool" in word for word in words) == sum(
        str(line.cells[0]).startswith("max pool") for line in rows(experiment)
    )

"""The largest entries and their places against a stable sort: types, ties, infinities, NaN."""

import pytest
import torch
from torch import Tensor

from maxpooling.layers import largest as module
from maxpooling.layers.geometry import Geometry
from maxpooling.layers.largest import largest, largest_with_places

INF = torch.inf
WHERE = Geometry((2, 3), (1, 2), (1, 1), (1, 1), ceil_mode=False)
FLAT = Geometry((3, 2), (2, 1), (0, 0), (1, 1), ceil_mode=False)
TYPES = [torch.float64, torch.float32, torch.float16, torch.bfloat16]


@pytest.fixture
def inserting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way that compilers take."""
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: True)


def ties(*shape: int, dtype: torch.dtype) -> Tensor:
    """Few values of both signs, both zeros among them."""
    draw = torch.Generator().manual_seed(0)
    values = torch.tensor([-1.5, -1.0, -0.0, 0.0, 1.0, 1.25], dtype=dtype)
    return values[torch.randint(0, 6, shape, generator=draw)]


def by_sorting(x: Tensor, where: Geometry) -> tuple[Tensor, Tensor]:
    """Entries of every window and their pixels, sorted, of equal ones the earlier first."""
    number, height, width = x.shape
    (kh, kw), (sh, sw), (ph, pw) = where[:3]
    out = where.output_size((height, width))
    entries = torch.empty(number, *out, kh * kw, dtype=x.dtype)
    pixels = torch.empty(number, *out, kh * kw, dtype=torch.int32)
    for i in range(out[0]):
        for j in range(out[1]):
            rows = [min(max(i * sh - ph + a, 0), height - 1) for a in range(kh)]
            columns = [min(max(j * sw - pw + b, 0), width - 1) for b in range(kw)]
            inside = torch.tensor([row * width + column for row in rows for column in columns])
            window = x.flatten(1)[:, inside]
            entries[:, i, j], order = window.sort(dim=-1, descending=True, stable=True)
            pixels[:, i, j] = inside[order].int()
    return entries, pixels


@pytest.mark.parametrize("where", [WHERE, FLAT])
@pytest.mark.parametrize("dtype", TYPES)
class TestEveryRank:
    def test_equals_sorting(self, where: Geometry, dtype: torch.dtype) -> None:
        x = ties(4, 6, 7, dtype=dtype)
        entries, pixels = by_sorting(x, where)
        for count in range(1, 7):
            ranks, places = largest_with_places(x, where, count)
            assert torch.equal(torch.stack(ranks, -1), entries[..., :count])
            assert torch.equal(torch.stack(places, -1), pixels[..., :count])
            assert all(place.dtype == torch.int32 for place in places)
            alone = largest(x, where, count)
            assert torch.equal(torch.stack(alone, -1), entries[..., :count])

    @pytest.mark.usefixtures("inserting")
    def test_equals_sorting_as_compilers_see_it(self, where: Geometry, dtype: torch.dtype) -> None:
        self.test_equals_sorting(where, dtype)


@pytest.mark.parametrize("dtype", TYPES)
def test_far_values_and_many_pixels_do_not_mix(dtype: torch.dtype) -> None:
    least, most = torch.finfo(dtype).tiny, torch.finfo(dtype).max / 64  # their sum is finite
    x = torch.tensor([most, -most, least, -least, 0.0, 1.0], dtype=dtype).repeat(1, 50, 40)
    entries, pixels = by_sorting(x, FLAT)
    ranks, places = largest_with_places(x, FLAT, 6)
    assert torch.equal(torch.stack(ranks, -1), entries)
    assert torch.equal(torch.stack(places, -1), pixels)


def test_numbers_take_the_way_of_integers(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(module, "_by_comparing", forbidden)
    largest_with_places(ties(1, 6, 7, dtype=torch.float32), WHERE, 2)
    with pytest.raises(AssertionError):
        largest_with_places(ties(1, 6, 7, dtype=torch.float64), WHERE, 2)


WINDOWS = [
    ([INF, 1, INF, 0], [-2, -1, -1, -1]),
    ([1, -INF, INF, 0], [-4, -1, -1, -1]),
    ([-INF, -INF, -INF, -INF], [-2, -1, -1, -1]),
    ([1, torch.nan, 3, 0], [-1] * 4),
    ([torch.nan, INF, 3, torch.nan], [-1] * 4),
    ([-INF, 2, -INF, 3], [3, 1, -1, -1]),
    ([0, 2, 1, 3], [3, 1, 2, 0]),
]


@pytest.mark.parametrize(("window", "expected"), WINDOWS)
@pytest.mark.parametrize("dtype", TYPES)
class TestInfinite:
    def test_places(self, window: list[float], expected: list[int], dtype: torch.dtype) -> None:
        where = Geometry((2, 2), (2, 2), (0, 0), (1, 1), ceil_mode=False)
        x = torch.tensor(window, dtype=dtype).view(1, 2, 2)
        for count in range(1, 5):
            _, places = largest_with_places(x, where, count)
            assert [int(place) for place in places] == expected[:count]

    @pytest.mark.usefixtures("inserting")
    def test_places_as_compilers_see_them(
        self, window: list[float], expected: list[int], dtype: torch.dtype
    ) -> None:
        self.test_places(window, expected, dtype)

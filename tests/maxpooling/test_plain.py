"""Results as plain data: JSON there and back, hashes, and numbers longer than Python prints."""

import json
import sys
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from maxpooling.approximation import (
    FloatApproximation,
    UniformApproximation,
    best_mean_square,
    best_uniform,
    best_uniform_cvxpy,
    sparse_uniform,
)
from maxpooling.plain import Result, digits, rational, text

RESULTS: dict[str, Result] = {
    "uniform": best_uniform(9, [0, 2, 8]),
    "mean square": best_mean_square(5, [1, 4]),
    "sparse": sparse_uniform(4, 5),
    "floating point": best_uniform_cvxpy(4, [0, 3]),
    "no answer": FloatApproximation(4, (0, 3), "CLARABEL", "averages", "failed", float("nan"), {}),
}
HUGE = Fraction(10**9000 + 1, 3 * 10**8000)


def long_one() -> UniformApproximation:
    """An optimum whose numbers Python's own ``str`` refuses."""
    return UniformApproximation(3, (0, 2), HUGE, {0: HUGE, 2: -HUGE}, {0: HUGE})


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
class TestResults:
    def test_json_there_and_back(self, result: Result) -> None:
        written = json.dumps(result.to_dict(), allow_nan=False)
        again = type(result).from_dict(json.loads(written))
        assert repr(again) == repr(result)  # NaN is not equal to itself
        if "nan" not in repr(result):
            assert again == result

    def test_equal_results_have_equal_hashes(self, result: Result) -> None:
        again = type(result).from_dict(result.to_dict())
        if "nan" not in repr(result):
            assert {result: 1}[again] == 1

    def test_a_missing_field_is_refused(self, result: Result) -> None:
        data = result.to_dict()
        data.pop("d")
        with pytest.raises(ValueError, match="data must have the fields d, "):
            type(result).from_dict(data)


class TestFromDict:
    def test_what_is_read_proves_itself(self) -> None:
        data = best_uniform(9, [0, 8]).to_dict()
        assert UniformApproximation.from_dict(data).verify()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("error", 0.5), ("error", "1/0"), ("error", "1/2/3"), ("error", "٣"), ("error", ""),
            ("d", "9"), ("d", 9.0), ("d", True), ("orders", 3), ("orders", ["0"]),
            ("coefficients", {"x": "1"}), ("coefficients", ["1"]), ("certificate", {"1": 1}),
        ],
    )  # fmt: skip
    def test_wrong_fields_are_named(self, field: str, value: object) -> None:
        data = {**best_uniform(9, [0, 8]).to_dict(), field: value}
        with pytest.raises(ValueError, match=field):
            UniformApproximation.from_dict(data)

    def test_no_mapping(self) -> None:
        with pytest.raises(ValueError, match="data must have the fields"):
            UniformApproximation.from_dict([1])  # type: ignore[arg-type]


def len_of(number: int) -> str:
    return f"{number.bit_length()} bits"


class TestLongNumbers:
    """Python prints integers up to 4300 digits; results of d = 2000 may have more."""

    def test_python_refuses(self) -> None:
        assert sys.get_int_max_str_digits() == 4300
        with pytest.raises(ValueError, match="4300"):
            str(HUGE)

    @pytest.mark.parametrize(
        "number", [0, -7, 10**3999, 10**4000, -(10**12345) + 1, 10**8000], ids=len_of
    )
    def test_digits(self, number: int) -> None:
        limit = sys.get_int_max_str_digits()
        sys.set_int_max_str_digits(0)
        try:
            expected = str(number)
        finally:
            sys.set_int_max_str_digits(limit)
        assert digits(number) == expected
        assert rational(expected) == number

    def test_text_there_and_back(self) -> None:
        assert rational(text(HUGE)) == HUGE
        assert rational(text(-HUGE)) == -HUGE

    def test_repr_tells_the_size(self) -> None:
        shown = repr(long_one())
        assert "error=Fraction(<9001 digits>, <8001 digits>)" in shown
        assert len(shown) < 400

    def test_json(self) -> None:
        data = json.loads(json.dumps(long_one().to_dict()))
        assert UniformApproximation.from_dict(data) == long_one()


def test_repr_of_short_numbers_is_that_of_a_dataclass() -> None:
    assert repr(best_uniform(4, [0, 3])) == (
        "UniformApproximation(d=4, orders=(0, 3), error=Fraction(1, 8), "
        "coefficients={0: Fraction(1, 8), 3: Fraction(1, 1)}, "
        "certificate={0: Fraction(-1, 1), 1: Fraction(4, 1), 4: Fraction(-3, 1)})"
    )


class TestPools:
    """What is no array of real numbers is refused by name, by every result that is called."""

    CALLED: Any = (best_uniform(3, [0, 2]), sparse_uniform(3, 3))

    @pytest.mark.parametrize("result", CALLED, ids=["uniform", "sparse"])
    def test_integers_beyond_floats(self, result: Any) -> None:
        with pytest.raises(ValueError, match="x must be an array of real numbers"):
            result([10**400, 1, 2])

    @pytest.mark.parametrize("result", CALLED, ids=["uniform", "sparse"])
    def test_imaginary_parts(self, result: Any) -> None:
        with pytest.raises(ValueError, match=r"x must be an array of real numbers.*complex128"):
            result([1j, 1.0, 2.0])

    @pytest.mark.parametrize("result", CALLED, ids=["uniform", "sparse"])
    def test_tensors_with_gradients(self, result: Any) -> None:
        torch = pytest.importorskip("torch")
        x = torch.rand(5, 3)
        expected = result(x.numpy())
        assert np.array_equal(result(x), expected)
        with pytest.raises(ValueError, match=r"x must be an array of real numbers.*requires grad"):
            result(x.requires_grad_())

"""A check is one case and its domain: loop, count, words, kinds of evidence, refusals."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

import pytest

from companion.checking import Check, Kind, certify, check, each, require
from companion.checking.domains import Domain, Drawn, Given, Integers, OrderSets, Through, Vectors
from companion.errors import CheckFailedError, UncheckedError
from maxpooling.approximation import best_uniform
from maxpooling.errors import CertificateError


class Certified:
    """A certificate that is right or not."""

    def __init__(self, right: bool) -> None:
        self.right = right

    def verify(self) -> bool:
        if not self.right:
            raise CertificateError("a wrong weight")
        return True


class Nothing(Domain):
    """A domain without a case."""

    def cases(self, given: Given) -> Iterable[Any]:
        return ()

    @property
    def text(self) -> str:
        return "none"


def of_d(kind: Kind = Kind.EVERY_CASE, **options: Any) -> Callable[..., Check]:
    return check("claim", kind, d=range(2, 6), **options)


class TestRunning:
    def test_every_case_runs_once_and_is_counted(self) -> None:
        seen = []

        @check("claim", Kind.EVERY_CASE, d=range(2, 5), r=Through(1, "d - 1"))
        def one(d: int, r: int) -> None:
            seen.append((d, r))

        assert one().scope == "every case of a finite domain: d = 2, 3, 4; r = 1 to d−1; 6 cases"
        assert seen == [(2, 1), (3, 1), (3, 2), (4, 1), (4, 2), (4, 3)]

    def test_readers_own_try_may_leave_the_domain(self) -> None:
        @check("claim", Kind.CERTIFICATE, d=range(2, 5), orders=OrderSets())
        def one(d: int, orders: tuple[int, ...]) -> None:
            certify(best_uniform(d, orders))

        assert one(d=7, orders=(0, 6)).scope == ("certificate per instance: d = 7; orders = {0, 6}")
        assert one(d=3).ran[0].cases == 7

    def test_several_domains_of_one_function(self) -> None:
        @check("claim", Kind.EVERY_CASE, d=(2, 3), x=Vectors((0, 1), "d", rows=True))
        @check("claim", Kind.RANDOM, d=(9,), x=Drawn(Integers(-5, 5, "d"), 20, rows=True))
        def one(d: int, x: Any) -> None:
            require(x.shape[1] == d, "rows of another length")

        found = one()
        assert [ran.kind for ran in found.ran] == [Kind.EVERY_CASE, Kind.RANDOM]
        assert [ran.cases for ran in found.ran] == [4 + 8, 20]
        assert found.scope.endswith(
            "20 random vectors of d integers from −5 to 5, seed 1; 20 cases"
        )

    def test_the_scope_counts_what_runs_and_draws_nothing_for_it(self) -> None:
        drawn = []

        class Noted(Integers):
            def __call__(self, random: Random, given: Given) -> Any:
                drawn.append(given)
                return super().__call__(random, given)

        @check("claim", Kind.EVERY_CASE, x=Vectors((0, 1), 3, rows=True), y=[1, 2])
        @check("claim", Kind.RANDOM, x=Drawn(Noted(0, 9, 3), 4, rows=True), y=[1, 2, 3])
        @check("claim", Kind.RANDOM, y=[1, 2], x=Drawn(Noted(0, 9, 3), 5))
        def one(y: int, x: Any) -> None:
            require(y > 0, "negative")

        counted = one.scope()
        assert len(drawn) == 4  # of the run in which y comes after x
        assert [ran.cases for ran in counted] == [16, 12, 10]
        assert counted == one().ran

    def test_one_case_of_a_drawn_domain_is_not_random(self) -> None:
        @check("claim", Kind.RANDOM, x=Drawn(Integers(0, 9, 3), 4))
        def one(x: list[int]) -> None:
            require(sum(x) >= 0, "negative")

        assert one(x=[1, 2, 3]).ran[0].kind is Kind.EVERY_CASE

    def test_draws_are_the_same_each_time(self) -> None:
        drawn = Drawn(Integers(-99, 99, "d"), 5)
        assert list(drawn.cases({"d": 4})) == list(drawn.cases({"d": 4}))
        assert list(drawn.cases({"d": 4})) != list(drawn.cases({"d": 5}))

    def test_failing_case_is_named(self) -> None:
        @of_d()
        def one(d: int) -> None:
            require(d < 4, "too large")

        with pytest.raises(CheckFailedError, match=r"one at d = 4: too large"):
            one()

    def test_no_case_is_no_evidence(self) -> None:
        @check("claim", Kind.EVERY_CASE, d=Nothing())
        def one(d: int) -> None:
            require(False, "never run")

        with pytest.raises(UncheckedError, match="no case of d: none"):
            one()

    def test_unknown_argument(self) -> None:
        @of_d()
        def one(d: int) -> None: ...

        with pytest.raises(TypeError, match="no argument 'n'; allowed: d"):
            one(n=3)

    def test_optimisation_changes_nothing(self) -> None:
        code = (
            "from companion.checking import *\n"
            "@check('c', Kind.EVERY_CASE, d=(2,))\n"
            "def one(d): require(False, 'noticed')\n"
            "one()"
        )
        done = subprocess.run(
            [sys.executable, "-O", "-c", code], capture_output=True, text=True, check=False
        )
        assert "CheckFailedError: <string>" in done.stderr or "noticed" in done.stderr
        assert done.returncode == 1


class TestKinds:
    @pytest.mark.parametrize("kind", [Kind.PROVED, Kind.MACHINE])
    def test_no_run_gives_a_proof(self, kind: Kind) -> None:
        with pytest.raises(TypeError, match="no run gives it"):
            of_d(kind)

    @pytest.mark.parametrize("kind", [Kind.CERTIFICATE, Kind.EVERY_CASE, Kind.MEASUREMENT])
    def test_random_instances_are_called_so(self, kind: Kind) -> None:
        with pytest.raises(TypeError, match="does not fit a domain that is drawn"):
            check("claim", kind, x=Drawn(Integers(0, 1, 2), 3))

    def test_and_nothing_else_is(self) -> None:
        with pytest.raises(TypeError, match="does not fit a domain that is not drawn"):
            of_d(Kind.RANDOM)

    def test_certificate_without_one(self) -> None:
        @of_d(Kind.CERTIFICATE)
        def one(d: int) -> None: ...

        with pytest.raises(TypeError, match="certified nothing"):
            one()

    def test_wrong_certificate(self) -> None:
        @of_d(Kind.CERTIFICATE)
        def one(d: int) -> None:
            certify(Certified(d < 4))

        with pytest.raises(CheckFailedError, match=r"at d = 4: .*a wrong weight"):
            one()

    def test_measurement_says_how_many_seeds(self) -> None:
        @of_d(Kind.MEASUREMENT)
        def one(d: int) -> dict[str, int]:
            return {"images": d}

        with pytest.raises(TypeError, match="how many seeds"):
            one()


class TestValues:
    def test_same_in_all_cases(self) -> None:
        @of_d()
        def one(d: int) -> dict[str, int]:
            return {"constant": 7}

        assert one().values == {"constant": 7}

    def test_different_ones_need_a_collector(self) -> None:
        def largest(d: int) -> dict[str, int]:
            return {"d": d}

        with pytest.raises(TypeError, match="'d' differs between cases"):
            of_d()(largest)()
        assert of_d(collect={"d": max})(largest)().values == {"d": 5}
        assert of_d(collect=each)(largest)().values == {"d": "2; 3; 4; 5"}


class TestMaking:
    def test_arguments_are_the_domain(self) -> None:
        with pytest.raises(TypeError, match=r"has the domain of \['d'\], not of \['n'\]"):

            @of_d()
            def one(n: int) -> None: ...

    def test_one_claim_for_all_domains(self) -> None:
        with pytest.raises(TypeError, match="two claims"):

            @check("other", Kind.EVERY_CASE, d=(9,))
            @of_d()
            def one(d: int) -> None: ...

    def test_domain_of_another_type(self) -> None:
        with pytest.raises(TypeError, match="allowed: a Domain, a range, a list or a tuple"):
            check("claim", Kind.EVERY_CASE, d={2, 3})  # type: ignore[arg-type]

    def test_source_is_that_of_one_case(self) -> None:
        @of_d()
        def one(d: int) -> None:
            """What is checked."""
            require(d > 1, "small")

        assert 'require(d > 1, "small")' in one().source
        html = one()._repr_html_()
        assert "<details>" in html
        assert "4 cases" in html

"""Every check of the theory chapters passes, and no two speak for the same statement."""

import inspect

import pytest

from companion.evidence import CheckResult
from companion.evidence import a_algebraic as appendix_a
from companion.evidence import b_proofs as appendix_b
from companion.evidence import c_mean_square as appendix_c
from companion.evidence import d_optimal_error as appendix_d
from companion.evidence import s2_exact_max as s2
from companion.evidence import s3_approximations as s3
from companion.evidence import s4_complexity as s4
from companion.evidence import x_sharper as beyond
from companion.evidence import z_errata as errata

MODULES = [s2, s3, s4, appendix_a, appendix_b, appendix_c, appendix_d, errata, beyond]
CHECKS = [
    pytest.param(check, id=f"{module.__name__.split('.')[-1]}.{name}")
    for module in MODULES
    for name, check in inspect.getmembers(module, inspect.isfunction)
    if check.__module__ == module.__name__ and not name.startswith("_")
]


@pytest.mark.parametrize("check", CHECKS)
def test_passes(check):
    result = check()
    assert isinstance(result, CheckResult)
    assert result.scope


def test_claims_are_unique():
    claims = [parameter.values[0]().claim for parameter in CHECKS]
    assert len(set(claims)) == len(claims)
    assert {f"erratum-{n}" for n in range(1, 10)} <= set(claims)

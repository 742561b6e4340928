"""Every check of the theory chapters passes, and no two speak for the same statement."""

import inspect

import pytest

from maxpooling.checks import (
    CheckResult,
    appendix_a,
    appendix_b,
    appendix_c,
    appendix_d,
    beyond,
    errata,
    s2,
    s3,
    s4,
    s5_weights,
)

MODULES = [s2, s3, s4, s5_weights, appendix_a, appendix_b, appendix_c, appendix_d, errata, beyond]
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

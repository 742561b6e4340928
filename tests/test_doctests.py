"""Every example in a docstring of the library runs."""

import doctest
import importlib
import pkgutil

import pytest

import maxpooling

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(maxpooling.__path__, "maxpooling.")
    if not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    examples = [
        example
        for name in MODULES
        for test in finder.find(importlib.import_module(name))
        for example in test.examples
    ]
    assert len(examples) > 50

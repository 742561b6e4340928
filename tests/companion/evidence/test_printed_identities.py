"""Every identity for the maximum that a page displays is read from the page and verified."""

import re
from fractions import Fraction

import pytest

from companion.evidence.printed_identities import read_identity
from companion.evidence.z_errata import PRINTED_IDENTITY
from companion.pages.directives import markdown
from companion.published import notebooks_folder
from maxpooling.errors import CertificateError

FIVE = r"2\max(a,b,c,d,e)=\max(2a,s)-\max(m_{ab}+m_{ac},s)"
S = {"s": "m_{bc}+m_{de}"}


def displays(name: str) -> list[str]:
    """The displayed identities of a notebook: a maximum of all inputs on the left."""
    text = markdown((notebooks_folder() / f"{name}.py").read_text(encoding="utf-8"))
    aligned = re.findall(r"\$\$(.*?)\$\$", text, re.DOTALL)
    left = re.compile(r"\s*(?:\\begin\{aligned\})?[\s&]*\d*\\max\((?:x|a,b,c,d,e)\)=")
    return [one for one in aligned if left.match(one) and "m_{" in one]


@pytest.mark.parametrize("name", [path.stem for path in sorted(notebooks_folder().glob("*.py"))])
def test_every_displayed_identity_holds(name: str) -> None:
    for display in displays(name):
        read_identity(display, abbreviations=S).verify()


def test_the_pages_have_three() -> None:
    assert [len(displays(name)) for name in ("z_errata", "x_two_layers")] == [1, 2]


def test_the_checked_formula_is_the_one_on_the_page() -> None:
    (display,) = displays("z_errata")
    inside = re.sub(r"\\(?:begin|end)\{aligned\}", "", display)
    assert "".join(inside.split()) == "".join(PRINTED_IDENTITY.split())


def test_a_term_that_is_left_out_is_noticed() -> None:
    with pytest.raises(CertificateError):
        read_identity(FIVE, abbreviations=S).verify()


def test_a_sum_stands_for_its_different_images() -> None:
    read = read_identity(
        r"3\max(x)=-\tfrac1{10}\sum\max(2x_a,m_{bc}+m_{de})+2\sum\max(m_{bc},m_{de})"
    )
    assert read.blocks == (5,)
    assert [(t.coefficient, t.images) for t in read.terms] == [(Fraction(-1, 2), 15), (10, 15)]


def test_without_sums_each_maximum_stands_for_itself() -> None:
    read = read_identity(r"\max(a,b,c)=\max(m_{ab},c)", "abc")
    assert (read.blocks, [t.images for t in read.terms]) == ((1, 1, 1), [1])
    read.verify()


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"\min(x)=\max(a,b)", "must begin with a maximum and '='"),
        (r"\max(x)=\max(a,b)+a", r"a sum of maxima of two sums, got '\+a'"),
        (r"\max(x)=\max(a,b)+\sum\max(a,b)", "before every maximum or before none"),
        (r"\max(x)=\max(a,m_{bz})", "must name the inputs abcde"),
        (r"\max(x)=\max(a,b-c)", "got 'b-c'"),
    ],
)
def test_refused(latex: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_identity(latex)

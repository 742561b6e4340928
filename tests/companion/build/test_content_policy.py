"""The policy of a page is worked out from the page; what it cannot hold is refused."""

from pathlib import Path

import pytest

from companion.build.content_policy import (
    add_policies,
    inline_scripts,
    policy,
    source_hash,
    with_policy,
    without_handlers,
)
from maxpooling.errors import DataError

PAGE = """<!DOCTYPE html>
<html><head>
    <meta charset="utf-8" />
<script src="a.js"></script>
<script>let one = "<b onclick='x'>";</script>
<script type="application/json">{"two": 2}</script>
</head><body>
<button onclick="window.print()" title="a">p</button>
<p>onclick="other()"</p>
</body></html>
"""


def test_only_scripts_that_run_inline_are_listed() -> None:
    assert inline_scripts(PAGE) == ["let one = \"<b onclick='x'>\";"]
    assert inline_scripts("<script type='module'>1</script>") == ["1"]
    assert source_hash("let one = \"<b onclick='x'>\";") in policy(PAGE)


def test_policy_stands_after_the_charset_and_before_all_else() -> None:
    lines = with_policy(PAGE, "page").splitlines()
    assert lines[2].strip() == '<meta charset="utf-8" />'
    assert lines[3].startswith('<meta http-equiv="Content-Security-Policy" content="default-src')
    assert lines[5] == '<script src="a.js"></script>'


def test_page_without_a_head() -> None:
    page = with_policy('<meta http-equiv="Refresh" content="0; url=a.html" />', "index")
    assert page.index("Content-Security-Policy") < page.index("Refresh")


def test_handlers_become_names() -> None:
    clean = without_handlers(PAGE, "page")
    assert '<button data-button="print" title="a">' in clean
    assert "let one = \"<b onclick='x'>\";" in clean
    assert '<p>onclick="other()"</p>' in clean


@pytest.mark.parametrize("tag", ['<b onclick="other()">', "<img src=x onerror='a()'>"])
def test_unknown_handler_is_refused(tag: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE + tag)
    with pytest.raises(DataError, match=r"page\.html: expected no handler but .*, found on"):
        add_policies(tmp_path)


def test_every_page_of_a_site_but_no_fragment(tmp_path: Path) -> None:
    (tmp_path / "_static").mkdir()
    for name in ("a.html", "_static/b.html"):
        (tmp_path / name).write_text(PAGE)
    add_policies(tmp_path)
    assert "Content-Security-Policy" in (tmp_path / "a.html").read_text()
    assert (tmp_path / "_static/b.html").read_text() == PAGE

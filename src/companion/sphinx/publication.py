"""What a publication has around its pages: previews of links, a sitemap, a page for lost readers.

The address of the published site is the setting ``companion_base_url``, by default
``COMPANION_BASE_URL`` of the environment, which the publishing workflow sets. While it is empty
nothing that needs a full address is written.
"""

import html
import os
import posixpath
import shutil
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from companion.sphinx.results import LINK, find_result

SUMMARY_LENGTH = 200
PREVIEW = "_static/preview.png"
LOST = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Page not found</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<style>:root {{ color-scheme: light dark }}
body {{ font: 1.1rem/1.6 system-ui, sans-serif; margin: 15vh auto; max-width: 32rem;
  padding: 0 1rem }}
a {{ color: inherit }}
</style></head><body><main><h1>Page not found</h1>
<p>There is no page at this address. The book begins at <a href="{home}">its first page</a>.</p>
</main></body></html>
"""


logger = logging.getLogger(__name__)


def summary(doctree: nodes.document) -> str:
    """The first sentences of a page's text: one paragraph, cut at a word."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section) and not paragraph.next_node(nodes.math):
            text = " ".join(paragraph.astext().split())
            if len(text) > 40:
                return _cut(text)
    return ""


def _cut(text: str) -> str:
    if len(text) <= SUMMARY_LENGTH:
        return text
    return text[:SUMMARY_LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def preview_tags(title: str, description: str, base: str, address: str) -> str:
    """The tags that search engines and messengers read."""
    named = [("og:type", "article"), ("og:title", title), ("og:description", description)]
    if base:
        named += [("og:url", f"{base}/{address}"), ("og:image", f"{base}/{PREVIEW}")]
        named += [("og:image:width", "1200"), ("og:image:height", "630")]
    lines = [
        f'<meta property="{name}" content="{html.escape(value)}" />'
        for name, value in named
        if value
    ]
    if description:
        lines.append(f'<meta name="description" content="{html.escape(description)}" />')
    lines.append('<meta name="twitter:card" content="summary_large_image" />')
    return "\n".join(lines) + "\n"


def _add_tags(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if doctree is None:
        return
    title = nodes.Text(context.get("title", "")).astext()
    tags = preview_tags(
        _without_markup(title), summary(doctree), _base(app), app.builder.get_target_uri(page)
    )
    context["metatags"] = context.get("metatags", "") + tags


def _without_markup(title: str) -> str:
    return html.unescape("".join(part.split(">", 1)[-1] for part in title.split("<")))


def _base(app: Sphinx) -> str:
    return str(app.config.companion_base_url).rstrip("/")


def sitemap(base: str, addresses: list[str]) -> str:
    """All pages, in the format of sitemaps.org."""
    lines = [f"  <url><loc>{escape(posixpath.join(base, one))}</loc></url>" for one in addresses]
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    opening = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return "\n".join([head, opening, *lines, "</urlset>", ""])


def _finish(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.name != "html":
        return
    folder, base = Path(app.outdir), _base(app)
    _copy_preview(app)
    # Served at any depth of address, so its link must not be relative once there is a base.
    lost = LOST.format(home=html.escape(f"{base}/intro.html" if base else "intro.html"))
    (folder / "404.html").write_text(lost, encoding="utf-8")
    if base:
        addresses = [app.builder.get_target_uri(page) for page in sorted(app.env.found_docs)]
        (folder / "sitemap.xml").write_text(sitemap(base, addresses), encoding="utf-8")


def _copy_preview(app: Sphinx) -> None:
    """Put the picture that a notebook drew where the tags say it is."""
    try:
        picture = find_result(Path(app.srcdir, LINK), Path(PREVIEW).name)
    except LookupError as error:
        if _base(app):
            logger.warning("no picture for link previews: %s", error)
        return
    shutil.copyfile(picture, Path(app.outdir, PREVIEW))


def setup(app: Sphinx) -> None:
    """Register the setting and the two steps."""
    base = os.environ.get("COMPANION_BASE_URL", "")
    app.add_config_value("companion_base_url", base, "html", str)
    app.connect("html-page-context", _add_tags)
    app.connect("build-finished", _finish)

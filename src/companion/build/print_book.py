"""Print the whole book as one PDF: all chapters as a single page, through a browser."""

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, PdfMargins, ViewportSize, sync_playwright

from companion.build.build_book import JUPYTER_BOOK
from companion.files import write_whole

ROOT = Path(__file__).resolve().parents[3]
SCRATCH = ROOT / "build" / "single-page"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Proofs, sections and tables fold on the screen; paper has no button. Code that the page hides
# stays hidden.
UNFOLD = """() => {
  document.querySelectorAll('details.hide').forEach((box) => { box.remove(); });
  document.querySelectorAll('.toggle-hidden').forEach((box) => {
    box.classList.remove('toggle-hidden');
  });
  document.querySelectorAll('details:is(.folded-section, .folded-table, .ledger-group)')
    .forEach((box) => { box.open = true; });
  document.documentElement.dataset.theme = 'light';
  document.querySelectorAll('img').forEach((image) => { image.loading = 'eager'; });
}"""
# What scrolls on the screen is made to fit the paper's width.
FIT = """() => {
  for (const box of document.querySelectorAll('div.math, span.math')) {
    const formula = box.querySelector('mjx-math');
    const line = box.closest('div.math, p, li, td, figcaption, caption') ?? box.parentElement;
    const room = line.clientWidth;
    const wide = formula ? formula.getBoundingClientRect().width : 0;
    if (room && wide > room) box.style.fontSize = `${(98 * room) / wide}%`;
  }
}"""
SCALE = 0.82
# A4 between its margins has 178 mm; a pixel of a page is 1/96 inch, times the scale.
PAPER: ViewportSize = {"width": round(178 / 25.4 * 96 / SCALE), "height": 1200}
FOOTER = (
    '<div style="font-size: 8px; width: 100%; text-align: center">'
    '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'
)
# A place on the first page, filled once there is a PDF to link to.
PLACE = '<p id="pdf"></p>'
LINK = '<p id="pdf"><a href="{name}">The whole book as one PDF</a> ({size:.1f} MB).</p>'
MARGINS: PdfMargins = {"top": "18mm", "bottom": "18mm", "left": "16mm", "right": "16mm"}


def build_single_page() -> Path:
    """All chapters in one HTML file.

    Raises:
        subprocess.CalledProcessError: Jupyter Book failed.
    """
    command = [
        *(*JUPYTER_BOOK, "--all"),
        *("--config", "_config.yml", "--path-output", str(SCRATCH), "--quiet"),
        *("--builder", "singlehtml"),
    ]
    subprocess.run(command, cwd=ROOT, check=True)
    return SCRATCH / "_build" / "singlehtml" / "intro.html"


def print_page(
    page: Path, output: Path, browser: str, prepare: Callable[[Page], None] | None = None
) -> None:
    """Print one HTML file to A4, written whole or not at all.

    Args:
        page: the file.
        output: the PDF.
        browser: the program.
        prepare: changes the page once it is typeset, before it is fitted to the paper.
    """
    with sync_playwright() as tools:
        opened = tools.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        tab = opened.new_page(color_scheme="light")
        tab.set_default_timeout(240_000)
        tab.goto(page.resolve().as_uri(), wait_until="load")
        tab.evaluate("() => window.MathJax?.startup?.promise?.then(() => true)")
        tab.evaluate(UNFOLD)
        if prepare is not None:
            prepare(tab)
        tab.set_viewport_size(PAPER)
        tab.emulate_media(media="print")
        tab.evaluate(FIT)
        printed = tab.pdf(
            format="A4",
            margin=MARGINS,
            scale=SCALE,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
            print_background=True,
            outline=True,
            tagged=True,
        )
        opened.close()
    write_whole(output, printed)


def find_browser() -> str | None:
    """A browser that can print; says what to install if there is none."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print(f"error: install one of {', '.join(BROWSERS)}", file=sys.stderr)
    return browser


def offer(pdf: Path, size: float) -> None:
    """Link the PDF (its size in MB) from the first page beside it."""
    first = pdf.with_name("intro.html")
    text = first.read_text(encoding="utf-8")
    linked = text.replace(PLACE, LINK.format(name=pdf.name, size=size))
    write_whole(first, linked.encode())


def main() -> int:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="the PDF")
    options = parser.parse_args()
    browser = find_browser()
    if browser is None:
        return 1
    started = time.perf_counter()
    print_page(build_single_page(), options.output, browser)
    size = options.output.stat().st_size / 1e6
    offer(options.output, size)
    seconds = time.perf_counter() - started
    print(f"{options.output}: {size:.1f} MB in {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

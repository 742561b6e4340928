"""Print the proof that two hidden layers suffice as a paper of its own, from the built book.

The text is the chapter's; what it cites and what the proof assistant accepted are taken from the
pages of the book that have them. The appendix, the last example, the ledger's lines and the buttons
stay behind.
"""

import argparse
import re
import sys
from pathlib import Path

from playwright.sync_api import Page

from companion.build.print_book import find_browser, print_page
from companion.files import write_whole

ROOT = Path(__file__).resolve().parents[3]
CHAPTER = Path("notebooks", "x_every_function.html")
MOST_PAGES = 12
THEOREMS = ("two-layers-every-n", "identity-every-n", "least-pairs", "family-lower")
"""Of the machine-checked ones, those whose statements are printed."""
PLACE = '<p id="note"></p>'
LINK = '<p id="note"><a href="../{name}">This proof as a paper of its own</a> (PDF).</p>'

TAKE_CITED = """(ids) => ids.map((id) => document.getElementById(id)?.outerHTML ?? "")"""
TAKE_PROVED = """(labels) => labels.map((label) => {
  const says = document.getElementById(`machine-${label}`);
  const opens = says.nextElementSibling;
  const where = opens.querySelector("summary");
  const code = opens.querySelector("pre");
  says.querySelectorAll("a").forEach((link) => link.remove());
  return `<p>${says.innerHTML}</p><p>${where.innerHTML}</p><pre>${code.textContent}</pre>`;
})"""
TAKE_RUN = """() => {
  const section = document.getElementById("how-to-check-it-again");
  const parts = [...section.children].slice(1, 3);
  return parts.map((part) => part.outerHTML).join("");
}"""
CITED = """() => [...new Set([...document.querySelectorAll("article a")]
  .map((link) => link.getAttribute("href") ?? "")
  .filter((target) => target.includes("bibliography.html#"))
  .map((target) => target.split("#")[1]))]"""
COMPOSE = """([cited, proved, run]) => {
  const article = document.querySelector("article.bd-article");
  const all = (selector) => [...article.querySelectorAll(selector)];
  const section = (id) => article.querySelector(`section[id="${id}"]`);
  const left = ["appendix-a-second-proof-and-what-lies-in-the-span", "what-was-checked",
    "what-to-ask-an-expert"];
  for (const id of left) section(id)?.remove();
  article.querySelector('[id="every-function-network"]')?.closest("details")?.remove();
  all(".headerlink, .evidence, .how-we-know, .check-source, .code-note, #note").forEach((one) =>
    one.remove());
  all(".verdict, .standing, .cell_output")
    .forEach((one) => { if (!one.querySelector("img, table")) one.remove(); });
  all(".cell").forEach((cell) => {
    if (!cell.querySelector("img, table") && !/def /.test(cell.textContent)) cell.remove();
  });
  all("a:not([href^=http])").forEach((link) => link.replaceWith(...link.childNodes));
  const title = article.querySelector("h1");
  title.textContent = title.textContent.replace("Beyond Section 2. ", "");
  const abstract = document.createElement("h2");
  abstract.textContent = "Abstract";
  title.after(abstract);
  const last = [...article.querySelectorAll("ul")][0].lastElementChild;
  last.remove();
  const end = article.querySelector("section");
  const add = (name, html) => {
    const made = document.createElement("section");
    made.innerHTML = `<h2>${name}</h2>${html}`;
    end.append(made);
  };
  add("What a machine has checked", proved.join(""));
  add("How to run the checks", run + "<p>The chapter's own checks, with the book: "
    + "<code>make book</code>.</p>");
  add("References", cited.join(""));
  const style = document.createElement("style");
  style.textContent = "body { background: white } article { font-size: 86%; line-height: 1.3 }"
    + " section > p, li { margin-bottom: .4em } h2 { margin-top: 1em } img { max-width: 50% }"
    + " pre { white-space: pre-wrap; font-size: 85% } .toggle-button { display: none }";
  document.head.append(style);
  document.body.replaceChildren(article);
}"""


def compose(tab: Page, html: Path) -> None:
    """Make the opened chapter a paper: what it cites, what was proved, how to run it.

    Args:
        tab: with the chapter.
        html: folder of the built book.
    """
    ids = tab.evaluate(CITED)
    opened = tab.context.browser
    if opened is None:
        raise ValueError("tab must belong to a browser that was launched")
    other = opened.new_page()
    other.goto((html / "bibliography.html").resolve().as_uri())
    cited = other.evaluate(TAKE_CITED, ids)
    other.goto((html / "machine-checked.html").resolve().as_uri())
    proved, run = other.evaluate(TAKE_PROVED, list(THEOREMS)), other.evaluate(TAKE_RUN)
    other.close()
    tab.evaluate(COMPOSE, [cited, proved, run])


def pages(pdf: bytes) -> int:
    """How many pages a PDF of the browser has.

    Examples:
        >>> pages(b"<</Type /Pages>> <</Type /Page>> <</Type /Page>>")
        2
    """
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def offer(pdf: Path, chapter: Path) -> None:
    """Link the PDF, one folder up, from the chapter."""
    text = chapter.read_text(encoding="utf-8")
    write_whole(chapter, text.replace(PLACE, LINK.format(name=pdf.name)).encode())


def main() -> int:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--html", type=Path, default=ROOT / "build" / "html", help="the built book")
    options = parser.parse_args()
    browser = find_browser()
    if browser is None:
        return 1
    output = options.html / "two-layers.pdf"
    chapter = options.html / CHAPTER
    print_page(chapter, output, browser, lambda tab: compose(tab, options.html))
    count = pages(output.read_bytes())
    if count > MOST_PAGES:
        print(f"error: {output} has {count} pages, more than {MOST_PAGES}", file=sys.stderr)
        return 1
    offer(output, chapter)
    print(f"{output}: {count} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Words of the glossary: a page's first use of one leads to its meaning, which a hover shows.

The glossary is Sphinx's own (``{glossary}``). Chapters need no marks for it, so that a word that is
used earlier than before is linked there.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

GLOSSARY = "glossary"
# Pages that define words themselves, or in which words are not prose.
_LEFT_OUT = frozenset({GLOSSARY, "bibliography", "changelog", "notation", "reference", "status"})
_SILENT = (
    nodes.reference,
    nodes.literal,
    nodes.math,
    nodes.math_block,
    nodes.literal_block,
    nodes.raw,
    nodes.title,
    nodes.term,
    nodes.abbreviation,
)


@dataclass(frozen=True)
class Word:
    """An entry of the glossary.

    Attributes:
        anchor: of the entry on its page.
        meaning: in words.
    """

    anchor: str
    meaning: str


def glossary(tree: nodes.document) -> dict[str, Word]:
    """The words of a glossary page as they stand there, each with its entry."""
    found = {}
    for item in tree.findall(nodes.definition_list_item):
        meaning = " ".join(item[-1].astext().split())
        for term in item.findall(nodes.term):
            if term["ids"]:
                found[term.astext()] = Word(term["ids"][0], meaning)
    return found


def pattern(words: Mapping[str, Word]) -> re.Pattern[str]:
    """What finds any of the words, the longest where several begin, also in the plural.

    Examples:
        >>> found = pattern({"subpool": Word("", ""), "subpool max": Word("", "")})
        >>> found.search("All Subpool maxes.")["word"], found.search("subpooled")
        ('Subpool max', None)
    """
    longest_first = sorted(words, key=len, reverse=True)
    either = "|".join(r"\s+".join(map(re.escape, word.split())) for word in longest_first)
    return re.compile(rf"(?<![\w-])(?P<word>{either})(?:e?s)?(?![\w-])", re.IGNORECASE)


def link_words(app: Sphinx, tree: nodes.document, page: str) -> None:
    """Link the first use of each word in the paragraphs of a page."""
    words = _words(app.env)
    if page in _LEFT_OUT or not words:
        return
    search, address = pattern(words), app.builder.get_relative_uri(page, GLOSSARY)
    unseen = set(words)
    for text in list(_prose(tree)):
        if text.parent is not None:
            _link(text, search, words, unseen, address)


def _prose(tree: nodes.document) -> Iterator[nodes.Text]:
    for paragraph in tree.findall(nodes.paragraph):
        for text in paragraph.findall(nodes.Text):
            if not any(isinstance(parent, _SILENT) for parent in _between(text, paragraph)):
                yield text


def _between(text: nodes.Text, paragraph: nodes.paragraph) -> Iterator[nodes.Node]:
    node = text.parent
    while node is not None and node is not paragraph:
        yield node
        node = node.parent


def _link(
    text: nodes.Text,
    search: re.Pattern[str],
    words: Mapping[str, Word],
    unseen: set[str],
    address: str,
) -> None:
    """Exchange a text for pieces and links, where it has words that are new on the page."""
    parts: list[nodes.Node] = []
    whole, start = text.astext(), 0
    for match in search.finditer(whole):
        name = " ".join(match["word"].lower().split())
        if name not in unseen:
            continue
        word = words[name]
        unseen -= {other for other, entry in words.items() if entry.meaning == word.meaning}
        target = nodes.reference("", match[0], internal=True, classes=["word"])
        target["refuri"], target["reftitle"] = f"{address}#{word.anchor}", word.meaning
        parts += [nodes.Text(whole[start : match.start()]), target]
        start = match.end()
    if parts:
        text.parent.replace(text, [*parts, nodes.Text(whole[start:])])


def _words(env: BuildEnvironment) -> dict[str, Word]:
    if GLOSSARY not in env.found_docs:
        return {}
    found = glossary(env.get_doctree(GLOSSARY))
    return {name.lower(): word for name, word in found.items()}


def setup(app: Sphinx) -> None:
    """Link words when pages are written."""
    app.connect("doctree-resolved", link_words)

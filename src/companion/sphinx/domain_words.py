"""What checks ran over, in words: a domain's own text names arguments of functions.

The texts themselves stay as they are made, in ``verdicts.lock``, in the report and in what is
downloaded; this changes what a page shows of them. What no rule knows is left as it is.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx

from companion.experiments.pools.names import in_words

SHORT = 4
"""A run of integers that goes up by less than this is listed."""
_EVIDENCE = re.compile(r'(?<=<div class="evidence"><p>)(.*?)(?=</p>)', re.DOTALL)
_POOL = re.compile(r"plain S_\d|(?:minimax|least squares) \{[^}]*\}")
_POWER = re.compile(r"every vector of (\{[^}]*\})\^(\w+|\([^)]*\))")
_RUN = re.compile(r"(?<![\w.])(-?\w+)\.\.(-?\w+(?:[+-]\d+)?)(?![\w.])")
_MINUS = re.compile(r"(?<![\w)-])-(?=\d)")
_PHRASES = (
    ("constant = True, False", "with and without a constant"),
    ("every = True, False", "all unions of groups and those of all groups but one"),
    ("relu = False, True", "without and with a ReLU"),
    ("variant = average-none, strided-none", "average pools and strided convolutions alone"),
    ("variant: every model of the experiment", "all models of each"),
    ("dataset = cifar10, ", "CIFAR-10, "),
    ("dataset = mnist, ", "MNIST, "),
    ("images = cifar10, ", "images: CIFAR-10, "),
    ("name = cifar-", "name = CIFAR-10-"),
    ("name = resnet-", "name = ResNet-"),
    ("seeds = {", "numbers of seeds: {"),
    ("row: every printed row", "every printed row"),
    ("drawn: 1 random untrained networks, maxpool of", "an untrained network, Maxpool of"),
    ("order = d-1, d/2", "orders d − 1 and d/2"),
    ("norm = linf, l2", "norms L∞ and L2"),
    ("norm = uniform, mean square", "least worst error and least mean square"),
    ("share: 1 random rounds of", "one round of"),
    ("drawn: ", ""),
    ("images: 1 random batches of", "a random batch of"),
)
_TITLES = {
    "lenet-mnist": "LeNet for MNIST",
    "lenet-cifar10": "LeNet for CIFAR-10",
    "resnet-cifar10-repaired": "repaired ResNet for CIFAR-10",
    "resnet-cifar10": "ResNet for CIFAR-10",
    "activation-mnist": "the second source's LeNets for MNIST",
    "activation-cifar10": "the second source's LeNets for CIFAR-10",
}
_TITLE = re.compile(rf"(?<![\w-])({'|'.join(_TITLES)})(?![\w-])")
_MODEL = re.compile(
    r"(variant = |, |: |for MNIST |for CIFAR-10 )"
    r"(maxpool|conv-large|conv-small|conv|strided)\b(?!-)"
)
_STATEMENT = re.compile(r"\bname = (CIFAR-10|[a-zA-Z]+)((?:-[a-z]+)*)")
_NAMES = {
    "experiment =": "networks:",
    "variant =": "models:",
    "reading =": "attack:",
    "solver =": "solvers:",
    "activation =": "activations:",
    "function =": "functions:",
    "identity =": "identities:",
    "model =": "networks:",
    "plane =": "planes",
    "goal =": "identities with the fewest",
    "kernel =": "kernels of side",
    "layers =": "hidden layers:",
    "most =": "widths to",
    "side =": "windows of side",
    "inputs =": "inputs:",
    "factor =": "factors",
    "dimension =": "dimensions",
    "degree =": "degrees",
    "pool =": "pools:",
    "count =": "subpool maxes:",
    "spread =": "spread of seeds:",
    "ratio =": "spread of seeds over that of images:",
    "common =": "spread of images:",
    "cell =": "n and K:",
    "other =": "inputs of the other family:",
    "chosen =": "subpools:",
    "chosen:": "subpools:",
    "positive:": "orders:",
    "beta_0": "β₀",
    "beta": "β",
    "big_x": "X",
    "big_b": "B",
    "phi": "φ",
    "nu": "ν",
}
_NAME = re.compile(
    # Where an argument is named, not inside of the name of a number that was found.
    r"(?:(?<=^)|(?<=, )|(?<=; )|(?<=: ))(?:"
    + "|".join(
        re.escape(name) + ("(?= )" if name.endswith((":", "=")) else "(?= = |:)") for name in _NAMES
    )
    + ")"
)


def _model(found: re.Match[str]) -> str:
    before = found[1].replace("0 ", "0, ").replace("T ", "T, ")
    return before + found[2].title()


def _run(found: re.Match[str]) -> str:
    """A run of integers inside of braces; a short one is listed."""
    low, high = found[1], found[2]
    if low.isdecimal() and high.isdecimal() and int(high) - int(low) < SHORT:
        return ", ".join(map(str, range(int(low), int(high) + 1)))
    return f"{low}, …, {high}"


def worded(text: str) -> str:
    r"""The text of a domain, of several, or of a whole line of a check, as a page shows it.

    Examples:
        >>> worded("d = 2..64, r = 1..d-1; 2016 cases")
        'd = 2 to 64, r = 1 to d−1; 2016 cases'
        >>> worded("x: every vector of {-2..1}^d, constant = True, False; 780 cases")
        'x: every vector of d entries in {−2, …, 1}, with and without a constant; 780 cases'
        >>> worded("experiment = lenet-cifar10, variant = maxpool, conv-small; 2 cases")
        'networks: LeNet for CIFAR-10, models: Maxpool, Conv-Small; 2 cases'
    """
    for code, words in _PHRASES:
        text = text.replace(code, words)
    text = _POOL.sub(lambda found: in_words(found[0]), text)
    text = _STATEMENT.sub(lambda found: f"statement: {found[1]}{found[2].replace('-', ' ')}", text)
    text = _TITLE.sub(lambda found: _TITLES[found[1]], text)
    text = _MODEL.sub(_model, text)
    text = _NAME.sub(lambda found: _NAMES[found[0]], text)
    text = _POWER.sub(
        lambda found: f"every vector of {found[2].strip('()')} entries in {found[1]}", text
    )
    text = re.sub(r"\{[^{}]*\}", lambda found: _RUN.sub(_run, found[0]), text)
    text = _RUN.sub(r"\1 to \2", text).replace(", .., ", ", …, ")
    text = re.sub(r"\b([a-z])-(\d)\b", r"\1−\2", text)
    return _MINUS.sub("−", text)


def word_evidence(_app: Sphinx, tree: nodes.document, _page: str) -> None:
    """Put the lines of checks that a notebook's cells have left into words."""
    for raw in tree.findall(nodes.raw):
        if raw.get("format") == "html":
            written = _EVIDENCE.sub(lambda found: worded(found[1]), raw.astext())
            raw.clear()
            raw.append(nodes.Text(written))
            raw.rawsource = written


def setup(app: Sphinx) -> None:
    """Word them when pages are written, before their numbers are styled."""
    app.connect("doctree-resolved", word_evidence, priority=890)

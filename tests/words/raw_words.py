"""What evidence must not say to a reader: values and names as code has them."""

import re

from companion.experiments import titles

# What a value looks like that nobody has put into words: objects, names and formulas of code.
OBJECTS = r"\{'|<.* at 0x|Fraction\(|\b(?:None|True|False)\b|array\("
FORMULAS = r"_|\.\.|(?<!\w)-\w|\b\w-\w|\^|\*"
TITLES = {**titles.DATA, **titles.EXPERIMENTS, **titles.MODELS, **titles.NORMS}
WORDS = {word for title in TITLES.values() for word in re.findall(r"[\w-]+", title)}
NAMES = "|".join(sorted(set(TITLES) - WORDS, key=len, reverse=True))
RAW = re.compile(rf"{OBJECTS}|{FORMULAS}|(?<![\w-])(?:{NAMES})(?![\w-])")

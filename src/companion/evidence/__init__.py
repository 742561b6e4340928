"""The checks behind the book's statements: one module per chapter, named as its notebook.

Each is one case of a statement with its domain, a :class:`~companion.checking.Check`; the settings
and numbers that the paper prints are in :mod:`~companion.evidence.published_numbers`.
"""

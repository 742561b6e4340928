"""The checks behind the book's statements: one module per section, one function per statement.

Each function takes no required argument, runs the computation that its statement needs, raises
:class:`~companion.errors.CheckFailedError` if the statement fails, and returns a
:class:`CheckResult` that says how it was checked and over which range.
"""

from companion.evidence.result import CheckResult, Method, require

__all__ = ["CheckResult", "Method", "require"]

"""The exceptions of this library that are not plain ``ValueError``s."""


class DataError(RuntimeError):
    """A file is missing, damaged or not what its record says; names file, expected and found."""


class CheckFailedError(AssertionError):
    """A statement of the paper (or of ours) did not hold when its check was run."""


class UncheckedError(RuntimeError):
    """A check has nothing to go by: a run that was not made, or too few of them to decide."""

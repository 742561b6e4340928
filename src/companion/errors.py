"""The exceptions by which a check says that its statement fails or cannot be decided."""


class CheckFailedError(Exception):
    """A statement of the paper (or of ours) did not hold when its check was run."""


class SmallerRunsError(CheckFailedError):
    """Shorter or fewer runs than the paper's contradict a statement; the paper's own might not."""


class UncheckedError(RuntimeError):
    """A check has nothing to go by: a run that was not made, or too few of them to decide."""

"""Start-up file of a notebook's process: record every file that it opens.

The workflow re-runs a notebook when a file that its header declares has changed. This record is
how the runner sees a file that was read and not declared. Named by ``PYTHONSTARTUP``, which
IPython kernels execute, so nothing has to be added to the notebook.
"""

import os
import sys


def _install(log_path: str) -> None:
    log = os.open(log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    whole = True

    def note(path: str) -> None:
        nonlocal whole
        line = os.fsencode(os.path.abspath(path)) + b"\n"
        try:
            whole = os.write(log, line) == len(line)
        except OSError:
            whole = False
        if not whole:  # no room on the disk; an empty record tells the runner
            os.ftruncate(log, 0)

    def record(event: str, arguments: tuple[object, ...]) -> None:
        if whole and event == "open" and isinstance(arguments[0], str):
            note(arguments[0])

    note(log_path)  # the record of a process that opens nothing is not empty
    sys.addaudithook(record)


_install(os.environ["COMPANION_ACCESS_LOG"])
del _install

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

    def record(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal whole
        if whole and event == "open" and isinstance(arguments[0], str):
            line = os.fsencode(os.path.abspath(arguments[0])) + b"\n"
            try:
                whole = os.write(log, line) == len(line)
            except OSError:
                whole = False
            if not whole:  # no room on the disk; an empty record tells the runner
                os.ftruncate(log, 0)

    sys.addaudithook(record)


_install(os.environ["COMPANION_ACCESS_LOG"])
del _install

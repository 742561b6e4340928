"""Start-up file of a notebook's process: record every file that it opens.

The workflow re-runs a notebook when a file that its header declares has changed. This record is
how the runner sees a file that was read and not declared. Named by ``PYTHONSTARTUP``, which
IPython kernels execute, so nothing has to be added to the notebook.
"""

import os
import sys


def _install(log_path: str) -> None:
    log = open(log_path, "a", encoding="utf-8", buffering=1)  # noqa: SIM115 - open to the end

    def record(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str):
            log.write(os.path.abspath(arguments[0]) + "\n")

    sys.addaudithook(record)


_install(os.environ["COMPANION_ACCESS_LOG"])
del _install

"""The process that executes a notebook: its sockets are files in a private folder, never ports.

Kernels that are started together race for TCP ports, and the loser dies with "Address already in
use". Here every socket is a file (ZeroMQ's ``ipc``) in a folder that only this user can enter, so
there is nothing to race for, and nothing that another user of the machine could connect to.
``python -m companion.build.kernel`` is the kernel itself, as :func:`private_kernel` starts it.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ipykernel import kernelapp
from ipykernel.iostream import IOPubThread
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

NAME = "python3"  # the name that the notebooks' headers give
_LONGEST = 60  # characters of a folder that leaves room for a socket's name (107 in all on Linux)


class PortlessOutput(IOPubThread):
    """The output channel without ipykernel's one port, a pipe for what forked children print."""

    def __init__(self, socket: Any, pipe: bool = False, **more: Any) -> None:
        """As ipykernel's, but there is never a pipe."""
        del pipe
        super().__init__(socket, pipe=False, **more)  # type: ignore[no-untyped-call]


@contextmanager
def private_kernel() -> Iterator[AsyncKernelManager]:
    """A kernel manager for one notebook, with a folder of its own for sockets and settings."""
    parent = None if len(tempfile.gettempdir()) <= _LONGEST else "/tmp"
    folder = Path(tempfile.mkdtemp(prefix="kernel-", dir=parent))
    try:
        specification = folder / "kernels" / NAME
        specification.mkdir(parents=True)
        about = {
            "argv": [sys.executable, "-m", "companion.build.kernel", "-f", "{connection_file}"],
            "display_name": "Python 3",
            "language": "python",
        }
        (specification / "kernel.json").write_text(json.dumps(about), encoding="utf-8")
        yield AsyncKernelManager(
            kernel_name=NAME,
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(folder / "kernels")]),
            connection_file=str(folder / "k.json"),
            transport="ipc",
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Run the kernel; the arguments are those of ipykernel."""
    vars(kernelapp)["IOPubThread"] = PortlessOutput
    kernelapp.IPKernelApp.launch_instance()


if __name__ == "__main__":
    main()

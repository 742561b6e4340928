"""A Slurm of one node in a folder of its own: no service, no accounting, gone at the end."""

import getpass
import os
import re
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "srun", "scancel")
SYSTEM_FOLDERS = "/usr/sbin:/usr/local/sbin:/sbin"  # the daemons' place, on no user's path
CONFIGURATION = """
ClusterName=trial
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock
CredType=cred/munge
SlurmctldPort={controller}
SlurmdPort={node}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
MpiDefault=none
ReturnToService=2
KillWait=2
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=5000 State=UNKNOWN
PartitionName=trial Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def missing_programs() -> list[str]:
    """Those of Slurm and munge that are not installed here."""
    return [name for name in PROGRAMS if _which(name) is None]


@contextmanager
def cluster(folder: Path) -> Iterator[dict[str, str]]:
    """Run the daemons; gives the environment in which Slurm's commands speak to them.

    Raises:
        TimeoutError: the node is not ready after a minute; ends with what the daemons said.
    """
    for name in ("state", "spool", "bin"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.write_bytes(secrets.token_bytes(128))
    key.chmod(0o400)
    folder.chmod(0o711)  # munged wants its socket's folder open to its clients
    configuration = folder / "slurm.conf"
    configuration.write_text(
        CONFIGURATION.format(
            host=socket.gethostname().partition(".")[0],
            user=getpass.getuser(),
            folder=folder,
            controller=_free_port(),
            node=_free_port(),
        )
    )
    (folder / "cgroup.conf").write_text(_cgroup_lines())
    # The plugin's job step drops SLURM_CONF; a cluster with its file in /etc never needs it.
    step = folder / "bin" / "srun"
    step.write_text(f"#!/bin/sh\nSLURM_CONF='{configuration}' exec '{_which('srun')}' \"$@\"\n")
    step.chmod(0o755)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SLURM_")},
        "SLURM_CONF": str(configuration),
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
    }
    munge = [
        *("--foreground", f"--socket={folder}/munge.sock", f"--key-file={key}", "--force"),
        *(f"--pid-file={folder}/munged.pid", f"--seed-file={folder}/munge.seed"),
        f"--log-file={folder}/munged.log",
    ]
    with ExitStack() as daemons:
        daemons.enter_context(_daemon(folder, environment, "munged", *munge))
        _wait_for((folder / "munge.sock").exists, "munged's socket", folder)
        daemons.enter_context(_daemon(folder, environment, "slurmctld", "-D", "-c"))
        daemons.enter_context(_daemon(folder, environment, "slurmd", "-D", "-c"))
        _wait_for(lambda: "idle" in said(environment, "sinfo", "-h", "-o", "%T"), "node", folder)
        try:
            yield environment
        finally:
            said(environment, "scancel", "--me")
            _wait_for(lambda: not said(environment, "squeue", "-h"), "last job's end", folder)


def said(environment: dict[str, str], *command: str) -> str:
    """What a command of Slurm prints; nothing if it fails."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.stdout


@contextmanager
def _daemon(
    folder: Path, environment: dict[str, str], name: str, *arguments: str
) -> Iterator[None]:
    program = _which(name)
    assert program is not None
    with (folder / f"{name}.out").open("wb") as log:
        process = subprocess.Popen([program, *arguments], env=environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(met: Callable[[], bool], what: str, folder: Path) -> None:
    until = time.monotonic() + 60
    while not met():
        if time.monotonic() > until:
            logs = "\n".join(path.read_text()[-1500:] for path in sorted(folder.glob("*.out")))
            raise TimeoutError(f"waited a minute for the {what}\n{logs}")
        time.sleep(0.3)


def _which(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=SYSTEM_FOLDERS)


def _cgroup_lines() -> str:
    """Control groups are not used; what says so depends on the version."""
    version = subprocess.run(
        [str(_which("slurmd")), "-V"], capture_output=True, text=True, check=True
    ).stdout
    year = re.search(r"(\d+)\.\d+", version)
    assert year, version
    if int(year[1]) >= 23:
        return "CgroupPlugin=disabled\n"
    return "CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

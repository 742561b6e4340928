"""Which processor this is, as far as the order of its sums depends on it."""

from collections.abc import Iterator
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
_IDENTITY = ("vendor_id", "cpu family", "model", "stepping")


def model(cpuinfo: Path = CPUINFO, caches: Path = CACHES) -> str:
    """Name the processor's model and its caches.

    A virtual machine's processor has the name of its maker's whole line, such as "AMD EPYC", and
    the convolutions of oneDNN are cut to the caches: both decide in which order numbers are added.

    Args:
        cpuinfo: Linux's list of processors.
        caches: Linux's folder of the first processor's caches.

    Returns:
        For example ``"AuthenticAMD 25 17 1, L1 32K/1, L2 1024K/1, L3 32768K/2"``: vendor, family,
        model and stepping; size and number of sharers of each cache for data. Empty where the
        system does not say.
    """
    try:
        first = cpuinfo.read_text().split("\n\n", 1)[0]
        found = [line.partition(":")[::2] for line in first.splitlines()]
        known = {key.strip(): value.strip() for key, value in found}
        identity = " ".join(known[key] for key in _IDENTITY)
        return ", ".join([identity, *_caches(caches)])
    except (OSError, KeyError, ValueError):
        return ""


def _caches(folder: Path) -> Iterator[str]:
    for cache in sorted(folder.glob("index*")):
        level, kind, size, shared = (
            (cache / name).read_text().strip()
            for name in ("level", "type", "size", "shared_cpu_list")
        )
        if kind != "Instruction":
            yield f"L{level} {size}/{_number(shared)}"


def _number(shared: str) -> int:
    """How many processors a list such as ``0-3,8`` names."""
    ends = [part.split("-") for part in shared.split(",")]
    return sum(int(part[-1]) - int(part[0]) + 1 for part in ends)

"""The processor's identity, from what Linux says of it."""

from pathlib import Path

from companion.experiments.runs import processor

CPUINFO = """processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
model\t\t: 17
model name\t: AMD EPYC
stepping\t: 1
flags\t\t: fpu: vme

processor\t: 1
model\t\t: 99
"""


def written(folder: Path, cpuinfo: str) -> tuple[Path, Path]:
    """Both places, with a cache of instructions and two of data."""
    caches = folder / "cache"
    for place, about in enumerate(
        (
            ("1", "Data", "32K", "0"),
            ("1", "Instruction", "64K", "0"),
            ("3", "Unified", "8M", "0-3,8"),
        )
    ):
        cache = caches / f"index{place}"
        cache.mkdir(parents=True)
        for name, text in zip(("level", "type", "size", "shared_cpu_list"), about, strict=True):
            (cache / name).write_text(f"{text}\n")
    (folder / "cpuinfo").write_text(cpuinfo)
    return folder / "cpuinfo", caches


class TestModel:
    def test_names_the_model_and_the_caches_of_data(self, tmp_path: Path) -> None:
        places = written(tmp_path, CPUINFO)
        assert processor.model(*places) == "AuthenticAMD 25 17 1, L1 32K/1, L3 8M/5"

    def test_is_empty_where_linux_does_not_say(self, tmp_path: Path) -> None:
        assert processor.model(tmp_path / "none", tmp_path) == ""
        assert processor.model(*written(tmp_path, "Processor : ARMv7\n")) == ""

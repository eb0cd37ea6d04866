"""The machine: which core does what, what a process has used, and what is to be said of it all."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from aitransport_notebook import __version__


def _cores() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


CORES = _cores()
# Servers have one core, and who loads them another, where there are two.
SERVER_CORES = set(CORES[:1]) if len(CORES) > 1 else set()
LOAD_CORES = set(CORES[1:2])


@contextmanager
def on_cores(cores: set[int]) -> Iterator[None]:
    """Stay on these cores meanwhile, and have processes that are started meanwhile stay there."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used; 0 where the system does not tell."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """Return what a process holds in memory."""
    statm = Path(f"/proc/{pid}/statm")
    if not statm.exists():
        raise RuntimeError("this system has no /proc, which tells what a process holds in memory")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def description() -> dict[str, object]:
    """Return what figures depend on."""
    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "servers_on": sorted(SERVER_CORES),
        "load_on": sorted(LOAD_CORES),
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        "aitransport-notebook": __version__,
        **{name: _version(name) for name in ("aiohttp", "uvloop", "msgspec")},
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None

"""A folder on which little fits, and on which it can be made to fit again."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

SIZE = 1 << 20


class SmallDisk(Protocol):
    """Where a hub's data is."""

    @property
    def folder(self) -> Path: ...

    @property
    def prefix(self) -> tuple[str, ...]:
        """What to run the hub under."""

    def make_room(self, pid: int) -> None: ...


class LimitedFiles:
    """No file of the hub's may grow beyond a size: as a quota has it, and for any user."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        limit = (
            "import os, resource, sys;"
            f"resource.setrlimit(resource.RLIMIT_FSIZE, ({SIZE}, resource.RLIM_INFINITY));"
            "os.execvp(sys.argv[1], sys.argv[1:])"
        )
        self.prefix = (sys.executable, "-c", limit)

    def make_room(self, pid: int) -> None:
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)


class TinyFilesystem:
    """A file system in memory with a file on it that can be deleted: full as a disk is full."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.prefix = ()
        self._filler = folder / "filler"
        with self._filler.open("wb") as filler:
            filler.write(bytes(8 * SIZE))

    prefix: tuple[str, ...]

    def make_room(self, pid: int) -> None:
        self._filler.unlink(missing_ok=True)


@contextmanager
def tiny_filesystem(folder: Path) -> Iterator[TinyFilesystem]:
    """Mount one; it takes root, and raises OSError where that is not to be had."""
    if os.geteuid() != 0 or sys.platform != "linux":
        raise OSError("only root mounts a file system")
    folder.mkdir()
    size = f"size={10 * SIZE}"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        raise OSError("this root may not mount")
    try:
        yield TinyFilesystem(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)

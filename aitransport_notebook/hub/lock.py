"""One process per folder: a lock that the operating system releases, however its holder ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from aitransport_notebook.errors import HubError

FILE = "hub.lock"

if sys.platform == "win32":
    import msvcrt

    # Windows keeps others from reading what is locked, so the lock is on a byte after the pid.
    _LOCKED_BYTE = 1024

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """Holds a folder for this process until closed."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._descriptor)
        except OSError as error:
            refusal = _refusal(folder, error, _read_pid(self._descriptor))
            os.close(self._descriptor)
            raise refusal from error
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, f"{os.getpid()}\n".encode())

    def close(self) -> None:
        os.close(self._descriptor)


def is_held_by(pid: int, folder: Path) -> bool:
    """Whether that process lives and holds the folder: another may have its number by now."""
    try:
        descriptor = os.open(folder / FILE, os.O_RDWR)
    except OSError:
        return False
    try:
        if _read_pid(descriptor) != str(pid):
            return False
        _lock(descriptor)
    except (BlockingIOError, PermissionError):
        return True
    finally:
        os.close(descriptor)
    return False


def _read_pid(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    return os.read(descriptor, 20).decode(errors="replace").strip()


def _refusal(folder: Path, error: OSError, pid: str) -> HubError:
    if not isinstance(error, BlockingIOError | PermissionError):
        return HubError(
            f"{folder} cannot be locked: {error}",
            code=50003,
            hint="Use a folder on a local disk; some network disks have no locks.",
        )
    holder = f"process {pid}" if pid else "another process"
    return HubError(
        f"{folder} is in use by the hub of {holder}",
        code=50003,
        hint=f"Connect to that hub, stop {holder}, or give this hub a folder of its own.",
    )

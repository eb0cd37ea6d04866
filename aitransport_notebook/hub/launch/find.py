"""Find the user's hub, or start it: every process of the user gets the same one."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from aitransport_notebook._version import __version__
from aitransport_notebook.errors import HubError
from aitransport_notebook.hub.launch.record import PROTOCOL, HubRecord, home, proof, read_record
from aitransport_notebook.hub.lock import FolderLock, is_held_by

ANSWER = 3.0
START = 20.0
STEP = 0.05
# What stands in the folder of a user's hub.
DATA, RECORD = "data", "hub.json"
USUAL_IDLE_END = 30 * 60.0

# The hub is a process that no Ctrl-C and no closed terminal of ours reaches.
if sys.platform == "win32":
    _DETACHED = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS
else:
    _DETACHED = 0


Process = subprocess.Popen[bytes]
# Begins the hub's process by what it is given. Whoever wants to end that process knows it by this.
Start = Callable[[Callable[[], Process]], Process]


class SilentHubError(HubError):
    """The user's hub is there and does not answer; another cannot be started beside it."""


def _just_begin(begin: Callable[[], Process]) -> Process:
    return begin()


def find_or_start(
    *,
    folder: Path | None = None,
    idle_end: float = USUAL_IDLE_END,
    start: Start = _just_begin,
) -> HubRecord:
    """Return the user's running hub; start one where there is none.

    The hub is a process of its own: it outlives whoever started it, and ends once it has not
    been used for `idle_end` seconds. It listens on loopback alone.
    """
    folder = folder or home()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise HubError(
            f"cannot make the hub's folder {folder}: {error.strerror}",
            hint="Set AITRANSPORT_HOME to a folder that you can write to.",
        ) from None
    record = folder / RECORD
    running = _running(record)
    if running is not None:
        return running
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        lock = _try_lock(folder / "starting")
        if lock is not None:
            try:
                running = _running(record)
                if running is None:
                    _check_gone(folder, record)
                    running = _start(folder, record, idle_end, start)
                return running
            finally:
                lock.close()
        time.sleep(STEP)
        running = _running(record)
        if running is not None:
            return running
    raise HubError(
        f"another process is starting the hub in {folder}, and has not finished",
        hint=f"End that process, or set AITRANSPORT_HOME to another folder than {folder}.",
    )


def _try_lock(folder: Path) -> FolderLock | None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return FolderLock(folder)
    except HubError:
        return None


def _running(file: Path) -> HubRecord | None:
    """Return the hub of the record if it answers; raise if it is one we cannot speak with."""
    record = read_record(file)
    if record is None:
        return None
    challenge = secrets.token_hex(16)
    about = ask(record.url, challenge)
    secret = record.key.partition(":")[2]
    if about is None or about.get("proof") != proof(secret, challenge):
        # None answers, or one that does not have the key and must not be shown it.
        return None
    if about.get("protocol") != PROTOCOL:
        raise HubError(
            f"the running hub is version {about.get('version')} with protocol"
            f" {about.get('protocol')}, and this package is version {__version__} with protocol"
            f" {PROTOCOL}",
            hint=(
                f"End the process {record.pid}, and the next connect() starts a fitting hub;"
                " or use the package's version in both places."
            ),
        )
    return record


def _check_gone(folder: Path, file: Path) -> None:
    """Raise if the hub of the record lives: it is silent while it is suspended, or too busy."""
    record = read_record(file)
    if record is not None and is_held_by(record.pid, folder / DATA):
        raise SilentHubError(
            f"the hub at {record.url} runs, and does not answer",
            hint=f"Try again in a while. If it stays silent, end the process {record.pid}.",
        )


def ask(url: str, challenge: str) -> dict[str, object] | None:
    """Return what the hub at this address says of itself; None if none answers."""
    # A proxy of the environment has no business between us and our own loopback.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/hub/about?challenge={challenge}", timeout=ANSWER) as answer:
            about = json.load(answer)
    except (OSError, ValueError):
        return None
    if isinstance(about, dict) and about.get("hub") == "aitransport-notebook":
        return about
    return None


def _start(folder: Path, record: Path, idle_end: float, start: Start) -> HubRecord:
    log = folder / "hub.log"
    command = [
        sys.executable,
        *("-m", "aitransport_notebook.cli", "hub"),
        *("--data", str(folder / DATA)),
        *("--port", str(_usual_port(record))),
        *("--record", str(record)),
        *("--idle-end", str(idle_end)),
    ]
    with log.open("ab") as out:

        def begin() -> Process:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=out,
                start_new_session=sys.platform != "win32",
                creationflags=_DETACHED,
            )

        process = start(begin)
    try:
        return _when_ready(process, record, log)
    except BaseException:
        # Nobody has it: not where it takes too long, and not where a user has interrupted this.
        process.kill()
        process.wait()
        raise


def _when_ready(process: Process, record: Path, log: Path) -> HubRecord:
    """Wait until the process is a hub that has said where it is."""
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        started = read_record(record)
        if started is not None and started.pid == process.pid:
            # Whoever started it collects what it leaves behind, whenever it ends.
            threading.Thread(target=process.wait, daemon=True).start()
            return started
        if process.poll() is not None:
            raise HubError(
                f"the hub could not be started: {_last_line(log)}",
                hint=f"The whole story is in {log}.",
            )
        time.sleep(STEP)
    raise HubError(
        f"the hub was not ready within {START:.0f} s", hint=f"See what it said in {log}."
    )


def _usual_port(record: Path) -> int:
    """Return the port of the last hub, so that its clients find the next one; 0 if it is taken."""
    last = read_record(record)
    if last is None:
        return 0
    with socket.socket() as probe:
        # As the hub does: connections that have just ended do not hold the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", last.port))
        except (OSError, OverflowError):
            return 0
    return last.port


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"

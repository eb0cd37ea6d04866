"""Running a hub as a process, from its first line of output to its end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path

from aitransport_notebook.hub.http.parts import Settings
from aitransport_notebook.hub.http.server import serving
from aitransport_notebook.hub.http.upkeep import end_when_idle
from aitransport_notebook.hub.launch.record import HubRecord, write_record

# The commit thread waits for the interpreter this long at most while the loop is busy.
SWITCH_INTERVAL = 0.0005


def run_until_ended(settings: Settings, record: Path | None, idle_end: float | None) -> None:
    """Serve until interrupted, or until nobody has used the hub for `idle_end` seconds."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    # What it writes has keys in it: nobody else reads that.
    os.umask(0o077)
    with suppress(KeyboardInterrupt):
        _run(_serve(settings, record, idle_end))


def _run(main: Coroutine[None, None, None]) -> None:
    try:
        import uvloop
    except ImportError:
        asyncio.run(main)
    else:
        uvloop.run(main)


async def _serve(settings: Settings, record: Path | None, idle_end: float | None) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM"):
        # Windows has neither handlers on the loop nor a SIGTERM that reaches a process.
        with suppress(NotImplementedError, AttributeError):
            loop.add_signal_handler(getattr(signal, name), ended.set)
    async with serving(settings) as (hub, host, port):
        key = hub.first_key
        ready = HubRecord.of(host, port, f"{key.name}:{key.secret}", settings.version)
        print(json.dumps(ready.public()), flush=True)
        if record is not None:
            write_record(record, ready)
        if idle_end is None:
            await ended.wait()
        else:
            watch = asyncio.create_task(end_when_idle(hub, idle_end, ended))
            await ended.wait()
            watch.cancel()

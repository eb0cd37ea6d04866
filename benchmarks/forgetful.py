"""The hub with storage off: its log answers, and keeps nothing."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import cast

from aiohttp import web

from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.keys import Key, parse_key
from aitransport_notebook.hub.http.parts import Hub, Settings
from aitransport_notebook.hub.http.run import SWITCH_INTERVAL
from aitransport_notebook.hub.http.server import application
from aitransport_notebook.hub.protocol.apps import App
from aitransport_notebook.hub.protocol.log import Place, Write, Written
from aitransport_notebook.hub.protocol.serials import format_serial, next_seq, time_of
from aitransport_notebook.hub.store import Store
from benchmarks.bare import run


class NoReader:
    """Says that commits need no thread."""

    threadsafe = False


class NoStore:
    """What the hub asks of a store to take messages; it gives serials, and that is all."""

    series = "0000000000"
    reader = NoReader()

    def __init__(self) -> None:
        self._previous = 0

    def write(self, write: Write, now: int) -> Written:
        first = next_seq(self._previous, now)
        self._previous = first + len(write.messages) - 1
        serials: list[str | None] = [
            format_serial(seq, self.series) for seq in range(first, self._previous + 1)
        ]
        return Written(serials, channel_serial=serials[-1] or "", timestamp=time_of(first))

    def commit(self) -> None:
        pass

    def rollback(self) -> None:
        pass

    def head(self, place: Place) -> int:
        return 0

    def secret(self, name: str) -> bytes:
        return bytes(32)


async def serve(key_text: str, port: int) -> None:
    app_id, key_id, secret = parse_key(key_text)
    key = Key(app_id, key_id, secret, Capability.parse(None))
    hub = Hub(Settings(apps=(App(app_id, {key.name: key}),)), cast(Store, NoStore()))
    runner = web.AppRunner(application(hub), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await hub.pump.run(hub.core)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--key", required=True)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    sys.setswitchinterval(SWITCH_INTERVAL)
    run(serve(given.key, given.port))

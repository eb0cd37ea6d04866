"""The hub with storage off: the same work, but nothing is stored."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys

from aiohttp import web

from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.keys import Key, parse_key
from aitransport_notebook.hub.http.parts import Hub, Settings
from aitransport_notebook.hub.http.run import SWITCH_INTERVAL
from aitransport_notebook.hub.http.server import application
from aitransport_notebook.hub.protocol.apps import App
from aitransport_notebook.hub.store import Store
from aitransport_notebook.hub.store.plan import Plan
from aitransport_notebook.hub.store.writer import Writer
from benchmarks.bare import run


class Forgetful(Writer):
    """Plans and answers every write as the hub does, and stores nothing of it."""

    def _store(self, plan: Plan) -> None:
        pass


def forgetful_store() -> Store:
    """Return a store that works as the hub's does up to the point of storing."""
    store = Store.open(None)
    store._writer.__class__ = Forgetful
    return store


async def serve(key_text: str, port: int) -> None:
    app_id, key_id, secret = parse_key(key_text)
    key = Key(app_id, key_id, secret, Capability.parse(None))
    hub = Hub(Settings(apps=(App(app_id, {key.name: key}),)), forgetful_store())
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

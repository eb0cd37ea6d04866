"""The running hub: its parts, put together."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from aitransport_notebook.hub.auth.authenticate import Authenticator
from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.keys import new_key
from aitransport_notebook.hub.http.pump import Pump
from aitransport_notebook.hub.http.tickets import Tickets
from aitransport_notebook.hub.protocol.apps import App, Apps, Rule
from aitransport_notebook.hub.protocol.connection import ConnectionKeys
from aitransport_notebook.hub.protocol.core import Core
from aitransport_notebook.hub.protocol.limits import LOCAL, Limits
from aitransport_notebook.hub.protocol.serials import format_serial
from aitransport_notebook.hub.protocol.state import Surroundings
from aitransport_notebook.hub.store import Store

logger = logging.getLogger(__name__)

TICK = 0.5


@dataclass(frozen=True)
class Settings:
    """What a hub is started with."""

    host: str = "127.0.0.1"
    port: int = 0
    data: Path | None = None
    # Where no app is given there is one, with one key that the data folder remembers.
    apps: tuple[App, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    default_rule: Rule = field(default_factory=lambda: Rule(persisted=True, mutable=True))
    limits: Limits = LOCAL
    sandbox: bool = False
    version: str = "unknown"
    # Seconds without a connection or a request after which the hub ends; None is never.
    idle_end: float | None = None


class Hub:
    """Everything that serves; `running()` makes one and takes it down again."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.limits = settings.limits
        self.store = store
        self.apps = Apps()
        apps = settings.apps or (_own_app(settings, store.secret("key")),)
        for app in apps:
            self.apps.add(app)
        self.first_key = next(iter(apps[0].keys.values()))
        self.authenticator = Authenticator(
            self.apps.find_key, has_app=lambda app_id: self.apps.get(app_id) is not None
        )
        self.readers = ThreadPoolExecutor(1, "hub-reads")
        self._writer = ThreadPoolExecutor(1, "hub-commits")
        self.pump = Pump(store, self.now, self._writer)
        self.tickets = Tickets()
        self.last_used = time.monotonic()
        self.core = Core(
            Surroundings(
                apps=self.apps,
                authenticator=self.authenticator,
                limits=settings.limits,
                keys=ConnectionKeys(store.secret("connection-keys")),
                serial_of=partial(format_serial, series=store.series),
                new_id=new_id,
                wake=self.pump.wake,
                started=self.now(),
                server_id=f"hub-{store.series}",
            )
        )

    def now(self) -> int:
        """The time in ms since 1970."""
        return time.time_ns() // 1_000_000

    def idle_for(self) -> float:
        """The seconds since anybody used the hub."""
        return time.monotonic() - self.last_used

    def used(self) -> None:
        self.last_used = time.monotonic()

    async def tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self.core.tick(self.now())
            if self.core.connections > 0:
                self.used()

    def close(self) -> None:
        self.readers.shutdown()
        self._writer.shutdown()
        self.store.close()


def _own_app(settings: Settings, secret: bytes) -> App:
    key = new_key("hub", "key", Capability.parse(None), secret)
    return App(key.app_id, {key.name: key}, settings.rules, settings.default_rule)


def new_id() -> str:
    """Make an id that nobody can guess, of the length that Ably's have."""
    return secrets.token_urlsafe(9)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Hub]:
    """Open the store and run a hub on it, with no sockets yet."""
    hub = Hub(settings, Store.open(settings.data))
    tasks = [asyncio.create_task(hub.pump.run(hub.core)), asyncio.create_task(hub.tick())]
    for task in tasks:
        task.add_done_callback(_stop_if_broken)
    try:
        yield hub
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        hub.close()


def _stop_if_broken(task: asyncio.Task[None]) -> None:
    """A hub whose pump or clock has stopped must not look alive."""
    if not task.cancelled() and task.exception() is not None:
        logger.critical("the hub has failed", exc_info=task.exception())
        asyncio.get_running_loop().stop()

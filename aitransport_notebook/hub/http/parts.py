"""The parts of a hub, put together."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from aitransport_notebook.hub.auth.authenticate import Authenticator
from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.encoding import encode_base64url
from aitransport_notebook.hub.auth.keys import new_key
from aitransport_notebook.hub.auth.one_time import OneTime
from aitransport_notebook.hub.auth.passes import LINK_LIFE, Pass, no_longer_good
from aitransport_notebook.hub.auth.tickets import Tickets
from aitransport_notebook.hub.http.app_records import read_app
from aitransport_notebook.hub.http.pump import Pump
from aitransport_notebook.hub.http.socket import Outbox
from aitransport_notebook.hub.protocol.apps import App, Apps, Rule
from aitransport_notebook.hub.protocol.connection import ConnectionKeys
from aitransport_notebook.hub.protocol.core import Core
from aitransport_notebook.hub.protocol.limits import LOCAL, Limits
from aitransport_notebook.hub.protocol.log import Place
from aitransport_notebook.hub.protocol.moment import Moment
from aitransport_notebook.hub.protocol.serials import format_serial
from aitransport_notebook.hub.protocol.state import Surroundings
from aitransport_notebook.hub.store import Store

# Of an id, in bytes.
ID_SIZE = 9


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
    # Acknowledge only what a power cut cannot take either.
    power_safe: bool = False
    version: str = "unknown"


class Hub:
    """Everything that serves requests and sockets, but neither of them itself."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.limits = settings.limits
        self.store = store
        self.apps = Apps()
        apps = settings.apps or (_own_app(settings, store.secret("key")),)
        provisioned = store.apps() if settings.sandbox else []
        for app in (*apps, *(read_app(body) for _, body in provisioned)):
            self.apps.add(app)
        self.first_key = next(iter(apps[0].keys.values()))
        self.authenticator = Authenticator(
            self.apps.find_key, has_app=lambda app_id: self.apps.get(app_id) is not None
        )
        self.readers = ThreadPoolExecutor(1, "hub-reads")
        self._writer = ThreadPoolExecutor(1, "hub-commits")
        self.outbox = Outbox()
        self.pump = Pump(store, self.now, self._writer, self.outbox.flush)
        # What this hub is known by, to who asks about it: the same for as long as its data.
        self.instance = encode_base64url(store.secret("instance")[:ID_SIZE])
        self.links = OneTime[Pass](LINK_LIFE, no_longer_good)
        self.tickets = Tickets()
        self.page_secret = store.secret("pages")
        self._last_used = time.monotonic()
        self.core = Core(
            Surroundings(
                apps=self.apps,
                authenticator=self.authenticator,
                limits=settings.limits,
                keys=ConnectionKeys(store.secret("connection-keys")),
                serial_of=partial(format_serial, series=store.series),
                new_id=new_id,
                wake=self.pump.wake,
                started=self.moment().steady,
                server_id=f"hub-{store.series}",
            )
        )

    def now(self) -> int:
        """The time in ms since 1970."""
        return time.time_ns() // 1_000_000

    def moment(self) -> Moment:
        return Moment(self.now(), time.monotonic_ns() // 1_000_000)

    def idle_for(self, at: float) -> float:
        """The seconds that nobody has used the hub, at this time of the monotonic clock."""
        return at - self._last_used

    def used(self) -> None:
        self._last_used = time.monotonic()

    def is_persisted(self, place: Place) -> bool:
        """Whether the rules say that the channel's messages are kept for good."""
        app = self.apps.get(place.app)
        return app is not None and app.rule_for(place.channel).persisted

    def close(self) -> None:
        self.readers.shutdown()
        self._writer.shutdown()
        self.store.close()


def _own_app(settings: Settings, secret: bytes) -> App:
    key = new_key("hub", "key", Capability.parse(None), secret)
    return App(key.app_id, {key.name: key}, settings.rules, settings.default_rule)


def new_id() -> str:
    """Make an id that nobody can guess, of the length that Ably's have."""
    return secrets.token_urlsafe(ID_SIZE)

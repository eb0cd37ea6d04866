"""Clients that are not as `connect()` would have them, and the way to a hub that can be cut."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from ably import AblyRealtime

from aitransport_notebook import UIMessageCodec, client, connect
from aitransport_notebook.session.base import Session
from aitransport_notebook.session.tokens import EVERYTHING, Capability, details_of, sign_token
from tests.support.cutting_proxy import CLEAN, CuttingProxy
from tests.support.hub_process import KEY, HubProcess
from tests.support.waiting import until

S = TypeVar("S", bound=Session[Any])
HOST = "127.0.0.1"


class Tokens:
    """Gives tokens as an application's own server would, and counts them."""

    def __init__(
        self, who: str = "ann", capability: Capability = EVERYTHING, *, life: float = 600
    ) -> None:
        self.who = who
        self.capability = capability
        self.life = life
        self.given = 0
        # One that is given again and again, if there is one.
        self.always: Any = None

    async def give(self, _: object = None) -> Any:
        self.given += 1
        if self.always is not None:
            return self.always
        return details_of(sign_token(KEY, self.who, self.capability, None, self.life))


def plain_client(port: int, tokens: Tokens, **options: Any) -> AblyRealtime:
    """Make a client as anyone does who has only Ably's own documentation."""
    return AblyRealtime(endpoint=f"{HOST}:{port}/", tls=False, auth_callback=tokens.give, **options)


def client_at(port: int, who: str = "ann", role: str | None = None) -> AblyRealtime:
    where = connect(key=KEY, endpoint=HOST, port=port, tls=False, client_id=who, role=role)
    return client(where)


@asynccontextmanager
async def over(proxy: CuttingProxy, kind: type[S], name: str, who: str = "ann") -> AsyncIterator[S]:
    """Give a session that reaches the hub over this way."""
    made = client_at(proxy.port, who)
    try:
        async with kind(made, name, UIMessageCodec()) as session:
            yield session
    finally:
        await made.close()


@asynccontextmanager
async def cuttable(hub: HubProcess) -> AsyncIterator[CuttingProxy]:
    """Give a way to the hub that does no harm until it is told to."""
    proxy = CuttingProxy(hub.port, random.Random(1), {CLEAN: 1})
    proxy.calm()
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.close()


async def away(
    session: Session[Any],
    proxy: CuttingProxy,
    meanwhile: Callable[[], Any],
    *,
    resumes: bool,
) -> None:
    """Have a session cut off while something happens; it may have forgotten its place then.

    Ably's clients forget it once they were away for two minutes.
    """
    line = session._line
    cutting = asyncio.create_task(proxy.interrupt(1.0))
    await until(lambda: not line.is_live)
    await meanwhile()
    if not resumes:
        line._channel._RealtimeChannel__channel_serial = None
    assert not line.is_live, "it took longer than the cut"
    await cutting
    await until(lambda: line.is_live)


def said(events: Sequence[dict[str, Any]]) -> str:
    """Return the text that these events say."""
    return "".join(event["delta"] for event in events if event["type"] == "text-delta")

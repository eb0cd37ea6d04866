"""An official client that does what clients do, as proof that a hub still serves."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import ably
import jwt

from tests.hostile.support import KEY, PATIENCE, WatchedHub


def token(key: str = KEY, **claims: object) -> str:
    """A JWT of five minutes, signed with the key."""
    name, _, secret = key.partition(":")
    now = int(time.time())
    return jwt.encode(
        {"iat": now, "exp": now + 300, **claims}, secret, algorithm="HS256", headers={"kid": name}
    )


async def serves_normally(hub: WatchedHub) -> None:
    """Attach, publish, hear it, and read it in history, with Ably's own client."""

    async def callback(_: Any) -> str:
        return token(**{"x-ably-clientId": "normal"})

    client = ably.AblyRealtime(
        endpoint=f"127.0.0.1:{hub.port}/", tls=False, auth_callback=callback, client_id="normal"
    )
    try:
        channel = client.channels.get(f"normal-{time.time_ns()}")
        heard: asyncio.Queue[Any] = asyncio.Queue()
        await asyncio.wait_for(channel.subscribe("greeting", heard.put_nowait), PATIENCE)
        await asyncio.wait_for(channel.publish("greeting", {"hello": "world"}), PATIENCE)
        message = await asyncio.wait_for(heard.get(), PATIENCE)
        assert message.data == {"hello": "world"}
        page = await asyncio.wait_for(channel.history(), PATIENCE)
        assert [item.data for item in page.items] == [{"hello": "world"}]
    finally:
        await asyncio.wait_for(client.close(), PATIENCE)

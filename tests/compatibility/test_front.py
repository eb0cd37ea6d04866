"""The front and its stand-ins, by the TLS connections that the suites' processes open."""

from __future__ import annotations

import asyncio
import json
import shutil
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import jwt
import pytest

from tests.compatibility.front import LOOPBACK, SILENT, Front

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")

HUB_SAYS = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhub"


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    async def hub(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HUB_SAYS)
        writer.close()

    server = await asyncio.start_server(hub, LOOPBACK, 0)
    async with server, Front(server.sockets[0].getsockname()[1], tmp_path) as ready:
        yield ready


async def get(front: Front, host: str, path: str, port: int = 443) -> str:
    """Return the body of what answers at a host, for a process that is led to the front."""
    redirect = json.loads(front.redirect)
    assert host in redirect["hosts"]
    trusting = ssl.create_default_context(cafile=front.certificate) if port == 443 else None
    reader, writer = await asyncio.open_connection(
        LOOPBACK,
        redirect["ports"][str(port)],
        ssl=trusting,
        server_hostname=host if trusting else None,
    )
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode().partition("\r\n\r\n")[2]


@pytest.mark.parametrize("port", [443, 80])
async def test_ablys_addresses_lead_to_the_hub(front: Front, port: int) -> None:
    for host in ("sandbox.realtime.ably-nonprod.net", "main.c.fallback.ably-realtime.com"):
        assert await get(front, host, "/time", port) == "hub"


async def test_other_hosts_lead_to_stand_ins(front: Front) -> None:
    assert await get(front, "internet-up.ably-realtime.com", "/is-the-internet-up.txt") == "yes\n"
    assert json.loads(await get(front, "echo.ably.io", "/methods")) == {"method": "get"}
    assert await get(front, "echo.ably.io", "/?type=text&body=a%20token") == "a token"


async def test_a_jwt_is_signed_with_the_key_that_was_given(front: Front) -> None:
    secret = "s" * 32
    asked = urlencode({"keyName": "app.key", "keySecret": secret, "clientId": "ada"})
    token = await get(front, "echo.ably.io", f"/createJWT?{asked}")
    claims = jwt.decode(token, secret, algorithms=["HS256"])
    assert jwt.get_unverified_header(token)["kid"] == "app.key"
    assert claims["x-ably-clientId"] == "ada"
    assert "x-ably-capability" not in claims


async def test_the_silent_address_takes_a_connection_and_says_nothing(front: Front) -> None:
    silent = json.loads(front.redirect)["silent"]
    assert silent["host"] == SILENT
    reader, writer = await asyncio.open_connection(LOOPBACK, silent["port"])
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(), 0.2)
    writer.close()

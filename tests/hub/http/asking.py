"""Asking a hub that runs, with a key, a token or nothing, from a page or not."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from base64 import b64encode
from typing import Any, NamedTuple

import aiohttp

from tests.support.hub_process import HubProcess

OPEN = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Answer(NamedTuple):
    status: int
    body: Any


def ask(
    hub: HubProcess,
    path: str,
    body: object = None,
    *,
    key: str | None = None,
    token: str | None = None,
    origin: str | None = None,
    **headers: str,
) -> Answer:
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    headers["Content-Type"] = "application/json"
    if key is not None:
        headers["Authorization"] = f"Basic {b64encode(key.encode()).decode()}"
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if origin is not None:
        headers["Origin"] = origin
    data = None if body is None else json.dumps(body).encode()
    try:
        with OPEN.open(urllib.request.Request(hub.url + path, data, headers)) as answer:
            return Answer(answer.status, json.load(answer))
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, json.load(refusal))


async def first_frame(url: str, **query: str) -> dict[str, Any]:
    """Open a socket; returns what the hub says first."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{url}/", params=query) as socket,
    ):
        frame: dict[str, Any] = await socket.receive_json(timeout=10)
        return frame

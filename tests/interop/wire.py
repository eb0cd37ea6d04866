"""What a session put on the channel, with names in the place of all that is made up on the way."""

from __future__ import annotations

import json
import re
import urllib.request
from base64 import b64encode
from typing import Any
from urllib.parse import quote

from tests.support.hub_process import HubProcess

Outline = list[dict[str, Any]]
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SERIAL_OF = "step-start-serial"


def outline_of(hub: HubProcess, channel: str, without: str | None = None) -> Outline:
    """Return the messages of the protocol, oldest first, comparable to another session's.

    A header that is of no account may be left out.
    """
    names: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        return names.setdefault(match[0], f"<{len(names)}>")

    messages = [one for one in history_of(hub, channel) if "ai" in (one.get("extras") or {})]
    places = {message["serial"]: f"<message {at}>" for at, message in enumerate(messages)}
    for message in messages:
        headers = message["extras"]["ai"]["transport"]
        headers.pop(without, None)
        if SERIAL_OF in headers:
            headers[SERIAL_OF] = places[headers[SERIAL_OF]]
    told = [_told(message) for message in messages]
    outline: Outline = json.loads(UUID.sub(named, json.dumps(told)))
    return outline


def _told(message: dict[str, Any]) -> dict[str, Any]:
    """Return what its publisher said; JSON is told as what it says, not how it was written."""
    told = {key: message.get(key) for key in ("name", "clientId", "extras")}
    data = message.get("data")
    if message.get("encoding") == "json" and isinstance(data, str):
        data = json.loads(data)
    return {**told, "data": data}


def history_of(hub: HubProcess, channel: str) -> list[dict[str, Any]]:
    """Return all that is on the channel, oldest first."""
    where = f"{hub.url}/channels/{quote(channel, safe='')}/messages"
    authorization = f"Basic {b64encode(hub.key.encode()).decode()}"
    request = urllib.request.Request(
        f"{where}?direction=forwards&limit=1000", headers={"Authorization": authorization}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        messages: list[dict[str, Any]] = json.load(answer)
        return messages

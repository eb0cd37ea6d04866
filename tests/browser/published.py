"""Long conversations, put on a hub in a moment."""

from __future__ import annotations

import itertools
import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote

from benchmarks.conversation import Conversation
from tests.interop.drivers import Where

Wire = dict[str, Any]
# So many fit into what one publish may weigh.
AT_ONCE = 80
# What an agent leaves out of its headers where it does not know the serial of its step.
UNKNOWN = "step-start-serial"


def conversation(turns: int) -> list[Wire]:
    """Return turns of a question and an answer, ten messages of the channel each.

    Between some of them is a message of somebody else's, so that pages end anywhere in a turn.
    """
    said: list[Wire] = []
    asked, answered = itertools.count(), itertools.count()
    for message in Conversation(turns, 2).history:
        is_input = message["name"] == "ai-input"
        data, number = message["data"], next(asked) if is_input else None
        if number is not None:
            data = f"question {number}"
            if number % 7 == 3:
                said.append({"name": "note", "data": "nobody shows this"})
        elif is_text(message):
            data = f"answer {next(answered)}"
        said.append(
            {
                "name": message["name"],
                "data": data,
                "extras": _known(message["extras"]),
                "clientId": "ann" if is_input else "robot",
            }
        )
    return said


def texts_of(turns: int) -> list[str]:
    """Return what such a conversation shows."""
    return [f"{kind} {number}" for number in range(turns) for kind in ("question", "answer")]


def is_text(message: Wire) -> bool:
    ai = message.get("extras", {}).get("ai", {})
    return bool(message["name"] == "ai-output" and ai.get("codec", {}).get("kind") == "text")


class Publisher:
    """Publishes by REST, over one connection."""

    def __init__(self, hub: Where) -> None:
        self._connection = HTTPConnection(hub.host, hub.port)
        basic = b64encode(hub.key.encode()).decode()
        self._headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}

    def say(self, channel: str, messages: list[Wire]) -> list[str]:
        """Publish a conversation, each text as agents do: empty, then grown; returns serials."""
        empty = [{**one, "data": ""} if is_text(one) else one for one in messages]
        serials = self.publish(channel, empty)
        told = zip(messages, serials, strict=True)
        texts = [{**one, "serial": serial, "action": 5} for one, serial in told if is_text(one)]
        self.publish(channel, texts)
        return serials

    def publish(self, channel: str, messages: Iterable[Wire]) -> list[str]:
        """Publish in order; returns the serials."""
        batches = _batches(messages, AT_ONCE)
        answers = [self._ask("POST", f"{_path(channel)}/messages", batch) for batch in batches]
        return [serial for answer in answers for serial in answer["serials"]]

    def change(self, channel: str, serial: str, action: int, message: Wire) -> None:
        """Publish an operation on a message: 1 is an update, 2 a delete."""
        path = f"{_path(channel)}/messages/{quote(serial, safe='')}"
        self._ask("PATCH", path, {**message, "action": action})

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: Any) -> Any:
        self._connection.request(method, path, json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status < 300, content
        return json.loads(content) if content else None


def _path(channel: str) -> str:
    return f"/channels/{quote(channel, safe='')}"


def _known(extras: Wire) -> Wire:
    ai = extras["ai"]
    transport = {name: value for name, value in ai["transport"].items() if name != UNKNOWN}
    return {"ai": {**ai, "transport": transport}}


def _batches(messages: Iterable[Wire], size: int) -> Iterator[list[Wire]]:
    rest = iter(messages)
    while batch := list(itertools.islice(rest, size)):
        yield batch

"""Sessions to look at: long ones that were said before, and an agent who goes on in them."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Sequence
from http.client import HTTPConnection
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from aitransport_notebook.hub.launch.record import HubRecord
from benchmarks.conversation import Conversation, Wire
from benchmarks.servers import ROOT

START_SERIAL = "step-start-serial"
# The hub takes up to 64 KB at once.
BATCH = 50
TOKENS = 40
UPDATE = 1


def fill(hub: HubRecord, channel: str, messages: int, tokens: int = TOKENS) -> str:
    """Have a channel hold a conversation of so many messages; returns the text of the newest."""
    history = Conversation(messages // 2, tokens).history
    publish(hub, channel, history)
    return str([message["data"] for message in history if message["action"] == UPDATE][-1]).strip()


def publish(hub: HubRecord, channel: str, messages: Sequence[Wire]) -> None:
    """Publish what history shows, in batches; the hub gives serials and times."""
    path = f"/channels/{quote(channel, safe='')}/messages"
    connection = HTTPConnection(hub.host, hub.port)
    for first in range(0, len(messages), BATCH):
        batch = messages[first : first + BATCH]
        serials = _ask(connection, hub, "POST", path, [_created(each) for each in batch])["serials"]
        for serial, message in zip(serials, batch, strict=True):
            if message["action"] == UPDATE:
                # What was streamed stands there as an update.
                _ask(connection, hub, "PATCH", f"{path}/{quote(serial, safe='')}", _said(message))
    connection.close()


def _ask(connection: HTTPConnection, hub: HubRecord, method: str, path: str, body: Any) -> Any:
    basic = b64encode(hub.key.encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}
    connection.request(method, path, json.dumps(body), headers)
    answer = connection.getresponse()
    told = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: {answer.status} {told.decode()[:500]}")
    return json.loads(told)


def _created(message: Wire) -> Wire:
    """Return a message as it was created: what is streamed begins with nothing."""
    return {**_said(message), **({"data": ""} if message["action"] == UPDATE else {})}


def _said(message: Wire) -> Wire:
    """Return what an author says; a step that is not tried again needs no serial of its start."""
    ai = message["extras"]["ai"]
    transport = {name: told for name, told in ai["transport"].items() if name != START_SERIAL}
    said = {name: message[name] for name in ("name", "data", "clientId")}
    return {**said, "extras": {"ai": {**ai, "transport": transport}}}


class Agent:
    """An agent of a channel, as a process."""

    def __init__(self, hub: HubRecord, channel: str) -> None:
        order = {"key": hub.key, "port": hub.port, "channel": channel}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.painting_agent", json.dumps(order)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._told()

    def say(self, count: int, rate: float | None) -> float:
        """Have it say so many tokens, so many a second; returns the stamp of the last one."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"count": count, "rate": rate}) + "\n")
        self._process.stdin.flush()
        return float(self._told())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._process.communicate(timeout=20)
        finally:
            self._process.kill()

    def _told(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the agent ended with {self._process.wait()}")
        return json.loads(line)

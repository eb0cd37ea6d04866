"""Official Python clients in a process of their own; `official.py` starts it and says what for.

One line of JSON on stdin is a command, one on stdout its answer, as in official_client.mjs.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from ably import AblyRealtime
from ably.types.channelstate import ChannelState, ChannelStateChange
from ably.types.message import Message

from aitransport_notebook.session.connection import Connection
from tests.support.fold import Fold

PATIENCE = 20.0


class Continuity:
    """How often a channel was attached without being resumed, and how often by its own choice.

    A client that waits in vain for ATTACHED gives its place up, and begins anew.
    """

    def __init__(self, channel: Any) -> None:
        self.gaps = 0
        self.given_up = 0
        self._attached = False
        channel.on(self._hear)

    def _hear(self, change: ChannelStateChange) -> None:
        if change.current == ChannelState.SUSPENDED:
            self.given_up += 1
        elif change.current == ChannelState.ATTACHED:
            self.gaps += self._attached and not change.resumed
            self._attached = True


class Official:
    """The clients of one plan."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._plan = plan
        self._stop = asyncio.Event()
        self._clients: list[AblyRealtime] = []
        self._ledgers: list[dict[str, Any]] = []
        self._folds: list[tuple[str, AblyRealtime, Fold, Continuity]] = []
        self._due: list[tuple[Any, dict[str, Any]]] = []
        self._running: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        plan = self._plan
        at = Connection(plan["host"], plan["port"], False, _key=plan["key"])
        for number, part in enumerate(plan["parts"]):
            client = AblyRealtime(
                **at.options(),
                use_binary_protocol=number % 2 == 1,
                disconnected_retry_timeout=300,
                suspended_retry_timeout=500,
                # Also how long a refused connection stays "connecting".
                realtime_request_timeout=6000,
            )
            self._clients.append(client)
            channel = client.channels.get(part["channel"])
            if part["kind"] == "subscribe":
                fold = Fold()
                self._folds.append((part["name"], client, fold, Continuity(channel)))
                await channel.subscribe(_listener(fold))
            else:
                self._due.append((channel, part))

    async def go(self) -> object:
        for channel, part in self._due:
            self._running.append(asyncio.create_task(self._publish(channel, part)))
        return True

    async def _publish(self, channel: Any, part: dict[str, Any]) -> None:
        ledger: dict[str, Any] = {
            **{"name": part["name"], "channel": part["channel"], "operations": 0},
            **{"sent": [], "serials": [], "errors": []},
        }
        self._ledgers.append(ledger)
        number = 0
        while not self._stop.is_set():
            text = f"{part['name']} {number} é🙂"
            ledger["sent"].append(text)
            message = Message(name=part["name"], data=text, id=f"{part['name']}-{number}:0")
            previous = ledger["serials"][-1] if ledger["serials"] else ""
            ledger["serials"].append(await _persist(channel, message, previous))
            ledger["operations"] += 1
            number += 1
            await asyncio.sleep(self._plan["pause"] / 1000 * 2 * random.random())

    async def stop(self) -> object:
        self._stop.set()
        await asyncio.gather(*self._running)
        return self._ledgers

    async def fold(self) -> object:
        return [
            {
                **{"name": name, "state": str(client.connection.state.value)},
                **{"gaps": continuity.gaps, "given up": continuity.given_up},
                **{"channel": channel.name, "channel state": str(channel.state.value)},
                **{"problems": fold.problems, "content": fold.content()},
            }
            for name, client, fold, continuity in self._folds
            for channel in client.channels
        ]

    async def end(self) -> object:
        for client in self._clients:
            with suppress(Exception):
                await asyncio.wait_for(client.close(), 2)
        return True


async def _persist(channel: Any, message: Message, previous: str) -> str:
    """Publish until it is acknowledged; the message's own id makes that safe.

    ably-python 3.1.4 fails a publish that it could not send and yet keeps it as pending. From then
    on it counts acknowledgements wrongly, and may take that of an earlier message for this one's.
    """
    while True:
        with suppress(Exception):
            result = await asyncio.wait_for(channel.publish(message), PATIENCE)
            if (serial := str(result.serials[0])) > previous:
                return serial
        await asyncio.sleep(0.1)


def _listener(fold: Fold) -> Callable[[Any], None]:
    def hear(message: Any) -> None:
        wire = {"action": int(message.action or 0), "serial": message.serial}
        wire |= {"name": message.name or "", "data": message.data or ""}
        if message.version is not None:
            wire["version"] = {"serial": message.version.serial}
        fold.receive({"messages": [wire]})

    return hear


async def main() -> None:
    official = Official(json.loads(sys.argv[1]))
    await official.begin()
    answers: dict[str, Callable[[], Awaitable[object]]] = {
        "go": official.go,
        "stop": official.stop,
        "fold": official.fold,
        "end": official.end,
    }
    _say("ready")
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        _say(await answers[json.loads(line)]())


def _say(answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())

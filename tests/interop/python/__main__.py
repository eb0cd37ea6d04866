"""Plays clients and agents of this project as it is told, as ../javascript/driver.mjs does."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from ably import AblyRealtime

from aitransport_notebook import client, connect
from tests.interop.python.agent import AgentSide
from tests.interop.python.client import ClientSide
from tests.interop.python.side import Side

TIMEOUT = 15.0
SIDES: dict[str, type[ClientSide | AgentSide]] = {"join": ClientSide, "serve": AgentSide}


class Player:
    """All participants of this process, by their names."""

    def __init__(self, hub: dict[str, Any]) -> None:
        self._hub = hub
        self._connections: dict[str, AblyRealtime] = {}
        self._participants: dict[str, Side] = {}

    async def perform(self, to: str, what: str, given: dict[str, Any]) -> Any:
        if what in SIDES:
            connection = self._connection(to, given.pop("as"))
            self._participants[to] = await SIDES[what].begin(connection, **given)
            return None
        command: Callable[..., Awaitable[Any]] = getattr(self._participants[to], what)
        return await command(**given)

    def now(self, name: str) -> Any:
        participant = self._participants.get(name)
        return participant.now() if participant is not None else None

    async def close(self) -> None:
        for connection in self._connections.values():
            await connection.close()

    def _connection(self, name: str, client_id: str) -> AblyRealtime:
        """Connections outlive sessions: who comes again under a name has the same one."""
        known = self._connections.get(name)
        if known is None or known.connection.state != "connected":
            where = connect(
                key=self._hub["key"],
                endpoint=self._hub["host"],
                port=self._hub["port"],
                tls=False,
                client_id=client_id,
            )
            known = self._connections[name] = client(where)
        return known


async def handle(player: Player, id: int, to: str, do: str, given: dict[str, Any]) -> None:
    told: dict[str, Any] = {"id": id}
    try:
        async with asyncio.timeout(TIMEOUT):
            told["value"] = await player.perform(to, do, given)
    except TimeoutError:
        message = f"{to} {do}: not done in time; there is {player.now(to)}"
        told["error"] = {"code": None, "message": message}
    except Exception as error:
        code = getattr(error, "code", None)
        told["error"] = {"code": code, "message": traceback.format_exc()}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


async def main(hub: dict[str, Any]) -> None:
    player = Player(hub)
    tasks: set[asyncio.Task[None]] = set()
    while line := await asyncio.to_thread(sys.stdin.readline):
        command = json.loads(line)
        work = handle(player, command["id"], command["to"], command["do"], command["with"])
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await player.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(main(json.loads(sys.argv[1])))

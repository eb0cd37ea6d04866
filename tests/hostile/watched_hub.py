"""The hub command, with a window: what it holds, and time that passes at once.

    python -m tests.hostile.watched_hub --port 0 ...

Each line on stdin is a question, and is answered by one line of JSON on stdout: `look` tells what
the hub holds; `forward MS` lets that much time pass for connections first.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aitransport_notebook import cli
from aitransport_notebook.hub.http import run, server
from aitransport_notebook.hub.http.parts import Hub, Settings
from aitransport_notebook.hub.protocol.frames import Flag
from aitransport_notebook.hub.protocol.moment import Moment


def resident() -> int:
    """The bytes of memory that this process holds; 0 where that cannot be asked."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * 4096


def look(hub: Hub) -> dict[str, int]:
    gc.collect()
    state = hub.core._state
    return {
        "rss": resident(),
        "connections": len(state.connections),
        "attachments": sum(len(c.attachments) for c in state.connections.values()),
        "channels": len(state.channels),
        "members": sum(len(channel.members) for channel in state.channels.values()),
        "waiting": state.waiting,
        "tasks": len(asyncio.all_tasks()),
        "threads": threading.active_count(),
        "flags": len(Flag._value2member_map_),
    }


def answer(hub: Hub, question: str) -> dict[str, int]:
    word, _, rest = question.partition(" ")
    if word == "forward":
        now = hub.moment()
        hub.core.tick(Moment(now.wall + int(rest), now.steady + int(rest)))
    return look(hub)


@asynccontextmanager
async def watched(settings: Settings) -> AsyncIterator[tuple[Hub, str, int]]:
    async with server.serving(settings) as served:
        loop = asyncio.get_running_loop()

        def listen() -> None:
            for line in sys.stdin:
                loop.call_soon_threadsafe(reply, line.strip())

        def reply(question: str) -> None:
            print(json.dumps(answer(served[0], question)), flush=True)  # noqa: T201

        threading.Thread(target=listen, daemon=True).start()
        yield served


if __name__ == "__main__":
    vars(run)["serving"] = watched
    sys.exit(cli.main(["hub", *sys.argv[1:]]))

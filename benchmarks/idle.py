"""Idle connections: what a thousand of them take of memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

from benchmarks import load
from benchmarks.figure import Figure, Plan, Target
from benchmarks.servers import Server, bare_server, hub

CONNECTIONS = 1_000
# Opened at once: a listening socket keeps about a hundred waiting.
AT_ONCE = 50
MB = 1e6
BARE = "as many WebSockets on aiohttp and uvloop"


async def measure(plan: Plan) -> list[Figure]:
    connections, settling = plan.pick((CONNECTIONS, 2.0), (100, 0.3))
    target = Target("value", "at most", 60)
    bare, _ = await _cost(bare_server, _subscribe, connections, settling)
    figures = []
    for name, what, connect in (
        ("idle", "connected", _connect),
        ("idle-attached", "each attached to a channel of its own", _attach),
    ):
        cost, total = await _cost(hub, connect, connections, settling)
        figures.append(
            Figure(
                name,
                f"resident memory for {connections:,} connections, {what}",
                "MB",
                [cost],
                [bare],
                BARE,
                target,
                details={"total_mb": total, "connections": connections},
            )
        )
    return figures


async def _cost(
    start: Callable[[], Server],
    connect: Callable[[int, int], Awaitable[load.Peer]],
    connections: int,
    settling: float,
) -> tuple[float, float]:
    """Return by how much connections make a server grow, and to what, in MB."""
    with ExitStack() as opened:
        server = opened.enter_context(start())
        # What the first connection loads stays, however many follow.
        peers = [await connect(server.port, connections)]
        await asyncio.sleep(settling)
        before = server.resident_bytes
        for first in range(0, connections, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, connections))
            peers += await asyncio.gather(*(connect(server.port, n) for n in numbers))
        await asyncio.sleep(settling)
        after = server.resident_bytes
        for peer in peers:
            peer.close()
    return (after - before) / MB, after / MB


async def _subscribe(port: int, number: int) -> load.Peer:
    return await load.Peer.open(port, "/subscribe")


async def _connect(port: int, number: int) -> load.Peer:
    return await load.connect(port)


async def _attach(port: int, number: int) -> load.Peer:
    request = {"action": 10, "channel": f"conversations:{number}"}
    return await load.attach(port, json.dumps(request).encode())

"""Appends: how many tokens a second are stored and acknowledged, on one core."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from time import perf_counter

from benchmarks import content, load
from benchmarks.figure import Figure, Plan, Target
from benchmarks.publishers import WINDOW, Publisher, publishers, stream_all
from benchmarks.servers import bare_server, forgetful_hub, hub

PUBLISHERS = 4
BARE = "as many frames, each answered by aiohttp on uvloop with the same few bytes"
SENT = f"tokens appended by {PUBLISHERS} publishers over JSON WebSockets"


class Asker:
    """Sends frames to a server that answers each, and keeps as many on their way as a publisher."""

    def __init__(self, peer: load.Peer) -> None:
        self._peer = peer
        message = content.Appends(content.CHANNEL, 1, "01795185759595-007@3e06b1c737:000")
        self._frame = load.client_frame(message.frame(0, 1000))

    def close(self) -> None:
        self._peer.close()

    async def ask(self, frames: int) -> None:
        answered = 0
        waiting = WINDOW
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def count(answers: int) -> None:
            nonlocal answered, waiting
            answered += answers
            waiting -= answers
            if waiting <= WINDOW // 2 and answered + waiting < frames:
                batch = min(WINDOW - waiting, frames - answered - waiting)
                waiting += batch
                self._peer.write(self._frame * batch)
            if answered == frames:
                done.set_result(None)

        self._peer.count(count)
        self._peer.write(self._frame * WINDOW)
        await done


async def measure(plan: Plan) -> list[Figure]:
    appends, repetitions = plan.pick((6_000, 5), (250, 2))
    with ExitStack() as opened:
        durable = opened.enter_context(hub(plan.folder / "appends"))
        forgetful = opened.enter_context(forgetful_hub())
        bare = opened.enter_context(bare_server())
        askers = [Asker(await load.Peer.open(bare.port, "/answer")) for _ in range(PUBLISHERS)]
        for asker in askers:
            opened.callback(asker.close)
        keeping = await publishers(opened, durable.port, PUBLISHERS)
        forgetting = await publishers(opened, forgetful.port, PUBLISHERS)
        bares, kept, forgotten, cpu = [], [], [], []
        for _ in range(repetitions):
            began = perf_counter()
            await asyncio.gather(*(asker.ask(appends) for asker in askers))
            bares.append(PUBLISHERS * appends / (perf_counter() - began))
            forgotten.append(await _rate(forgetting, appends))
            used = durable.cpu_seconds
            kept.append(await _rate(keeping, appends))
            cpu.append((durable.cpu_seconds - used) / PUBLISHERS / appends * 1e6)
    details = {
        "bytes_per_frame": len(content.Appends("c", 1, "s").frame(0, 0)),
        "hub_cpu_us_per_append": sorted(cpu)[len(cpu) // 2],
    }
    return [
        Figure(
            "appends",
            f"{SENT}, each stored on disk before it is acknowledged",
            "/s",
            kept,
            bares,
            BARE,
            Target("value", "at least", 10_000),
            details=details,
        ),
        Figure(
            "appends-durability",
            "the same, compared with a log that keeps nothing",
            "/s",
            kept,
            bares,
            BARE,
            Target("ratio", "at least", 0.6),
            base=forgotten,
            base_is="the hub with storage off",
        ),
    ]


async def _rate(publishers: list[Publisher], appends: int) -> float:
    return len(publishers) * appends / await stream_all(publishers, appends)

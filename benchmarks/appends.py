"""Appends: how many tokens a second are stored and acknowledged, on one core."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from statistics import median
from time import perf_counter

from benchmarks import content, load
from benchmarks.figure import Figure, Plan, Target
from benchmarks.publishers import WINDOW, Publisher, publishers, stream_all
from benchmarks.servers import Server, bare_server, forgetful_hub, hub

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


class Side:
    """What the repetitions on one hub gave."""

    def __init__(self, server: Server, streaming: list[Publisher]) -> None:
        self._server = server
        self._streaming = streaming
        self.rates: list[float] = []
        self._cpu: list[float] = []

    @classmethod
    async def of(cls, opened: ExitStack, server: Server) -> Side:
        opened.enter_context(server)
        return cls(server, await publishers(opened, server.port, PUBLISHERS))

    async def repeat(self, appends: int) -> None:
        used = self._server.cpu_seconds
        self.rates.append(PUBLISHERS * appends / await stream_all(self._streaming, appends))
        self._cpu.append((self._server.cpu_seconds - used) / PUBLISHERS / appends * 1e6)

    @property
    def cpu(self) -> float:
        return median(self._cpu)


async def measure(plan: Plan) -> list[Figure]:
    appends, repetitions = plan.pick((6_000, 5), (250, 2))
    with ExitStack() as opened:
        bare = opened.enter_context(bare_server())
        askers = [Asker(await load.Peer.open(bare.port, "/answer")) for _ in range(PUBLISHERS)]
        for asker in askers:
            opened.callback(asker.close)
        durable = await Side.of(opened, hub(plan.folder / "appends"))
        memory = await Side.of(opened, hub())
        forgetful = await Side.of(opened, forgetful_hub())
        bares = []
        for _ in range(repetitions):
            began = perf_counter()
            await asyncio.gather(*(asker.ask(appends) for asker in askers))
            bares.append(PUBLISHERS * appends / (perf_counter() - began))
            for side in (forgetful, durable, memory):
                await side.repeat(appends)
    return _figures(bares, durable, memory, forgetful)


def _figures(bares: list[float], durable: Side, memory: Side, forgetful: Side) -> list[Figure]:
    details = {
        "cpu_us_per_append": durable.cpu,
        "with_storage_off_cpu_us": forgetful.cpu,
        "in_memory_cpu_us": memory.cpu,
        "in_memory_per_s": median(memory.rates),
    }
    return [
        Figure(
            "appends",
            f"{SENT}, each stored on disk before it is acknowledged",
            "/s",
            durable.rates,
            bares,
            BARE,
            Target("value", "at least", 10_000),
        ),
        Figure(
            "appends-durability",
            "the same, compared with the same work with storage off",
            "/s",
            durable.rates,
            bares,
            BARE,
            Target("ratio", "at least", 0.6),
            base=forgetful.rates,
            base_is="the hub with storage off",
            details=details,
        ),
    ]

"""Latency: how long what is published takes to its subscribers, at a steady rate."""

from __future__ import annotations

import asyncio
from array import array
from contextlib import ExitStack
from statistics import quantiles
from time import perf_counter

from benchmarks import audience
from benchmarks.audience import SUBSCRIBERS, Audience
from benchmarks.figure import Figure, Plan, Target
from benchmarks.load import Peer
from benchmarks.servers import bare_server, hub

RATE = 1000
TARGETS = {"p50": Target("value", "at most", 2.0), "p99": Target("value", "at most", 6.5)}
BARE = "the same bytes from aiohttp on uvloop at the same rate"


class Paced:
    """Sends at the rate, whatever becomes of it, and notes when each subscriber gets what."""

    def __init__(self, to: Audience, messages: int) -> None:
        self._publisher = to.publisher
        self._frames = to.frames(messages)
        self._sent: array[float] = array("d")
        self._latencies: array[float] = array("d")
        self._missing = messages * SUBSCRIBERS
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        to.publisher.count(lambda _: None)
        for peer in to.subscribers:
            self._watch(peer)

    async def run(self) -> tuple[float, float]:
        """Return the median and the 99th percentile of all deliveries, in ms."""
        began = perf_counter()
        while len(self._sent) < len(self._frames):
            due = min(int((perf_counter() - began) * RATE) + 1, len(self._frames))
            for frame in self._frames[len(self._sent) : due]:
                self._publisher.write(frame)
                self._sent.append(perf_counter())
            # A timer of the loop has no more than milliseconds.
            next_due = began + due / RATE - perf_counter()
            await asyncio.sleep(next_due if next_due > 0 else 0)
        await self._done
        cuts = quantiles(self._latencies, n=100)
        return cuts[49] * 1000, cuts[98] * 1000

    def _watch(self, peer: Peer) -> None:
        sent, note, arrived = self._sent, self._latencies.append, 0

        def arrive(count: int) -> None:
            nonlocal arrived
            now = perf_counter()
            for began in sent[arrived : arrived + count]:
                note(now - began)
            arrived += count
            self._missing -= count
            if not self._missing:
                self._done.set_result(None)

        peer.count(arrive)


async def measure(plan: Plan) -> list[Figure]:
    messages, repetitions = plan.pick((3000, 5), (300, 1))
    with ExitStack() as opened:
        ours = opened.enter_context(hub(plan.folder / "latency"))
        bare = opened.enter_context(bare_server())
        on_hub = await audience.on_hub(ours, appends=True)
        on_bare = await audience.on_bare(bare, await audience.delivered(on_hub))
        hubs, bares = [], []
        for _ in range(repetitions):
            bares.append(await Paced(on_bare, messages).run())
            hubs.append(await Paced(on_hub, messages).run())
        on_hub.close()
        on_bare.close()
    return [
        Figure(
            f"latency-{percentile}",
            f"from publish to delivery, {RATE} appended tokens/s to {SUBSCRIBERS} subscribers, "
            "stored on disk",
            "ms",
            [run[index] for run in hubs],
            [run[index] for run in bares],
            BARE,
            target,
        )
        for index, (percentile, target) in enumerate(TARGETS.items())
    ]

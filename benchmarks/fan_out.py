"""Fan-out: how fast what one publisher sends reaches fifty subscribers."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from statistics import median
from time import perf_counter

from benchmarks import audience
from benchmarks.audience import SUBSCRIBERS, Audience
from benchmarks.figure import Figure, Plan, Target
from benchmarks.servers import Server, bare_server, hub

# Messages on their way at once: enough to keep a server busy, too few to fill its buffers.
WINDOW = 16
BARE = "the same bytes from aiohttp on uvloop to 50 sockets"


class Flow:
    """Sends the next message whenever one has reached everyone."""

    def __init__(self, to: Audience, messages: int) -> None:
        self._publisher = to.publisher
        self._frames = to.frames(messages)
        self._arrived = 0
        self._sent = 0
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        to.publisher.count(lambda _: None)
        for peer in to.subscribers:
            peer.count(self._arrive)

    async def run(self) -> float:
        """Send everything; return the seconds until all of it has arrived."""
        began = perf_counter()
        self._send(WINDOW)
        await self._done
        return perf_counter() - began

    def _arrive(self, count: int) -> None:
        self._arrived += count
        complete = self._arrived // SUBSCRIBERS
        if complete + WINDOW > self._sent:
            self._send(complete + WINDOW)
        if complete == len(self._frames) and not self._done.done():
            self._done.set_result(None)

    def _send(self, upto: int) -> None:
        batch = self._frames[self._sent : upto]
        if batch:
            self._sent += len(batch)
            self._publisher.write(b"".join(batch))


class Side:
    """What the repetitions on one server gave."""

    def __init__(self) -> None:
        self.rates: list[float] = []
        self.cpu: list[float] = []

    async def repeat(self, to: Audience, messages: int) -> None:
        flow = Flow(to, messages)
        used = to.server.cpu_seconds
        seconds = await flow.run()
        deliveries = messages * SUBSCRIBERS
        self.rates.append(deliveries / seconds)
        self.cpu.append((to.server.cpu_seconds - used) / deliveries * 1e6)


async def measure(plan: Plan) -> list[Figure]:
    with ExitStack() as opened:
        ours = opened.enter_context(hub(plan.folder / "fan-out"))
        bare = opened.enter_context(bare_server())
        return [
            await _figure(plan, ours, bare, "fan-out", "messages of 400 bytes", appends=False),
            await _figure(plan, ours, bare, "fan-out-appends", "appended tokens", appends=True),
        ]


async def _figure(
    plan: Plan, ours: Server, bare: Server, name: str, sent: str, *, appends: bool
) -> Figure:
    messages, repetitions = plan.pick((2500, 5), (100, 2))
    on_hub = await audience.on_hub(ours, appends=appends)
    frame = await audience.delivered(on_hub)
    on_bare = await audience.on_bare(bare, frame)
    hub_side, bare_side = Side(), Side()
    for _ in range(repetitions):
        await bare_side.repeat(on_bare, messages)
        await hub_side.repeat(on_hub, messages)
    on_hub.close()
    on_bare.close()
    return Figure(
        name,
        f"{sent}, delivered to {SUBSCRIBERS} subscribers of one publisher, stored on disk",
        "/s",
        hub_side.rates,
        bare_side.rates,
        BARE,
        Target("ratio", "at least", 0.6),
        details={
            "bytes_per_frame": len(frame),
            "hub_cpu_us_per_delivery": median(hub_side.cpu),
            "bare_cpu_us_per_delivery": median(bare_side.cpu),
        },
    )

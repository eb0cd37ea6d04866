"""Piping: tokens from an agent through the hub to a subscriber, faster than any model says them."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, cycle, islice
from pathlib import Path
from statistics import median

import msgspec

from benchmarks import content, load
from benchmarks.figure import Figure, Plan, Target
from benchmarks.machine import CORES, on_cores
from benchmarks.servers import KEY, ROOT, hub

RATE = 5_000
OURS = [sys.executable, "-m", "benchmarks.our_pipe"]
OFFICIAL = ["node", str(Path(__file__).with_name("official_pipe.mjs"))]
SDK = "an agent of @ably/ai-transport in Node on the same hub"
ASKED = "event-of-the-question"


class Growth(msgspec.Struct):
    """What a subscriber reads of a message."""

    action: int = 0
    data: str | None = None


class Delivery(msgspec.Struct):
    """What a subscriber reads of a frame."""

    action: int
    messages: list[Growth] = []


_read = msgspec.json.Decoder(Delivery).decode
UPDATE, APPEND = 1, 5


@dataclass
class Subscriber:
    """Hears an agent, and notes when it had heard how much."""

    whole: str
    done: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    times: list[float] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    text: str = ""

    def hear(self, frame: bytes) -> None:
        for message in _read(frame).messages:
            if not message.data or message.action not in (UPDATE, APPEND):
                continue
            self.text = message.data if message.action == UPDATE else self.text + message.data
            self.times.append(time.monotonic())
            self.lengths.append(len(self.text))
        if len(self.text) >= len(self.whole) and not self.done.done():
            self.done.set_result(None)

    def heard_at(self, length: int) -> float:
        return self.times[bisect_left(self.lengths, length)]


@dataclass(frozen=True)
class Piped:
    """How long after it was due each token was there, in seconds, and how long all took."""

    lags: Sequence[float]
    seconds: float

    @property
    def rate(self) -> float:
        return len(self.lags) / self.seconds

    def lag(self, tenth: int) -> float:
        size = len(self.lags) // 10
        return median(self.lags[tenth * size : (tenth + 1) * size])


async def measure(plan: Plan) -> list[Figure]:
    seconds, repetitions = plan.pick((4.0, 3), (0.2, 1))
    paced: dict[str, list[Piped]] = {"ours": [], "official": []}
    unpaced: dict[str, list[Piped]] = {"ours": [], "official": []}
    with hub() as server:
        for number in range(repetitions):
            for side, command in (("ours", OURS), ("official", OFFICIAL)):
                tokens = list(islice(cycle(content.TOKENS), int(RATE * seconds)))
                channel = f"{content.CHANNEL}:{side}-{number}"
                paced[side].append(await _piped(command, server.port, channel, tokens, RATE))
                unpaced[side].append(
                    await _piped(command, server.port, f"{channel}-unpaced", tokens, None)
                )
    said = f"of {RATE:,} tokens a second, piped by an agent in a process of its own"
    return [
        Figure(
            "pipe-lag",
            f"the last tenth {said}, from when each is due until a subscriber has it",
            "ms",
            [run.lag(9) * 1000 for run in paced["ours"]],
            [run.lag(9) * 1000 for run in paced["official"]],
            SDK,
            Target("value", "at most", 20),
            details={"in_the_first_tenth_ms": median(run.lag(0) for run in paced["ours"]) * 1000},
        ),
        Figure(
            "pipe-rate",
            "as many of them as a subscriber has a second, from the first one's time on",
            "/s",
            [run.rate for run in paced["ours"]],
            [run.rate for run in paced["official"]],
            SDK,
            Target("value", "at least", 0.98 * RATE),
        ),
        Figure(
            "pipe-most",
            "the same where the agent never waits",
            "/s",
            [run.rate for run in unpaced["ours"]],
            [run.rate for run in unpaced["official"]],
            SDK,
            Target("ratio", "at least", 1),
        ),
    ]


async def _piped(
    command: Sequence[str], port: int, channel: str, tokens: Sequence[str], rate: int | None
) -> Piped:
    """Have an agent say tokens, and hear them to the end; raise if it is not what was said."""
    attach = json.dumps({"action": 10, "channel": channel}).encode()
    peer = await load.attach(port, attach)
    await _ask(port, channel)
    subscriber = Subscriber("".join(tokens))
    peer.listen(subscriber.hear)
    order = {"key": KEY, "port": port, "channel": channel, "event": ASKED, "rate": rate}
    order |= {"tokens": content.TOKENS, "count": len(tokens)}
    with on_cores(set(CORES)):
        agent = await asyncio.create_subprocess_exec(
            *command, json.dumps(order), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
    told, _ = await agent.communicate()
    if agent.returncode != 0:
        raise RuntimeError(f"{command[0]} could not pipe")
    async with asyncio.timeout(10):
        await subscriber.done
    peer.close()
    if subscriber.text != subscriber.whole:
        raise RuntimeError(f"{command[0]} piped something else than it was given")
    began: float = json.loads(told)
    lengths = accumulate(map(len, tokens))
    heard = [subscriber.heard_at(length) for length in lengths]
    due = (began + (number / rate if rate else 0.0) for number in range(len(tokens)))
    lags = [at - when for at, when in zip(heard, due, strict=True)]
    return Piped(lags, heard[-1] - began)


async def _ask(port: int, channel: str) -> None:
    """Publish what the agent is to answer."""
    transport = {
        "role": "user",
        "codec-message-id": "question",
        "run-client-id": "user",
        "event-id": ASKED,
        "stream": "false",
        "discrete": "true",
    }
    codec = {"kind": "user-message", "messageId": "question", "partType": "text"}
    extras = {"ai": {"transport": transport, "codec": codec}}
    user = await load.connect(port)
    question: content.Wire = {"name": "ai-input", "data": "hi", "clientId": "user"}
    user.send(content.publish(channel, {**question, "extras": extras}, 0))
    await user.told(load.ACK)
    user.close()

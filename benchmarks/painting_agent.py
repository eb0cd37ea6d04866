"""An agent whose every token says when it was published, in a process of its own.

    python -m benchmarks.painting_agent ORDER

ORDER is JSON: `key`, `port` and `channel`. Prints a line when it is there; then for each line of
JSON that it is given, with `rate` and `count`, it is asked something, answers, and prints the stamp
of its last token. Without a rate it says all at once.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aitransport_notebook as ait
from aitransport_notebook.runs.invocation import Invocation

# A text is in paragraphs of so many tokens.
PARAGRAPH = 40
# More history than that takes few requests.
PAGE = 1000


class Stamped:
    """Says tokens that are times, in ms since 1970; each is another."""

    def __init__(self, rate: float | None, count: int) -> None:
        self._rate, self._count = rate, count
        self.last = 0.0

    async def chunks(self) -> AsyncIterator[dict[str, str]]:
        yield {"type": "start"}
        yield {"type": "text-start", "id": "t"}
        began = time.monotonic()
        for number in range(self._count):
            if self._rate is not None:
                await asyncio.sleep(max(0.0, began + number / self._rate - time.monotonic()))
            yield {"type": "text-delta", "id": "t", "delta": self._token(number)}
        yield {"type": "text-end", "id": "t"}
        yield {"type": "finish"}

    def _token(self, number: int) -> str:
        self.last = max(round(time.time() * 1000, 2), self.last + 0.01)
        return f"{self.last:.2f}" + (" " if (number + 1) % PARAGRAPH else "\n\n")


async def _ask(where: Any, channel: str) -> Invocation:
    client = ait.client(where)
    async with ait.ClientSession(client, channel, ait.UIMessageCodec()) as session:
        run = await session.view.send("Go on.")
        invocation = run.to_invocation()
    await client.close()
    return invocation


async def main(order: Mapping[str, Any]) -> None:
    channel = order["channel"]
    at = {"key": order["key"], "endpoint": "127.0.0.1", "port": order["port"], "tls": False}
    customer, agent = (ait.connect(**at, client_id=name) for name in ("customer", "agent"))
    client = ait.client(agent)
    codec = ait.UIMessageCodec()
    async with ait.AgentSession(client, channel, codec, page_size=PAGE) as session:
        print(json.dumps("ready"), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            wish = json.loads(line)
            said = Stamped(wish["rate"], wish["count"])
            run = session.create_run(await _ask(customer, channel))
            await run.start()
            piped = await run.pipe(said.chunks())
            if piped.error is not None:
                raise piped.error
            await run.end()
            print(json.dumps(said.last), flush=True)
    await client.close()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))

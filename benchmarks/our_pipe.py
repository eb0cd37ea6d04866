"""An agent that says tokens at a steady rate, in a process of its own.

    python -m benchmarks.our_pipe ORDER

ORDER is JSON, as `benchmarks.piping` writes it. Prints a line of JSON: when the first token is due.
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


class Paced:
    """Yields each token when it is due, or later if nobody asked; without a rate all at once."""

    def __init__(self, order: Mapping[str, Any]) -> None:
        self._tokens: list[str] = order["tokens"]
        self._count: int = order["count"]
        self._rate: float | None = order["rate"]
        self.began = 0.0

    async def chunks(self) -> AsyncIterator[dict[str, str]]:
        yield {"type": "start"}
        yield {"type": "text-start", "id": "t"}
        self.began = time.monotonic()
        said = 0
        while said < self._count:
            due = self._due()
            while said < due:
                yield {"type": "text-delta", "id": "t", "delta": self._token(said)}
                said += 1
            await asyncio.sleep(0.0005)
        yield {"type": "text-end", "id": "t"}
        yield {"type": "finish"}

    def _due(self) -> int:
        if self._rate is None:
            return self._count
        return min(self._count, int((time.monotonic() - self.began) * self._rate) + 1)

    def _token(self, number: int) -> str:
        return self._tokens[number % len(self._tokens)]


async def main(order: Mapping[str, Any]) -> None:
    where = ait.connect(
        key=order["key"], endpoint="127.0.0.1", port=order["port"], tls=False, client_id="agent"
    )
    client, channel, paced = ait.client(where), order["channel"], Paced(order)
    async with ait.AgentSession(client, channel, ait.UIMessageCodec()) as session:
        run = session.create_run(Invocation(order["event"], channel))
        await run.start()
        piped = await run.pipe(paced.chunks())
        if piped.error is not None:
            raise piped.error
        await run.end()
    await client.close()
    print(json.dumps(paced.began))


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))

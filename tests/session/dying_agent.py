"""An agent that begins to answer, says so, and says nothing more until it is killed.

    python -m tests.session.dying_agent HOST PORT KEY SESSION

Invocations come on standard input, a line of JSON each; the ids of a Run go out as soon as it is
spoken in. A line that also names a Run has it adopted, and answered to the end.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

from aitransport_notebook import AgentSession, Invocation, UIMessageCodec, client, connect


async def reply(last: asyncio.Event) -> AsyncIterator[Any]:
    yield {"type": "start"}
    yield {"type": "text-start", "id": "t"}
    yield {"type": "text-delta", "id": "t", "delta": "Well, "}
    await last.wait()
    yield {"type": "text-delta", "id": "t", "delta": "yes."}
    yield {"type": "text-end", "id": "t"}
    yield {"type": "finish"}


async def main(host: str, port: str, key: str, name: str) -> None:
    where = connect(key=key, endpoint=host, port=int(port), tls=False, client_id="ai", role="agent")
    async with AgentSession(client(where), name, UIMessageCodec()) as session:
        while line := await asyncio.to_thread(sys.stdin.readline):
            asked: dict[str, Any] = json.loads(line)
            ids = asked.pop("adopt", None)
            invocation = Invocation.of(asked)
            last = asyncio.Event()
            if ids:
                run = session.adopt_run(
                    invocation, run_id=ids["run_id"], invocation_id=ids["invocation_id"]
                )
                await run.load()
                last.set()
            else:
                run = session.create_run(invocation)
                await run.start()
            said = asyncio.create_task(run.pipe(reply(last)))
            ids = {"run_id": run.run_id, "invocation_id": run.invocation_id}
            print(json.dumps(ids), flush=True)  # noqa: T201
            await said
            await run.end()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

"""A worker as a process of its own, which may be killed.

    python -m tests.agents.mortal_worker HOST PORT KEY CLIENT_ID ANSWER SESSION...

It says when it is at the sessions; ANSWER is a function of `tests.agents.answers`.
"""

from __future__ import annotations

import asyncio
import sys

from aitransport_notebook import connect
from aitransport_notebook.agents.worker import Worker
from tests.agents import answers


async def main(host: str, port: str, key: str, who: str, answer: str, *names: str) -> None:
    where = connect(key=key, endpoint=host, port=int(port), tls=False, client_id=who, role="agent")
    async with Worker(*names, answer=getattr(answers, answer), connection=where) as worker:
        working = asyncio.create_task(worker.run())
        await worker.ready()
        print("ready", flush=True)  # noqa: T201
        await working


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

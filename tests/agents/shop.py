"""An agent that asks before it buys, and those who let it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from aitransport_notebook import ClientSession, Invocation
from aitransport_notebook.session.agent.run import AgentRun
from tests.agents.answers import said, texts_of
from tests.support.waiting import until


class Shop:
    """An agent that asks before it buys."""

    def __init__(self) -> None:
        self.bought: list[str] = []
        # What it waits for before it goes on: after it asked, and after it was told to buy.
        self.asked, self.told = asyncio.Event(), asyncio.Event()
        self.asked.set()
        self.told.set()

    async def answer(self, run: AgentRun) -> AsyncIterator[Mapping[str, Any]]:
        if not run.said:
            buy = {"toolCallId": "c1", "toolName": "buy", "input": {}}
            yield {"type": "tool-input-available", **buy}
            yield {"type": "tool-approval-request", "toolCallId": "c1", "approvalId": "a1"}
            await self.asked.wait()
            return
        words = [texts_of(message) for message in run.said if message["role"] == "user"]
        self.bought.append(" ".join(words))
        for output in said("bought"):
            yield output
        await self.told.wait()


async def approves(session: ClientSession[Any], run_id: str | None = None) -> Invocation:
    """Let the agent buy; in the Run that is named, or else in the first."""

    def asked() -> list[str]:
        tree = session.tree
        runs = [run for run in session.view.runs if run_id in (None, run.run_id)]
        nodes = [node for one in runs if (node := tree.run(one.run_id)) is not None]
        return [one.codec_message_id for node in nodes for one in tree.messages_of(node)]

    await until(lambda: bool(asked()))
    return (await session.view.approve(asked()[0], "c1")).to_invocation()

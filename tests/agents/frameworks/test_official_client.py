"""The official client asks a pydantic-ai agent, approves, and sees what ours see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

from pydantic_ai import Agent, DeferredToolRequests, ModelMessage
from pydantic_ai.models.function import AgentInfo, DeltaThinkingPart, DeltaToolCall, FunctionModel

from aitransport_notebook import Invocation
from aitransport_notebook.agents.pydantic_ai import answer_with
from tests.agents.frameworks.conversation import talking
from tests.interop.cast import Asked, Client
from tests.interop.comparing import check_same
from tests.interop.drivers import Driver
from tests.interop.python.shown import snapshot
from tests.support.company import Room
from tests.support.waiting import until


async def pays(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[Any]:
    if messages[-1].parts[-1].part_kind == "user-prompt":
        yield {0: DeltaThinkingPart(content="That is a lot.")}
        yield {1: DeltaToolCall(name="pay", json_args='{"amount": ', tool_call_id="c1")}
        yield {1: DeltaToolCall(json_args="30}")}
    else:
        yield "Done."


async def test_the_official_client_approves_and_sees_the_same(room: Room) -> None:
    agent: Agent[None, Any] = Agent(
        FunctionModel(stream_function=pays), output_type=[str, DeferredToolRequests]
    )

    @agent.tool_plain(requires_approval=True)
    def pay(amount: int) -> dict[str, int]:
        return {"paid": amount}

    driver = await asyncio.to_thread(Driver, "javascript", room.hub)
    with driver:
        async with talking(room, answer_with(agent)) as talk:
            ann = Client(driver, room.name, "ann", count(1))
            await asyncio.to_thread(ann.begin, "join")

            async def answered(asked: Asked, status: str) -> None:
                await talk.take(Invocation.of(asked.invocation))
                await asyncio.to_thread(ann.has_runs, status)

            await answered(await asyncio.to_thread(ann.send, "Pay 30"), "suspended")
            approval: dict[str, Any] = {"toolCallId": "c1", "approved": True}
            call = (await asyncio.to_thread(lambda: ann.ids))[-1]
            approved = await asyncio.to_thread(
                lambda: ann.amend("tool-approval-response", call, **approval)
            )
            await answered(approved, "complete")
            official = await asyncio.to_thread(ann.snapshot)
            await until(lambda: [run.status for run in talk.view.runs] == ["complete"])
            check_same("ours", snapshot(talk.view), official)
    parts = official["messages"][-2]["message"]["parts"]
    assert [part["type"] for part in parts] == ["step-start", "reasoning", "tool-pay"]
    assert parts[-1]["output"] == {"paid": 30}
    assert official["messages"][-1]["message"]["metadata"]["usage"]["requests"] == 1

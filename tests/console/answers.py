"""What agents of these tests do, beside what those of `tests.agents` do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from aitransport_notebook.codec.uimessage.calls import approved_tool_calls
from aitransport_notebook.session.agent.run import AgentRun
from tests.agents.answers import said, texts_of
from tests.interop import chunks

Output = Mapping[str, Any]


async def asking(run: AgentRun) -> AsyncIterator[Output]:
    """Ask for an approval; then say what became of it."""
    calls = [part for part in run.messages[-1].get("parts", ()) if "toolCallId" in part]
    if not calls:
        asks = [*chunks.call("send", "c1", {"to": "ann"}), *chunks.asks_approval("c1", "a1")]
        for chunk in chunks.message(asks, id="asks"):
            yield chunk
        return
    approved = approved_tool_calls(run.messages)
    if approved:
        yield {"type": "tool-output-available", "toolCallId": "c1", "output": approved[0].input}
    for output in said("sent" if approved else "not sent"):
        yield output


async def asking_later(run: AgentRun) -> AsyncIterator[Output]:
    """Make a call, and ask for an approval of it once something else is said."""
    asks = [*chunks.call("send", "c1", {"to": "ann"}), *chunks.asks_approval("c1", "a1")]
    for chunk in chunks.message(asks[:-1], id="asks")[:-2]:
        yield chunk
    said = asyncio.Event()
    off = run.tree.on("message", lambda _: said.set())
    while _asked(run) == "send it":
        said.clear()
        await said.wait()
    off()
    yield asks[-1]


async def wondering(run: AgentRun) -> AsyncIterator[Output]:
    """Ask a person for something; then repeat what they gave."""
    calls = [part for part in run.messages[-1].get("parts", ()) if "toolCallId" in part]
    if not calls:
        for chunk in chunks.message(chunks.call("ask", "c1", {"for": "a colour"}), id="asks"):
            yield chunk
        return
    for output in said(f"got {calls[0].get('output', calls[0].get('errorText'))}"):
        yield output


async def endless(run: AgentRun) -> AsyncIterator[Output]:
    """Say one word after the other until something else is said, or the Run is stopped."""
    yield {"type": "start"}
    yield {"type": "text-start", "id": "t"}
    while (asked := _asked(run)) == "go on" and not run.cancelled.is_set():
        yield {"type": "text-delta", "id": "t", "delta": "on "}
        await asyncio.sleep(0.02)
    if asked != "go on":
        yield {"type": "text-delta", "id": "t", "delta": f"steered by {asked}"}
    yield {"type": "text-end", "id": "t"}
    yield {"type": "finish"}


def _asked(run: AgentRun) -> str:
    return [texts_of(message) for message in run.messages if message["role"] == "user"][-1]

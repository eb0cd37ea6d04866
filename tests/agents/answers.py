"""What agents of the tests say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from aitransport_notebook.session.agent.run import AgentRun

Output = Mapping[str, Any]


def texts_of(message: Any) -> str:
    """Return the text of a message of the AI SDK."""
    return "".join(part["text"] for part in message["parts"] if part["type"] == "text")


def said(text: str) -> Iterator[Output]:
    """Yield a text word by word."""
    yield {"type": "start"}
    yield {"type": "text-start", "id": "t"}
    for word in text.split(" "):
        yield {"type": "text-delta", "id": "t", "delta": f"{word} "}
    yield {"type": "text-end", "id": "t"}
    yield {"type": "finish"}


async def echo(run: AgentRun) -> AsyncIterator[Output]:
    """Say what was asked last."""
    for output in said(f"you said {texts_of(run.messages[-1])}"):
        yield output


async def unhurried(run: AgentRun) -> AsyncIterator[Output]:
    """Say what was asked last, in some tenths of a second."""
    async for output in echo(run):
        yield output
        await asyncio.sleep(0.03)


async def slowly(run: AgentRun) -> AsyncIterator[Output]:
    """Say what was asked last, over some seconds."""
    for output in said(f"let me see now what it was that you said {texts_of(run.messages[-1])}"):
        yield output
        await asyncio.sleep(0.2)

"""Workers, and what they make of a session."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable
from typing import Any

from aitransport_notebook import (
    ClientSession,
    Connection,
    connect,
)
from aitransport_notebook.agents.worker import Worker
from tests.agents.answers import texts_of
from tests.support.hub_process import HubProcess

LIMIT = 30.0
Hire = Callable[..., Awaitable[Worker]]
Start = Callable[..., Awaitable[Process]]


def connection(hub: HubProcess, who: str, role: str | None = "agent") -> Connection:
    return connect(
        key=hub.key, endpoint=hub.host, port=hub.port, tls=False, client_id=who, role=role
    )


def shown(session: ClientSession[Any]) -> list[tuple[str, str]]:
    messages = [message.message for message in session.view.messages]
    return [(message["role"], texts_of(message).strip()) for message in messages]


def counted(session: ClientSession[Any], name: str) -> int:
    return sum(record.name == name for record in session.tree.records)


async def asked(session: ClientSession[Any], text: str) -> str:
    """Ask, and return how the Run ended."""
    run = await session.view.send(text)
    return await asyncio.wait_for(run.wait(), LIMIT)

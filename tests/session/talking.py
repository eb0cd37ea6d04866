"""Turns of a conversation, for tests that need one to look at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any

from aitransport_notebook import AgentSession, ClientSession
from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.client.run import ClientRun
from tests.interop.chunks import reply
from tests.support.waiting import until


async def answered(agent: AgentSession[Any], asked: ClientRun, *words: str) -> AgentRun:
    """Have an agent answer an input, to the end."""
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await run.pipe(reply(*words, id=f"of {asked.input_message_id}"))
    await run.end()
    return run


async def talked(user: ClientSession[Any], agent: AgentSession[Any], turns: int) -> list[str]:
    """Have a conversation of so many turns; returns the ids of its messages."""
    for turn in range(turns):
        asked = await user.view.send(f"{turn}?")
        await answered(agent, asked, f"{turn}!")
        await asked.wait()
    await until(lambda: len(user.view.messages) == 2 * turns)
    return ids(user.view.messages)


async def endlessly(run: AgentRun) -> AsyncIterator[dict[str, Any]]:
    """Say one word after the other, until the Run is cancelled."""
    for chunk in reply("on", id="endless")[:-3]:
        yield chunk
    await run.cancelled.wait()


def ids(messages: Iterable[CodecMessage]) -> list[str]:
    return [message.codec_message_id for message in messages]


def texts(messages: Iterable[CodecMessage]) -> list[str]:
    return [
        "".join(part.get("text", "") for part in message.message["parts"]) for message in messages
    ]

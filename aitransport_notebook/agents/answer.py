"""What an agent does with an input: a function of one's own, and what it yields."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.errors import AITransportError, ErrorCode, error_for
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.agent.steps import Source, each
from aitransport_notebook.session.connection import Connection

# Called for the input, and again for what is said to the Run while it works.
Answer = Callable[[AgentRun], Source | Awaitable[Source]]


async def outputs_of(answer: Answer, run: AgentRun) -> AsyncGenerator[Mapping[str, Any], None]:
    """Yield what an answer yields."""
    this = asyncio.current_task()
    cancelling = this.cancelling() if this is not None else 0
    try:
        source = answer(run)
        if inspect.isawaitable(source):
            source = await source
        if not hasattr(source, "__aiter__") and not hasattr(source, "__iter__"):
            raise error_for(
                40003,
                f"the answer is {source!r:.80}, which yields nothing",
                hint="Give a function that yields the codec's outputs, or returns what does.",
            )
        async with aclosing(each(source)) as outputs:
            async for output in outputs:
                yield output
    except asyncio.CancelledError as error:
        if this is not None and this.cancelling() > cancelling:
            raise
        # Nobody cancelled the Run: it must end all the same.
        raise error_for(
            ErrorCode.STREAM_ERROR,
            "something that the answer waited for was cancelled",
            hint="Catch its CancelledError in the answer, or wait for it with asyncio.shield.",
        ) from error


def unreadable(run: AgentRun) -> AITransportError:
    """Return what is wrong where there is nothing to answer in what was asked."""
    return error_for(
        40003,
        f"nothing that was asked can be read with the {type(run.codec).__name__}",
        hint="Give the same codec to all who take part in a session.",
    )


def check_agent(answer: object, codec: object, connection: object) -> None:
    """Refuse what would only fail once somebody asks."""
    if not callable(answer):
        raise _wrong("answer", answer, "a function of a Run that yields the codec's outputs")
    if codec is not None and not isinstance(codec, Codec):
        raise _wrong("codec", codec, "a codec as it is made, such as UIMessageCodec()")
    if connection is not None and not isinstance(connection, Connection):
        raise _wrong("connection", connection, "what connect() returns")


def _wrong(name: str, given: object, wanted: str) -> AITransportError:
    return error_for(40003, f"the {name} is {given!r:.80}", hint=f"Give {wanted}.")

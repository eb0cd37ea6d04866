"""The invocation endpoint: wakes an agent by HTTP. All that is said then is on the channel."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aitransport_notebook.agents.answer import Answer
from aitransport_notebook.agents.answering import Answering
from aitransport_notebook.agents.asgi import Endpoint, Reply, Request
from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.errors import AITransportError, LinkError, SessionError, error_for
from aitransport_notebook.runs.invocation import Invocation
from aitransport_notebook.session.agent.hooks import Answer as Granted
from aitransport_notebook.session.agent.hooks import CancelRequest
from aitransport_notebook.session.connection import Connection

# Says whether who asks may wake the agent for this input.
Authorize = Callable[[Invocation, Request], bool | Awaitable[bool]]
# How long to look for an input, in seconds: it is on the channel before anyone tells of it.
PATIENCE = 10.0
NOT_FOUND = 104010


class InvocationEndpoint(Endpoint):
    """An ASGI application that has an input answered, and says at once by which Run.

    It takes a POST of `{"inputEventId", "sessionName"}`, as `run.to_invocation()` and the
    JavaScript SDK's `run.toInvocation()` have it, and answers `{"runId", "invocationId"}`.
    The same input is answered once, however often it is posted.

    `authorize(invocation, request)` decides who may do so. Without it everyone may who can reach
    the endpoint: they can have the agent answer what is in its sessions, and say nothing there.
    """

    methods = ("POST",)

    def __init__(
        self,
        answer: Answer,
        codec: Codec[Any] | None = None,
        *,
        connection: Connection | None = None,
        authorize: Authorize | None = None,
        on_cancel: Callable[[CancelRequest], Granted] | None = None,
        cancel_when_alone: float | None = None,
        patience: float = PATIENCE,
        describe_error: Callable[[Exception], str] | None = None,
    ) -> None:
        self._answering = Answering(
            answer,
            codec,
            connection=connection,
            on_cancel=on_cancel,
            cancel_when_alone=cancel_when_alone,
            patience=patience,
            describe_error=describe_error,
        )
        self._authorize = authorize
        self._patience = patience

    async def close(self) -> None:
        """End the open Runs as cancelled, and let go of the client."""
        await self._answering.close()

    @asynccontextmanager
    async def lifespan(self, app: object) -> AsyncIterator[None]:
        """Close it when an outer application ends, which keeps that to itself:
        `FastAPI(lifespan=endpoint.lifespan)`.
        """
        async with self:
            yield

    async def answer(self, request: Request, body: bytes) -> Reply:
        invocation = _invocation_in(body)
        if self._authorize is not None:
            granted = self._authorize(invocation, request)
            if not (await granted if inspect.isawaitable(granted) else granted):
                raise error_for(
                    40300,
                    f"who asks may not wake the agent of {invocation.session_name[:80]!r}",
                    hint="Send what proves who you are, and ask for a session of your own.",
                )
        try:
            async with asyncio.timeout(self._patience + 1):
                begun = await self._answering.take(invocation)
        except TimeoutError:
            raise error_for(
                50003, "the agent could not begin in time", status=503, hint="Try again later."
            ) from None
        except AITransportError as error:
            raise _as_ours(error) from error
        told = {"runId": begun.run_id, "invocationId": begun.invocation_id}
        return Reply(json.dumps(told).encode())


def _invocation_in(body: bytes) -> Invocation:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    invocation = Invocation.of(told if isinstance(told, dict) else {})
    if not _is_a_name(invocation.session_name):
        raise error_for(
            40003,
            "the sessionName is no name of a session",
            hint="Name it as people do who are in it, without the parameters of a channel.",
        )
    if not invocation.input_event_id:
        raise error_for(
            40003, "the inputEventId is empty", hint="Name the input that is to be answered."
        )
    return invocation


def _is_a_name(name: str) -> bool:
    # What stands in brackets is how a channel is to be read, and no part of its name.
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return not name.startswith("[")


def _as_ours(error: AITransportError) -> AITransportError:
    """Return what went wrong behind the endpoint as what it is to who asks: no fault of theirs."""
    if error.code == NOT_FOUND:
        return error
    status = 503 if isinstance(error, LinkError | SessionError) else 502
    return error_for(
        error.code,
        f"the agent could not begin: {error.message}",
        status=status,
        hint=error.hint or "Look into the agent's log.",
    )

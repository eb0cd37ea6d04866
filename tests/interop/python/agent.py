"""An agent of this project, by commands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from aitransport_notebook import AgentSession, Invocation, UIMessageCodec
from aitransport_notebook.errors import error_for
from aitransport_notebook.session.agent.hooks import CancelRequest
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.agent.steps import AgentStep, Piped, Write
from tests.interop.python.shown import line
from tests.interop.python.side import Listener, Side, until

Json = dict[str, Any]


class AgentSide(Side):
    session: AgentSession[Any]

    def __init__(self, connection: Any, session: AgentSession[Any]) -> None:
        super().__init__(connection, session)
        self._runs: dict[str, tuple[AgentRun, Hooks]] = {}
        self._steps: dict[str, AgentStep] = {}
        self._streams: dict[str, tuple[Fed, asyncio.Task[Json]]] = {}

    @classmethod
    async def begin(cls, connection: Any, channel: str, **_: Any) -> AgentSide:
        session = AgentSession(connection, channel, UIMessageCodec())
        side = cls(connection, session)
        await session.connect()
        return side

    # Runs.

    async def open(
        self, run: str, invocation: Json, identity: Json | None, hooks: Json | None
    ) -> Json:
        told = Hooks(**(hooks or {}))
        opened = self.session.create_run(
            Invocation.of(invocation), **(identity or {}), **told.given
        )
        await opened.start()
        return self._known(run, opened, told)

    async def adopt(self, run: str, invocation: Json, identity: Json, hooks: Json | None) -> Json:
        """Go on with a run that was opened elsewhere."""
        told = Hooks(**(hooks or {}))
        adopted = self.session.adopt_run(Invocation.of(invocation), **identity, **told.given)
        await adopted.load()
        return self._known(run, adopted, told)

    def _known(self, name: str, run: AgentRun, told: Hooks) -> Json:
        self._runs[name] = run, told
        return {"run_id": run.run_id, "invocation_id": run.invocation_id}

    async def prompt(self, run: str) -> list[str]:
        """Return what the agent is given to answer."""
        return [line(message) for message in self._run(run).messages]

    async def has_input(self, run: str) -> bool:
        return self._run(run).has_input()

    async def status(self, run: str) -> str:
        return self._run(run).status

    async def cancelled(self, run: str) -> None:
        """Wait until the run was cancelled."""
        await self._run(run).cancelled.wait()

    async def told(self, run: str, of: str, count: int) -> list[str | None]:
        """Wait until the hooks have heard so many of these: "cancel" or "steer"."""
        return await self._runs[run][1].heard(of, count)

    async def suspend(self, run: str) -> None:
        await self._run(run).suspend()

    async def end(self, run: str, reason: str, error: Json | None) -> None:
        told = error_for(error["code"], error["message"]) if error else None
        await self._run(run).end(reason, told)

    def _run(self, name: str) -> AgentRun:
        return self._runs[name][0]

    # Speaking.

    async def step(self, run: str, step: str, step_id: str | None) -> str:
        """Open a step of its own."""
        opened = self._run(run).create_step(step_id)
        await opened.start()
        self._steps[step] = opened
        return opened.step_id

    async def put(self, step: str, chunk: Json) -> None:
        await self._steps[step].send(chunk)

    async def end_step(self, step: str, reason: str | None) -> None:
        await self._steps[step].end(reason)

    async def pipe(self, chunks: list[Json], run: str, step: str | None = None) -> Json:
        return plain(await self._speaker(run, step).pipe(chunks))

    async def stream(self, stream: str, run: str, step: str | None = None) -> None:
        """Begin to pipe what is to be said."""
        fed = Fed()

        async def result() -> Json:
            return plain(await self._speaker(run, step).pipe(fed))

        self._streams[stream] = fed, asyncio.create_task(result())

    async def say(self, stream: str, chunks: list[Json]) -> None:
        self._streams[stream][0].say(chunks)

    async def finish(self, stream: str) -> Json:
        self._streams[stream][0].end()
        return await self.piped(stream)

    async def fail(self, stream: str, message: str) -> Json:
        self._streams[stream][0].fail(RuntimeError(message))
        return await self.piped(stream)

    async def piped(self, stream: str) -> Json:
        return await self._streams[stream][1]

    def _speaker(self, run: str, step: str | None) -> AgentRun | AgentStep:
        return self._steps[step] if step else self._run(run)

    # Leaving.

    async def end_session(self) -> None:
        """End the open runs, and leave."""
        await self.session.end()

    async def vanish(self) -> None:
        """Go as a process does that is killed."""
        await self.connection.close()


class Hooks:
    """Counts what the session asks and tells; grants or refuses cancels."""

    def __init__(self, refuses: bool = False, last_words: list[Json] | None = None) -> None:
        self._refuses = refuses
        self._last_words = last_words or []
        self._heard: dict[str, list[str | None]] = {"cancel": [], "steer": []}
        self._listeners: list[Listener] = []
        self.given: dict[str, Any] = {
            "on_cancel": self._asked,
            "on_cancelled": self._stopped,
            "on_steer": lambda: self._hear("steer", None),
        }

    async def heard(self, of: str, count: int) -> list[str | None]:
        heard = self._heard[of]

        def listen(look: Listener) -> Listener:
            self._listeners.append(look)
            return lambda: self._listeners.remove(look)

        await until(lambda: len(heard) >= count, listen)
        return heard

    async def _asked(self, request: CancelRequest) -> bool:
        self._hear("cancel", request.client_id)
        return not self._refuses

    async def _stopped(self, write: Write) -> None:
        for chunk in self._last_words:
            await write(chunk)

    def _hear(self, of: str, value: str | None) -> None:
        self._heard[of].append(value)
        for listener in list(self._listeners):
            listener()


class Fed:
    """A stream of what is said while it runs."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Json | Exception | None] = asyncio.Queue()

    def say(self, chunks: list[Json]) -> None:
        for chunk in chunks:
            self._queue.put_nowait(chunk)

    def end(self) -> None:
        self._queue.put_nowait(None)

    def fail(self, error: Exception) -> None:
        self._queue.put_nowait(error)

    async def __aiter__(self) -> AsyncIterator[Json]:
        while (chunk := await self._queue.get()) is not None:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk


def plain(piped: Piped) -> Json:
    return {"reason": piped.reason, "error": str(piped.error) if piped.error else None}

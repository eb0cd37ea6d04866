"""The steps of a Run as its agent takes them: what is said stands in one, and one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
)
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol, TypeVar
from uuid import uuid4

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.runs import headers
from aitransport_notebook.runs.headers import Step, Trigger
from aitransport_notebook.runs.retrying import step_name
from aitransport_notebook.session.agent.reading import Reading
from aitransport_notebook.session.agent.writer import MessageWriter
from aitransport_notebook.session.channel.line import Line, ai_message
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.names import Headers

T = TypeVar("T")
Source = AsyncIterable[Mapping[str, Any]] | Iterable[Mapping[str, Any]]
Write = Callable[[Mapping[str, Any]], Awaitable[None]]
STEP_REASONS = {"cancelled": "cancelled", "error": "failed"}


@dataclass(frozen=True, slots=True)
class Piped:
    """How a stream ended: "complete", "cancelled" or "error", and then with which."""

    reason: str
    error: Exception | None = None


class Speaking(Protocol):
    """What the steps need of their Run."""

    codec: Codec[Any]
    line: Line
    run_id: str
    invocation_id: str
    cancelled: asyncio.Event

    @property
    def trigger(self) -> Trigger: ...
    @property
    def anchor(self) -> str | None: ...
    @property
    def on_cancelled(self) -> Callable[[Write], Awaitable[None]] | None: ...
    def refuse_unless_open(self, what: str) -> None: ...
    def begin_answer(self, message_id: str) -> None: ...
    def answer_steers(self) -> list[str]: ...
    def last_step_client(self) -> str | None: ...


class Steps:
    """Opens and closes the steps of one Run."""

    def __init__(self, run: Speaking) -> None:
        self._run = run
        self._count = 0
        self._last: tuple[str, str] | None = None
        self._client: str | None = None
        self.active: AgentStep | None = None
        # The serial of the last step's end: all that was said comes before it.
        self.said_until: str | None = None
        self._busy = False

    @property
    def is_open(self) -> bool:
        return self.active is not None or self._busy

    def count_from(self, number: int) -> None:
        """Go on with this step: those before it stand."""
        self._count = number

    def create(self, step_id: str | None = None, client_id: str | None = None) -> AgentStep:
        """Make a step: under a stable id of one's own, to be tried again after a crash."""
        if step_id is None and self._last is not None and self._last[1] == "failed":
            step_id = self._last[0]
        if step_id is None:
            step_id = step_name(self._run.invocation_id, self._count)
            self._count += 1
        known = client_id or self._client or self._run.last_step_client()
        self._client = known or self._run.trigger.client_id or ""
        return AgentStep(self._run, self, Step(step_id, self._client))

    async def pipe(self, source: Source) -> Piped:
        """Say a stream in a step of its own, which there is only if anything is said."""
        self.claim()
        step = self.create()
        try:
            piped = await step.say(source, step.begin)
            if step.began:
                await step.end(STEP_REASONS.get(piped.reason, "complete"))
            return piped
        finally:
            self._busy = False

    def claim(self) -> None:
        if self.is_open:
            raise error_for(
                40003,
                "a step of this run is open already",
                hint="End it first: a run takes one step at a time.",
            )
        self._busy = True

    def opened(self, step: AgentStep) -> None:
        self._busy, self.active = False, step

    def ended(self, step: AgentStep, reason: str) -> None:
        self._last = (step.step_id, reason)
        if self.active is step:
            self.active = None

    def unclaim(self) -> None:
        self._busy = False


class AgentStep:
    """One step, which may be tried again: only what its latest attempt says counts."""

    def __init__(self, run: Speaking, steps: Steps, step: Step) -> None:
        self._run = run
        self._steps = steps
        self._step = step
        self._failed = False
        self.began = False
        self._ended = False

    @property
    def step_id(self) -> str:
        return self._step.step_id

    async def start(self) -> None:
        """Begin the step; again does no harm."""
        if self.began or self._ended:
            return
        self._steps.claim()
        try:
            await self.begin()
        except BaseException:
            self._steps.unclaim()
            raise

    async def begin(self) -> None:
        self._run.refuse_unless_open("run a step")
        [serial, *_] = await self._publish(wire.STEP_START, None) or [None]
        self._step = replace(self._step, start_serial=serial)
        self.began = True
        self._steps.opened(self)

    async def pipe(self, source: Source) -> Piped:
        """Say a stream as one message."""
        self._refuse_unless_begun("pipe")
        piped = await self.say(source)
        self._failed = self._failed or piped.reason == "error"
        return piped

    async def send(self, output: Mapping[str, Any]) -> None:
        """Say one thing as one message."""
        self._refuse_unless_begun("send")
        self._run.refuse_unless_open("send")
        writer = self._writer()
        try:
            await writer.write(output)
            await writer.flush()
        except BaseException:
            self._failed = True
            raise

    async def end(self, reason: str | None = None) -> None:
        """End the step; without a reason it follows from what happened in it."""
        if self._ended:
            return
        self._ended = True
        if reason is None:
            failed = "failed" if self._failed else "complete"
            reason = "cancelled" if self._run.cancelled.is_set() else failed
        self._steps.ended(self, reason)
        if self._step.start_serial is not None:
            [self._steps.said_until, *_] = await self._publish(wire.STEP_END, reason) or [None]

    async def say(
        self, source: Source, before: Callable[[], Awaitable[None]] | None = None
    ) -> Piped:
        """Write what a source yields, until it ends, fails, or the Run is cancelled."""
        run = self._run
        run.refuse_unless_open("pipe")
        writer = self._writer()
        events = each(source)
        try:
            with Reading(run.cancelled) as reading:
                while (event := await reading.next(events)) is not None:
                    if before is not None:
                        await before()
                        before = None
                    await writer.write(event)
            if run.cancelled.is_set():
                if run.on_cancelled is not None:
                    await run.on_cancelled(writer.write)
                await writer.cancel()
                return Piped("cancelled")
            await writer.cancel()
            return Piped("complete")
        except Exception as error:
            await _flush_quietly(writer)
            return Piped("error", error)
        finally:
            await events.aclose()

    def _writer(self) -> MessageWriter:
        run, message_id = self._run, str(uuid4())
        run.begin_answer(message_id)
        # They count as unanswered, and come last in the prompt, until there is an answer.
        steers = cache(run.answer_steers)

        def of_output() -> Headers:
            return headers.of_output(
                run.run_id,
                run.invocation_id,
                run.trigger,
                self._step,
                message_id,
                parent=run.anchor,
                steers=steers(),
            )

        return MessageWriter(run.line, run.codec, message_id, of_output)

    async def _publish(self, name: str, reason: str | None) -> list[str | None]:
        run = self._run
        told = headers.of_step(run.run_id, run.invocation_id, run.trigger, self._step, reason)
        return await run.line.publish(ai_message(name, told))

    def _refuse_unless_begun(self, what: str) -> None:
        if not self.began or self._ended:
            raise error_for(
                40003,
                f"unable to {what}: the step is not open",
                hint="Call start() before, and nothing after end().",
            )


async def each(source: AsyncIterable[T] | Iterable[T]) -> AsyncGenerator[T, None]:
    """Yield what a source yields; one that is left in the middle is closed then and there."""
    if not isinstance(source, AsyncIterable):
        for event in source:
            yield event
        return
    try:
        async for event in source:
            yield event
    finally:
        if isinstance(source, AsyncGenerator):
            await source.aclose()


async def _flush_quietly(writer: MessageWriter) -> None:
    """Put on the channel what can be; the error before it is the one to tell."""
    try:
        await writer.flush()
    except AITransportError:
        return

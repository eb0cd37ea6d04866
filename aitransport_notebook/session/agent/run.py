"""A Run as its agent has it: from the input that asks for it to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol
from uuid import uuid4

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.runs import headers
from aitransport_notebook.runs.headers import Trigger
from aitransport_notebook.runs.invocation import Invocation
from aitransport_notebook.runs.prompt import Prompt, prompt_for
from aitransport_notebook.runs.retrying import (
    is_answered,
    next_step,
    unanswered_steers,
    unfinished_messages,
)
from aitransport_notebook.runs.steers import Steers, is_decision, is_steer
from aitransport_notebook.session.agent.hooks import CancelRequest, Hooks
from aitransport_notebook.session.agent.locating import Locating, not_found, shown
from aitransport_notebook.session.agent.reasons import REASONS, told
from aitransport_notebook.session.agent.steps import AgentStep, Piped, Source, Steps, Write
from aitransport_notebook.session.channel.line import Line, ai_message
from aitransport_notebook.tree.events import OutputEvent
from aitransport_notebook.tree.nodes import ACTIVE, TERMINAL, RunError
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.record import Record

PATIENCE = 30.0


class Host(Protocol):
    """What a Run asks of its session."""

    codec: Codec[Any]
    tree: Tree

    @property
    def line(self) -> Line: ...
    @property
    def has_older(self) -> bool: ...
    async def connect(self) -> None: ...
    async def load_page(self) -> bool: ...
    def located(self, run: AgentRun) -> None: ...
    def release(self, run: AgentRun) -> None: ...


class AgentRun:
    """One Run. `start` begins it, or goes on with it where the input says so."""

    def __init__(
        self,
        session: Host,
        invocation: Invocation,
        hooks: Hooks,
        *,
        run_id: str | None = None,
        invocation_id: str | None = None,
        adopts: bool = False,
    ) -> None:
        self._session = session
        self.codec = session.codec
        self.line = session.line
        # The conversation, as far as the session has it.
        self.tree = session.tree
        self.run_id = run_id or str(uuid4())
        self.invocation_id = invocation_id or str(uuid4())
        self.cancelled = asyncio.Event()
        self.hooks = hooks
        self._event_id = invocation.input_event_id
        self._adopts = adopts
        self._locating = Locating(session.tree, invocation.input_event_id, self._found)
        self._opening: asyncio.Task[None] | None = None
        self._open = False
        self._ended = False
        # The serial of its end, or of its suspension.
        self._turned_at: str | None = None
        self._spoke = False
        # The message that it says, or said last, and whether one of its calls was decided on.
        self._speaks: str | None = None
        self._was_decided = False
        self._steers = Steers()
        # Of a Run that was taken over: the messages that are to be said anew.
        self._unfinished: frozenset[str] = frozenset()
        self._steps = Steps(self)
        self._off = session.tree.on("output", self._heard)
        self._locating.look()

    def __repr__(self) -> str:
        state = self.status if self._open else "not begun"
        return f"<AgentRun {self.run_id}: {state}>"

    # Reading.

    @property
    def trigger(self) -> Trigger:
        """What it answers."""
        return self._locating.trigger

    @property
    def anchor(self) -> str | None:
        """The message that it answers."""
        return self._locating.anchor

    @property
    def on_cancelled(self) -> Callable[[Write], Awaitable[None]] | None:
        return self.hooks.on_cancelled

    @property
    def status(self) -> str:
        node = self._session.tree.run(self.run_id)
        return node.status if node is not None else ACTIVE

    @property
    def error(self) -> RunError | None:
        node = self._session.tree.run(self.run_id)
        return node.error if node is not None else None

    @property
    def prompt(self) -> Prompt:
        """What the agent is to answer, and what was left out of it."""
        return prompt_for(
            self._session.tree,
            anchor=self.anchor,
            run_id=self.run_id,
            regenerates=self.trigger.regenerates,
            is_unanswered=self._steers.is_unanswered,
            without=self._unfinished,
        )

    @property
    def messages(self) -> list[Any]:
        """The messages of the prompt, as the codec has them."""
        return [message.message for message in self.prompt.messages]

    @property
    def said(self) -> list[Any]:
        """Those of them that are of this Run: what it has said, and what was said to it."""
        tree = self._session.tree
        own = tree.run(self.run_id)
        return [
            message.message
            for message in self.prompt.messages
            if own is not None and tree.node_of(message.codec_message_id) is own
        ]

    def has_input(self) -> bool:
        """Tell whether there is something to answer: the input, then steers and early decisions.

        while run.has_input():
            await run.pipe(answer_to(run.messages))
        """
        if self.cancelled.is_set():
            return False
        taken_up = self._steers.take_up() or not self._spoke
        if self._was_decided and not self.codec.waits(self.said):
            taken_up, self._was_decided = True, False
        return taken_up

    # Beginning.

    async def start(self, patience: float = PATIENCE) -> None:
        """Find the input, back in history if need be, and begin; again does no harm."""
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._begin(patience))
        await asyncio.shield(self._opening)

    async def load(self, patience: float = PATIENCE) -> None:
        """Take over a Run that another process began; nothing is published for it."""
        await self.start(patience)

    async def _begin(self, patience: float) -> None:
        await self._session.connect()
        try:
            async with asyncio.timeout(patience):
                await self._find()
        except TimeoutError:
            self._session.release(self)
            raise not_found(self._event_id, patience) from None
        except BaseException:
            self._session.release(self)
            raise
        await self._load_path()
        if self._adopts:
            self._refuse_unless_active()
        else:
            name = wire.RUN_RESUME if self._continues else wire.RUN_START
            begun = headers.of_run(
                self.run_id, self.invocation_id, self._locating.hung(), begins=not self._continues
            )
            message = ai_message(name, begun)
            await self.line.publish(message)
            if not self._continues and self._session.tree.run(self.run_id) is None:
                self._session.tree.propose([{**message, "action": 0}])
        self._open = True
        self._remember()

    async def _find(self) -> None:
        """Go back in history until the input is here, and the Run if it is adopted."""
        await self._locating.seek(self._session)
        while self._adopts and not self._is_known():
            if not self._session.has_older or not await self._session.load_page():
                await asyncio.sleep(0.05)

    async def _load_path(self) -> None:
        """Go back until all that leads to the input is here, as far as the channel has it."""
        while not self._is_whole() and self._session.has_older:
            await self._session.load_page()

    def _is_whole(self) -> bool:
        run = self._session.tree.run(self.run_id)
        begun = run is not None and run.started
        return (begun or not self._continues) and not self.prompt.beginning_missing

    def _found(self) -> None:
        if self._continues and not self._adopts:
            self.run_id = self.trigger.run_id or self.run_id
        self._session.located(self)

    @property
    def _continues(self) -> bool:
        """Whether the input goes on with a Run that was there before."""
        return self.trigger.run_id is not None

    # Speaking.

    def create_step(self, step_id: str | None = None, client_id: str | None = None) -> AgentStep:
        """Make a step of one's own; a stable id lets another process try it again."""
        return self._steps.create(step_id, client_id)

    async def pipe(self, source: Source) -> Piped:
        """Say a stream of the codec's outputs as one message."""
        return await self._steps.pipe(source)

    async def heard(self) -> None:
        """Wait until the channel has shown all of it, so that `messages` and `status` have it."""
        said_until = self._turned_at or self._steps.said_until
        if said_until is not None:
            await shown(self.tree, said_until)

    async def suspend(self) -> None:
        """Pause until a user answers a call or an approval; the same Run then goes on."""
        self._refuse_unless_opened("suspend")
        if self._steps.is_open:
            raise error_for(
                40003, "a step is open", hint="End the step before the run is suspended."
            )
        await self._turn(wire.RUN_SUSPEND, None, None)

    async def end(
        self, reason: str = "complete", error: AITransportError | Exception | None = None
    ) -> None:
        """End the Run: "complete", "cancelled" or "error", and then why."""
        self._refuse_unless_opened("end")
        if reason not in REASONS:
            raise error_for(
                40003,
                f"a run does not end {reason!r}",
                hint=f"Use one of {', '.join(REASONS)}.",
            )
        if self._steps.active is not None:
            await self._steps.active.end(REASONS[reason])
        await self._turn(wire.RUN_END, reason, told(error) if reason == "error" else None)

    async def _turn(self, name: str, reason: str | None, error: tuple[int, str] | None) -> None:
        if self._ended:
            return
        self._ended = True
        try:
            if self.status not in TERMINAL:
                said = headers.of_run(
                    self.run_id, self.invocation_id, self.trigger, reason=reason, error=error
                )
                [self._turned_at, *_] = await self.line.publish(ai_message(name, said)) or [None]
        finally:
            self._session.release(self)

    # Hearing.

    @property
    def asked_at(self) -> str:
        """The place on the channel of what it answers."""
        return self._locating.asked_at

    async def request_cancel(self, record: Record) -> bool:
        """Let a cancel take effect, unless the agent refuses it."""
        asked_by = self.trigger.client_id
        request = CancelRequest.of(record, self.run_id, self.tree, asked_by)
        granted = await self.hooks.grant(request)
        if granted:
            self.cancelled.set()
        return granted

    def close(self, error: AITransportError) -> None:
        """Stop, as the session is closed."""
        self.cancelled.set()
        self._locating.give_up(error)
        self.forget()

    def forget(self) -> None:
        self._off()
        self._locating.forget()

    @property
    def is_located(self) -> bool:
        """Whether its input has been found."""
        return self._locating.is_found

    @property
    def is_left(self) -> bool:
        """Whether nobody is at it any more: it ends or waits, even if that is still on its way."""
        return self._ended

    @property
    def is_open(self) -> bool:
        return self._open and not self._ended

    def _heard(self, event: OutputEvent) -> None:
        if event.run_id == self.run_id and self._locating.is_over:
            self._note([event.record])

    def _remember(self) -> None:
        """Note what a Run that goes on was asked before, and has not answered."""
        node = self._session.tree.run(self.run_id)
        if node is None:
            return
        self._note(unanswered_steers(node))
        if self._adopts:
            self._spoke = is_answered(node, self._locating.asked_at)
            self._unfinished = unfinished_messages(node)
            self._steps.count_from(next_step(node, self.invocation_id))

    def _note(self, records: Sequence[Record]) -> None:
        """Note the steers among these records of the Run."""
        self._was_decided |= any(is_decision(one, self._speaks) for one in records)
        said = [record.message_id for record in records if is_steer(record)]
        steers = [id for id in said if id is not None and id != self.trigger.message_id]
        for id in steers:
            self._steers.add(id)
        if steers and self.hooks.on_steer is not None:
            self.hooks.on_steer()

    # What the steps ask.

    def refuse_unless_open(self, what: str) -> None:
        self._refuse_unless_opened(what)
        if self._ended or self.status in TERMINAL:
            raise error_for(
                40003,
                f"unable to {what}: the run {self.run_id} has ended",
                hint="Answer a new input with a new run.",
            )

    def begin_answer(self, message_id: str) -> None:
        self._spoke, self._speaks = True, message_id

    def answer_steers(self) -> list[str]:
        return self._steers.answer()

    def last_step_client(self) -> str | None:
        node = self._session.tree.run(self.run_id)
        infos = reversed(node.steps.infos()) if node is not None else ()
        return next((info.client_id for info in infos if info.client_id), None)

    def _refuse_unless_opened(self, what: str) -> None:
        if not self._open:
            raise error_for(
                40003,
                f"unable to {what}: the run has not begun",
                hint="Call start() before, or load() for one that was adopted.",
            )

    def _refuse_unless_active(self) -> None:
        if self.status != ACTIVE:
            self._session.release(self)
            raise error_for(
                40003,
                f"the run {self.run_id} is {self.status}, and cannot be taken over",
                hint="Go on with a suspended run by create_run() on the user's answer.",
            )

    def _is_known(self) -> bool:
        node = self._session.tree.run(self.run_id)
        return node is not None and bool(node.serial)

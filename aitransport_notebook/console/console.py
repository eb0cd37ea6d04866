"""`Console`: a live session in a cell, and what Python sees of it and does in it."""

from __future__ import annotations

import atexit
import logging
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.console import acting
from aitransport_notebook.console.callbacks import Callback, Callbacks
from aitransport_notebook.console.frontend import read_frontend, widget_class
from aitransport_notebook.console.given import codec_for, endpoint_for, height_for
from aitransport_notebook.console.glance import glance
from aitransport_notebook.console.invoking import Invoking
from aitransport_notebook.console.kernel_session import ALL, KernelSession, console_closed
from aitransport_notebook.console.loop import BackgroundLoop
from aitransport_notebook.console.minting import Minting
from aitransport_notebook.console.news import (
    CANCEL_REFUSED,
    MESSAGE,
    NEEDS_PERSON,
    PROBLEM,
    RUN_END,
    RUN_START,
    News,
)
from aitransport_notebook.console.protocol import (
    CLOSE,
    PAGE_PROBLEM,
    SELECTION,
    TOKEN_PLEASE,
    Selection,
    kind_of,
    page_problem,
    reveal_message,
    where_of,
)
from aitransport_notebook.console.reading import entries_of
from aitransport_notebook.console.seat import LIFE, Seat
from aitransport_notebook.console.standing import with_runs
from aitransport_notebook.console.transcript import Writer, as_fragment, as_text, writer_for
from aitransport_notebook.console.view import ConsoleView
from aitransport_notebook.console.where import instance_of
from aitransport_notebook.errors import AITransportError
from aitransport_notebook.session.client.session_view import id_in
from aitransport_notebook.session.connection import Connection, default_connection

if TYPE_CHECKING:
    from aitransport_notebook.session.client.session import ClientSession
    from aitransport_notebook.session.presence import Member

T = TypeVar("T")
EVENTS = (RUN_START, RUN_END, NEEDS_PERSON, MESSAGE, SELECTION, CANCEL_REFUSED, PROBLEM)
# What happens in the page or here, and takes no session of the kernel's to hear of.
_LOCAL = frozenset({SELECTION, PROBLEM})
# How long leaving a session may keep a cell, or the end of the kernel, in seconds.
LEAVING = 3.0
_LOG = logging.getLogger("aitransport_notebook")


class Console:
    """Shows a session in the cell's output, live, for a person to act in.

    The page has a connection of its own, and goes on while a cell runs. `codec` is "uimessage",
    "responses", "text", or one that is made. With `agent`, the address of an invocation endpoint,
    the agent is woken for what is said here; `agent_headers` go with each request. `height` is in
    pixels, `token_life` in seconds.

    All methods are plain ones: they return once the channel has what they do. Ctrl-C takes back
    what has not gone out, and says so where that cannot be known.

    >>> console = ait.Console("conversations:42")  # doctest: +SKIP
    >>> console.on("needs-person", lambda run: print(run.run_id))  # doctest: +SKIP
    """

    def __init__(
        self,
        name: str,
        *,
        connection: Connection | None = None,
        codec: str | Codec[Any] | None = None,
        agent: str | None = None,
        agent_headers: Mapping[str, str] | None = None,
        height: int | None = None,
        token_life: float = LIFE,
    ) -> None:
        given = default_connection() if connection is None else connection
        self._seat = Seat.at(given, name, token_life)
        self._codec_name, self._codec = codec_for(codec)
        endpoint = endpoint_for(agent, agent_headers)
        shown = height_for(height)
        self._selection: Selection | None = None
        self._closed = False
        self._callbacks = Callbacks(*EVENTS)
        self._kernel = KernelSession(self._seat, self._codec, self._follow)
        self._widget = widget_class()(
            read_frontend(),
            self._heard,
            self._closing,
            session=name,
            codec=self._codec_name,
            where=where_of(self._seat, instance_of(self._seat)),
            # A name that was made up for one is another after a restart.
            who=given.client_id or self._seat.role or "",
            invokes=endpoint is not None,
            height=shown,
        )
        push = self._widget.push
        self._minting = Minting(self._seat.token, token_life, push, self._trouble)
        self._loop = BackgroundLoop.shared()
        self._work: list[Future[Any]] = [self._loop.begin(self._minting.run())]
        if endpoint is not None:
            invoking = Invoking(self._kernel, self._seat, endpoint, push, self._trouble)
            self._work.append(self._loop.begin(invoking.run()))
        atexit.register(self._end)

    def __repr__(self) -> str:
        state = "closed" if self._closed else "open"
        return f"<Console {self._seat.session!r} as {self._seat.client_id!r}: {state}>"

    @property
    def name(self) -> str:
        """The session's name, which is the channel's."""
        return self._seat.session

    @property
    def client_id(self) -> str | None:
        """Who one is here; None where another server decides that."""
        return self._seat.client_id

    @property
    def widget(self) -> Any:
        """The widget, for layouts of `ipywidgets`."""
        return self._widget

    # Looking.

    @property
    def view(self) -> ConsoleView:
        """The newest path through the session, as it is now: `.messages`, `.runs`, `.text()`."""
        return self._call(self._viewed(self._kernel.look()))

    @property
    def selection(self) -> Selection:
        """What the page last said that it shows; the newest path where no page has said so.

        While a cell runs the page is not heard, so this is what it showed before.
        """
        if self._selection is not None:
            return self._selection
        view = self.view
        return Selection(
            tuple(message.codec_message_id for message in view.messages),
            None,
            tuple(run.run_id for run in view.runs),
        )

    @property
    def messages(self) -> list[Any]:
        """The messages of the selection, as the codec's own JSON."""
        if self._selection is None:
            return [message.message for message in self.view.messages]
        found = self._call(self._kernel.find(self._selection.message_ids))
        return [message.message for message in found]

    @property
    def members(self) -> list[Member]:
        """Who is here: each with a verified `client_id`, `role` and `user_claim`."""
        return self._call(self._members())

    def load_older(self, limit: int = 50) -> ConsoleView:
        """Have up to so many older messages in `view`, and return it."""
        return self._call(self._viewed(self._kernel.load_older(limit)))

    def transcript(self, format: str = "md") -> str:
        """Return the whole conversation as "md", "text" or "html", to be kept or sent.

        It says how each Run stands that is not complete, and who decided what on tool calls. In
        "md" what was said in Markdown stays that, in quotes; nothing in it is loaded or runs.
        Ctrl-C stops it.
        """
        return self._call(self._transcribed(writer_for(format)))

    # Acting.

    def send(self, content: Any) -> str:
        """Say something: a text, or a message of the codec; returns the message's id."""
        return self._act(lambda session: acting.send(session, content))

    def steer(self, content: Any, run_id: str | None = None) -> str:
        """Say something to a Run, of those at work the newest; returns the message's id."""
        return self._act(lambda session: acting.steer(session, content, run_id))

    def cancel(
        self,
        run_id: str | None = None,
        *,
        client_id: str | None = None,
        scope: str | None = None,
    ) -> list[str]:
        """Ask for the end of Runs: of those at work in `view`, of one, of somebody's, of one's own
        (`scope="own"`) or of all (`scope="all"`); returns their ids.
        """
        return self._act(lambda session: acting.cancel(session, run_id, client_id, scope))

    def redirect(self, content: Any, run_id: str | None = None) -> str:
        """Stop a Run, and say something else after it; returns the message's id.

        Without the id of one it is what is at work on view. One that waits for a person is named.
        """
        return self._act(lambda session: acting.redirect(session, content, run_id))

    def regenerate(self, message_id: str) -> str:
        """Ask for another answer in the place of one; returns the id of the input that asks."""
        return self._act(lambda session: acting.regenerate(session, message_id))

    def edit(self, message_id: str, content: Any) -> str:
        """Say something else in the place of a user's message; returns the new one's id."""
        return self._act(lambda session: acting.edit(session, message_id, content))

    def approve(
        self,
        call_id: str,
        *,
        message_id: str | None = None,
        reason: str | None = None,
        arguments: Any = None,
    ) -> None:
        """Let the agent go on with a tool call; with `arguments` in the place of the model's."""
        self._act(lambda session: acting.approve(session, call_id, message_id, reason, arguments))

    def deny(
        self, call_id: str, *, message_id: str | None = None, reason: str | None = None
    ) -> None:
        """Refuse a tool call; the model is told why."""
        self._act(lambda session: acting.deny(session, call_id, message_id, reason))

    def answer(self, call_id: str, output: Any, *, message_id: str | None = None) -> None:
        """Give what a call asks a person for; the Run goes on with it."""
        self._act(lambda session: acting.answer(session, call_id, message_id, output))

    def fail(self, call_id: str, message: str, *, message_id: str | None = None) -> None:
        """Say that there is no answer to a call, and why."""
        self._act(lambda session: acting.fail(session, call_id, message_id, message))

    # The page.

    def on(self, event: str, callback: Callback) -> Callable[[], None]:
        """Have a function called when something happens; returns what ends it.

        | Event | It brings |
        |---|---|
        | "run-start", "run-end" | the turn of the Run: `run_id`, `client_id`, `reason`, `error` |
        | "needs-person" | the same, of a Run that waits for one, and its `calls` that wait |
        | "message" | a whole message: `codec_message_id` and `message` |
        | "selection" | what the page shows now |
        | "cancel-refused" | which agent goes on with which Run in spite of a cancel |
        | "problem" | an error, with its hint |

        Callbacks run on a thread of their own, one after the other; they may call this console.
        """
        self._refuse_if_closed()
        off = self._callbacks.on(event, callback)
        if event not in _LOCAL:
            try:
                # Which calls of a Run wait is told by what was said before, too.
                needed = self._kernel.look if event == NEEDS_PERSON else self._kernel.open
                self._call(needed())
            except BaseException:
                off()
                raise
        return off

    def reveal(self, message_id: str) -> None:
        """Have the page show a message."""
        self._refuse_if_closed()
        self._widget.push(reveal_message(id_in(message_id, "message")))

    def link(self) -> str:
        """Return a one-time link to the same console as a page of the hub, for this identity.

        It needs no kernel once it is open. Who has the link is let in: give it to nobody else.
        """
        self._refuse_if_closed()
        return self._seat.link("console", session=self.name, codec=self._codec_name)

    def close(self) -> None:
        """Take the console off the page, and close its connections; the session goes on."""
        self._widget.close()

    # What Jupyter asks.

    def _repr_mimebundle_(self, **which: Any) -> Any:
        """Return the widget, and what to show where no frontend runs: the newest words."""
        if self._closed:
            return {"text/plain": repr(self)}
        told = self._widget._repr_mimebundle_(**which)
        data, metadata = told if isinstance(told, tuple) else (told, {})
        title = f"{self.name} (a live console in a notebook: ait.Console({self.name!r}))"
        pieces = glance(self._seat, self._codec) or []
        data["text/plain"] = as_text(title, pieces)
        data["text/html"] = as_fragment(title, pieces)
        return data, metadata

    # Within.

    def _act(self, action: Callable[[ClientSession[Any]], Coroutine[Any, Any, T]]) -> T:
        async def act() -> T:
            session = await self._kernel.look()
            async with self._kernel.patience():
                return await action(session)

        return self._call(act())

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise console_closed()

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.call(work)

    async def _viewed(self, looking: Coroutine[Any, Any, ClientSession[Any]]) -> ConsoleView:
        session = await looking
        await session.health.judge()
        return ConsoleView.of(session)

    async def _members(self) -> list[Member]:
        return (await self._kernel.open()).presence.members

    async def _transcribed(self, write: Writer) -> str:
        session = await self._kernel.load_older(ALL)
        entries = entries_of(session.tree, session.view.messages)
        runs, verdicts = session.view.runs, session.health.verdicts
        return write(self.name, with_runs(session.tree, entries, runs, verdicts))

    def _follow(self, session: ClientSession[Any]) -> None:
        News(session, self._callbacks.tell)

    def _heard(self, message: Any) -> None:
        """Take in what a page says; it may be heard on whatever thread."""
        kind = kind_of(message)
        if kind == TOKEN_PLEASE:
            self._loop.soon(self._minting.please)
        elif kind == SELECTION:
            self._selection = Selection.read(message)
            self._callbacks.tell(SELECTION, self._selection)
        elif kind == PAGE_PROBLEM:
            self._trouble(page_problem(message))
        else:
            _LOG.warning("a console's page said something unknown: %.80r", message)

    def _trouble(self, error: AITransportError) -> None:
        _LOG.warning("%s: %s", self.name, error)
        self._callbacks.tell(PROBLEM, error)

    def _closing(self) -> None:
        """Say goodbye to the page, before the widget is gone."""
        if not self._closed:
            self._end()
            self._widget.push(CLOSE)

    def _end(self) -> None:
        """Close what is open, and say nothing: a page outlives its kernel, while its token does."""
        if self._closed:
            return
        self._closed = True
        atexit.unregister(self._end)
        for work in self._work:
            work.cancel()
        try:
            self._loop.call(self._kernel.close(), LEAVING)
        except (TimeoutError, AITransportError) as error:
            _LOG.debug("%s could not be left in time: %r", self.name, error)
        self._callbacks.close()

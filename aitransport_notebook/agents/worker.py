"""A worker: an agent that needs no HTTP, as it answers what it hears."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

from aitransport_notebook.agents.answer import Answer
from aitransport_notebook.agents.answering import Answering
from aitransport_notebook.agents.desk import Desk
from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.errors import AITransportError, RequestError
from aitransport_notebook.session.agent.hooks import Answer as Granted
from aitransport_notebook.session.agent.hooks import CancelRequest
from aitransport_notebook.session.channel.directory import sessions_of
from aitransport_notebook.session.connection import Connection
from aitransport_notebook.wire.claims import AGENT

# How often a server is asked for its sessions, in seconds: one on this machine, and any other.
NEAR, FAR = 1.0, 5.0
# Ably lets one connection be attached to so many channels.
MOST_SESSIONS = 200
MOST_RUNS = 100
# How long a session is watched at least before another has its turn, in seconds.
TURN = 2.0
_LOG = logging.getLogger("aitransport_notebook")


class _Post:
    """One session that a worker is at."""

    def __init__(self) -> None:
        self.desk: Desk | None = None
        # Set once it is looked after, or given up.
        self.settled = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def end(self) -> None:
        if self.task is not None:
            self.task.cancel()


class Worker(Answering):
    """Answers all inputs of the sessions that it is given.

    A name that ends in `*` stands for all sessions that begin so; each is found within seconds of
    somebody's coming. Several workers may be at the same sessions, in as many processes: one of
    them answers an input, and another takes over if that one dies.

    `answer(run)` yields the outputs of the `codec`, which is the `UIMessageCodec` if none is given.
    `on_cancel(request)` says whether somebody may stop a Run. `cancel_when_alone` stops Runs so
    many seconds after the last person has left. What goes wrong in an answer stands in the log,
    and users are told of it what `describe_error(error)` returns. A worker has `most_runs` under
    way and follows `most_sessions`; the rest is left to others, or for later. The sessions of
    `except_for` are not this worker's, whatever a star covers.

    A program of its own is `Worker("conversations:*", answer=answer).serve()`; in others:

    >>> async with Worker("conversations:*", answer=answer) as worker:  # doctest: +SKIP
    ...     await worker.run()
    """

    def __init__(
        self,
        *names: str,
        answer: Answer,
        codec: Codec[Any] | None = None,
        connection: Connection | None = None,
        on_cancel: Callable[[CancelRequest], Granted] | None = None,
        cancel_when_alone: float | None = None,
        describe_error: Callable[[Exception], str] | None = None,
        most_runs: int = MOST_RUNS,
        most_sessions: int = MOST_SESSIONS,
        except_for: Collection[str] = (),
    ) -> None:
        super().__init__(
            answer,
            codec,
            connection=connection,
            on_cancel=on_cancel,
            cancel_when_alone=cancel_when_alone,
            describe_error=describe_error,
        )
        _check_names(names)
        _check_role(self._sessions.connection.role)
        self.id = str(uuid4())
        self._names = [name for name in names if not name.endswith("*")]
        self._prefixes = [name[:-1] for name in names if name.endswith("*")]
        self._except_for = frozenset(except_for)
        self._most_runs = most_runs
        self._most_sessions = most_sessions
        self._posts: dict[str, _Post] = {}
        # What has been warned of, and is tried again all the time.
        self._troubled: set[str] = set()
        # When a session was left to make room for another.
        self._left_at: dict[str, float] = {}
        self._is_crowded = False
        self._broken: asyncio.Future[None] | None = None
        self._ready = asyncio.Event()
        self._failure: AITransportError | None = None

    def __repr__(self) -> str:
        return f"<Worker at {self._places()}>"

    @property
    def sessions(self) -> list[str]:
        """The names of the sessions that it is at."""
        return sorted(name for name, post in self._posts.items() if post.desk)

    @property
    def has_room(self) -> bool:
        """Whether it may take on another Run."""
        load = sum(post.desk.load for post in self._posts.values() if post.desk is not None)
        return load < self._most_runs and not self._closed

    def fail(self, error: Exception) -> None:
        """End `run` with an error that would befall every input."""
        if self._broken is not None and not self._broken.done():
            self._broken.set_exception(error)

    async def ready(self) -> None:
        """Wait until it is at all sessions that there were when `run` began; raise if it failed."""
        await self._ready.wait()
        if self._failure is not None:
            raise self._failure

    async def run(self) -> None:
        """Work until it is cancelled, or closed."""
        try:
            await self._run()
        except AITransportError as error:
            self._failure = error
            self._ready.set()
            raise

    def serve(self, when_ready: Callable[[], None] | None = None) -> None:
        """Work until Ctrl-C or SIGTERM, which end the open Runs as cancelled.

        It is for programs that do nothing else: where an event loop runs already, await `run`.
        Once it is ready it says so on stderr, or calls `when_ready`.
        """
        with suppress(KeyboardInterrupt, asyncio.CancelledError):
            asyncio.run(self._serve(when_ready or self._say_ready))

    async def _serve(self, when_ready: Callable[[], None]) -> None:
        this = asyncio.current_task()
        # Ctrl-C cancels the task anyhow. Windows knows no other signal.
        if this is not None and sys.platform != "win32":
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
        async with self:
            telling = asyncio.ensure_future(self._tell(when_ready))
            try:
                await self.run()
            finally:
                telling.cancel()

    def _say_ready(self) -> None:
        sys.stderr.write(f"Answering in {self._places()}, until Ctrl-C.\n")
        sys.stderr.flush()

    def _places(self) -> str:
        return ", ".join([*self._names, *(f"{prefix}*" for prefix in self._prefixes)])

    async def _tell(self, when_ready: Callable[[], None]) -> None:
        await self._ready.wait()
        if self._failure is None:
            when_ready()

    async def _run(self) -> None:
        broken = self._broken = asyncio.get_running_loop().create_future()
        finding = asyncio.ensure_future(self._find())
        try:
            await asyncio.wait({finding, broken}, return_when=asyncio.FIRST_COMPLETED)
            for ended in (broken, finding):
                if ended.done():
                    ended.result()
        finally:
            finding.cancel()
            broken.cancel()
            await asyncio.wait({finding})
            await self._stop()

    async def leave(self) -> None:
        self._closed = True
        await self._stop()
        if self._broken is not None and not self._broken.done():
            self._broken.set_result(None)
        await super().leave()

    async def _find(self) -> None:
        """Look for sessions, again and again."""
        every = NEAR if self._sessions.connection.is_local else FAR
        while True:
            for name in self._names:
                self._man(name)
            for prefix in self._prefixes:
                await self._man_all(prefix)
            for post in list(self._posts.values()):
                await post.settled.wait()
            self._ready.set()
            await asyncio.sleep(every)

    async def _man_all(self, prefix: str) -> None:
        """Be at the sessions where anyone is; at first also at those that everyone has left."""
        found = []
        try:
            async for listed in sessions_of(self._sessions.client, prefix):
                if listed.is_active or not self._ready.is_set():
                    found.append(listed.name)
        except AITransportError as error:
            if not self._ready.is_set():
                raise
            self._warn(f"{prefix}*", error)
        else:
            self._troubled.discard(f"{prefix}*")
        # Where there are more than it can follow, each has its turn.
        for name in sorted(found, key=lambda name: self._left_at.get(name, 0.0)):
            self._man(name)

    def _man(self, name: str) -> None:
        if name in self._posts or name in self._except_for or self._closed:
            return
        if len(self._posts) >= self._most_sessions:
            self._make_room()
        if len(self._posts) < self._most_sessions:
            post = self._posts[name] = _Post()
            post.task = asyncio.ensure_future(self._watch(name, post))

    def _make_room(self) -> None:
        """Leave the session that has been quiet for the longest, if only for a moment."""
        if not self._is_crowded:
            self._is_crowded = True
            _LOG.warning("there are more sessions than this worker can follow: run another one")
        now = time.monotonic()
        idle = [
            (post.desk.heard_at, name)
            for name, post in self._posts.items()
            if post.desk is not None and post.desk.is_idle and now - post.desk.heard_at > TURN
        ]
        if idle:
            name = min(idle)[1]
            self._left_at[name] = now
            self._posts.pop(name).end()

    async def _watch(self, name: str, post: _Post) -> None:
        try:
            async with self._sessions.use(name) as session:
                desk = Desk(session, self)
                await desk.open()
                post.desk = desk
                post.settled.set()
                self._troubled.discard(name)
                await desk.watch()
        except AITransportError as error:
            if name in self._names and not self._ready.is_set():
                self.fail(error)
            self._warn(name, error)
        finally:
            post.settled.set()
            if self._posts.get(name) is post:
                del self._posts[name]

    def _warn(self, what: str, error: AITransportError) -> None:
        if what not in self._troubled:
            self._troubled.add(what)
            _LOG.warning("%s: %s", what, error)

    async def _stop(self) -> None:
        posts = [post for post in self._posts.values() if post.task is not None]
        for post in posts:
            post.end()
        await asyncio.gather(*(post.task for post in posts if post.task), return_exceptions=True)


def _check_names(names: Sequence[object]) -> None:
    if not names or not all(isinstance(name, str) and name for name in names):
        raise RequestError(
            f"{names!r:.80} names no sessions to work at",
            code=40003,
            hint='Name sessions, or their beginning, such as "conversations:*".',
        )


def _check_role(role: str | None) -> None:
    if role not in (None, AGENT):
        raise RequestError(
            f"a worker's role is {AGENT!r}, and not {role!r}",
            code=40003,
            hint=f'Connect with connect(client_id=..., role="{AGENT}").',
        )

"""A client's connection, as all sessions over it share it.

What the Python client does wrong with its connection is put right here, for `client()` as for an
`ably.AblyRealtime` that somebody has made.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from ably.types.channelstate import ChannelState
from ably.types.connectionstate import ConnectionState
from ably.util.exceptions import AblyException
from ably.util.helper import is_token_error

from aitransport_notebook.errors import AuthError, error_for
from aitransport_notebook.session.channel.outage import Outage, away_for
from aitransport_notebook.session.channel.outbox import Outbox
from aitransport_notebook.session.channel.pauses import Pauses
from aitransport_notebook.session.channel.telling import HINTS, NO_SERVER, NO_TOKEN, behind, told
from aitransport_notebook.session.channel.together import Together
from aitransport_notebook.tree.emitter import Emitter, Handler

# How long a session waits for its channel, in seconds, before it says what stands in the way.
PATIENCE = 10.0
_LOG = logging.getLogger("aitransport_notebook")
_ATTRIBUTE = "_aitransport_link"
_IDLE = (
    ConnectionState.INITIALIZED,
    ConnectionState.DISCONNECTED,
    ConnectionState.SUSPENDED,
    ConnectionState.FAILED,
)
_COMING = (
    ConnectionState.INITIALIZED,
    ConnectionState.CONNECTING,
    ConnectionState.DISCONNECTED,
)
_OVER = (ConnectionState.CLOSING, ConnectionState.CLOSED, ConnectionState.FAILED)
# What the client logs of each attempt to connect is for those who ask for it.
logging.getLogger("ably").addHandler(logging.NullHandler())


class Link:
    """One connection: whether it is there, and if not, why."""

    def __init__(self, client: Any) -> None:
        manager = client.connection.connection_manager
        self._client = client
        self._manager = manager
        self._reason: BaseException | None = client.connection.error_reason
        self._unauthorized: BaseException | None = None
        self._token: str | None = None
        # How often in a row the server did not take a token.
        self._refusals = 0
        self._lost = False
        self._back_at: float | None = None
        self._emitter = Emitter("away", "closed", "turned")
        self._outage = Outage(self._tell_away)
        self._pauses = Pauses(manager.options)
        self._sessions: Counter[str] = Counter()
        self._together: dict[str, Together] = {}
        self._outbox = Outbox(manager)
        self._renew, manager.on_auth_updated = manager.on_auth_updated, self._authorized
        self._deny, manager.on_error_from_authorize = manager.on_error_from_authorize, self._denied
        self._await_retry, manager.start_retry_timer = manager.start_retry_timer, self._retry_after
        manager.on("transport.pending", self._opening)
        manager.on("connectionstate", self._turned)
        if manager.transport is not None:
            self._opening(manager.transport)

    @classmethod
    def of(cls, client: Any) -> Link:
        """Return the link of a client, which has one for all its sessions."""
        known = getattr(client, _ATTRIBUTE, None)
        if not isinstance(known, cls):
            known = cls(client)
            setattr(client, _ATTRIBUTE, known)
        return known

    @property
    def is_up(self) -> bool:
        return bool(self._manager.state == ConnectionState.CONNECTED)

    @property
    def steady_for(self) -> float | None:
        """The seconds since the connection came back; None if it was never lost."""
        return None if self._back_at is None else time.monotonic() - self._back_at

    def why(self) -> BaseException | None:
        """Return why there is no connection, as far as that is known."""
        return None if self.is_up else self._reason

    def on(self, event: str, handler: Handler) -> Callable[[], None]:
        """Hear, with the error, that it is "away" for long, or "closed"; returns what ends it."""
        return self._emitter.on(event, handler)

    async def settled(self) -> None:
        """Wait until the connection is there, or is given up."""
        over = asyncio.Event()
        off = self._emitter.on("turned", over.set)
        try:
            while self._manager.state in _COMING:
                over.clear()
                await over.wait()
        finally:
            off()

    # Channels, which sessions over one client share.

    def channel(self, name: str, options: Any) -> Any:
        """Return a channel; where somebody has attached it already, as that one has it."""
        channel = self._client.channels.get(name)
        if not channel.should_reattach_to_set_options(options):
            return self._client.channels.get(name, options)
        if options.modes is not None:
            raise error_for(
                40003,
                f"the channel {name} is in use over this client, with the modes that it has",
                hint="Give the session a client of its own.",
            )
        return channel

    def hold(self, name: str) -> None:
        self._sessions[name] += 1

    def let_go(self, name: str) -> bool:
        """Tell whether that was the last session that needs the channel."""
        self._sessions[name] -= 1
        return self._sessions[name] == 0

    def together(self, name: str) -> Together:
        """Return what the sessions of a channel say of themselves."""
        return self._together.setdefault(name, Together())

    async def bring(self, channel: Any, attaching: Coroutine[Any, Any, Any]) -> None:
        """Have a channel attached, or raise what stands in the way, within a time."""
        self._refusals = 0
        if self._manager.state in _IDLE:
            # Now, and not when it would next have tried.
            self._client.connect()
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def look(change: Any) -> None:
            refused = change.reason is not None and self._is_refused()
            if (change.current in _OVER or refused) and not over.done():
                over.set_result(None)

        trying = asyncio.ensure_future(attaching)
        self._manager.on("connectionstate", look)
        try:
            await asyncio.wait(
                {trying, over}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            self._manager.off("connectionstate", look)
            if not trying.done():
                trying.cancel()
            failure = (await asyncio.gather(trying, return_exceptions=True))[0]
        if channel.state != ChannelState.ATTACHED:
            raise told(self._obstacle(channel, failure), "attach") from self._reason

    def refuse_other_loops(self) -> None:
        """Refuse to be used where nothing would ever answer."""
        if self._manager.options.loop is not asyncio.get_running_loop():
            raise error_for(
                40000,
                "the client was made in another event loop than the one that runs",
                hint="Make client and session in the same asyncio.run(), and use them there.",
            )

    def _is_refused(self) -> bool:
        """Whether no attempt more would help: there is no token, or not even a new one counts."""
        return isinstance(behind(self._reason), AuthError) or self._refusals > 1

    def _obstacle(self, channel: Any, failure: object) -> Any:
        """Return what keeps a channel from being attached."""
        if self._manager.state in (ConnectionState.CLOSING, ConnectionState.CLOSED):
            return AblyException("the client is closed", 400, 80017)
        why = self.why() or channel.error_reason
        if why is not None:
            return why
        if isinstance(failure, AblyException):
            return failure
        state = channel.state.value
        return AblyException(f"the channel is {state}, after {PATIENCE:g} s at most", 504, 50003)

    # What the client does with its connection.

    def _turned(self, change: Any) -> None:
        self._note(change)
        self._emitter.emit("turned")

    def _note(self, change: Any) -> None:
        reason = change.reason
        if isinstance(reason, AblyException) and reason.code == NO_TOKEN:
            reason = self._unauthorized or reason
        self._reason = reason or self._reason
        if isinstance(reason, AblyException) and is_token_error(reason):
            self._refusals += 1
            self._pauses.lengthen()
        # It would renew a token that has expired only once in its life.
        self._manager._ConnectionManager__error_reason = None
        if change.current == ConnectionState.CONNECTED:
            if self._lost:
                self._back_at = time.monotonic()
            self._lost, self._reason, self._refusals = False, None, 0
            self._outage.end()
            self._pauses.reset()
            return
        self._outbox.pause()
        self._lost = self._lost or change.previous == ConnectionState.CONNECTED
        if change.current in _OVER:
            self._outage.end()
        elif self._lost:
            self._outage.begin()
        if change.current == ConnectionState.CLOSED:
            closed = error_for(80017, "the client was closed", hint=HINTS[80017])
            self._emitter.emit("closed", closed)
        if change.current == ConnectionState.FAILED:
            self._give_up(reason)
        elif change.current == ConnectionState.DISCONNECTED and self._refusals == 1:
            # The client has another token by now, and would first wait all the same.
            asyncio.get_running_loop().call_soon(self._try_again)

    def _tell_away(self) -> None:
        error = away_for(self._reason)
        _LOG.warning("%s", error)
        self._emitter.emit("away", error)

    def _retry_after(self, interval: float) -> None:
        """Try again then, and only then: the client would forget a timer that runs already.

        Nothing ends one that is forgotten, and it would connect a client that was closed.
        """
        self._manager.cancel_retry_timer()
        self._await_retry(interval)

    def _try_again(self) -> None:
        if self._manager.state == ConnectionState.DISCONNECTED:
            self._client.connect()

    def _give_up(self, reason: BaseException | None) -> None:
        """Have the end of the connection known to who waits for it, and not undone by a timer."""
        manager = self._manager
        manager.cancel_transition_timer()
        manager.cancel_suspend_timer()
        manager.cancel_retry_timer()
        self._outbox.fail(reason if isinstance(reason, Exception) else None)
        self._client.channels._propagate_connection_interruption(ConnectionState.FAILED, reason)

    async def _authorized(self, details: Any) -> None:
        """Renew the connection's token. Requests of REST come here, too, with the one it has."""
        if details.token == self._token:
            return
        self._token = details.token
        await self._renew(details)

    def _denied(self, error: Any) -> None:
        """Remember why there is no token, which the client forgets."""
        self._unauthorized = error
        self._pauses.lengthen()
        known = isinstance(error, AblyException)
        self._deny(error if known else AblyException(str(error), 401, 40170))

    def _opening(self, transport: Any) -> None:
        """Have a connection that is refused fail at once; the client would wait for a timeout."""
        self._token = transport.params.get("accessToken")
        close = transport.close

        async def say_goodbye() -> None:
            # To a server that is gone already it cannot be said, and nobody waits to hear of it.
            with suppress(Exception):
                await close()

        transport.close = say_goodbye

        def look(task: asyncio.Task[None]) -> None:
            error = None if task.cancelled() else task.exception()
            if isinstance(error, OSError):
                transport._emit(
                    "failed", AblyException(f"could not connect: {error}", 500, NO_SERVER)
                )

        def watch() -> None:
            if transport.ws_connect_task is not None:
                transport.ws_connect_task.add_done_callback(look)

        asyncio.get_running_loop().call_soon(watch)

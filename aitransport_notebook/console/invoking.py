"""Wakes the agent for what a console's page and Python say: heard on the channel, so that a cell
which keeps the kernel from hearing the page keeps nobody waiting.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from aitransport_notebook.console.kernel_session import KernelSession
from aitransport_notebook.console.posting import AgentEndpoint
from aitransport_notebook.console.protocol import Message, invoked_message
from aitransport_notebook.console.seat import Seat
from aitransport_notebook.console.waking import Waking
from aitransport_notebook.errors import AITransportError, LinkError, error_for
from aitransport_notebook.runs.invocation import Invocation
from aitransport_notebook.runs.waiting import TOLD
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.inbound import Action, Inbound
from aitransport_notebook.wire.record import Record

if TYPE_CHECKING:
    from aitransport_notebook.session.client.session import ClientSession

# Pauses before an agent that cannot be reached is tried again, in seconds.
PAUSES = (0.5, 1.5)
# Pauses before a session that cannot be opened is tried again, in seconds: each twice the last.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
_LOG = logging.getLogger("aitransport_notebook")


class Woken:
    """The inputs that this process has woken an agent for: each once, however many consoles."""

    MOST: ClassVar[int] = 10_000
    _known: ClassVar[OrderedDict[Invocation, None]] = OrderedDict()

    @classmethod
    def is_first(cls, invocation: Invocation) -> bool:
        """Tell whether nobody has asked this before; only the background loop asks."""
        if invocation in cls._known:
            return False
        cls._known[invocation] = None
        if len(cls._known) > cls.MOST:
            cls._known.popitem(last=False)
        return True


class Invoking:
    """Follows the session, and wakes the agent. It runs in the background loop."""

    def __init__(
        self,
        kernel: KernelSession,
        seat: Seat,
        endpoint: AgentEndpoint,
        push: Callable[[Message], None],
        tell: Callable[[AITransportError], None],
    ) -> None:
        self._kernel = kernel
        self._seat = seat
        self._endpoint = endpoint
        self._push = push
        self._tell = tell
        self._posts: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Wake the agent until it is cancelled."""
        session = await self._opened()
        if not self._seat.marks_its_own and session.client_id is None:
            self._tell(_nobody())
        waking = Waking(session.tree, lambda record: self._seat.said(record, session.client_id))

        def heard(message: Inbound) -> None:
            if message.action == Action.CREATE and message.name in TOLD:
                waking.add(Record(message))
                self._look(waking)

        off = session.tree.on("message", heard)
        try:
            if self._seat.marks_its_own:
                await self._catch_up(session, waking)
            await asyncio.Event().wait()
        finally:
            off()
            for post in self._posts:
                post.cancel()

    async def _opened(self) -> ClientSession[Any]:
        pause, told = FIRST_PAUSE, False
        while True:
            try:
                return await self._kernel.open()
            except AITransportError as error:
                if not told:
                    told = True
                    self._tell(error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _catch_up(self, session: ClientSession[Any], waking: Waking) -> None:
        """Find what the page said before the kernel was here."""
        try:
            await session.load_page()
        except AITransportError as error:
            self._tell(error)
        for record in session.tree.records:
            waking.add(record)
        self._look(waking)

    def _look(self, waking: Waking) -> None:
        for record in waking.due():
            invocation = Invocation(record.transport[wire.EVENT_ID], self._seat.session)
            if Woken.is_first(invocation):
                post = asyncio.ensure_future(self._wake(invocation))
                self._posts.add(post)
                post.add_done_callback(self._posts.discard)

    async def _wake(self, invocation: Invocation) -> None:
        event_id = invocation.input_event_id
        try:
            await self._post(invocation)
        except AITransportError as error:
            self._push(invoked_message(event_id, error))
            self._tell(error)
        except Exception as error:
            _LOG.exception("an agent could not be woken")
            told = error_for(50000, f"{error!r:.200}")
            self._push(invoked_message(event_id, told))
            self._tell(told)
        else:
            self._push(invoked_message(event_id))

    async def _post(self, invocation: Invocation) -> None:
        for pause in PAUSES:
            try:
                return await asyncio.to_thread(self._endpoint.post, invocation)
            except LinkError:
                await asyncio.sleep(pause)
        return await asyncio.to_thread(self._endpoint.post, invocation)


def _nobody() -> AITransportError:
    return error_for(
        40012,
        "the agent cannot be woken: the token names nobody, so nothing here is known to be yours",
        hint="Have the token_url give tokens with a clientId.",
    )

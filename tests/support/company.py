"""People and agents of this project on a hub, each with a connection of their own."""

from __future__ import annotations

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any
from uuid import uuid4

from aitransport_notebook import AgentSession, ClientSession, UIMessageCodec, client
from aitransport_notebook.codec.contract import Codec
from tests.support.hub_process import HubProcess

# A codec holds no state.
UI_MESSAGES = UIMessageCodec()


class Room:
    """One session; whoever is let in goes with it."""

    def __init__(self, hub: HubProcess) -> None:
        self.hub = hub
        self.name = f"room:{uuid4()}"
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Room:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    def connection(self, who: str, role: str | None = None) -> Any:
        """Connect someone."""
        made = client(self.hub.connection(who, role=role))
        self._stack.push_async_callback(made.close)
        return made

    async def user(
        self,
        who: str = "ann",
        role: str | None = None,
        codec: Codec[Any] = UI_MESSAGES,
        *,
        name: str | None = None,
    ) -> ClientSession[Any]:
        session = ClientSession(self.connection(who, role), name or self.name, codec)
        return await self._stack.enter_async_context(session)

    async def agent(
        self, who: str = "ai", codec: Codec[Any] = UI_MESSAGES, **how: Any
    ) -> AgentSession[Any]:
        session = AgentSession(self.connection(who, "agent"), self.name, codec, **how)
        return await self._stack.enter_async_context(session)

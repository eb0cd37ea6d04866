"""Who is on the channel, and what each says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aitransport_notebook.session.channel.line import Line, Wire
from aitransport_notebook.session.channel.together import RUNS, STATUS
from aitransport_notebook.tree.emitter import Emitter, Handler
from aitransport_notebook.wire.claims import AGENT, USER, claim_in, role_in

_TOLD_AS = {1: "enter", 2: "enter", 3: "leave", 4: "update"}


@dataclass(frozen=True, slots=True)
class Member:
    """One who is here. What counts of it is what the token says: the client id and the claim."""

    client_id: str
    connection_id: str
    # What it says of itself.
    data: Any
    # What its token says of it, as the server verified it.
    user_claim: Any

    @classmethod
    def of(cls, wire: Mapping[str, Any]) -> Member:
        claim = claim_in(wire["extras"])
        return cls(wire["clientId"], wire["connectionId"], wire["data"], claim)

    @property
    def role(self) -> str | None:
        """The role that its token gives it."""
        return role_in(self.user_claim)

    @property
    def runs(self) -> frozenset[str]:
        """The Runs that it is at, as agents say; a user is at none, whatever it says."""
        told = self.data.get(RUNS) if isinstance(self.data, dict) and self.role != USER else None
        ids = told if isinstance(told, list) else []
        return frozenset(id for id in ids if isinstance(id, str))

    @property
    def is_agent(self) -> bool:
        """Whether its token calls it an agent, or it says what agents say and is no user."""
        says = isinstance(self.data, dict) and RUNS in self.data
        return self.role == AGENT or (says and self.role != USER)

    @property
    def tells_runs(self) -> bool:
        """Whether it says which Runs it is at: agents of other SDKs do not."""
        return isinstance(self.data, dict) and RUNS in self.data

    @property
    def status(self) -> str | None:
        """What it says that it is doing."""
        status = self.data.get(STATUS) if isinstance(self.data, dict) else None
        return status if isinstance(status, str) else None


class Presence:
    """The members of a session, as they come and go; "enter", "update" and "leave" tell of it."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._emitter = Emitter("enter", "update", "leave")

    @property
    def members(self) -> list[Member]:
        """All who are here, oneself too."""
        return [Member.of(member) for member in self._line.members()]

    @property
    def is_live(self) -> bool:
        """Whether one hears of who comes and goes."""
        return self._line.is_live

    @property
    def steady_for(self) -> float | None:
        """The seconds since one's own connection came back; None if it was never lost."""
        return self._line.steady_for

    @property
    def others(self) -> list[Member]:
        """All who are here over other connections than this one."""
        own = self._line.connection_id
        return [member for member in self.members if member.connection_id != own]

    def on(self, event: str, handler: Callable[[Member], None]) -> Callable[[], None]:
        """Hear of members that "enter", "update" or "leave"; returns what ends it."""
        return self._emitter.on(event, handler)

    def on_change(self, handler: Handler) -> Callable[[], None]:
        """Hear of any change, with the member."""
        offs = [self._emitter.on(event, handler) for event in ("enter", "update", "leave")]

        def off() -> None:
            for end in offs:
                end()

        return off

    async def enter(self, data: Any = None) -> None:
        """Be here, for others to see; again says something else."""
        await self._line.enter(data)

    async def leave(self) -> None:
        """Be here no longer, but go on listening."""
        await self._line.leave()

    def heard(self, event: Wire) -> None:
        """Take in what the channel tells."""
        told = _TOLD_AS.get(event["action"])
        if told is not None:
            self._emitter.emit(told, Member.of(event))

"""A session on the hub, with clients and agents of either side, and those who only watch."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from tests.interop.cast import Agent, Client, Participant
from tests.interop.comparing import check_same
from tests.interop.drivers import Driver, Side

SIDES: tuple[Side, Side] = ("javascript", "python")
# The most that the hub gives at once, so that all of a session's history is in one page.
ONE_PAGE = 1000
Snapshot = dict[str, Any]


def other(side: Side) -> Side:
    return "python" if side == "javascript" else "javascript"


class Stage:
    """One scenario: the sides of its clients and agents, and a channel of its own.

    From its beginning it is watched from both sides. `agree` compares what all of them see, and
    what those see who come when all is over.
    """

    def __init__(
        self,
        clients: Side,
        agents: Side,
        drivers: dict[Side, Driver],
        start: Callable[[Side], Driver],
    ) -> None:
        self.clients_are = clients
        self.agents_are = agents
        self.agreed = False
        # One that the sides set differently in this scenario, on purpose.
        self.header_that_differs: str | None = None
        self.channel = f"interop:{uuid4()}"
        self._drivers = drivers
        self._start = start
        self._cast: list[Participant] = []
        self._numbers = itertools.count(1)
        self.watchers = [self.client(f"watching {side}", side) for side in SIDES]

    def client(self, name: str, side: Side | None = None, **options: Any) -> Client:
        """Have a client join, of the side that the clients are of."""
        driver = self._drivers[side or self.clients_are]
        client = Client(driver, self.channel, name, self._numbers)
        client.begin("join", **options)
        self._cast.append(client)
        return client

    def agent(self, name: str = "ai", side: Side | None = None) -> Agent:
        """Have an agent join, of the side that the agents are of."""
        agent = Agent(self._drivers[side or self.agents_are], self.channel, name, self._numbers)
        agent.begin("serve")
        self._cast.append(agent)
        return agent

    def mortal_agent(self) -> tuple[Agent, Driver]:
        """Have an agent join in a process of its own, which may be killed."""
        driver = self._start(self.agents_are)
        agent = Agent(driver, self.channel, "mortal", self._numbers)
        agent.begin("serve")
        return agent, driver

    def late(self, side: Side, name: str = "late") -> Client:
        """Have a client join that loads all history, in one page."""
        late = self.client(f"{name} {side}", side, page=ONE_PAGE)
        late.call("load_all")
        return late

    def settle(self) -> None:
        """Wait until all have heard all that was published."""
        mark = str(uuid4())
        self.watchers[0].call("mark", mark=mark)
        for one in self._cast:
            if one.is_there:
                one.call("up_to", mark=mark)

    def agree(
        self,
        messages: Sequence[str],
        statuses: Sequence[str],
    ) -> Snapshot:
        """Check that everybody sees this, and in every particular the same; returns what.

        What counts is what the official SDK shows to who comes late, with one page of history.
        """
        self.settle()
        self.agreed = True
        official = self.late("javascript")
        check_same("who comes late", list(official.now()), [list(messages), list(statuses)])
        expected = official.snapshot()
        check_same("late python", self.late("python").snapshot(), expected)
        for one in self._cast:
            if isinstance(one, Client):
                check_same(one.name, one.snapshot(fresh=True), expected)
        self._agree_live()
        return expected

    def _agree_live(self) -> None:
        """Check that the views that were open all the time show the same on both sides."""
        official, ours = (watcher.snapshot() for watcher in self.watchers)
        check_same("who watched", ours, official)

    def close(self) -> None:
        for one in self._cast:
            one.call("leave")

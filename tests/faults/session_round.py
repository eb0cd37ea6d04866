"""One round: a reply is streamed, something breaks in the middle of it, then all is compared."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from aitransport_notebook import ClientSession, UIMessageCodec, client, connect
from aitransport_notebook.session.client.run import ClientRun
from aitransport_notebook.session.client.steering import Steer
from aitransport_notebook.session.health import RunHealth
from tests.faults.session_checks import (
    Shown,
    channel_problems,
    content_problems,
    folded,
    fresh,
    view_problems,
)
from tests.faults.session_plan import (
    AGENT_CUT,
    AGENT_KILLED,
    ANSWERS_LOST,
    CLIENT_CUT,
    CLIENT_KILLED,
    HUB_KILLED,
    Plan,
    Reply,
)
from tests.interop.cast import Agent, Answer, Asked, Client
from tests.interop.drivers import Driver, Side
from tests.interop.python.shown import snapshot
from tests.support.cutting_proxy import CLEAN, LOSE_ACK, CuttingProxy
from tests.support.hub_process import KEY, HubProcess
from tests.support.raw_rest import RawRest
from tests.support.waiting import until

CODEC = UIMessageCodec()
CHANNEL = "conversations:faults"
# A server waits for 15 s before it says that a member who vanished is gone.
SEEN_TO_HAVE_CRASHED = 20.0
SETTLING = 45.0


@dataclass(frozen=True)
class Door:
    """Where a process is told that the hub is."""

    port: int
    host: str = "127.0.0.1"
    key: str = KEY


@dataclass
class Outcome:
    """What a round came to."""

    seconds: float = 0.0
    # The durations that a kind of round has.
    took: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        took = "".join(f", {what} {seconds:.1f} s" for what, seconds in self.took.items())
        return "\n  ".join([f"{self.seconds:.1f} s{took}", *self.problems[:12]])


class Round:
    """Those who take part, and what becomes of them."""

    def __init__(self, plan: Plan, hub: HubProcess, log: IO[str], stack: AsyncExitStack) -> None:
        self._plan = plan
        self._hub = hub
        # What the processes say went wrong.
        self._log = log
        self._stack = stack
        self._rng = random.Random(plan.seed)
        self._numbers = itertools.count(1)
        self._outcome = Outcome()
        self._verdicts: list[RunHealth] = []
        self._chunks_said = 0
        self._fault: asyncio.Task[None] | None = None
        self._steer: Steer | None = None
        self._agents_died = 0
        # What each answer came to be.
        self._stands: list[Reply] = []

    async def play(self) -> Outcome:
        began = time.monotonic()
        self._to_client, self._to_agent = [await self._proxy(), await self._proxy()]
        self._watcher = await self._watch() if self._plan.is_watched else None
        if self._plan.kind != CLIENT_KILLED:
            self._live = await self._session(self._to_client.port)
        run = await self._answer()
        await self._ends(run)
        await self._compare()
        self._outcome.seconds = time.monotonic() - began
        return self._outcome

    # Who takes part.

    async def _proxy(self) -> CuttingProxy:
        proxy = CuttingProxy(self._hub.port, self._rng, {LOSE_ACK: 3, CLEAN: 1})
        proxy.calm()
        await proxy.start()
        self._stack.push_async_callback(proxy.close)
        return proxy

    async def _driver(self, side: Side, port: int) -> Driver:
        driver = await asyncio.to_thread(Driver, side, Door(port), self._log)
        self._stack.push_async_callback(asyncio.to_thread, driver.close)
        return driver

    async def _session(self, port: int, who: str = "ann") -> ClientSession[Any]:
        where = connect(key=KEY, endpoint="127.0.0.1", port=port, tls=False, client_id=who)
        connection = client(where)
        self._stack.push_async_callback(connection.close)
        session = ClientSession(connection, CHANNEL, CODEC)
        await self._stack.enter_async_context(session)
        session.on("error", lambda error: self._outcome.problems.append(f"{who} heard {error}"))
        session.health.on("change", self._verdicts.append)
        return session

    async def _watch(self) -> Client:
        driver = await self._driver("javascript", self._to_client.port)
        watcher = Client(driver, CHANNEL, "bob", self._numbers)
        await asyncio.to_thread(watcher.begin, "join")
        return watcher

    async def _agent(self) -> tuple[Agent, Driver]:
        side = "python" if self._agents_died else self._plan.agent
        driver = await self._driver(side, self._to_agent.port)
        agent = Agent(driver, CHANNEL, "ai", self._numbers)
        await asyncio.to_thread(agent.begin, "serve")
        return agent, driver

    async def _ask(self) -> tuple[Asked, ClientRun | None]:
        if self._plan.kind == CLIENT_KILLED:
            self._asker = await self._driver(self._plan.asker, self._hub.port)
            asker = Client(self._asker, CHANNEL, "ann", self._numbers)
            await asyncio.to_thread(asker.begin, "join")
            return await asyncio.to_thread(asker.send, "Tell me!"), None
        run = await self._live.view.send("Tell me!")
        nobody = Client(None, CHANNEL, "ann", self._numbers)  # type: ignore[arg-type]
        return Asked(nobody, "", run.input_message_id, run.to_invocation().to_json()), run

    # What is said.

    async def _answer(self) -> ClientRun | None:
        asked, run = await self._ask()
        agent, driver = await self._agent()
        answer = await asyncio.to_thread(agent.open, asked)
        self._run_id = answer.run_id
        try:
            await self._say_all(answer, driver, asked, run)
        except _Died:
            await self._crashed()
            self._agents_died += 1
            agent, driver = await self._agent()
            again = await asyncio.to_thread(agent.adopt, asked, answer.identity)
            await self._say_all(again, driver, asked, run)
        if self._fault is not None:
            await self._fault
        return run

    async def _say_all(
        self, answer: Answer, driver: Driver, asked: Asked, run: ClientRun | None
    ) -> None:
        replies = self._plan.retries if self._agents_died else self._plan.replies
        while await asyncio.to_thread(answer.has_input):
            reply = replies[len(self._stands)]
            reason = await self._say(answer, driver, reply)
            if reason != "complete":
                self._outcome.problems.append(f"{reply.name} ended with {reason}")
            self._stands.append(reply)
            if len(self._stands) < len(replies):
                await self._ask_for_more(answer, run)
        await asyncio.to_thread(answer.end)

    async def _ask_for_more(self, answer: Answer, run: ClientRun | None) -> None:
        """Steer, and wait until the agent knows of it."""
        if run is None or self._steer is not None:
            return
        self._steer = await run.steer("More!")
        await asyncio.to_thread(answer.is_told, "steer")

    async def _say(self, answer: Answer, driver: Driver, reply: Reply) -> str:
        stream = await asyncio.to_thread(answer.stream)
        for chunk in reply.chunks:
            if self._chunks_said == self._plan.strikes_after:
                await self._strike(driver)
            self._chunks_said += 1
            await asyncio.to_thread(stream.say, chunk)
            await asyncio.sleep(self._plan.pace)
        self._to_agent.calm()
        return await asyncio.to_thread(stream.finish)

    # What breaks.

    async def _strike(self, driver: Driver) -> None:
        if self._plan.kind == AGENT_KILLED:
            if not self._agents_died:
                await asyncio.to_thread(driver.kill)
                raise _Died
            return
        strikes = {
            CLIENT_CUT: lambda: self._to_client.interrupt(self._plan.away),
            AGENT_CUT: lambda: self._to_agent.interrupt(self._plan.away),
            CLIENT_KILLED: self._kill_the_client,
            HUB_KILLED: self._kill_the_hub,
            ANSWERS_LOST: self._lose_answers,
        }
        self._fault = asyncio.create_task(strikes[self._plan.kind]())

    async def _kill_the_client(self) -> None:
        await asyncio.to_thread(self._asker.kill)
        await asyncio.sleep(self._plan.away)
        self._live = await self._session(self._to_client.port)
        await fresh(self._live)

    async def _kill_the_hub(self) -> None:
        await asyncio.to_thread(self._hub.kill)
        await asyncio.sleep(self._plan.away)
        await asyncio.to_thread(self._hub.start)
        began = time.monotonic()
        line = self._live._line
        await until(lambda: line.is_live, SETTLING)
        self._outcome.took["live again after"] = time.monotonic() - began

    async def _lose_answers(self) -> None:
        self._to_agent.rage()

    async def _crashed(self) -> None:
        """Wait until everyone can see that the agent is no more."""
        began = time.monotonic()
        verdict = self._plan.verdict

        def is_seen() -> bool:
            known = self._live.health.of(self._run_id)
            return known is not None and known.verdict == verdict

        await until(is_seen, SETTLING)
        took = self._outcome.took[f"shown as {verdict} after"] = time.monotonic() - began
        if took > SEEN_TO_HAVE_CRASHED:
            self._outcome.problems.append(f"shown as {verdict} only after {took:.1f} s")

    # What came of it.

    async def _ends(self, run: ClientRun | None) -> None:
        tree = self._live.tree

        def is_over() -> bool:
            known = tree.run(self._run_id)
            return known is not None and known.status == "complete"

        began = time.monotonic()
        await until(is_over, SETTLING)
        self._outcome.took["seen to its end after"] = time.monotonic() - began
        if run is not None:
            await asyncio.wait_for(run.wait(), SETTLING)
        if self._steer is not None:
            outcome = await asyncio.wait_for(self._steer.outcome, SETTLING)
            if not outcome.consumed:
                self._outcome.problems.append("the steer was not taken in")
        verdicts = {change.verdict for change in self._verdicts} - {"working"}
        if self._agents_died:
            # Of one that is silent nobody knows yet whether it has died.
            verdicts -= {"stalled", self._plan.verdict}
        if verdicts:
            self._outcome.problems.append(f"the verdicts were {self._verdicts}")

    async def _compare(self) -> None:
        problems = self._outcome.problems
        late = await fresh(await self._session(self._hub.port, "late"))
        live = snapshot(self._live.view)
        async with RawRest(self._hub.url, KEY) as rest:
            history = await rest.history(CHANNEL)
        stood = folded(history)
        for who, shown in (("live", live), ("late", late), ("history", stood)):
            problems += content_problems(who, shown, self._stands)
        problems += view_problems("live, not as late:", live, late)
        problems += view_problems("history, not as late:", stood, late)
        inputs = 1 + (self._steer is not None)
        attempts = len(self._stands) + self._agents_died
        problems += channel_problems(history, inputs, attempts)
        if self._watcher is not None:
            problems += await self._compare_official(self._watcher, late)

    async def _compare_official(self, watcher: Client, late: Shown) -> list[str]:
        """What an official client saw all along is the same, once it has seen it all."""
        deadline = time.monotonic() + SETTLING
        while True:
            shown = await asyncio.to_thread(watcher.snapshot)
            found = view_problems("javascript, not as late:", shown, late)
            if not found or time.monotonic() > deadline:
                return found
            await asyncio.sleep(0.3)


class _Died(Exception):
    """The agent is no more."""


async def play(plan: Plan, folder: Path, *hub_options: str) -> Outcome:
    """Play a round on a hub of its own."""
    hub = HubProcess(*hub_options, data=folder / "data")
    with hub, (folder / "processes.log").open("a") as log:
        async with AsyncExitStack() as stack:
            return await Round(plan, hub, log, stack).play()

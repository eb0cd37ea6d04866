"""The long run of workers: python -m tests.faults.workers --inputs 1000 --seed 7

Three workers, each a process, are at all sessions of a prefix; users ask in many sessions at the
same time. Now and then a worker is killed in the middle, and another one begins. In the end every
input has one answer on view, and that one is whole.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import signal
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from aitransport_notebook import ClientSession, Connection, UIMessageCodec, client, connect
from tests.agents.answers import texts_of
from tests.support.hub_process import HubProcess
from tests.support.waiting import until

CODEC = UIMessageCodec()
WORKERS = 3
PATIENCE = 120.0


@dataclass(frozen=True)
class Size:
    """How much is asked, in how many sessions, and how many workers die."""

    inputs: int = 60
    sessions: int = 6
    kills: int = 1


@dataclass
class Outcome:
    """What came of it."""

    answered: int = 0
    relieved: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    problems: list[str] = field(default_factory=list)

    def has_answered(self, many: float) -> bool:
        return self.answered >= many

    def __str__(self) -> str:
        figures = (
            f"{self.answered} answered in {self.seconds:.1f} s, the slowest after "
            f"{self.longest:.1f} s, {self.relieved} by another worker than the first"
        )
        return "\n  ".join([figures, *self.problems[:20]])


class Crew:
    """The workers that there are."""

    def __init__(self, hub: HubProcess, prefix: str) -> None:
        self._where = (hub.host, str(hub.port), hub.key)
        self._prefix = prefix
        self._processes: list[Process] = []
        self._number = 0

    async def hire(self) -> None:
        self._number += 1
        told = (*self._where, f"worker-{self._number}", "unhurried", f"{self._prefix}*")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.agents.mortal_worker", *told, stdout=PIPE
        )
        self._processes.append(process)
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"

    async def kill(self, chance: random.Random) -> None:
        process = self._processes.pop(chance.randrange(len(self._processes)))
        process.send_signal(signal.SIGKILL)
        await process.wait()

    async def end(self) -> None:
        for process in self._processes:
            process.kill()
            await process.wait()


async def ask(session: ClientSession[Any], texts: list[str], seed: int, outcome: Outcome) -> None:
    """Ask one after the other; now and then the next one before the last is answered."""
    chance = random.Random(seed)
    waiting: set[asyncio.Task[None]] = set()
    for text in texts:
        began = time.monotonic()
        run = await session.view.send(text)

        async def wait(run: Any = run, began: float = began, text: str = text) -> None:
            status = await asyncio.wait_for(run.wait(), PATIENCE)
            outcome.longest = max(outcome.longest, time.monotonic() - began)
            outcome.answered += 1
            if status != "complete":
                outcome.problems.append(f"{text!r} ended {status}")

        waiting.add(asyncio.create_task(wait()))
        if chance.random() < 0.7:
            await asyncio.gather(*waiting)
            waiting.clear()
    await asyncio.gather(*waiting)


async def kill_some(crew: Crew, size: Size, chance: random.Random, outcome: Outcome) -> None:
    """Kill a worker once each next part of the inputs is answered, and begin another."""
    for number in range(size.kills):
        share = (number + chance.uniform(0.2, 0.8)) / size.kills
        await until(partial(outcome.has_answered, share * size.inputs * 0.8), PATIENCE)
        await crew.kill(chance)
        await crew.hire()


async def check(where: Connection, name: str, texts: list[str], outcome: Outcome) -> None:
    """See what someone sees who comes when all is over."""
    late = client(where)
    async with ClientSession(late, name, CODEC) as session:
        while await session.load_page():
            pass
        view = session.tree.view()
        on_view = [(m.message["role"], texts_of(m.message)) for m in view.messages]
        for text in texts:
            answer = " ".join(["you", "said", *text.split(" "), ""])
            counts = on_view.count(("user", text)), on_view.count(("assistant", answer))
            if counts != (1, 1):
                outcome.problems.append(f"{name}: {text!r} and its answer are on view {counts}")
        if len(on_view) != 2 * len(texts):
            outcome.problems.append(f"{name}: {len(on_view)} messages on view")
        for run in view.runs:
            outcome.relieved += any(step.attempt_count > 1 for step in run.steps)
            if run.status != "complete":
                outcome.problems.append(f"{name}: a run is {run.status}")
    await late.close()


async def campaign(seed: int, size: Size, folder: Path) -> Outcome:
    """Have a crew answer all that is asked, while some of it die."""
    chance, outcome, prefix = random.Random(seed), Outcome(), f"crew-{seed}:"
    names = [f"{prefix}{number}" for number in range(size.sessions)]
    texts = {
        name: [f"question {n} in {name}" for n in range(at, size.inputs, size.sessions)]
        for at, name in enumerate(names)
    }
    with HubProcess(data=folder / "hub") as hub:
        crew = Crew(hub, prefix)
        where = connect(
            key=hub.key, endpoint=hub.host, port=hub.port, tls=False, client_id="ann", role="user"
        )
        users = client(where)
        sessions = [ClientSession(users, name, CODEC) for name in names]
        try:
            await asyncio.gather(*(crew.hire() for _ in range(WORKERS)))
            await asyncio.gather(*(session.connect() for session in sessions))
            began = time.monotonic()
            await asyncio.gather(
                kill_some(crew, size, chance, outcome),
                *(
                    ask(session, texts[session.name], seed * 1000 + number, outcome)
                    for number, session in enumerate(sessions)
                ),
            )
            outcome.seconds = time.monotonic() - began
            for name in names:
                await check(where, name, texts[name], outcome)
        finally:
            await crew.end()
            for session in sessions:
                await session.close()
            await users.close()
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1000)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--kills", type=int, default=3, help="of workers (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    logging.basicConfig(level=logging.CRITICAL)
    size = Size(given.inputs, given.sessions, given.kills)
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(campaign(given.seed, size, Path(folder)))
    sys.stdout.write(f"seed {given.seed}: {'FAILED' if outcome.problems else 'ok'}: {outcome}\n")
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())

"""The `agent` command, as a process of its own beside the user's hub."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest

from aitransport_notebook import ClientSession, UIMessageCodec, client, connect
from aitransport_notebook.cli import main
from aitransport_notebook.hub.launch.record import read_record
from tests.agents.demo.plays import text_of
from tests.support.waiting import until

# Runs a line of a notebook that comes to a console, and says something there.
NOTEBOOK = """
import sys
from threading import Event
line, text = sys.argv[1:]
exec(line.replace("ait.Console(", "console = ait.Console("))
ended = Event()
console.on("run-end", lambda run: ended.set())
console.send(text)
ended.wait(20)
print(console.view.text())
console.close()
"""
PAGE, CELL = "Talk to it on a page: ", "Or in a notebook: "
# What fits a terminal, nearly always.
WIDE = 120
LIMIT = 30
Start = Callable[..., Awaitable[Process]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A user who has no hub yet; the one that is started is ended afterwards."""
    monkeypatch.setenv("AITRANSPORT_HOME", str(tmp_path))
    yield tmp_path
    hub = read_record(tmp_path / "hub.json")
    if hub is not None:
        with suppress(ProcessLookupError):
            os.kill(hub.pid, signal.SIGTERM)


@pytest.fixture
async def start(home: Path) -> AsyncIterator[Start]:
    async with AsyncExitStack() as stack:

        async def start(*arguments: str) -> Process:
            command = (sys.executable, "-m", "aitransport_notebook.cli", "agent", *arguments)
            process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)

            async def end() -> None:
                if process.returncode is None:
                    process.kill()
                await process.communicate()

            stack.push_async_callback(end)
            return process

        yield start


async def ready(process: Process) -> list[str]:
    """Return the lines that it prints once it is there."""
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or not lines[-1].startswith(CELL):
        line = (await asyncio.wait_for(process.stdout.readline(), LIMIT)).decode()
        assert line, lines
        lines.append(line.rstrip("\n"))
    return lines


async def say(text: str, lines: list[str]) -> str:
    """Say something in a notebook as the agent's lines have it; returns what is there then."""
    cell = lines[-1].removeprefix(CELL)
    talk = await asyncio.create_subprocess_exec(
        sys.executable, "-c", NOTEBOOK, cell, text, stdout=PIPE, stderr=PIPE
    )
    status, out, err = await ended(talk)
    assert (status, err) == (0, "")
    return out


async def ended(process: Process) -> tuple[int | None, str, str]:
    """Return how it ended, and what it said since."""
    out, err = await asyncio.wait_for(process.communicate(), LIMIT)
    return process.returncode, out.decode(), err.decode()


async def test_the_lines_that_it_prints_talk_to_it(start: Start, home: Path) -> None:
    agent = await start("demo:*", "elsewhere", "--pace", "0")
    lines = await ready(agent)
    hub = read_record(home / "hub.json")
    assert hub is not None and hub.url in lines[0] and "demo:*, elsewhere" in lines[0]
    assert len(lines) == 3 and max(map(len, lines)) <= WIDE
    assert "This is what I can show you" in await say("help", lines)
    name, *page = shlex.split(lines[1].removeprefix(PAGE))
    assert name == "aitransport-notebook"
    opened = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "aitransport_notebook.cli", *page, "--no-browser"),
        stdout=PIPE,
        stderr=PIPE,
    )
    status, out, _ = await ended(opened)
    assert status == 0 and out.startswith(f"{hub.url}/customer#link=")
    agent.terminate()
    assert await ended(agent) == (0, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_it_ends_its_runs_when_it_is_interrupted(start: Start, home: Path, how: int) -> None:
    agent = await start("a session")
    await ready(agent)
    hub = read_record(home / "hub.json")
    assert hub is not None
    user = client(
        connect(key=hub.key, endpoint=hub.host, port=hub.port, tls=False, client_id="ann")
    )
    async with ClientSession(user, "a session", UIMessageCodec()) as session:
        run = await session.view.send("count 1000")
        await until(lambda: "1 2 3" in text_of(session.view.messages[-1].message))
        agent.send_signal(how)
        assert await asyncio.wait_for(run.wait(), LIMIT) == "cancelled"
        assert await ended(agent) == (0, "", "")
    await user.close()


async def test_a_failure_of_the_script_is_not_reported_as_one_of_the_agent(
    start: Start, home: Path
) -> None:
    agent = await start("demo:1", "--pace", "0")
    assert "just when\n" in await say("fail", await ready(agent))
    agent.terminate()
    assert await ended(agent) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "SESSION"),
        ([""], "names no session"),
        ([":x"], "names no session"),
        (["x", "--pace", "nan"], "is not a factor"),
        (["x", "--pace", "-1"], "is not a factor"),
        (["x", "--pace", "fast"], "invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], said: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["agent", *arguments])
    assert refused.value.code == 2
    assert said in capsys.readouterr().err
    assert not (home / "hub.json").exists()

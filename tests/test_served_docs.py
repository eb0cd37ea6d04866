"""What the README and docs/serving.md tell a reader to do works: servers, then clients."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import nbformat
import pytest

from tests.official.scenarios import PACKAGES
from tests.support.ports import free_port

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```(python|js)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
README = (ROOT / "README.md").read_text("utf-8")
SERVING = (ROOT / "docs" / "serving.md").read_text("utf-8")
# What stands there after the cell of a notebook and agent.py, and before another cell.
CLIENT = BLOCK.findall(README)[2][1]
SERVING_NAMES = ["app.py", "bare.py", "client.mjs", "worker.py"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="servers are ended by a signal")


class Desk:
    """A reader's folder, and the programs that run in it; ports that are taken get others."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self._ports = {"8000": str(free_port()), "8080": str(free_port())}

    def save(self, name: str, program: str) -> None:
        (self.folder / name).write_text(self._moved(program), "utf-8")

    def serve(self, command: str, ready: str | None = None) -> None:
        """Start what goes on running, and wait until it can be used."""
        started = subprocess.Popen(
            self._moved(command).split(), cwd=self.folder, env=_environment(), stderr=sys.stderr
        )
        self._stack.callback(started.wait, 20)
        self._stack.callback(started.terminate)
        if ready is not None:
            _await_port(int(self._ports[ready]), started)

    def serve_and_hear(self, command: str, words: str) -> None:
        """Start what goes on running, and wait until it says on stderr that it is ready."""
        said = self.folder / "said.txt"
        with said.open("wb") as out:
            started = subprocess.Popen(
                command.split(), cwd=self.folder, env=_environment(), stderr=out
            )
        self._stack.callback(started.wait, 20)
        self._stack.callback(started.terminate)
        end = time.monotonic() + 30
        while words not in said.read_text("utf-8"):
            assert started.poll() is None and time.monotonic() < end, said.read_text("utf-8")
            time.sleep(0.05)

    def run(self, command: str) -> str:
        """Run a program to its end; returns what it shows."""
        done = subprocess.run(
            self._moved(command).split(),
            cwd=self.folder,
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        assert not done.stderr
        return done.stdout

    def _moved(self, text: str) -> str:
        for port, other in self._ports.items():
            text = re.sub(rf"\b{port}\b", other, text)
        return text


def _await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        assert process.poll() is None, f"it ended with {process.returncode}"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


def _environment() -> dict[str, str]:
    scripts = str(Path(sys.executable).parent)
    path = os.pathsep.join([scripts, os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with ExitStack() as stack:
        yield Desk(tmp_path, stack)


def commands_in(text: str, first: str) -> list[str]:
    """Return the indented block that begins with a command."""
    lines = text[text.index(f"    {first}") :].split("\n\n")[0].splitlines()
    return [line.strip() for line in lines]


def test_a_reader_of_the_readme_is_answered(desk: Desk) -> None:
    programs = dict(re.findall(r"^`(\w+\.py)` [^`]*```python\n(.*?)^```$", README, re.M | re.S))
    assert list(programs) == ["agent.py", "client.py"]
    for name, program in programs.items():
        desk.save(name, program)
    hub, agent, client = commands_in(README, "aitransport-notebook hub")
    desk.serve(hub, "8080")
    desk.serve(agent, "8000")
    assert desk.run(client).strip() == commands_in(README, "You said")[0]


# A console's own words, and the first that an agent says in answer.
ASK = """
import queue
said = queue.SimpleQueue()
console.on("message", lambda told: said.put(told.message))
console.send("Hello!")
while (message := said.get(timeout=30))["role"] != "assistant":
    pass
print(message["parts"][-1]["text"])
console.close()
"""


@pytest.fixture
def readme(desk: Desk) -> Desk:
    """The folder with the README's agent, beside a hub; the reader's cell asks it something."""
    desk.save("agent.py", BLOCK.findall(README)[1][1])
    desk.save("cell.py", BLOCK.findall(README)[3][1] + ASK)
    desk.serve(commands_in(README, "aitransport-notebook hub")[0], "8080")
    return desk


def test_a_notebook_wakes_the_agent_of_the_readme(readme: Desk) -> None:
    readme.serve(commands_in(README, "aitransport-notebook hub")[1], "8000")
    assert readme.run("python cell.py") == "You said: Hello! \n"


def test_a_worker_answers_a_page_that_wakes_nobody(readme: Desk) -> None:
    agent, cell = ((readme.folder / name).read_text("utf-8") for name in ("agent.py", "cell.py"))
    [line] = commands_in(README, "ait.agents.Worker")
    *kept, _, _, _, _ = agent.splitlines()
    readme.save("agent.py", "\n".join([*kept, line]))
    asleep = re.sub(r"^ +agent.*\n", "", cell, flags=re.M)
    assert asleep != cell
    readme.save("cell.py", asleep)
    readme.serve_and_hear("python agent.py", "Answering in conversations:*, until Ctrl-C.")
    assert readme.run("python cell.py") == "You said: Hello! \n"


def test_every_program_of_the_readme_is_run() -> None:
    [cell, *programs] = [text for _, text in BLOCK.findall(README)]
    assert len(programs) == 3
    # Every notebook is run from top to bottom.
    notebook = nbformat.read(ROOT / "notebooks" / "operator.ipynb", as_version=4)
    first = next(known for known in notebook.cells if known.cell_type == "code")
    assert cell.strip() == first.source.strip()
    assert [kind for kind, _ in BLOCK.findall(SERVING)] == ["python", "python", "js", "python"]


@pytest.fixture
def serving(desk: Desk) -> Desk:
    """The folder with the programs of docs/serving.md, beside a hub."""
    for name, (_, program) in zip(SERVING_NAMES, BLOCK.findall(SERVING), strict=True):
        desk.save(name, program)
    desk.save("client.py", CLIENT)
    (desk.folder / "node_modules").symlink_to(PACKAGES)
    [hub] = re.findall(r"`(aitransport-notebook hub [^`]*)`", SERVING)
    desk.serve(hub, "8080")
    return desk


@pytest.mark.parametrize(
    ("app", "said"), [("app", "You have the plan gold."), ("bare", "Hello to you!")]
)
def test_both_applications_answer_in_both_languages(serving: Desk, app: str, said: str) -> None:
    command = f"uvicorn {app}:app --port 8000"
    assert command in SERVING
    serving.serve(command, "8000")
    assert serving.run("python client.py") == said
    assert serving.run("node client.mjs") == f"user Hello!\nassistant {said}\n"


def test_a_worker_answers_with_no_invocation(serving: Desk) -> None:
    silent = re.sub(r"^ +posted.*\n", "", CLIENT, flags=re.M)
    assert silent != CLIENT
    serving.save("client.py", silent)
    serving.serve("uvicorn app:app --port 8000", "8000")
    serving.serve_and_hear("python worker.py", "Answering in conversations:*, until Ctrl-C.")
    assert serving.run("python client.py") == "A worker is at your service."

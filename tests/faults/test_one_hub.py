"""One hub per folder, one hub per user, however many start one at once."""

from __future__ import annotations

import asyncio
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from aitransport_notebook.errors import HubError
from aitransport_notebook.hub.launch.find import find_or_start
from aitransport_notebook.hub.launch.record import PROTOCOL, HubRecord, proof, write_record
from tests.support.hub_process import KEY, HubProcess
from tests.support.raw_client import RawClient
from tests.support.raw_rest import RawRest

STARTER = """
import json, sys
from pathlib import Path
from aitransport_notebook.hub.launch.find import find_or_start
record = find_or_start(folder=Path(sys.argv[1]), idle_end=float(sys.argv[2]))
print(json.dumps([record.pid, record.url, record.key]))
"""
IDLE_END = 2.0


def is_running(pid: int) -> bool:
    """Whether the process is there, and not only its remains."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def until_ended(pid: int, limit: float) -> bool:
    deadline = time.monotonic() + limit
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_running(pid)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder for a user's hub; whatever hub was started in it ends with the test."""
    folder = tmp_path / "home"
    folder.mkdir()
    yield folder
    lock = folder / "data" / "hub.lock"
    if lock.exists() and (pid := lock.read_text().strip()) and is_running(int(pid)):
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGTERM)
        if not until_ended(int(pid), 10):
            os.kill(int(pid), signal.SIGKILL)


def begin_starter(folder: Path, idle_end: float = 30) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", STARTER, str(folder), str(idle_end)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def start_at_once(folder: Path, count: int, idle_end: float = 30) -> list[tuple[int, str, str]]:
    starters = [begin_starter(folder, idle_end) for _ in range(count)]
    found = []
    for starter in starters:
        out, errors = starter.communicate(timeout=60)
        assert starter.returncode == 0, errors
        pid, url, key = json.loads(out)
        found.append((pid, url, key))
    return found


async def works(url: str, key: str) -> None:
    async with RawClient(url, key) as client, RawRest(url, key) as rest:
        await client.publish("works", {"name": "n", "data": "yes"})
        assert (await rest.history("works"))[-1]["data"] == "yes"


async def test_a_second_hub_on_the_same_data_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with HubProcess(data=data) as first:
        async with RawClient(first.url, KEY) as client:
            await client.publish("one", {"name": "n", "data": "before"})
            command = [sys.executable, "-m", "aitransport_notebook.cli", "hub", "--data", str(data)]
            second = await asyncio.to_thread(
                subprocess.run, command, capture_output=True, text=True, timeout=30
            )
            assert second.returncode not in (0, None)
            assert second.stdout == ""
            assert "Traceback" not in second.stderr
            assert str(data) in second.stderr
            assert f"process {first.pid}" in second.stderr
            assert "Hint:" in second.stderr
            await client.publish("one", {"name": "n", "data": "after"})
            async with RawRest(first.url, KEY) as rest:
                history = await rest.history("one")
            assert [message["data"] for message in history] == ["before", "after"]
            assert len(client.answers) == 1


@pytest.mark.parametrize("count", [2, 2, 4])
async def test_who_starts_the_hub_at_once_gets_the_same(home: Path, count: int) -> None:
    found = await asyncio.to_thread(start_at_once, home, count)
    assert len(set(found)) == 1
    pid, url, key = found[0]
    assert is_running(pid), "it outlives those who started it"
    await works(url, key)
    assert (await asyncio.to_thread(start_at_once, home, 1))[0] == found[0]


async def test_a_hub_that_nobody_uses_ends(home: Path) -> None:
    ((pid, url, key),) = await asyncio.to_thread(start_at_once, home, 1, IDLE_END)
    client = await RawClient(url, key).start()
    assert not await asyncio.to_thread(until_ended, pid, IDLE_END + 5), "someone is connected"
    await client.stop()
    assert await asyncio.to_thread(until_ended, pid, IDLE_END + 15)
    ((next_pid, again, key),) = await asyncio.to_thread(start_at_once, home, 1)
    assert next_pid != pid and again == url
    await works(url, key)


async def test_a_hub_that_is_gone_comes_back_where_it_was(home: Path) -> None:
    ((pid, url, key),) = await asyncio.to_thread(start_at_once, home, 1)
    os.kill(pid, signal.SIGKILL)
    assert await asyncio.to_thread(until_ended, pid, 10)
    found = await asyncio.to_thread(start_at_once, home, 2)
    assert len(set(found)) == 1 and found[0][0] != pid
    assert found[0][1:] == (url, key), "who knew it finds it again"
    await works(found[0][1], key)


class Stranger(http.server.BaseHTTPRequestHandler):
    """A server that happens to have the recorded port."""

    answer: dict[str, Any] | None = None
    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(f"{self.path} {self.headers}")
        body = b"<html>hello</html>" if self.answer is None else json.dumps(self.answer).encode()
        challenge = self.path.partition("challenge=")[2]
        if self.answer is not None and "key" in self.answer:
            shown = {**self.answer, "proof": proof(self.answer["key"], challenge)}
            body = json.dumps(shown).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def recorded_stranger(home: Path, answer: dict[str, Any] | None) -> Iterator[list[str]]:
    """Let the record of a hub point to another server; yields what that is asked."""
    asked: list[str] = []
    handler = type("Recorded", (Stranger,), {"answer": answer, "asked": asked})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    port = server.server_address[1]
    key = "hub.key:the-secret"
    record = HubRecord(f"http://127.0.0.1:{port}", "127.0.0.1", port, key, 4_000_000, "0.0.1")
    write_record(home / "hub.json", record)
    try:
        yield asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {"hub": "something else"},
        # A hub, but not the one of the record: it has another key.
        {"hub": "aitransport-notebook", "version": "1", "protocol": PROTOCOL, "key": "another"},
    ],
)
async def test_another_server_on_the_recorded_port_is_no_hub(
    home: Path, answer: dict[str, Any] | None
) -> None:
    with recorded_stranger(home, answer) as asked:
        found = await asyncio.to_thread(start_at_once, home, 2)
        assert len(set(found)) == 1
        await works(found[0][1], found[0][2])
    assert asked
    assert not any("the-secret" in line for line in asked), "the key is shown to nobody"


def test_a_hub_of_another_protocol_is_named_and_left_alone(home: Path) -> None:
    other = PROTOCOL + 98
    answer = {"hub": "aitransport-notebook", "version": "9.8.7", "protocol": other}
    stranger = recorded_stranger(home, {**answer, "key": "the-secret"})
    with stranger, pytest.raises(HubError) as caught:
        find_or_start(folder=home)
    for named in ("9.8.7", f"protocol {other}", f"protocol {PROTOCOL}"):
        assert named in caught.value.message
    assert "4000000" in caught.value.hint
    assert not (home / "data").exists(), "none was started beside it"


def test_a_hub_that_is_suspended_is_found_again(home: Path) -> None:
    hub = find_or_start(folder=home, idle_end=30)
    os.kill(hub.pid, signal.SIGSTOP)
    try:
        with pytest.raises(HubError, match=f"does not answer.*process {hub.pid}"):
            find_or_start(folder=home)
    finally:
        os.kill(hub.pid, signal.SIGCONT)
    assert find_or_start(folder=home) == hub


def test_a_folder_that_cannot_be_made_is_an_error_with_a_hint(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(HubError, match="AITRANSPORT_HOME"):
        find_or_start(folder=file / "home")


@pytest.mark.parametrize("record", ['{"key": null}', "[]", "{", '{"url": "x", "pid": 1}'])
def test_a_record_that_is_none_is_passed_over(home: Path, record: str) -> None:
    (home / "hub.json").write_text(record)
    assert find_or_start(folder=home, idle_end=5).pid > 0

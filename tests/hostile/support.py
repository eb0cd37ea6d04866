"""A hub under observation, and clients that keep to no protocol but the one they are told."""

from __future__ import annotations

import asyncio
import base64
import json
import select
import shutil
import sqlite3
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

KEY = "app.root:rOOt-SECRET-0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d"
SECRETS = (KEY.partition(":")[2],)
# Patience for a noisy machine: nothing here takes a tenth of it.
PATIENCE = 20.0
# More than any connection is waited for.
LATER = "forward 1000000"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
# What must never be said on stderr, whatever was sent.
COMPLAINTS = ("Traceback", "Error", "CRITICAL", "Exception", "never awaited", "Warning")


class WatchedHub:
    """A hub as a process, with its stderr in a file, and a window on what it holds."""

    def __init__(
        self, folder: Path, *arguments: str, keys: tuple[str, ...] = (KEY,), durable: bool = True
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.data = folder / "data" if durable else None
        self.stderr = folder / "stderr.txt"
        self._arguments = arguments
        self._keys = keys
        self.host, self.port = "127.0.0.1", 0
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def start(self, *, keys: tuple[str, ...] | None = None) -> WatchedHub:
        command = [sys.executable, "-m", "tests.hostile.watched_hub", "--port", str(self.port)]
        for key in self._keys if keys is None else keys:
            command += ["--key", key]
        if self.data is not None:
            command += ["--data", str(self.data)]
        with self.stderr.open("ab") as errors:
            self.process = subprocess.Popen(
                [*command, *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.port = self._read()["port"]
        return self

    def _read(self) -> dict[str, Any]:
        assert self.process is not None
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else ""
        assert line, f"the hub has ended, or says nothing:\n{self.complaints(whole=True)}"
        told: dict[str, Any] = json.loads(line)
        return told

    def ask(self, question: str = "look") -> dict[str, int]:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(f"{question}\n")
        self.process.stdin.flush()
        return self._read()

    def settled(self, question: str = "look", **wanted: int) -> dict[str, int]:
        """Ask until these counts are what is wanted, or patience ends."""
        deadline = time.monotonic() + PATIENCE
        while True:
            seen = self.ask(question)
            if all(seen[name] == count for name, count in wanted.items()):
                return seen
            if time.monotonic() > deadline:
                return seen
            time.sleep(0.05)

    def complaints(self, *, whole: bool = False) -> str:
        """What the hub said on stderr that it must not say; "" is well."""
        said = self.stderr.read_text(errors="replace") if self.stderr.exists() else ""
        return said if whole or any(word in said for word in COMPLAINTS) else ""

    def integrity(self) -> str:
        """What SQLite says of a copy of the store; "ok" is well. The hub must have ended."""
        assert self.process is None
        assert self.data is not None
        copy = self.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.data, copy)
        connection = sqlite3.connect(copy / "hub.sqlite3")
        try:
            verdict: str = connection.execute("PRAGMA integrity_check").fetchone()[0]
        finally:
            connection.close()
        return verdict

    def stop(self) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        process.terminate()
        try:
            return process.wait(PATIENCE)
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def __enter__(self) -> WatchedHub:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def basic(key: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(key.encode()).decode()}"}


def masked(opcode: int, payload: bytes, *, fin: bool = True, bits: int = 0) -> bytes:
    """A WebSocket frame as a client sends it; the mask of zeros leaves the payload readable."""
    size = len(payload)
    head = bytes(((0x80 if fin else 0) | bits | opcode,))
    if size < 126:
        head += bytes((0x80 | size,))
    elif size < 65536:
        head += b"\xfe" + struct.pack(">H", size)
    else:
        head += b"\xff" + struct.pack(">Q", size)
    return head + b"\0\0\0\0" + payload


class Closed(Exception):
    """The hub has ended the socket."""


class Wire:
    """A WebSocket at the level of bytes, so that anything can be sent on it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        # The code that the hub closed with, once it has.
        self.closed_with: int | None = None
        self.ended = False

    @classmethod
    async def open(cls, port: int, query: str, headers: Mapping[str, str] | None = None) -> Wire:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
        given = {
            "Host": f"127.0.0.1:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Version": "13",
            **(headers or {}),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        writer.write(f"GET /?{query} HTTP/1.1\r\n{lines}\r\n".encode())
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        if not head.startswith(b"HTTP/1.1 101 "):
            writer.close()
            raise Closed(head.decode(errors="replace"))
        return cls(reader, writer)

    def send(self, data: bytes) -> None:
        if not self.writer.transport.is_closing():
            self.writer.write(data)

    def tell(self, message: object) -> None:
        """Send a value as a frame of JSON."""
        self.send(masked(TEXT, json.dumps(message).encode()))

    async def frame(self, patience: float = PATIENCE) -> tuple[int, bytes]:
        """The next frame; raise Closed if there is none to come."""
        try:
            return await asyncio.wait_for(self._frame(), patience)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.ended = True
            raise Closed from None

    async def _frame(self) -> tuple[int, bytes]:
        read = self._reader.readexactly
        first, size = await read(2)
        if size == 126:
            (size,) = struct.unpack(">H", await read(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", await read(8))
        payload = await read(size)
        if first & 15 == CLOSE:
            self.closed_with = struct.unpack(">H", payload[:2])[0] if size >= 2 else 1005
            # As a client does that is told to go.
            self.writer.close()
        return first & 15, payload

    async def message(self, patience: float = PATIENCE) -> dict[str, Any]:
        """The next protocol message, in JSON; raise Closed if there is none to come."""
        while True:
            opcode, payload = await self.frame(patience)
            if opcode == TEXT:
                told: dict[str, Any] = json.loads(payload)
                return told

    async def until(self, *actions: int) -> dict[str, Any]:
        """The next protocol message with one of these actions."""
        while True:
            message = await self.message()
            if message["action"] in actions:
                return message

    async def all(self) -> list[dict[str, Any]]:
        """What comes until the hub has answered a heartbeat, or has ended the socket."""
        self.tell({"action": 0, "id": "all"})
        told: list[dict[str, Any]] = []
        try:
            while not (told and told[-1].get("id") == "all"):
                told.append(await self.message())
        except Closed:
            return told
        return told[:-1]

    async def close(self) -> None:
        self.writer.close()
        with suppress(OSError):
            await self.writer.wait_closed()


class Answer:
    """What came back for a request."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.raw = raw
        self.status = int(lines[0].split(" ")[1]) if raw.startswith(b"HTTP/") else 0
        pairs = (line.partition(":") for line in lines[1:])
        self.headers = {name.lower(): value.strip() for name, _, value in pairs}

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> int:
        """Ably's code of an error; 0: it is none."""
        body = self.json if self.body else None
        error = body.get("error") if isinstance(body, dict) else None
        return int(error["code"]) if error else 0


async def exchange(
    port: int, request: bytes, *, patience: float = PATIENCE, whole: bool = True
) -> Answer:
    """Send the bytes of a request, and read what comes of it.

    Where they may not be a `whole` request, no answer is as good as one.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
    try:
        writer.write(request)
        try:
            return Answer(await asyncio.wait_for(_read_answer(reader, request), patience))
        except TimeoutError:
            if whole:
                raise AssertionError(f"no answer to {request[:500]!r}") from None
            return Answer(b"")
    finally:
        writer.transport.abort()


async def _read_answer(reader: asyncio.StreamReader, request: bytes) -> bytes:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        if request.startswith(b"HEAD "):
            return head
        size = Answer(head).headers.get("content-length", "0")
        return head + await reader.readexactly(int(size))
    except asyncio.IncompleteReadError as error:
        return error.partial
    except ConnectionError:
        return b""


async def call(
    hub: WatchedHub,
    method: str,
    target: str,
    *,
    key: str | None = KEY,
    token: str | None = None,
    body: object = None,
    raw: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One REST request, its path and query exactly as given."""
    data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
    given = {"Host": f"127.0.0.1:{hub.port}", "Content-Length": str(len(data))}
    if token is not None:
        given["Authorization"] = f"Bearer {token}"
    elif key is not None:
        given |= basic(key)
    if data:
        given["Content-Type"] = "application/json"
    given |= headers or {}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return await exchange(hub.port, f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode() + data)

"""Requests over one connection that stays open."""

from __future__ import annotations

import asyncio
from base64 import b64encode

LARGEST_HEAD = 1 << 16


class Http:
    """A client that does little more than to find where a reply ends."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: str
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._headers = (
            f"Host: 127.0.0.1\r\nAuthorization: Basic {b64encode(key.encode()).decode()}"
        )

    @classmethod
    async def open(cls, port: int, key: str) -> Http:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=LARGEST_HEAD)
        return cls(reader, writer, key)

    async def get(self, path: str) -> bytes:
        return await self._ask("GET", path, b"")

    async def put(self, path: str, body: bytes) -> bytes:
        return await self._ask("PUT", path, body)

    async def _ask(self, method: str, path: str, body: bytes) -> bytes:
        head = f"{method} {path} HTTP/1.1\r\n{self._headers}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        reply = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        status, *lines = reply.rstrip().split("\r\n")
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in lines)
        }
        content = await self._reader.readexactly(int(headers["content-length"]))
        if " 200 " not in f"{status} ":
            raise RuntimeError(f"{method} {path}: {status} {content[:200]!r}")
        return content

    def close(self) -> None:
        self._writer.close()

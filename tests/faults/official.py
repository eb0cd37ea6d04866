"""Ably's own clients, each kind in a process that is told what to do by lines of JSON."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.hub_process import KEY

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "js"
LONGEST_ANSWER = 1 << 26


@dataclass(frozen=True)
class Part:
    """One client: what it does (publish, stream, subscribe), as whom, where."""

    kind: str
    name: str
    channel: str


def has_node() -> bool:
    """Whether Ably's JavaScript client can be run here."""
    return shutil.which("node") is not None and (PACKAGES / "node_modules" / "ably").is_dir()


class OfficialClients:
    """A process full of them."""

    def __init__(self, language: str, port: int, parts: Sequence[Part], pause: int = 40) -> None:
        self._plan = json.dumps(
            {
                **{"host": "127.0.0.1", "port": port, "key": KEY, "pause": pause},
                "parts": [vars(part) for part in parts],
            }
        )
        here = Path(__file__).parent
        if language == "js":
            self._command = ["node", str(here / "official_client.mjs"), str(PACKAGES)]
        else:
            self._command = [sys.executable, "-m", "tests.faults.official_client"]
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, log: Path) -> OfficialClients:
        with log.open("ab") as errors:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                self._plan,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                cwd=ROOT,
                limit=LONGEST_ANSWER,
            )
        assert await self._answer(30) == "ready"
        return self

    async def ask(self, command: str, limit: float = 60) -> list[Mapping[str, Any]]:
        process = self._running()
        assert process.stdin is not None
        process.stdin.write(json.dumps(command).encode() + b"\n")
        await process.stdin.drain()
        answer: list[Mapping[str, Any]] = await self._answer(limit)
        return answer

    async def _answer(self, limit: float) -> Any:
        stdout = self._running().stdout
        assert stdout is not None
        async with asyncio.timeout(limit):
            while line := await stdout.readline():
                # ably-python prints here, too.
                if line[:1] in b'["tfn{':
                    return json.loads(line)
        raise AssertionError(f"{self._command[0]} ended without an answer")

    def _running(self) -> asyncio.subprocess.Process:
        assert self._process is not None, "not started"
        return self._process

    async def end(self) -> None:
        process = self._process
        if process is not None and process.returncode is None:
            process.kill()
        if process is not None:
            await process.communicate()

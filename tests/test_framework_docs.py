"""What docs/frameworks.md tells a reader to do works: an agent of each framework, and who asks."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.agents.frameworks.model_server import calls, model_server, says

PAGE = (Path(__file__).parent.parent / "docs" / "frameworks.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
NAMES = ["pydantic_ai", "asks", "openai", "openai_agents", "asks_openai", "text"]
PROGRAMS = dict(zip(NAMES, BLOCKS, strict=False))

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a hub is ended by a signal")
READY = re.compile(r"(Answering in \S+, until Ctrl-C\.\n)?")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder for the hub that the first program starts, and the programs."""
    for name, program in PROGRAMS.items():
        (tmp_path / f"{name}_program.py").write_text(program, "utf-8")
    yield tmp_path
    for lock in tmp_path.rglob("hub.lock"):
        with suppress(ValueError, ProcessLookupError):
            os.kill(int(lock.read_text()), signal.SIGTERM)


@asynccontextmanager
async def started(name: str, home: Path, **more: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(home / f"{name}_program.py"),
        env={**os.environ, "AITRANSPORT_HOME": str(home), **more},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        # An agent says that it is ready and nothing more, whether it is asked or ended.
        said, wrong = await process.communicate()
        assert not said and READY.fullmatch(wrong.decode()), (said + wrong).decode()


async def shown_by(name: str, home: Path) -> str:
    async with asyncio.timeout(60), started(name, home) as process:
        assert process.stdout is not None
        shown = await process.stdout.read()
        await process.wait()
    return shown.decode()


def test_every_program_of_the_page_is_run() -> None:
    assert len(BLOCKS) == len(NAMES)


async def test_a_pydantic_ai_agent_asks_for_an_approval(home: Path) -> None:
    async with started("pydantic_ai", home):
        assert await shown_by("asks", home) == (
            "May it? tool-refund {'order': 'a'}\ncomplete {\"refund\":\"Order 7 is refunded.\"}\n"
        )


async def test_a_generator_of_text_answers(home: Path) -> None:
    async with started("text", home):
        assert await shown_by("asks", home) == "complete I read 1 messages.\n"


@pytest.mark.parametrize("name", ["openai", "openai_agents"])
async def test_agents_of_openais_call_functions(name: str, home: Path) -> None:
    turns = [calls("where_is", '{"order": "7"}', "c1")], [says("It is in Oslo.")]
    async with model_server(*turns) as (server, client):
        where = {
            "OPENAI_BASE_URL": str(client.base_url),
            "OPENAI_API_KEY": "none",
            "OPENAI_AGENTS_DISABLE_TRACING": "1",
        }
        async with started(name, home, **where):
            shown = await shown_by("asks_openai", home)
    assert shown.startswith('complete\nfunction_call {"order": "7"}\n')
    assert "function_call_output Order 7 is in Oslo.\nmessage [{" in shown
    assert "It is in Oslo." in shown
    assert server.requests[0]["model"] == "gpt-5.2"

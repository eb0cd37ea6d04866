"""`lab --afresh`: the demo sessions begin again, and whoever is in one keeps it."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from aitransport_notebook import ClientSession, UIMessageCodec, client, connect
from aitransport_notebook.errors import HubError
from aitransport_notebook.hub.launch.record import read_record
from aitransport_notebook.lab.afresh import begin_again
from aitransport_notebook.lab.names import APPROVAL, BRANCHES, TROUBLE
from tests.agents.demo.plays import text_of
from tests.lab.lab_process import LabProcess

NAMES = ("demo:mine", TROUBLE, BRANCHES)


async def say(*names: str) -> None:
    """Say something in sessions, as the customer of the demo does."""
    made = client(connect(client_id="ben"))
    for name in names:
        async with ClientSession(made, name, UIMessageCodec()) as session:
            await session.view.send("from before")
    await made.close()


async def said(name: str) -> list[str]:
    made = client(connect(client_id="eve"))
    async with ClientSession(made, name, UIMessageCodec()) as session:
        await session.view.load_until(lambda _: False)
        texts = [text_of(message.message) for message in session.view.messages]
    await made.close()
    return texts


def test_the_demo_begins_again_and_all_else_stays(home: Path) -> None:
    asyncio.run(say(*NAMES))
    with LabProcess("--no-jupyterlab", "--afresh") as lab:
        filled = lab.hears(f"{TROUBLE}: ")
        assert "as it was" not in filled
        lab.hears("Everything runs")
        texts = asyncio.run(said(TROUBLE))
        assert "from before" not in texts and "Are you still there?" in texts[-1]
        assert asyncio.run(said("demo:mine"))[0] == "from before"
        assert lab.end(signal.SIGINT) == 0


def test_where_somebody_is_nothing_begins_again(home: Path) -> None:
    asyncio.run(say(TROUBLE))
    record = read_record(home / "hub.json")
    assert record is not None

    async def come() -> None:
        made = client(connect(client_id="carla"))
        async with ClientSession(made, APPROVAL, UIMessageCodec()) as session:
            await session.presence.enter()
            with pytest.raises(HubError, match=f"{APPROVAL}: carla"):
                await asyncio.to_thread(begin_again, record)
        await made.close()

    asyncio.run(come())
    assert asyncio.run(said(TROUBLE)) == ["from before"]

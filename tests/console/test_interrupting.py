"""What a person does while the server is away: it is taken back, given up, or told as unknown."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aitransport_notebook import Console
from aitransport_notebook.console import patience
from aitransport_notebook.errors import AITransportError, LinkError
from aitransport_notebook.session.channel.link import Link
from tests.console.conftest import Open
from tests.console.page import until
from tests.console.test_acting import said
from tests.support.hub_process import HubProcess
from tests.support.raw_rest import RawRest

BACK = 30.0
Do = Callable[[Console], object]
unix = pytest.mark.skipif(sys.platform == "win32", reason="the test sends signals")


@pytest.fixture
def own_hub(tmp_path: Path) -> Iterator[HubProcess]:
    with HubProcess(data=tmp_path / "hub") as hub:
        yield hub


@pytest.fixture
def console(own_hub: HubProcess, open_console: Open) -> Console:
    """A console that is connected, and where something has been said."""
    console = open_console(connection=own_hub.connection("op-1", role="operator"))
    console.send("one")
    return console


async def history(hub: HubProcess, name: str) -> list[Any]:
    async with RawRest(hub.url, hub.key) as rest:
        return await rest.history(name)


def link_of(console: Console) -> Link:
    return Link.of(console._kernel._client)


def interrupted(console: Console, do: Do, when: Callable[[Any], object]) -> list[str]:
    """Do something, and press Ctrl-C when the outbox is so; returns what is told then."""
    outbox = link_of(console)._outbox

    def interrupt() -> None:
        until(lambda: when(outbox))
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt) as caught:
        do(console)
    return getattr(caught.value, "__notes__", [])


@unix
@pytest.mark.parametrize(
    "do",
    [
        lambda console: console.send("two"),
        lambda console: console.edit(console.view.messages[0].codec_message_id, "two"),
    ],
    ids=["send", "edit"],
)
def test_what_is_interrupted_before_it_goes_out_is_never_said(
    own_hub: HubProcess, console: Console, name: str, do: Do
) -> None:
    own_hub.kill()
    until(lambda: not link_of(console).is_up)
    assert interrupted(console, do, lambda outbox: outbox._unsent) == []
    assert said(console) == ["one"]
    own_hub.start()
    until(lambda: link_of(console).is_up, BACK)
    console.send("three")
    assert said(console) == ["one", "three"]
    assert len(asyncio.run(history(own_hub, name))) == 2


@unix
def test_where_it_may_be_said_all_the_same_that_is_told(
    own_hub: HubProcess, console: Console
) -> None:
    os.kill(own_hub.pid, signal.SIGSTOP)
    try:
        notes = interrupted(
            console, lambda console: console.send("two"), lambda outbox: outbox._unanswered
        )
    finally:
        os.kill(own_hub.pid, signal.SIGCONT)
    assert len(notes) == 1
    assert "may still arrive" in notes[0]
    # It was with the server already.
    until(lambda: said(console) == ["one", "two"])


@unix
def test_it_is_given_up_where_the_server_falls_silent(
    own_hub: HubProcess, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 1.0)
    os.kill(own_hub.pid, signal.SIGSTOP)
    try:
        with pytest.raises(AITransportError, match="does not answer") as caught:
            console.send("two")
    finally:
        os.kill(own_hub.pid, signal.SIGCONT)
    assert "may still arrive" in caught.value.hint
    until(lambda: said(console) == ["one", "two"])


def test_it_is_given_up_where_the_server_stays_away(
    own_hub: HubProcess, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 1.0)
    own_hub.kill()
    until(lambda: not link_of(console).is_up)
    with pytest.raises(LinkError, match="for 1 s; what had not gone out was taken back") as caught:
        console.send("two")
    assert "check" in caught.value.hint
    own_hub.start()
    until(lambda: link_of(console).is_up, BACK)
    console.send("three")
    assert said(console) == ["one", "three"]

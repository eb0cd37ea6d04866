"""A channel can be emptied by who has the key, while nobody is there."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from aitransport_notebook import ClientSession, UIMessageCodec, client
from tests.hub.http.asking import OPEN, Answer, ask
from tests.support.hub_process import HubProcess
from tests.support.waiting import until

ROOM, OTHER = "rooms:a/b", "rooms:c"
NARROW = 'app.narrow:secret={"rooms:c":["*"]}'


@pytest.fixture(params=["memory", "disk"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[HubProcess]:
    data = tmp_path / "data" if request.param == "disk" else None
    with HubProcess("--key", "app.key:secret", "--key", NARROW, data=data) as running:
        yield running


def forget(hub: HubProcess, name: str, **headers: str) -> Answer:
    url = f"{hub.url}/hub/channels/{quote(name, safe='')}"
    try:
        with OPEN.open(urllib.request.Request(url, headers=headers, method="DELETE")) as answer:
            return Answer(answer.status, answer.read())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, json.load(refusal))


def basic(key: str) -> str:
    return f"Basic {b64encode(key.encode()).decode()}"


def said(hub: HubProcess, name: str) -> list[str]:
    messages = f"/channels/{quote(name, safe='')}/messages?direction=forwards"
    return [message["data"] for message in ask(hub, messages, key=hub.key).body]


def say(hub: HubProcess, name: str, *texts: str) -> None:
    for text in texts:
        path = f"/channels/{quote(name, safe='')}/messages"
        assert ask(hub, path, {"name": "x", "data": text}, key=hub.key).status == 201


def test_all_that_was_said_is_gone_and_what_is_said_then_is_kept(hub: HubProcess) -> None:
    say(hub, ROOM, *map(str, range(700)))
    say(hub, OTHER, "elsewhere")
    assert forget(hub, ROOM, Authorization=basic(hub.key)).status == 204
    assert said(hub, ROOM) == []
    say(hub, ROOM, "anew")
    assert (said(hub, ROOM), said(hub, OTHER)) == (["anew"], ["elsewhere"])


def test_who_may_not_empties_nothing(hub: HubProcess) -> None:
    say(hub, ROOM, "here")
    token = hub.connection("ann").token()
    assert forget(hub, ROOM).status == 401
    assert forget(hub, ROOM, Authorization=f"Bearer {token}").status == 401
    assert forget(hub, ROOM, Authorization=basic("app.narrow:secret")).status == 401
    page = {"Authorization": basic(hub.key), "Origin": hub.url}
    assert forget(hub, ROOM, **page).status == 403
    assert said(hub, ROOM) == ["here"]


async def test_what_somebody_is_in_is_left_alone(hub: HubProcess) -> None:
    say(hub, ROOM, "here")
    ann = client(hub.connection("ann"))
    async with ClientSession(ann, ROOM, UIMessageCodec()) as session:
        await session.presence.enter()
        await until(
            lambda: ask(hub, f"/channels/{quote(ROOM, safe='')}/presence", key=hub.key).body
        )
        refused = forget(hub, ROOM, Authorization=basic(hub.key))
        assert refused.status == 409
        assert "ann" in refused.body["error"]["message"]
        assert said(hub, ROOM) == ["here"]
    await ann.close()

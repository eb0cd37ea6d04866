"""History that others have made hard to read."""

from __future__ import annotations

import pytest
from httpx import AsyncClient, BasicAuth

from tests.support.company import Room

# What none of these is, though it says so.
UNREADABLE = (
    {"data": "{nope", "encoding": "json"},
    {"data": "AAAA", "encoding": "json/utf-8/cipher+aes-256-cbc/base64"},
    {"data": "AAAA", "encoding": "vcdiff/base64"},
)


async def test_what_cannot_be_decoded_takes_nothing_else_with_it(room: Room) -> None:
    ann = await room.user()
    await ann.view.send("before")
    async with AsyncClient(base_url=room.hub.url, auth=BasicAuth(*room.hub.key.split(":"))) as rest:
        for number, message in enumerate(UNREADABLE):
            told = {"name": f"odd {number}", **message}
            answer = await rest.post(f"/channels/{room.name}/messages", json=told)
            answer.raise_for_status()
    await ann.view.send("after")
    late = await room.user("late")
    await late.view.load_older(10)
    assert [each.message["parts"][0]["text"] for each in late.view.messages] == ["before", "after"]


@pytest.mark.parametrize("name", ["with a space", "a+b", "per%20cent", "a/b?c#d", "ü:😀"])
async def test_the_history_of_a_session_of_any_name_is_read(room: Room, name: str) -> None:
    ann = await room.user(name=f"{room.name}:{name}")
    await ann.view.send("hello")
    late = await room.user("late", name=f"{room.name}:{name}")
    await late.view.load_older(10)
    assert len(late.view.messages) == 1

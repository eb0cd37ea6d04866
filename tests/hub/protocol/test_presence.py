from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.hub.protocol.frames import PresenceAction, PresenceMessage
from aitransport_notebook.hub.protocol.presence import Members, leaving, member_key, sync

SERIAL = "01795185759595-007@series:000"
FRAME = 65_536


def event(
    action: int, client: str = "ann", connection: str = "c1", **fields: Any
) -> PresenceMessage:
    return PresenceMessage(action=action, clientId=client, connectionId=connection, **fields)


def members(*events: PresenceMessage) -> Members:
    made = Members()
    for each in events:
        made.change(each)
    return made


ENTER, UPDATE, LEAVE = PresenceAction.ENTER, PresenceAction.UPDATE, PresenceAction.LEAVE


def test_a_member_is_a_client_id_on_a_connection() -> None:
    both = members(event(ENTER), event(ENTER, connection="c2"), event(ENTER, "bob"), event(UPDATE))
    assert len(both) == 3
    assert member_key(event(LEAVE)) in both
    assert member_key(event(ENTER, "bob", "c2")) not in both


@pytest.mark.parametrize("action", [LEAVE, PresenceAction.ABSENT])
def test_a_leave_takes_out_that_member_alone_and_may_come_twice(action: int) -> None:
    left = members(event(ENTER), event(ENTER, "bob"), event(action), event(action))
    assert [member.clientId for member in left] == ["bob"]


def test_the_present_show_their_latest_data() -> None:
    entered = event(ENTER, data="old")
    present = members(entered, event(UPDATE, data="new")).present()
    assert [(m.action, m.data) for m in present] == [(PresenceAction.PRESENT, "new")]
    assert entered.action == ENTER


def test_the_present_of_one_connection() -> None:
    both = members(event(ENTER), event(ENTER, connection="c2"), event(ENTER, "bob", "c2"))
    assert [m.clientId for m in both.present("c2")] == ["ann", "bob"]
    assert both.present("c3") == []


@pytest.mark.parametrize(
    ("count", "pages"),
    [
        (0, [("", 0)]),
        (1, [("", 1)]),
        (100, [("", 100)]),
        (101, [("100", 100), ("", 1)]),
        (250, [("100", 100), ("200", 100), ("", 50)]),
    ],
)
def test_a_sync_comes_in_pages_and_the_last_one_ends_it(
    count: int, pages: list[tuple[str, int]]
) -> None:
    present = members(*(event(ENTER, f"m{i}") for i in range(count))).present()
    frames = list(sync(present, "alias", SERIAL, FRAME))
    cursors = [(frame.channelSerial or "").split(":", 1) for frame in frames]
    assert {sequence for sequence, _ in cursors} == {"01795185759595-007"}
    told = [frame.presence or [] for frame in frames]
    assert [(cursor, len(page)) for (_, cursor), page in zip(cursors, told, strict=True)] == pages
    assert [m.clientId for page in told for m in page] == [f"m{i}" for i in range(count)]
    assert {(frame.action, frame.channel) for frame in frames} == {(16, "alias")}


def test_the_hub_takes_a_member_out_with_its_own_data_and_another_id() -> None:
    entered = event(ENTER, data="d", id="c1:0:0")
    entered.timestamp = 5
    left = leaving(entered, "hub:0:0")
    assert left == event(LEAVE, data="d", id="hub:0:0")
    assert entered.action == ENTER

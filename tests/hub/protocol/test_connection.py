from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.errors import error_for
from aitransport_notebook.hub.protocol.connection import (
    Connection,
    ConnectionKeys,
    Frame,
    Hello,
)
from aitransport_notebook.hub.protocol.frames import PresenceMessage, ProtocolMessage
from aitransport_notebook.hub.protocol.log import Place
from tests.hub.auth.support import refused
from tests.hub.protocol.harness import (
    ACK,
    BASIC,
    ENTER,
    HEARTBEAT,
    LEAVE,
    NACK,
    NOW,
    Bench,
    Wiretap,
    grant_of,
)

PLACE = Place("app1", "room")
ERROR = error_for(40160, "no", hint="Ask.")


def connection_of(bench: Bench, hello: Hello | None = None) -> tuple[Connection, Wiretap]:
    connection = Connection("c1", grant_of(), hello or Hello(), NOW)
    connection.transport = wire = Wiretap(bench)
    return connection, wire


def test_a_frame_is_written_once_by_each_encoder() -> None:
    written: list[str] = []

    def one(message: ProtocolMessage) -> bytes:
        written.append("one")
        return b"1"

    def other(message: ProtocolMessage) -> bytes:
        written.append("other")
        return b"2"

    frame = Frame(ProtocolMessage(action=15))
    assert [frame.written_by(encoder) for encoder in (one, other, one, other)] == [b"1", b"2"] * 2
    assert written == ["one", "other"]


def test_neighbouring_acknowledgements_go_out_together(bench: Bench) -> None:
    connection, wire = connection_of(bench)
    connection.ack(3, ["a"])
    connection.ack(4, ["b", None])
    connection.ack(5, [])
    assert wire.frames == []
    connection.flush()
    connection.flush()
    results = [{"serials": ["a"]}, {"serials": ["b", None]}, {"serials": []}]
    assert wire.frames == [{"action": ACK, "msgSerial": 3, "count": 3, "res": results}]


@pytest.mark.parametrize("other", [0, 3, 5])
def test_acknowledgements_that_do_not_follow_one_another_go_out_apart(
    bench: Bench, other: int
) -> None:
    connection, wire = connection_of(bench)
    connection.ack(3, ["a"])
    connection.ack(other, ["b"])
    connection.flush()
    told = [(frame["msgSerial"], frame["count"], frame["res"]) for frame in wire.frames]
    assert told == [(3, 1, [{"serials": ["a"]}]), (other, 1, [{"serials": ["b"]}])]


def test_a_refusal_stands_in_its_place_between_acknowledgements(bench: Bench) -> None:
    connection, wire = connection_of(bench)
    connection.ack(0, ["a"])
    connection.nack(1, ERROR)
    connection.ack(2, ["b"])
    connection.flush()
    assert [(f["action"], f["msgSerial"], f["count"]) for f in wire.frames] == [
        (ACK, 0, 1),
        (NACK, 1, 1),
        (ACK, 2, 1),
    ]
    assert wire.frames[1]["error"] == {
        "message": "no. Ask.",
        "code": 40160,
        "statusCode": 401,
        "href": "https://help.ably.io/error/40160",
    }


def test_without_a_transport_nothing_is_sent(bench: Bench) -> None:
    connection, wire = connection_of(bench)
    connection.transport = None
    connection.ack(0, ["a"])
    connection.nack(1, ERROR)
    connection.flush()
    connection.keep_alive(NOW + 60_000, 15_000)
    assert (wire.frames, wire.pings) == ([], 0)


def test_a_heartbeat_goes_out_after_two_thirds_of_the_interval_without_a_frame(
    bench: Bench,
) -> None:
    connection, wire = connection_of(bench)
    connection.keep_alive(NOW, 15_000)
    connection.keep_alive(NOW + 9_999, 15_000)
    assert wire.frames == []
    connection.keep_alive(NOW + 10_000, 15_000)
    connection.keep_alive(NOW + 19_999, 15_000)
    assert wire.frames == [{"action": HEARTBEAT}]
    connection.tell(ProtocolMessage(action=1))
    connection.keep_alive(NOW + 20_000, 15_000)
    connection.keep_alive(NOW + 29_999, 15_000)
    assert len(wire.frames) == 2
    connection.keep_alive(NOW + 30_000, 15_000)
    assert wire.frames[2:] == [{"action": HEARTBEAT}]


def test_who_wants_no_heartbeats_gets_pings(bench: Bench) -> None:
    connection, wire = connection_of(bench, Hello(heartbeats=False))
    for late in (0, 10_000, 20_000):
        connection.keep_alive(NOW + late, 15_000)
    assert (wire.frames, wire.pings) == ([], 2)


@pytest.mark.parametrize(
    ("grant", "told"),
    [
        (BASIC, None),
        (grant_of(client_id="*"), "*"),
        (grant_of(client_id="ann"), "ann"),
        (grant_of(client_id="ann", basic=True), "ann"),
        (grant_of(client_id=None), None),
    ],
)
def test_a_client_learns_who_it_is(grant: object, told: str | None) -> None:
    assert Connection("c1", grant, Hello(), NOW).told_client_id == told  # type: ignore[arg-type]


def test_only_the_latest_event_of_a_member_is_known_by_its_id() -> None:
    connection = Connection("c1", grant_of(), Hello(), NOW)
    entered = PresenceMessage(id="c1:0:0", action=ENTER, clientId="ann")
    changed = PresenceMessage(id="c1:1:0", action=ENTER, clientId="ann")
    nameless = PresenceMessage(action=ENTER, clientId="ann")
    assert not connection.has_entered(PLACE, entered)
    connection.note_presence(PLACE, entered)
    assert connection.has_entered(PLACE, entered)
    assert not connection.has_entered(Place("app1", "other"), entered)
    assert not connection.has_entered(PLACE, nameless)
    connection.note_presence(PLACE, changed)
    assert not connection.has_entered(PLACE, entered)
    connection.note_presence(PLACE, PresenceMessage(action=LEAVE, clientId="ann"))
    assert not connection.has_entered(PLACE, changed)


def test_a_key_tells_its_connection_to_who_has_the_secret() -> None:
    key = ConnectionKeys(b"secret").make("c-1", "app1", "on-ce")
    assert key.startswith("c-1!")
    assert ConnectionKeys(b"secret").read(key, "app1") == "c-1"
    assert key != ConnectionKeys(b"secret").make("c-1", "app1", "again")


@pytest.mark.parametrize(
    ("secret", "app", "change"),
    [
        (b"other", "app1", ("", "")),
        (b"secret", "app2", ("", "")),
        (b"secret", "app1", ("c1", "c2")),
        (b"secret", "app1", ("once", "twice")),
        (b"secret", "app1", ("!", "")),
        (b"secret", "app1", ("-", "")),
    ],
)
def test_a_key_that_is_not_the_hubs_own_is_refused(
    secret: bytes, app: str, change: tuple[str, str]
) -> None:
    key = ConnectionKeys(b"secret").make("c1", "app1", "once").replace(*change, 1)
    with refused(80018, 400):
        ConnectionKeys(secret).read(key, app)


@given(st.text())
def test_any_text_is_refused_and_no_crash(text: str) -> None:
    with refused(80018, 400):
        ConnectionKeys(b"secret").read(text, "app1")

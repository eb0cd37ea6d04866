from __future__ import annotations

import json
from typing import Any

import pytest

from aitransport_notebook.hub.protocol.apps import Rule
from aitransport_notebook.hub.protocol.limits import HOSTED, Limits
from tests.hub.protocol.conftest import MakeBench
from tests.hub.protocol.harness import (
    ACK,
    APPEND,
    ATTACH,
    ATTACHED,
    CLOSE,
    CLOSED,
    DETACH,
    DISCONNECT,
    ENTER,
    ERROR,
    HEARTBEAT,
    MESSAGE,
    NACK,
    PRESENCE,
    Bench,
    Client,
    Wire,
)


def answers(client: Client) -> list[tuple[int, int, int]]:
    """Return the ACKs and NACKs: which, from which msgSerial, for how many."""
    return [
        (frame["action"], frame["msgSerial"], frame["count"])
        for frame in client.take()
        if frame["action"] in (ACK, NACK)
    ]


@pytest.mark.parametrize("id", ["ping-1", None])
def test_a_heartbeat_comes_back_with_its_id(bench: Bench, id: str | None) -> None:
    client = bench.connect()
    client.send(HEARTBEAT, **({"id": id} if id else {}))
    assert client.take() == [{"action": HEARTBEAT, **({"id": id} if id else {})}]


def test_publishes_of_one_batch_are_acknowledged_together_with_a_result_each(bench: Bench) -> None:
    client = bench.connect()
    for number in range(3):
        client.publish("room", *[{"data": f"{number}"}] * (number + 1))
    bench.pump()
    [ack] = client.take()
    assert (ack["msgSerial"], ack["count"]) == (0, 3)
    assert [len(result["serials"]) for result in ack["res"]] == [1, 2, 3]
    told = [serial for result in ack["res"] for serial in result["serials"]]
    assert told == [message.serial for message in bench.history("room")]


def test_presence_is_acknowledged_among_messages(bench: Bench) -> None:
    client = bench.connect()
    client.publish("room", {"data": "a"})
    client.present("room", ENTER)
    client.publish("room", {"data": "b"})
    bench.pump()
    [ack] = [frame for frame in client.take() if frame["action"] == ACK]
    assert [len(result["serials"]) for result in ack["res"]] == [1, 0, 1]


WRONG: dict[str, Wire] = {
    "what the log refuses": {
        "messages": [{"action": APPEND, "serial": "01795185759595-007@s:000", "data": ""}]
    },
    "a bad name": {"channel": ":", "messages": [{"data": ""}]},
    "a forged client id": {"messages": [{"data": "", "clientId": "bob"}]},
    "nothing": {"messages": []},
    "no messages": {"messages": [5]},
    "presence": {"action": PRESENCE, "presence": [{"action": 1}]},
    "annotations": {"action": 21},
    "an unknown action": {"action": 77},
}


@pytest.mark.parametrize("what", WRONG)
def test_answers_come_in_the_order_of_the_publishes(bench: Bench, what: str) -> None:
    # A client takes an answer to one publish for the answer to all before it, too.
    client = bench.connect()
    client.publish("room", {"data": "a"})
    client.send_raw(
        json.dumps({"action": MESSAGE, "channel": "room", "msgSerial": 1} | WRONG[what])
    )
    client.publish("room", {"data": "b"}, serial=2)
    client.publish("room", {"data": "c"}, serial=3)
    bench.pump()
    assert answers(client) == [(ACK, 0, 1), (NACK, 1, 1), (ACK, 2, 2)]
    assert bench.texts("room") == ["a", "b", "c"]


def test_a_silent_reentry_is_answered_in_its_turn(bench: Bench) -> None:
    client = bench.connect()
    client.present("room", ENTER)
    bench.pump()
    client.take()
    client.publish("room", {"data": "a"})
    client.present("room", ENTER, id=f"{client.id}:0:0")
    client.publish("room", {"data": "b"})
    bench.pump()
    assert answers(client) == [(ACK, 1, 3)]


@pytest.mark.parametrize("outcome", [ACK, NACK])
def test_an_answer_is_for_the_transport_on_which_was_published(bench: Bench, outcome: int) -> None:
    # The client sends it again as soon as it is back, and takes a second answer for a fault.
    client = bench.connect()
    message = {"data": "a"} if outcome == ACK else {"data": "a", "clientId": "bob"}
    client.publish("room", message)
    client.drop()
    again = client.resume()
    bench.pump()
    assert answers(again) == []
    again.publish("room", message, serial=0)
    bench.pump()
    assert answers(again) == [(outcome, 0, 1)]
    assert len(bench.texts("room")) == (outcome == ACK)


@pytest.mark.parametrize("mode", ["SUBSCRIBE", "PRESENCE"])
def test_without_the_mode_nothing_is_published(bench: Bench, mode: str) -> None:
    client = bench.connect()
    client.attach("room", params={"modes": mode.lower()})
    client.publish("room", {"data": "a"})
    bench.pump()
    assert client.refused(40160)["error"]["statusCode"] == 401
    client.publish("[?x=1]room", {"data": "b"})
    bench.pump()
    assert len(client.acked()) == 1, "only the attachment of that name is without the mode"


def test_who_is_not_attached_publishes_too(bench: Bench) -> None:
    bench.connect().create("room", "a")
    assert bench.texts("room") == ["a"]


def test_publishes_beyond_the_rate_are_refused_until_time_has_passed(
    make_bench: MakeBench,
) -> None:
    bench = make_bench(Limits(inbound_rate=10))
    client, other = bench.connect(), bench.connect()
    client.publish("room", *[{"data": "a"}] * 8)
    client.present("room", ENTER)
    client.publish("room", {"data": "b"})
    bench.pump()
    assert len(client.acked()) == 9
    client.publish("room", {"data": "c"})
    client.present("room", ENTER)
    bench.pump()
    errors = [frame["error"] for frame in client.took(NACK)]
    assert [(error["code"], error["statusCode"]) for error in errors] == [(42911, 429)] * 2
    assert "several messages" not in errors[0]["message"], "each of them counts"
    other.create("room", "d")
    bench.now += 100
    client.create("room", "e")


@pytest.mark.parametrize(("rollup", "refused"), [(40, 0), (500, 0), (20, 0), (10, 50), (0, 50)])
def test_a_stream_of_appends_costs_what_its_rollup_window_says(
    make_bench: MakeBench, rollup: int, refused: int
) -> None:
    bench = make_bench(HOSTED, rules={"m": Rule(mutable=True)})
    client = bench.connect(append_rollup=rollup)
    serial = client.create("m:room", "")
    bench.now += 1000
    for number in range(200):
        client.append("m:room", serial, f"{number} ")
        bench.now += 10
    bench.pump()
    frames = client.take()
    codes = [frame["error"]["code"] for frame in frames if frame["action"] == NACK]
    assert codes == [42911] * len(codes)
    assert abs(len(codes) - refused) <= 1
    if not refused:
        assert bench.texts("m:room") == ["".join(f"{number} " for number in range(200))]


@pytest.mark.parametrize("serial", [-1, 2**53, 2**70, 1.5, "1", True])
@pytest.mark.parametrize("action", [MESSAGE, PRESENCE])
def test_an_impossible_msg_serial_ends_the_connection(
    bench: Bench, action: int, serial: object
) -> None:
    client = bench.connect()
    client.send(action, "room", msgSerial=serial, messages=[{"data": "x"}])
    bench.pump()
    assert client.one(ERROR)["error"]["code"] in (40000, 40003)
    assert client.wire.closed
    assert bench.texts("room") == []


@pytest.mark.parametrize("action", [MESSAGE, PRESENCE])
def test_what_is_published_without_a_number_ends_the_connection(bench: Bench, action: int) -> None:
    client = bench.connect()
    client.send(action, "room", messages=[{"data": "x"}], presence=[{"action": ENTER}])
    bench.pump()
    frame = client.one(ERROR)
    assert frame["error"]["code"] == 40000
    assert "channel" not in frame
    assert client.wire.closed


@pytest.mark.parametrize("action", [1, 3, 4, 9, 11, 18, 99, -1])
def test_what_no_client_sends_ends_the_connection(bench: Bench, action: int) -> None:
    client = bench.connect()
    client.send(action, "room")
    bench.pump()
    assert client.one(ERROR)["error"]["code"] == 80013
    assert client.wire.closed
    assert bench.core.connections == 0


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"action": MESSAGE, "channel": "r", "msgSerial": 3, "messages": 5}, (NACK, None, 3)),
        ({"action": MESSAGE, "channel": 5, "msgSerial": 3}, (NACK, None, 3)),
        ({"action": PRESENCE, "msgSerial": 0, "presence": {}}, (NACK, None, 0)),
        ({"action": ATTACH, "channel": "r", "flags": "x"}, (ERROR, "r", None)),
        ({"action": ATTACH, "channel": 5}, (ERROR, None, None)),
        ({"action": MESSAGE, "msgSerial": "3", "messages": 5}, (ERROR, None, None)),
        ({"action": DETACH, "channel": "r", "params": 5}, (ERROR, None, None)),
        ({"action": "x"}, (ERROR, None, None)),
        ({"action": [1]}, (ERROR, None, None)),
        ([], (ERROR, None, None)),
    ],
)
def test_a_malformed_frame_is_answered_as_narrowly_as_it_can_be(
    bench: Bench, raw: Any, told: tuple[int, str | None, int | None]
) -> None:
    client = bench.connect()
    client.send_raw(json.dumps(raw))
    bench.pump()
    [frame] = client.take()
    assert (frame["action"], frame.get("channel"), frame.get("msgSerial")) == told
    assert frame["error"]["code"] == 40000
    is_connections = told[:2] == (ERROR, None)
    assert client.wire.closed == is_connections
    assert bench.core.connections == (0 if is_connections else 1)


def test_a_malformed_attach_ends_the_attachment_that_was(bench: Bench) -> None:
    client = bench.connect()
    client.attach("room")
    client.send_raw('{"action":10,"channel":"room","flags":"x"}')
    bench.pump()
    assert client.one(ERROR)["channel"] == "room"
    bench.connect().create("room", "unheard")
    assert client.take() == []


def test_what_is_no_frame_at_all_ends_the_connection(bench: Bench) -> None:
    client = bench.connect()
    client.send_raw("{")
    assert client.one(ERROR)["error"]["code"] == 40000
    assert client.wire.closed


def test_a_close_is_answered_and_ends_everything(bench: Bench) -> None:
    client = bench.connect()
    client.attach("room")
    client.send(CLOSE)
    assert client.take() == [{"action": CLOSED}]
    assert client.wire.closed
    assert bench.core.connections == 0
    bench.connect().create("room", "unheard")
    assert client.take() == []


def test_what_comes_after_a_close_is_answered_by_nothing(bench: Bench) -> None:
    client = bench.connect()
    client.publish("room", {"data": "before"})
    client.send(CLOSE)
    client.take()
    client.send(ATTACH, "room")
    client.send(DETACH, "room")
    client.send(HEARTBEAT)
    client.send(CLOSE)
    client.send(77)
    client.publish("room", {"data": "after"})
    client.present("room", ENTER)
    client.drop()
    bench.pump()
    bench.pass_time(10**7)
    assert client.take() == []
    assert bench.core.connections == 0
    assert bench.members("room") == []
    assert bench.texts("room") == ["before"]
    assert bench.core.active("app1") == []


def test_a_disconnect_lets_the_connection_be_resumed(bench: Bench) -> None:
    client = bench.connect()
    client.attach("room")
    client.send(DISCONNECT)
    assert client.wire.closed
    assert client.take() == []
    again = client.resume()
    assert again.id == client.id
    assert again.attach("room")["action"] == ATTACHED

"""A message grows so far that any client can take it whole, and no further."""

from __future__ import annotations

import pytest

from aitransport_notebook.hub.protocol.limits import HOSTED, LOCAL, Limits
from tests.hub.protocol.conftest import MakeBench
from tests.hub.protocol.harness import (
    ACK,
    APPEND,
    DELETE,
    ENTER,
    MESSAGE,
    NACK,
    UPDATE,
    Bench,
    Client,
    messages_of,
)
from tests.hub.protocol.large import MIB, WORST, attached, worst


def grow(bench: Bench, agent: Client, kind: str) -> tuple[str, int]:
    """Append to a message for as long as it goes; return its serial, and the code that ends it."""
    serial = agent.create("room", **worst(kind, name="n"))
    for _ in range(20):
        agent.publish("room", worst(kind, action=APPEND, serial=serial))
        bench.pump()
        frame = agent.take()[-1]
        if frame["action"] == NACK:
            return serial, frame["error"]["code"]
    pytest.fail("it grows without end")


@pytest.mark.parametrize("kind", WORST)
def test_a_message_grows_so_far_and_no_further(bench: Bench, kind: str) -> None:
    watcher, agent = attached(bench), bench.connect()
    serial, code = grow(bench, agent, kind)
    assert code == 40009
    late = attached(bench, params={"rewind": "1"})
    full = attached(bench, params={"appendMode": "full"})
    agent.append("room", serial, "", **({"encoding": "base64"} if kind == "bytes" else {}))
    agent.create("room", "next")
    for client in (watcher, late, full):
        assert messages_of(client.take())[-1]["data"] == "next"
        assert client.wire.largest < 0.7 * MIB
    assert full.wire.largest > 0.3 * MIB, "it may grow that far"


def test_what_was_refused_is_said_and_leaves_the_message_as_it_was(make_bench: MakeBench) -> None:
    bench = make_bench(Limits(whole_size=1000))
    client = attached(bench)
    serial = client.create("room", "a" * 400)
    client.take()
    client.append("room", serial, "b" * 400)
    client.publish("room", {"action": UPDATE, "serial": serial, "data": "c" * 900})
    client.publish("room", {"data": "d" * 900})
    bench.pump()
    errors = [frame["error"] for frame in client.took(NACK)]
    assert [(error["code"], error["statusCode"]) for error in errors] == [(40009, 413)] * 3
    assert all("1000" in error["message"] and "new message" in error["message"] for error in errors)
    assert bench.texts("room") == ["a" * 400]
    client.append("room", serial, "b" * 200)
    client.publish("room", {"action": UPDATE, "serial": serial, "data": "c" * 600})
    client.publish("room", {"action": DELETE, "serial": serial, "data": ""})
    bench.pump()
    assert len(client.acked()) == 3


@pytest.mark.parametrize("field", ["id", "encoding", "name"])
def test_what_is_around_the_data_counts(make_bench: MakeBench, field: str) -> None:
    bench = make_bench(Limits(whole_size=40_000))
    client = bench.connect()
    client.publish("room", {"data": "a", field: "\x01" * 8000})
    client.publish("room", {"data": "a", field: "x" * 8000})
    bench.pump()
    assert [frame["action"] for frame in client.take()] == [NACK, ACK]


def test_a_note_on_an_operation_counts(make_bench: MakeBench) -> None:
    bench = make_bench(Limits(whole_size=10_000))
    client = bench.connect()
    serial = client.create("room", "a")
    for note in ({"description": "x" * 10_000}, {"metadata": {"k": [0.5] * 2000}}):
        client.publish("room", {"action": UPDATE, "serial": serial, "data": "b", "version": note})
        bench.pump()
        client.refused(40009)


def test_a_presence_event_that_is_too_large_around_its_data_is_refused(bench: Bench) -> None:
    client = bench.connect()
    client.present("room", ENTER, data="x", encoding="\x01" * 200_000)
    bench.pump()
    client.refused(40009)


def test_a_message_that_was_too_large_may_be_made_smaller(make_bench: MakeBench) -> None:
    bench = make_bench()
    serial = bench.connect().create("room", "a" * 5000)
    bench.limits = Limits(whole_size=1000)
    bench.start()
    client = bench.connect()
    client.append("room", serial, "b")
    bench.pump()
    client.refused(40009)
    for data in ("c" * 4000, "d"):
        client.publish("room", {"action": UPDATE, "serial": serial, "data": data})
        bench.pump()
        assert len(client.acked()) == 1


def test_a_hosted_account_has_the_same_limit() -> None:
    assert LOCAL.whole_size == HOSTED.whole_size == 512 << 10


def test_a_message_that_is_larger_than_a_frame_comes_alone(bench: Bench) -> None:
    agent = bench.connect()
    serial, _ = grow(bench, agent, "text")
    small = agent.create("room", "small")
    late = attached(bench)
    appends = [{"action": APPEND, "serial": s, "data": ""} for s in (small, serial, small)]
    agent.publish("room", *appends)
    bench.pump()
    frames = late.took(MESSAGE)
    assert [len(frame["messages"]) for frame in frames] == [1, 1, 1]
    assert late.wire.largest > LOCAL.frame_size

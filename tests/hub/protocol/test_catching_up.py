"""Where an attachment continues from: rewind, resume, and what is in the same batch."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from aitransport_notebook.hub.protocol.apps import Rule
from aitransport_notebook.hub.protocol.limits import Limits
from aitransport_notebook.hub.protocol.log import Place
from tests.hub.protocol.conftest import MakeBench
from tests.hub.protocol.harness import (
    APP,
    APPEND,
    ATTACH,
    ATTACHED,
    CREATE,
    MESSAGE,
    MINUTE,
    UPDATE,
    Bench,
    Client,
    Wire,
    messages_of,
)
from tests.support.fold import Fold, content_of

HAS_BACKLOG, RESUMED, ATTACH_RESUME = 2, 4, 32
DEFAULT = 3080192
PUBLISH = 1 << 17


def shown(frames: list[Wire]) -> list[tuple[int, Any]]:
    return [(message["action"], message["data"]) for message in messages_of(frames)]


def published(bench: Bench, *texts: str) -> list[str]:
    client = bench.connect()
    serials = []
    for text in texts:
        bench.now += 1000
        serials.append(client.create("room", text))
    return serials


@pytest.mark.parametrize(
    ("rewind", "expected"),
    [("1", "d"), ("2", "cd"), ("9", "abcd"), ("1s", "cd"), ("2s", "bcd"), ("1m", "abcd")],
)
def test_a_rewind_shows_the_newest_messages_after_attached(
    bench: Bench, rewind: str, expected: str
) -> None:
    serials = published(bench, *"abcd")
    client = bench.connect()
    attached = client.attach("room", params={"rewind": rewind})
    assert attached["flags"] == DEFAULT | HAS_BACKLOG
    assert attached["channelSerial"] == serials[-1]
    frames = client.take()
    assert shown(frames) == [(CREATE, text) for text in expected]
    assert {frame["channelSerial"] for frame in frames} == {serials[-1]}


@pytest.mark.parametrize(
    ("retention", "channel", "expected"),
    [
        (None, "room", "abc"),
        (120_000, "room", "abc"),
        (120_000, "passing:room", "c"),
        (3_600_000, "passing:room", "bc"),
        (None, "passing:room", "abc"),
    ],
)
def test_a_rewind_by_time_goes_back_as_far_as_messages_are_kept(
    make_bench: MakeBench, retention: int | None, channel: str, expected: str
) -> None:
    bench = make_bench(Limits(retention=retention), rules={"passing": Rule()})
    agent = bench.connect()
    for text in "abc":
        agent.create(channel, text)
        bench.now += 40 * MINUTE if text != "c" else MINUTE
    client = bench.connect()
    assert "error" not in client.attach(channel, params={"rewind": "2h"})
    assert shown(client.take()) == [(CREATE, text) for text in expected]


@pytest.mark.parametrize(
    ("params", "told", "cut"),
    [
        ({"rewind": "1m"}, 100, True),
        ({"rewind": "1m", "rewindLimit": "10"}, 10, True),
        ({"rewind": "1m", "rewindLimit": 200}, 100, True),
        ({"rewind": "120"}, 100, True),
        ({"rewind": "100"}, 100, False),
        ({"rewind": "10"}, 10, False),
        ({"rewind": "2s", "rewindLimit": "10"}, 5, False),
    ],
)
def test_who_is_not_told_all_that_a_rewind_asks_for_learns_of_it(
    bench: Bench, params: dict[str, Any], told: int, cut: bool
) -> None:
    agent = bench.connect()
    texts = [str(number) for number in range(105)]
    agent.publish("room", *({"data": text} for text in texts[:100]))
    bench.pump()
    bench.now += 10_000
    agent.publish("room", *({"data": text} for text in texts[100:]))
    bench.pump()
    client = bench.connect()
    attached = client.attach("room", params=params)
    assert attached["params"] == {name: str(value) for name, value in params.items()}
    assert [data for _, data in shown(client.take())] == texts[-told:]
    error = attached.get("error", {})
    assert (error.get("code"), error.get("statusCode")) == ((90004, 404) if cut else (None, None))
    assert attached["flags"] == DEFAULT | HAS_BACKLOG


@pytest.mark.parametrize("rewind", ["1m", "101"])
def test_a_rewind_of_just_a_hundred_is_whole(bench: Bench, rewind: str) -> None:
    bench.connect().publish("room", *({"data": "x"} for _ in range(100)))
    bench.pump()
    client = bench.connect()
    assert "error" not in client.attach("room", params={"rewind": rewind})
    assert len(client.take()) == 100


@pytest.mark.parametrize("rewind", ["0", "0s", "1s"])
def test_a_rewind_over_nothing_shows_nothing(bench: Bench, rewind: str) -> None:
    published(bench, "a")
    bench.now += 2000
    client = bench.connect()
    assert client.attach("room", params={"rewind": rewind})["flags"] == DEFAULT
    assert client.take() == []


@pytest.mark.parametrize(
    "asked",
    [
        {"flags": ATTACH_RESUME, "params": {"rewind": "1"}},
        {"flags": PUBLISH, "params": {"rewind": "1"}},
    ],
)
def test_who_comes_back_or_does_not_subscribe_is_not_rewound(
    bench: Bench, asked: dict[str, Any]
) -> None:
    published(bench, "a")
    client = bench.connect()
    assert not client.attach("room", **asked)["flags"] & HAS_BACKLOG
    assert client.take() == []


@pytest.mark.parametrize(
    ("hello", "params"), [({"echo": False}, {}), ({}, {"echo": "false"})], ids=["all", "channel"]
)
def test_a_rewind_leaves_out_the_own_messages_of_who_wants_no_echo(
    bench: Bench, hello: dict[str, Any], params: Wire
) -> None:
    published(bench, "theirs")
    client = bench.connect(**hello)
    serial = client.create("room", "mine")
    attached = client.attach("room", params={"rewind": "2", **params})
    assert attached["flags"] & HAS_BACKLOG
    assert shown(client.take()) == [(CREATE, "theirs")]
    bench.connect().append("room", serial, "+")
    bench.pump()
    assert shown(client.take()) == [(UPDATE, "mine+")]
    attached = client.attach("room", params={"rewind": "1", **params})
    assert not attached["flags"] & HAS_BACKLOG


def test_a_serial_counts_more_than_a_rewind(bench: Bench) -> None:
    serials = published(bench, *"abc")
    client = bench.connect()
    attached = client.attach("room", params={"rewind": "3"}, channelSerial=serials[1])
    assert attached["flags"] == DEFAULT | RESUMED | HAS_BACKLOG
    assert shown(client.take()) == [(CREATE, "c")]


def test_a_rewound_message_is_shown_as_it_is_now_and_then_goes_on(bench: Bench) -> None:
    agent = bench.connect()
    serial = agent.create("room", "a")
    agent.append("room", serial, "b")
    bench.pump()
    client = bench.connect()
    client.attach("room", params={"rewind": "1"})
    agent.append("room", serial, "c")
    agent.append("room", serial, "d")
    bench.pump()
    fold = Fold()
    for frame in client.take():
        fold.receive(frame)
    assert fold.problems == []
    assert fold.content() == [(serial, "", "abcd")]


def test_a_resume_replays_exactly_what_was_missed(bench: Bench) -> None:
    serials = published(bench, *"abcd")
    client = bench.connect()
    attached = client.attach("room", channelSerial=serials[1], flags=ATTACH_RESUME)
    assert attached["flags"] == DEFAULT | RESUMED | HAS_BACKLOG
    assert "error" not in attached
    # The serial is where the replay begins: whoever is cut off in it goes on from there.
    assert attached["channelSerial"] == serials[1]
    frames = client.take()
    assert shown(frames) == [(CREATE, "c"), (CREATE, "d")]
    assert [frame["channelSerial"] for frame in frames] == serials[2:]


def test_a_resume_with_nothing_missed_is_one_too(bench: Bench) -> None:
    *_, last = published(bench, *"ab")
    client = bench.connect()
    assert client.attach("room", channelSerial=last)["flags"] == DEFAULT | RESUMED
    assert client.take() == []
    empty = client.attach("empty")["channelSerial"]
    assert client.attach("empty", channelSerial=empty)["flags"] == DEFAULT | RESUMED


def test_a_resume_does_not_replay_to_who_does_not_subscribe(bench: Bench) -> None:
    first, _ = published(bench, *"ab")
    client = bench.connect()
    attached = client.attach("room", channelSerial=first, flags=PUBLISH)
    assert attached["flags"] == PUBLISH | RESUMED
    assert client.take() == []


def test_a_resume_survives_a_restart(bench: Bench) -> None:
    agent, client = bench.connect(), bench.connect()
    client.attach("room")
    serial = agent.create("room", "a")
    [frame] = client.took(MESSAGE)
    agent.append("room", serial, "b")
    bench.pump()
    bench.restart()
    again = client.resume()
    attached = again.attach("room", channelSerial=frame["channelSerial"], flags=ATTACH_RESUME)
    assert attached["flags"] & RESUMED
    assert shown(again.take()) == [(UPDATE, "ab")]


def fold_of(*streams: list[Wire]) -> Fold:
    fold = Fold()
    for frame in itertools.chain(*streams):
        if frame["action"] == MESSAGE:
            fold.receive(frame)
    assert fold.problems == []
    return fold


def is_whole(bench: Bench, fold: Fold) -> None:
    history = [
        {"serial": m.serial, "name": m.name or "", "data": m.data} for m in bench.history("room")
    ]
    assert fold.content() == content_of(history)


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("resume", [True, False])
def test_nothing_is_doubled_or_lost_by_a_batch(bench: Bench, before: int, resume: bool) -> None:
    agent, client = bench.connect(), bench.connect()
    client.attach("room")
    serial = agent.create("room", "a")
    seen = client.took(MESSAGE)
    client.drop()
    agent.append("room", serial, "missed")
    bench.pump()
    client = client.resume()

    def write(number: int) -> None:
        if number % 2:
            agent.append("room", serial, f"<{number}>")
        else:
            agent.publish("room", {"data": f"new {number}"})

    for number in range(before):
        write(number)
    from_serial = {"channelSerial": seen[-1]["channelSerial"]} if resume else {}
    client.send(ATTACH, "room", **from_serial)
    for number in range(before, 4):
        write(number)
    bench.pump()
    frames = client.take()
    assert frames[0]["action"] == ATTACHED
    if resume:
        is_whole(bench, fold_of(seen, frames))
        return
    # Without a serial only what came after the attach is heard, the first append of it whole.
    heard = [m for m in messages_of(frames) if m["serial"] == serial]
    appends = [number for number in range(before, 4) if number % 2]
    assert [m["action"] for m in heard] == [UPDATE, APPEND][: len(appends)]
    if heard:
        assert fold_of(seen, frames).messages[serial] == ("", bench.texts("room")[0])


@pytest.mark.parametrize("serial", ["nonsense", "", "01795185759595-007"])
def test_a_serial_that_is_none_is_told_and_not_believed(bench: Bench, serial: str) -> None:
    published(bench, "a")
    attached = bench.connect().attach("room", channelSerial=serial)
    assert not attached["flags"] & RESUMED
    assert attached.get("error", {}).get("code") == (40003 if serial else None)


def test_a_serial_of_another_log_is_a_gap(bench: Bench) -> None:
    *_, last = published(bench, "a")
    foreign = last.replace(bench.store.series, "another")
    gap(bench.connect(), last, channelSerial=foreign)


def prune(bench: Bench, before: int) -> None:
    for _ in bench.store.prune(before):
        bench.store.commit()


def test_after_a_gap_of_retention_what_is_still_kept_is_told(bench: Bench) -> None:
    first, *_, gone, _, _ = published(bench, *"abcde")
    prune(bench, bench.now - 1000)
    client = bench.connect()
    gap(client, gone, "de", channelSerial=first)
    bench.connect().create("room", "live")
    assert shown(client.take()) == [(CREATE, "live")]
    last = bench.connect().attach("room")["channelSerial"]
    # From there on nothing is missing.
    assert client.attach("room", channelSerial=gone)["flags"] & RESUMED
    client.take()
    prune(bench, bench.now + 1000)
    gap(client, last, channelSerial=first)
    assert bench.store.head(Place(APP, "room")) > 0


def test_after_a_gap_a_message_that_outlived_it_comes_whole(bench: Bench) -> None:
    agent = bench.connect()
    seen = agent.create("room", "seen")
    old = agent.create("room", "old ")
    agent.append("room", old, "and ")
    bench.pump()
    bench.now += MINUTE
    gone = agent.create("room", "gone")
    bench.now += MINUTE
    for text in ("grey", "!"):
        agent.append("room", old, text)
    bench.pump()
    prune(bench, bench.now - 1000)
    client = bench.connect()
    attached = client.attach("room", channelSerial=seen)
    assert attached["channelSerial"] == gone
    assert shown(client.take()) == [(UPDATE, "old and grey"), (APPEND, "!")]


@pytest.mark.parametrize("again", [0, ATTACH_RESUME])
def test_after_a_gap_what_is_kept_counts_more_than_a_rewind(bench: Bench, again: int) -> None:
    first, *_, gone, _, _ = published(bench, *"abcde")
    prune(bench, bench.now - 1000)
    asked = {"params": {"rewind": "1"}, "flags": again}
    gap(bench.connect(), gone, "de", channelSerial=first, **asked)


@pytest.mark.parametrize(("rewind", "shows"), [("1", "c"), ("9s", "abc"), ("101", "abc")])
def test_a_rewind_counts_where_the_serial_says_nothing(
    bench: Bench, rewind: str, shows: str
) -> None:
    *_, last = published(bench, *"abc")
    foreign = last.replace(bench.store.series, "another")
    params = {"rewind": rewind}
    gap(bench.connect(), last, shows, channelSerial=foreign, params=params)
    gap(bench.connect(), last, channelSerial=foreign, params=params, flags=ATTACH_RESUME)
    attached = bench.connect().attach("room", channelSerial="nonsense", params=params)
    assert attached["error"]["code"] == 40003
    assert attached["flags"] & HAS_BACKLOG


def test_who_does_not_subscribe_is_told_of_a_gap_alone(bench: Bench) -> None:
    first, gone, _ = published(bench, *"abc")
    prune(bench, bench.now)
    gap(bench.connect(), gone, channelSerial=first, flags=PUBLISH)


def gap(client: Client, serial: str, shows: str = "", **asked: Any) -> None:
    """Expect that the client learns of a gap, goes on from a serial, and gets what is kept."""
    attached = client.attach("room", **asked)
    assert attached["action"] == ATTACHED
    assert not attached["flags"] & RESUMED
    assert bool(attached["flags"] & HAS_BACKLOG) is bool(shows)
    assert attached["channelSerial"] == serial
    assert (attached["error"]["code"], attached["error"]["statusCode"]) == (90003, 404)
    assert "history" in attached["error"]["message"]
    assert shown(client.take()) == [(CREATE, text) for text in shows]

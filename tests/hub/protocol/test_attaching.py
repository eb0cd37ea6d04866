from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.hub.protocol.attaching import DEFAULT_MODES
from aitransport_notebook.hub.protocol.frames import Flag
from aitransport_notebook.hub.protocol.limits import Limits
from tests.hub.protocol.conftest import MakeBench
from tests.hub.protocol.harness import (
    ATTACH,
    ATTACHED,
    DETACH,
    DETACHED,
    ENTER,
    ERROR,
    MESSAGE,
    SYNC,
    Bench,
    Client,
    Wire,
    grant_of,
    messages_of,
)

HAS_PRESENCE, HAS_BACKLOG, RESUMED, ATTACH_RESUME = 1, 2, 4, 32
PRESENCE, PUBLISH, SUBSCRIBE, PRESENCE_SUBSCRIBE = 1 << 16, 1 << 17, 1 << 18, 1 << 19


def failed(answer: Wire, code: int, channel: str = "room") -> None:
    """Expect that the channel has failed, under the name that the client gave it."""
    assert (answer["action"], answer["channel"]) == (ERROR, channel), answer
    assert answer["error"]["code"] == code
    assert ". " in answer["error"]["message"], "no hint"


def test_attached_says_all_that_clients_need(bench: Bench) -> None:
    serial = bench.connect().create("room", "before")
    assert bench.connect().attach("room") == {
        "action": ATTACHED,
        "channel": "room",
        "channelSerial": serial,
        "flags": 3080192,
    }


def test_a_channel_that_never_was_has_a_serial_too(bench: Bench) -> None:
    attached = bench.connect().attach("room")
    assert attached["channelSerial"] == f"00000000000000-000@{bench.store.series}:000"
    assert attached["flags"] == int(DEFAULT_MODES) == 3080192


@pytest.mark.parametrize(
    ("flags", "granted"),
    [
        (SUBSCRIBE, SUBSCRIBE),
        (SUBSCRIBE | PUBLISH, SUBSCRIBE | PUBLISH),
        (int(Flag.ANNOTATION_SUBSCRIBE), int(Flag.ANNOTATION_SUBSCRIBE)),
        # These are no modes, so none were asked for.
        (ATTACH_RESUME | 1 << 4, 3080192),
        (1 << 40, 3080192),
        (SUBSCRIBE | ATTACH_RESUME | 1 << 60, SUBSCRIBE),
    ],
)
def test_flags_ask_for_modes(bench: Bench, flags: int, granted: int) -> None:
    assert bench.connect().attach("room", flags=flags)["flags"] == granted


@pytest.mark.parametrize(
    ("words", "granted"),
    [
        ("subscribe", SUBSCRIBE),
        ("PUBLISH, presence_subscribe", PUBLISH | PRESENCE_SUBSCRIBE),
        ("presence-subscribe,presence", PRESENCE_SUBSCRIBE | PRESENCE),
    ],
)
def test_modes_in_params_count_more_than_flags(bench: Bench, words: str, granted: int) -> None:
    attached = bench.connect().attach("room", flags=PUBLISH, params={"modes": words})
    assert attached["flags"] == granted
    assert attached["params"] == {"modes": words}


@pytest.mark.parametrize("words", ["", "subscribe,", "everything", "has_backlog", "resumed", "0"])
def test_what_is_no_mode_is_refused(bench: Bench, words: str) -> None:
    failed(bench.connect().attach("room", params={"modes": words}), 40003)


@pytest.mark.parametrize(
    ("params", "echoed"),
    [
        ({"agent": "ait/0.8", "occupancy": "metrics"}, None),
        ({"agent": "x", "rewind": "5", "delta": "vcdiff"}, {"rewind": "5", "delta": "vcdiff"}),
        ({"rewind": 5, "appendMode": "full"}, {"rewind": "5", "appendMode": "full"}),
        ({"delta": True, "rewind": None}, {"delta": "true"}),
    ],
)
def test_only_parameters_that_are_known_are_echoed(
    bench: Bench, params: dict[str, Any], echoed: dict[str, str] | None
) -> None:
    assert bench.connect().attach("room", params=params).get("params") == echoed


def test_parameters_of_the_frame_count_more_than_those_of_the_name(bench: Bench) -> None:
    attached = bench.connect().attach("[?rewind=1&delta=x]room", params={"rewind": "2"})
    assert attached["channel"] == "[?rewind=1&delta=x]room"
    assert attached["params"] == {"rewind": "2", "delta": "x"}


@pytest.mark.parametrize("rewind", ["x", "-1", "1d"])
def test_a_rewind_that_is_none_is_refused(bench: Bench, rewind: str) -> None:
    failed(bench.connect().attach("room", params={"rewind": rewind}), 40003)


@pytest.mark.parametrize("name", ["", ":room", "[unknown]room", "[?rewind=1]"])
def test_a_name_that_is_none_is_refused_and_echoed(bench: Bench, name: str) -> None:
    client = bench.connect()
    failed(client.attach(name), 40010, name)
    assert client.attach("room")["action"] == ATTACHED, "the connection goes on"


def test_without_any_name_the_error_names_none(bench: Bench) -> None:
    client = bench.connect()
    client.send(ATTACH)
    bench.pump()
    answer = client.one(ERROR)
    assert answer["error"]["code"] == 40010
    assert "channel" not in answer


@pytest.mark.parametrize(
    ("capability", "flags", "granted"),
    [
        ({"room": ["subscribe"]}, 0, SUBSCRIBE | PRESENCE_SUBSCRIBE),
        ({"room": ["publish", "history"]}, 0, PUBLISH),
        ({"room": ["*"]}, 0, 3080192),
        ({"*": ["presence"], "room": ["publish"]}, PRESENCE | SUBSCRIBE, PRESENCE),
        ({"room": ["presence"]}, PRESENCE | PUBLISH, PRESENCE),
    ],
)
def test_only_modes_that_the_capability_allows_are_granted(
    bench: Bench, capability: dict[str, object], flags: int, granted: int
) -> None:
    attached = bench.connect(grant_of(capability)).attach("room", flags=flags)
    assert attached["flags"] == granted


@pytest.mark.parametrize(
    ("capability", "flags"),
    [
        ({"other": ["*"]}, 0),
        ({"room": ["history"]}, 0),
        ({"room": ["subscribe"]}, PUBLISH),
        ({}, 0),
    ],
)
def test_an_attach_that_would_grant_nothing_is_refused(
    bench: Bench, capability: dict[str, object], flags: int
) -> None:
    client = bench.connect(grant_of(capability))
    failed(client.attach("room", flags=flags), 40160)
    bench.connect().create("room", "secret")
    assert client.take() == []


def test_the_limit_of_channels_is_of_one_connection_and_by_alias(make_bench: MakeBench) -> None:
    bench = make_bench(Limits(channels_per_connection=2))
    client = bench.connect()
    for name in ("one", "two", "one"):
        assert client.attach(name)["action"] == ATTACHED
    failed(client.attach("three"), 90010, "three")
    failed(client.attach("[?rewind=1]one"), 90010, "[?rewind=1]one")
    assert bench.connect().attach("three")["action"] == ATTACHED
    client.send(DETACH, "one")
    assert client.attach("three")["action"] == ATTACHED


def test_the_limit_holds_for_what_is_asked_for_at_once(make_bench: MakeBench) -> None:
    bench = make_bench(Limits(channels_per_connection=2))
    client = bench.connect()
    for name in ("one", "two", "three"):
        client.send(ATTACH, name)
    bench.pump()
    assert [frame["action"] for frame in client.take()] == [ATTACHED, ATTACHED, ERROR]


def test_a_second_attach_replaces_the_first_one(bench: Bench) -> None:
    client, other = bench.connect(), bench.connect()
    client.attach("room", flags=SUBSCRIBE)
    assert client.attach("room", flags=PUBLISH)["flags"] == PUBLISH
    other.create("room", "unheard")
    assert client.take() == []
    client.attach("room")
    other.create("room", "heard once")
    assert [m["data"] for m in messages_of(client.take())] == ["heard once"]


def test_a_second_attach_that_is_refused_ends_the_first_one(bench: Bench) -> None:
    client = bench.connect()
    client.attach("room")
    failed(client.attach("room", params={"modes": "nonsense"}), 40003)
    bench.connect().create("room", "unheard")
    assert client.take() == []


def test_attach_and_detach_are_done_in_order(bench: Bench) -> None:
    client = bench.connect()
    for action in (ATTACH, DETACH, ATTACH):
        client.send(action, "room")
    bench.pump()
    assert [frame["action"] for frame in client.take()] == [ATTACHED, DETACHED, ATTACHED]
    bench.connect().create("room", "heard")
    assert len(client.took(MESSAGE)) == 1


def test_what_is_detached_hears_nothing_and_may_be_detached_again(bench: Bench) -> None:
    client = bench.connect()
    client.attach("room")
    for _ in range(2):
        client.send(DETACH, "room")
        bench.pump()
        assert client.take() == [{"action": DETACHED, "channel": "room"}]
    bench.connect().create("room", "unheard")
    assert client.take() == []
    assert bench.core.active("app1") == []


@pytest.mark.parametrize("action", [ATTACH, DETACH])
def test_an_answer_is_for_the_transport_that_asked(bench: Bench, action: int) -> None:
    client = bench.connect()
    client.send(action, "room")
    client.drop()
    again = client.resume()
    bench.pump()
    assert again.take() == []
    bench.connect().create("room", "unheard")
    assert again.take() == []


def test_capabilities_that_are_gone_by_its_turn_are_not_granted(bench: Bench) -> None:
    client = bench.connect()
    client.send(ATTACH, "room")
    client.send(17, auth={"accessToken": bench.token(capability={"other": ["*"]})})
    bench.pump()
    [answer] = [frame for frame in client.take() if frame.get("channel") == "room"]
    failed(answer, 40160)


def test_a_rewind_shows_nothing_to_who_may_no_longer_subscribe_by_its_turn(bench: Bench) -> None:
    bench.connect().create("room", "secret")
    client = bench.connect()
    client.send(ATTACH, "room", params={"rewind": "1"})
    client.send(17, auth={"accessToken": bench.token(capability={"room": ["publish"]})})
    bench.pump()
    [answer] = [frame for frame in client.take() if frame.get("channel") == "room"]
    assert (answer["action"], answer["flags"]) == (ATTACHED, PUBLISH)


def enter(bench: Bench, count: int) -> list[str]:
    grant = grant_of(client_id="*")
    client: Client = bench.connect(grant)
    names = [f"m{number}" for number in range(count)]
    for name in names:
        client.present("room", ENTER, clientId=name)
    bench.pump()
    return names


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (100, 1), (101, 2), (250, 3)])
def test_who_attaches_is_told_all_members_page_by_page(
    bench: Bench, count: int, pages: int
) -> None:
    names = enter(bench, count)
    client = bench.connect()
    attached = client.attach("room")
    assert attached["flags"] == 3080192 | HAS_PRESENCE
    syncs = client.took(SYNC)
    assert len(syncs) == pages
    assert [m["clientId"] for sync in syncs for m in sync["presence"]] == names
    assert {m["action"] for sync in syncs for m in sync["presence"]} == {1}
    ends = [sync["channelSerial"].endswith(":") for sync in syncs]
    assert ends == [False] * (pages - 1) + [True]
    client.send(SYNC, "room")
    assert [sync["presence"] for sync in client.took(SYNC)] == [s["presence"] for s in syncs]


def test_who_does_not_watch_presence_is_told_no_members(bench: Bench) -> None:
    enter(bench, 1)
    client = bench.connect()
    assert client.attach("room", flags=SUBSCRIBE)["flags"] == SUBSCRIBE
    client.send(SYNC, "room")
    client.send(SYNC, "elsewhere")
    assert client.take() == []

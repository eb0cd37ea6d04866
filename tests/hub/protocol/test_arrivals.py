from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.hub.protocol.limits import HOSTED, LOCAL
from tests.hub.protocol.conftest import MakeBench
from tests.hub.protocol.harness import (
    APP,
    AUTH,
    BASIC,
    CLOSE,
    CONNECTED,
    DISCONNECTED,
    ENTER,
    HEARTBEAT,
    MINUTE,
    NOW,
    OTHER_APP,
    SECOND,
    Bench,
    Client,
    Wiretap,
    grant_of,
)

TTL = LOCAL.connection_ttl


def expect_new(again: Client, before: Client, code: int) -> None:
    """Expect a connection that is another one, and that says why."""
    assert again.id != before.id
    error = again.connected["error"]
    assert (error["code"], error["statusCode"]) == (code, 400)
    assert ". " in error["message"], "no hint"


def test_connected_tells_all_that_clients_need(bench: Bench) -> None:
    client = bench.connect()
    assert client.connected == {
        "action": CONNECTED,
        "connectionId": client.id,
        "connectionKey": client.key,
        "connectionDetails": {
            "clientId": "ann",
            "connectionKey": client.key,
            "maxMessageSize": 65536,
            "maxFrameSize": 262144,
            "maxInboundRate": 250,
            "connectionStateTtl": 120_000,
            "maxIdleInterval": 15_000,
            "serverId": "hub-test",
            "siteCode": "hub",
        },
    }
    assert bench.core.connections == 1


def test_connected_tells_the_limit_of_a_hosted_account(make_bench: MakeBench) -> None:
    connected = make_bench(HOSTED).connect().connected
    assert connected["connectionDetails"]["maxInboundRate"] == 50


def test_who_shows_a_key_is_told_no_client_id(bench: Bench) -> None:
    assert "clientId" not in bench.connect(BASIC).connected["connectionDetails"]
    assert "clientId" not in bench.connect(grant_of(client_id=None)).connected["connectionDetails"]
    anyone = bench.connect(grant_of(client_id="*")).connected
    assert anyone["connectionDetails"]["clientId"] == "*"


@pytest.mark.parametrize("how", ["resume", "recover"])
@pytest.mark.parametrize("away", [0, TTL - 1])
def test_a_connection_goes_on_under_a_new_key(bench: Bench, how: str, away: int) -> None:
    client = bench.connect()
    bench.pass_time(10 * MINUTE)
    client.drop()
    bench.pass_time(away)
    earlier: dict[str, Any] = {how: client.key}
    again = bench.connect(**earlier)
    assert again.id == client.id
    assert "error" not in again.connected
    assert again.key != client.key
    assert bench.core.connections == 1
    # An older key is a key of the same connection.
    assert bench.connect(resume=client.key).id == client.id


def test_a_connection_that_was_away_too_long_is_another_one(bench: Bench) -> None:
    client = bench.connect()
    bench.pass_time(10 * MINUTE)
    client.drop()
    bench.pass_time(TTL)
    assert bench.core.connections == 0
    expect_new(client.resume(), client, 80008)


def test_one_that_is_resumed_in_time_does_not_expire_later(bench: Bench) -> None:
    client = bench.connect()
    client.drop()
    bench.pass_time(TTL - 1)
    again = client.resume()
    bench.pass_time(TTL)
    assert bench.core.connections == 1
    assert not again.wire.closed


@pytest.mark.parametrize("key", ["", "!", "x", "id0!id1-000000000000000000000000", "é!ü-ö"])
def test_a_key_that_the_hub_never_gave_is_refused(bench: Bench, key: str) -> None:
    client = bench.connect()
    again = bench.connect(resume=key)
    if key:
        expect_new(again, client, 80018)
    else:
        assert "error" not in again.connected, "no key at all is a new connection"
    assert not client.wire.closed


def test_a_connection_of_another_app_is_not_resumed(bench: Bench) -> None:
    client = bench.connect()
    again = client.resume(grant_of(app_id=OTHER_APP))
    expect_new(again, client, 80018)
    assert again.connection.grant.app_id == OTHER_APP
    assert not client.wire.closed


@pytest.mark.parametrize("other", [grant_of(client_id="bob"), grant_of(client_id=None), BASIC])
def test_a_connection_of_another_client_is_not_resumed(bench: Bench, other: object) -> None:
    client = bench.connect()
    again = client.resume(other)  # type: ignore[arg-type]
    expect_new(again, client, 80018)
    assert not client.wire.closed
    assert client.resume().id == client.id


@pytest.mark.parametrize("first", [BASIC, grant_of(client_id=None)])
def test_one_who_had_no_name_may_come_back_with_one(bench: Bench, first: object) -> None:
    client = bench.connect(first)  # type: ignore[arg-type]
    assert client.resume(grant_of(client_id="ann")).id == client.id


def test_a_resume_takes_the_connection_over_from_an_open_socket(bench: Bench) -> None:
    client = bench.connect()
    client.attach("room")
    again = client.resume()
    assert again.id == client.id
    assert client.wire.closed and not again.wire.closed
    client.drop()
    bench.pass_time(TTL)
    assert bench.core.connections == 1, "the old socket's end is not the connection's"
    bench.connect().create("room", "hello")
    assert again.take() == [], "what it was attached to it asks for again"


def test_after_a_restart_a_connection_goes_on_for_its_life_time(bench: Bench) -> None:
    client = bench.connect()
    bench.pass_time(60 * MINUTE)
    bench.restart()
    bench.now += TTL
    again = client.resume()
    assert again.id == client.id
    assert "error" not in again.connected


def test_long_after_a_restart_it_does_not(bench: Bench) -> None:
    client = bench.connect()
    bench.restart()
    bench.now += TTL + 1
    expect_new(client.resume(), client, 80008)


@pytest.mark.parametrize("forged", ["app", "proof"])
def test_a_restart_believes_nothing_more_than_before(bench: Bench, forged: str) -> None:
    client = bench.connect()
    bench.restart()
    if forged == "app":
        again = client.resume(grant_of(app_id=OTHER_APP))
    else:
        again = bench.connect(resume=client.key[:-1] + ("0" if client.key[-1] != "0" else "1"))
    expect_new(again, client, 80018)


def test_a_heartbeat_is_sent_when_nothing_else_was(bench: Bench) -> None:
    client = bench.connect()
    bench.pass_time(0)
    bench.pass_time(9_999)
    assert client.take() == []
    bench.pass_time(1)
    assert client.take() == [{"action": HEARTBEAT}]


def test_who_asks_for_no_heartbeats_gets_pings(bench: Bench) -> None:
    client = bench.connect(heartbeats=False)
    bench.pass_time(0)
    bench.pass_time(10_000)
    assert (client.take(), client.wire.pings) == ([], 1)


def test_a_lost_connection_is_sent_nothing(bench: Bench) -> None:
    client = bench.connect(grant_of(expires=NOW + MINUTE))
    client.drop()
    assert client.wire.closed
    bench.pass_time(MINUTE)
    assert client.take() == []


def test_a_token_that_ends_is_announced_and_then_ends_the_connection(bench: Bench) -> None:
    client = bench.connect(grant_of(expires=NOW + MINUTE))
    bench.pass_time(30 * SECOND - 1)
    assert client.took(AUTH) == []
    bench.pass_time(1)
    assert client.take() == [{"action": AUTH}]
    bench.pass_time(30 * SECOND - 1)
    assert client.took(AUTH) == [], "once is enough"
    assert not client.wire.closed
    bench.pass_time(1)
    [frame] = client.take()
    assert frame["action"] == DISCONNECTED
    assert (frame["error"]["code"], frame["error"]["statusCode"]) == (40142, 401)
    assert "new token" in frame["error"]["message"]
    assert client.wire.closed
    assert client.resume(grant_of()).id == client.id


@pytest.mark.parametrize("life", [5 * SECOND, 30 * SECOND])
def test_a_token_that_is_short_lived_is_not_announced(bench: Bench, life: int) -> None:
    client = bench.connect(grant_of(expires=NOW + life))
    for _ in range(life // SECOND - 1):
        bench.pass_time(SECOND)
    assert client.took(AUTH) == []
    bench.pass_time(SECOND)
    assert client.one(DISCONNECTED)["error"]["code"] == 40142


def test_a_resume_with_a_new_token_counts_from_that_one(bench: Bench) -> None:
    client = bench.connect(grant_of(expires=NOW + MINUTE))
    again = client.resume(grant_of(expires=NOW + 10 * MINUTE))
    bench.pass_time(2 * MINUTE)
    assert not again.wire.closed
    assert again.took(AUTH) == []
    bench.pass_time(8 * MINUTE - 30 * SECOND)
    assert len(again.took(AUTH)) == 1


def test_a_key_never_ends(bench: Bench) -> None:
    client = bench.connect(BASIC)
    bench.pass_time(10**10)
    assert not client.wire.closed
    assert [frame["action"] for frame in client.take()] in ([], [HEARTBEAT])


def test_a_transport_that_is_not_the_connections_may_end(bench: Bench) -> None:
    client = bench.connect()
    bench.core.lost(client.connection, Wiretap(bench), bench.moment)
    bench.pass_time(TTL)
    assert not client.wire.closed
    assert bench.core.connections == 1
    assert client.connection.grant.app_id == APP


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_set_moves_no_heartbeat(bench: Bench, hours: int) -> None:
    client = bench.connect()
    bench.pass_time(0)
    bench.set_clock(hours * 60 * MINUTE)
    bench.pass_time(9_999)
    assert client.take() == []
    bench.pass_time(1)
    assert client.take() == [{"action": HEARTBEAT}]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_set_keeps_members_just_as_long(bench: Bench, hours: int) -> None:
    client = bench.connect()
    client.present("room", ENTER)
    bench.pump()
    client.drop()
    bench.set_clock(hours * 60 * MINUTE)
    bench.pass_time(bench.limits.presence_grace - 1)
    assert bench.members("room") == ["ann"]
    bench.pass_time(1)
    assert bench.members("room") == []


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_set_keeps_connections_just_as_long(bench: Bench, hours: int) -> None:
    early, late = bench.connect(), bench.connect()
    early.drop()
    late.drop()
    bench.set_clock(hours * 60 * MINUTE)
    bench.pass_time(TTL - 1)
    assert early.resume().id == early.id
    bench.pass_time(1)
    expect_new(late.resume(), late, 80008)


def test_a_token_ends_when_the_wall_clock_says_so(bench: Bench) -> None:
    client = bench.connect(grant_of(expires=NOW + MINUTE))
    bench.set_clock(MINUTE)
    bench.pass_time(0)
    assert client.one(DISCONNECTED)["error"]["code"] == 40142


def test_after_a_restart_a_connection_is_its_own_clients_still(bench: Bench) -> None:
    key = bench.connect(grant_of(client_id="ann")).key
    bench.restart()
    other = bench.connect(grant_of(client_id="mallory"), resume=key)
    assert other.connected["error"]["code"] == 80018
    assert other.id != key.partition("!")[0]
    again = bench.connect(grant_of(client_id="ann"), resume=key)
    assert "error" not in again.connected and again.id == key.partition("!")[0]


def test_a_connection_that_was_closed_is_not_resumed(bench: Bench) -> None:
    client = bench.connect()
    client.send(CLOSE)
    again = bench.connect(resume=client.key)
    assert again.connected["error"]["code"] == 80008
    assert again.id != client.id

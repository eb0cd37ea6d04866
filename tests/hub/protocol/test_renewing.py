"""AUTH: a connection's new token."""

from __future__ import annotations

import pytest

from tests.hub.protocol.harness import (
    ATTACHED,
    AUTH,
    BASIC,
    CONNECTED,
    ENTER,
    ERROR,
    LEAVE,
    MINUTE,
    OTHER_APP,
    SECOND,
    Bench,
    Client,
    events_of,
    grant_of,
)

SUBSCRIBING = 1 << 18 | 1 << 19


def renew(client: Client, token: str | None) -> None:
    client.send(AUTH, auth={"accessToken": token})


def test_a_renewal_is_answered_with_connected(bench: Bench) -> None:
    client = bench.connect()
    renew(client, bench.token())
    assert client.take() == [client.connected]
    assert not client.wire.closed


def test_a_renewal_gives_what_the_new_token_allows(bench: Bench) -> None:
    client = bench.connect(grant_of({"room": ["subscribe"]}))
    assert client.attach("room")["flags"] == SUBSCRIBING
    client.publish("room", {"data": "a"})
    bench.pump()
    client.refused(40160)
    renew(client, bench.token(capability={"room": ["subscribe", "publish"]}))
    assert [frame["action"] for frame in client.take()] == [CONNECTED]
    client.create("room", "b")
    assert bench.texts("room") == ["b"]


def test_a_renewal_takes_away_what_the_new_token_does_not_allow(bench: Bench) -> None:
    client, watcher = bench.connect(), bench.connect()
    watcher.attach("lost")
    for name in ("kept", "lost", "narrowed"):
        client.attach(name)
        client.present(name, ENTER)
    bench.pump()
    watcher.take()
    client.take()
    kept, narrowed = ["*"], ["presence"]
    renew(client, bench.token(capability={"kept": kept, "narrowed": narrowed}))
    bench.pump()
    connected, error = client.take()
    assert connected["action"] == CONNECTED
    assert (error["action"], error["channel"]) == (ERROR, "lost")
    assert (error["error"]["code"], error["error"]["statusCode"]) == (40160, 401)
    assert events_of(watcher.take()) == [(LEAVE, "ann")]
    for name in ("kept", "lost", "narrowed"):
        bench.connect().create(name, "x")
    assert [frame["channel"] for frame in client.take()] == ["kept"]
    assert bench.members("narrowed") == ["ann"]


def test_a_renewal_gives_back_what_one_before_had_taken(bench: Bench) -> None:
    client = bench.connect()
    client.attach("room")
    renew(client, bench.token(capability={"room": ["publish"]}))
    bench.connect().create("room", "unheard")
    renew(client, bench.token())
    client.take()
    bench.connect().create("room", "heard")
    assert len(client.take()) == 1


def test_a_renewal_counts_from_the_new_token(bench: Bench) -> None:
    client = bench.connect(grant_of(expires=bench.now + MINUTE))
    bench.pass_time(30 * SECOND)
    assert len(client.took(AUTH)) == 1
    renew(client, bench.token(ttl=10 * MINUTE))
    bench.pass_time(MINUTE)
    assert not client.wire.closed
    bench.pass_time(8 * MINUTE + 30 * SECOND)
    assert len(client.took(AUTH)) == 1
    bench.pass_time(30 * SECOND)
    assert client.wire.closed


@pytest.mark.parametrize(
    ("client_id", "app", "code"),
    [("bob", "app1", 40102), (None, "app1", 40102), ("ann", OTHER_APP, 40102)],
)
def test_a_token_of_another_app_or_client_ends_the_connection(
    bench: Bench, client_id: str | None, app: str, code: int
) -> None:
    client = bench.connect()
    client.attach("room")
    renew(client, bench.token(client_id, app_id=app))
    frame = client.one(ERROR)
    assert (frame["error"]["code"], frame["error"]["statusCode"]) == (code, 401)
    assert "channel" not in frame
    assert client.wire.closed
    assert bench.core.connections == 0


@pytest.mark.parametrize("token", ["", None, "nonsense", "app1.AAAA"])
def test_a_token_that_is_none_ends_the_connection(bench: Bench, token: str | None) -> None:
    client = bench.connect()
    renew(client, token)
    assert client.one(ERROR)["error"]["statusCode"] == 401
    assert client.wire.closed


def test_without_any_token_there_is_nothing_to_renew(bench: Bench) -> None:
    client = bench.connect()
    client.send(AUTH)
    assert client.one(ERROR)["error"]["statusCode"] == 401


def test_a_token_that_has_ended_ends_the_connection(bench: Bench) -> None:
    token = bench.token(ttl=MINUTE)
    client = bench.connect()
    bench.now += MINUTE
    renew(client, token)
    assert client.one(ERROR)["error"]["code"] == 40142


@pytest.mark.parametrize("client_id", ["*", "bob"])
def test_one_who_may_be_anyone_may_become_someone(bench: Bench, client_id: str) -> None:
    client = bench.connect(BASIC)
    renew(client, bench.token(client_id))
    connected = client.one(CONNECTED)
    assert connected["connectionDetails"]["clientId"] == client_id
    assert client.attach("room")["action"] == ATTACHED


def test_a_token_for_anyone_leaves_one_who_one_is(bench: Bench) -> None:
    client = bench.connect()
    renew(client, bench.token("*"))
    assert client.one(CONNECTED)["connectionDetails"]["clientId"] == "ann"
    client.publish("room", {"data": "x", "clientId": "bob"})
    bench.pump()
    client.refused(40012)

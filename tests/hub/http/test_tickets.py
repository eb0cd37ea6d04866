"""Tickets for sockets, on a hub that runs."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator

import pytest

from tests.hub.http.asking import OPEN, ask, first_frame
from tests.support.hub_process import HubProcess
from tests.support.raw_client import CONNECTED, ERROR

TICKETS = "/hub/tickets"


@pytest.fixture(scope="module")
def hub() -> Iterator[HubProcess]:
    with HubProcess() as running:
        yield running


def ticket_for(hub: HubProcess, token: str) -> str:
    given = ask(hub, TICKETS, {}, token=token)
    assert given.status == 201, given
    ticket: str = given.body["ticket"]
    return ticket


async def test_a_socket_is_let_in_once_with_a_ticket_as_whom_the_token_is_for(
    hub: HubProcess,
) -> None:
    token = hub.connection("ann").token({"room": ["subscribe"]})
    ticket = ticket_for(hub, token)
    connected = await first_frame(hub.url, access_token=ticket)
    assert connected["action"] == CONNECTED
    assert connected["connectionDetails"]["clientId"] == "ann"
    again = await first_frame(hub.url, access_token=ticket)
    assert (again["action"], again["error"]["code"]) == (ERROR, 40142)
    assert ticket not in str(again) and token not in str(again)


async def test_a_ticket_opens_nothing_but_a_socket_and_for_nobody_else(hub: HubProcess) -> None:
    ticket = ticket_for(hub, hub.connection("ann").token())
    assert ask(hub, "/channels/room/messages", token=ticket).status == 401
    assert ask(hub, f"/channels/room/messages?access_token={ticket}").status == 401
    assert ask(hub, TICKETS, {}, token=ticket).status == 401
    as_bob = await first_frame(hub.url, access_token=ticket, clientId="bob")
    assert (as_bob["action"], as_bob["error"]["code"]) == (ERROR, 40102)


def test_only_a_good_token_gets_a_ticket(hub: HubProcess) -> None:
    token = hub.connection("ann").token()
    for wrong in (
        ask(hub, TICKETS, {}),
        ask(hub, TICKETS, {}, key=hub.key),
        ask(hub, TICKETS, {}, token=token[:-4]),
    ):
        assert wrong.status == 401
        assert "ticket" not in wrong.body
        assert token[:-4] not in str(wrong.body)


def test_a_page_of_another_origin_may_ask_for_one(hub: HubProcess) -> None:
    origin = "http://localhost:8888"
    headers = {"Origin": origin, "Access-Control-Request-Headers": "authorization"}
    asked = urllib.request.Request(hub.url + TICKETS, headers=headers, method="OPTIONS")
    with OPEN.open(asked) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert "authorization" in answer.headers["Access-Control-Allow-Headers"]
    token = {"Authorization": f"Bearer {hub.connection('ann').token()}", "Origin": origin}
    with OPEN.open(urllib.request.Request(hub.url + TICKETS, b"", token)) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == origin

from __future__ import annotations

import pytest

from aitransport_notebook.hub.auth.credentials import Credentials
from aitransport_notebook.hub.auth.tickets import MARK, TICKET_LIFE, Tickets
from aitransport_notebook.hub.auth.tokens import issue_token
from tests.hub.auth.support import KEY, NOW, RANDOM, key_with, refused, sign_jwt

ODD_APP = key_with(app_id="ticket_office")
TOKENS = (
    sign_jwt(),
    issue_token(KEY, now=NOW, randomness=RANDOM).token,
    issue_token(ODD_APP, now=NOW, randomness=RANDOM).token,
)


def shown(text: str) -> Credentials:
    return Credentials("bearer", text)


@pytest.mark.parametrize("token", TOKENS)
def test_a_ticket_stands_for_its_token_once(token: str) -> None:
    tickets = Tickets()
    ticket = tickets.give(token, NOW)
    assert token not in ticket
    assert tickets.redeemed(shown(ticket), NOW) == shown(token)
    with refused(40142, 401) as caught:
        tickets.redeemed(shown(ticket), NOW)
    assert ticket not in str(caught.value)


def test_a_ticket_is_good_for_a_moment() -> None:
    tickets = Tickets()
    ticket = tickets.give(TOKENS[0], NOW)
    with refused(40142, 401):
        tickets.redeemed(shown(ticket), NOW + TICKET_LIFE)


@pytest.mark.parametrize(
    "credentials",
    [
        *map(shown, TOKENS),
        shown("no-token"),
        Credentials("basic", f"{MARK}1:secret"),
        Credentials("none"),
    ],
)
def test_what_is_no_ticket_stays_as_it_is(credentials: Credentials) -> None:
    assert Tickets().redeemed(credentials, NOW) is credentials

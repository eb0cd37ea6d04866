from __future__ import annotations

from dataclasses import replace

import pytest

from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.grant import Grant
from tests.hub.auth.support import APP, NOW, refused

BASIC = Grant(APP, f"{APP}.k1", Capability.parse({"room:*": ["publish"]}), client_id="*")
TOKEN = replace(BASIC, client_id="ann", token_id="t1", issued=NOW, expires=NOW + 1000)
ANONYMOUS = replace(TOKEN, client_id=None)


def test_a_token_expires_at_its_end_and_a_key_never() -> None:
    assert not TOKEN.expired(NOW + 999)
    assert TOKEN.expired(NOW + 1000)
    assert not BASIC.expired(NOW * 2)
    assert BASIC.is_basic and not TOKEN.is_basic


def test_what_is_allowed_may_be_done() -> None:
    assert TOKEN.may("room:a", "publish")
    assert not TOKEN.may("room:a", "subscribe")
    TOKEN.require("room:a", "publish")
    TOKEN.require("[?rewind=1]room:a", "subscribe", "publish")


@pytest.mark.parametrize(("grant", "source"), [(BASIC, "key"), (TOKEN, "token")])
def test_a_refusal_says_what_and_where_and_how_to_mend_it(grant: Grant, source: str) -> None:
    with refused(40160, 401) as caught:
        grant.require("room:a", "subscribe", "presence")
    assert "subscribe or presence" in caught.value.message
    assert "'room:a'" in caught.value.message
    assert f"Give the {source} a capability" in caught.value.hint


@pytest.mark.parametrize(
    ("grant", "claimed", "resolved"),
    [
        (TOKEN, None, "ann"),
        (TOKEN, "ann", "ann"),
        (BASIC, None, None),
        (BASIC, "bob", "bob"),
        (ANONYMOUS, None, None),
    ],
)
def test_a_message_gets_a_client_id(
    grant: Grant, claimed: str | None, resolved: str | None
) -> None:
    assert grant.resolve_client_id(claimed) == resolved


@pytest.mark.parametrize(
    ("grant", "claimed"),
    [
        (TOKEN, "bob"),
        (TOKEN, "*"),
        (TOKEN, ""),
        (BASIC, "*"),
        (BASIC, ""),
        (ANONYMOUS, "ann"),
        (ANONYMOUS, "*"),
    ],
)
def test_a_forged_client_id_is_refused(grant: Grant, claimed: str) -> None:
    with refused(40012, 400):
        grant.resolve_client_id(claimed)


@pytest.mark.parametrize(
    ("grant", "claimed", "client_id"),
    [
        (BASIC, "bob", "bob"),
        (BASIC, None, "*"),
        (TOKEN, "ann", "ann"),
        (TOKEN, None, "ann"),
        (ANONYMOUS, None, None),
    ],
)
def test_one_who_may_goes_by_a_client_id(
    grant: Grant, claimed: str | None, client_id: str | None
) -> None:
    identified = grant.identified_as(claimed)
    assert identified == replace(grant, client_id=client_id)
    assert identified.resolve_client_id(None) == (None if client_id == "*" else client_id)


@pytest.mark.parametrize(("grant", "claimed"), [(TOKEN, "bob"), (ANONYMOUS, "ann")])
def test_one_who_may_not_is_refused(grant: Grant, claimed: str) -> None:
    with refused(40102, 401):
        grant.identified_as(claimed)


@pytest.mark.parametrize("grant", [BASIC, TOKEN, ANONYMOUS])
@pytest.mark.parametrize("claimed", ["*", ""])
def test_nobody_goes_by_the_wildcard(grant: Grant, claimed: str) -> None:
    with refused(40012, 400):
        grant.identified_as(claimed)


def test_one_who_is_identified_cannot_be_another() -> None:
    with refused(40012, 400):
        BASIC.identified_as("bob").resolve_client_id("ann")


def test_the_most_specific_claim_and_rate_count() -> None:
    grant = replace(
        TOKEN,
        claims={"*": "any", "chat:*": "chat", "chat:lobby": "lobby"},
        publish_rates={"chat:*": 10.0},
    )
    assert grant.claim_for("chat:lobby") == "lobby"
    assert grant.claim_for("[?rewind=1]chat:lobby") == "lobby"
    assert grant.claim_for("chat:other") == "chat"
    assert grant.claim_for("room") == "any"
    assert grant.claim_for("[meta]log") is None
    assert grant.publish_rate_for("chat:a") == 10
    assert grant.publish_rate_for("room") is None
    assert isinstance(hash(grant), int)

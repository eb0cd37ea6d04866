from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.errors import AITransportError, AuthError
from aitransport_notebook.hub.auth.authenticate import Authenticator
from aitransport_notebook.hub.auth.credentials import Credentials
from aitransport_notebook.hub.auth.tokens import issue_token
from tests.hub.auth.support import (
    APP,
    HOUR,
    KEY,
    NOW,
    RANDOM,
    finder,
    has_app,
    key_with,
    refused,
    sign_jwt,
)

OTHER = key_with(key_id="k2")
KEY_TEXT = f"{KEY.name}:{KEY.secret}"
HUB = Authenticator(finder(KEY, OTHER), has_app=has_app)


def basic(text: str) -> Credentials:
    return Credentials("basic", text)


def bearer(text: str) -> Credentials:
    return Credentials("bearer", text)


def token_for(client_id: str | None) -> str:
    return issue_token(KEY, client_id=client_id, now=NOW, randomness=RANDOM).token


def tokens_for(client_id: str | None) -> list[Credentials]:
    return [bearer(token_for(client_id)), bearer(sign_jwt({"x-ably-clientId": client_id}))]


def test_a_key_grants_all_that_it_can_under_any_name() -> None:
    grant = HUB.authenticate(basic(KEY_TEXT), NOW)
    assert (grant.app_id, grant.key_name, grant.client_id) == (APP, KEY.name, "*")
    assert (grant.capability, grant.expires, grant.is_basic) == (KEY.capability, None, True)
    assert HUB.authenticate(basic(KEY_TEXT), NOW, "ann").client_id == "ann"


@pytest.mark.parametrize("credentials", tokens_for("ann"))
def test_a_token_grants_what_is_in_it(credentials: Credentials) -> None:
    for claimed in (None, "ann"):
        grant = HUB.authenticate(credentials, NOW, claimed)
        assert (grant.client_id, grant.expires) == ("ann", NOW + HOUR)


@pytest.mark.parametrize("credentials", tokens_for("*"))
def test_a_token_for_anyone_is_for_the_one_who_claims_it(credentials: Credentials) -> None:
    assert HUB.authenticate(credentials, NOW).client_id == "*"
    assert HUB.authenticate(credentials, NOW, "ann").client_id == "ann"


@pytest.mark.parametrize("credentials", [*tokens_for("bob"), *tokens_for(None)])
def test_a_token_for_another_or_for_nobody_is_refused(credentials: Credentials) -> None:
    with refused(40102, 401):
        HUB.authenticate(credentials, NOW, "ann")


@pytest.mark.parametrize("credentials", [basic(KEY_TEXT), *tokens_for("*"), *tokens_for(None)])
@pytest.mark.parametrize("claimed", ["*", ""])
def test_the_wildcard_is_nobodys_name(credentials: Credentials, claimed: str) -> None:
    with refused(40012, 400):
        HUB.authenticate(credentials, NOW, claimed)


def test_nothing_grants_nothing() -> None:
    with refused(40101, 401):
        HUB.authenticate(Credentials("none"), NOW)


@pytest.mark.parametrize(
    "text",
    [
        f"{KEY.name}:wrong",
        f"{KEY.name}:",
        KEY.name,
        f"{KEY.name}:{OTHER.secret}",
        "this.is:wrong",
        "js9de7r:08sdnuvfasd",
        "api:key",
        "wrong-key:secret",
        "invalid.key:secret",
        "",
        ":",
        f"{KEY.name}:\ud800",
    ],
)
def test_a_wrong_key_is_refused(text: str) -> None:
    with refused(40101, 401) as caught:
        HUB.authenticate(basic(text), NOW)
    assert KEY.secret not in str(caught.value)


def test_a_key_that_the_app_does_not_have_is_not_found() -> None:
    with refused(40400, 401):
        HUB.authenticate(basic(f"{APP}.invalidKey:invalidSecret"), NOW)


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("Sdnurv_some_invalid_token_nkds9r7", 40101, 401),
        ("invalid-token", 40101, 401),
        ("invalid token", 40101, 401),
        ("", 40101, 401),
        ("a." + "b" * 128 * 1024, 40101, 401),
        (KEY_TEXT, 40145, 401),
        (f"{APP}.garbled!", 40145, 401),
        (f"{APP}.AAAA", 40143, 401),
        ("a.b.c", 40144, 401),
        ("a.b.c.d", 40145, 401),
        ("a.b.c.d.e", 40144, 401),
        (sign_jwt(header={"kid": "invalid.invalid"}), 40400, 404),
        (sign_jwt(header={"kid": f"{APP}.gone"}), 40400, 401),
    ],
)
def test_a_wrong_token_is_refused(text: str, code: int, status: int) -> None:
    with refused(code, status):
        HUB.authenticate(bearer(text), NOW)


@pytest.mark.parametrize("credentials", tokens_for("ann"))
def test_an_expired_token_is_refused(credentials: Credentials) -> None:
    HUB.authenticate(credentials, NOW + HOUR - 1)
    with refused(40142, 401):
        HUB.authenticate(credentials, NOW + HOUR)


@pytest.mark.parametrize("credentials", tokens_for("ann"))
def test_a_revoked_token_is_refused(credentials: Credentials) -> None:
    hub = Authenticator(finder(KEY), lambda grant: grant.client_id == "ann")
    with refused(40141, 401):
        hub.authenticate(credentials, NOW)
    assert hub.authenticate(bearer(token_for("bob")), NOW).client_id == "bob"


def test_revocation_is_of_tokens_and_not_of_keys() -> None:
    hub = Authenticator(finder(KEY), lambda grant: True)
    assert hub.authenticate(basic(KEY_TEXT), NOW).is_basic


@pytest.mark.parametrize("credentials", tokens_for("ann"))
def test_a_token_dies_with_the_secret_of_its_key(credentials: Credentials) -> None:
    hub = Authenticator(finder(replace(KEY, secret="x" * 40)), has_app=has_app)
    with pytest.raises(AuthError) as caught:
        hub.authenticate(credentials, NOW)
    # Such an error makes clients ask for another token.
    assert 40140 <= caught.value.code < 40150


@given(st.text(), st.one_of(st.none(), st.text()))
def test_no_credentials_break_it(text: str, claimed: str | None) -> None:
    for credentials in (
        basic(text),
        basic(f"{KEY.name}:{text}"),
        bearer(text),
        bearer(f"{APP}.{text}"),
        bearer(f"{text}.{text}.{text}"),
    ):
        with pytest.raises(AITransportError):
            HUB.authenticate(credentials, NOW, claimed)

"""A JWT of the app's own that carries a token: only the token counts."""

from __future__ import annotations

import jwt
import pytest

from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.auth.jwt import verify_jwt
from aitransport_notebook.hub.auth.tokens import issue_token
from tests.hub.auth.support import (
    HOUR,
    HOUR_S,
    KEY,
    NOW,
    NOW_S,
    RANDOM,
    SECOND,
    finder,
    part,
    refused,
    sign_jwt,
)

APP_SECRET = "a secret of the app that the hub does not know" * 2
NATIVE = issue_token(KEY, client_id="ann", ttl=HOUR, now=NOW, randomness=RANDOM).token
SIGNED = sign_jwt({"x-ably-clientId": "ann"})


def verify(text: str, now: int = NOW) -> Grant:
    return verify_jwt(text, finder(KEY), now)


def wrap(
    inner: str, *, exp: float | None = NOW_S + HOUR_S, in_header: bool = False, alg: str = "HS256"
) -> str:
    token = {"x-ably-token": inner}
    claims = {} if exp is None else {"exp": exp}
    if in_header:
        return jwt.encode(claims, APP_SECRET, alg, headers=token)
    return jwt.encode({**claims, **token}, APP_SECRET, alg)


def encrypt(header: dict[str, object]) -> str:
    whole = {"alg": "dir", "enc": "A256GCM", **header}
    return f"{part(whole)}..{part(b'iv')}.{part(b'cipher text')}.{part(b'tag')}"


@pytest.mark.parametrize("inner", [NATIVE, SIGNED])
@pytest.mark.parametrize("in_header", [True, False])
def test_the_token_inside_counts(inner: str, in_header: bool) -> None:
    grant = verify(wrap(inner, in_header=in_header))
    assert (grant.client_id, grant.key_name, grant.expires) == ("ann", KEY.name, NOW + HOUR)


def test_the_hub_does_not_know_the_secret_around_it() -> None:
    assert verify(wrap(NATIVE, alg="HS512")).client_id == "ann"
    head, claims, _ = wrap(NATIVE).split(".")
    assert verify(f"{head}.{claims}.{part(b'anything')}").client_id == "ann"


def test_an_encrypted_jwt_shows_its_token_in_the_header() -> None:
    assert verify(encrypt({"x-ably-token": NATIVE})).client_id == "ann"
    with refused(40144, 401) as caught:
        verify(encrypt({}))
    assert "encrypted" in caught.value.message


def test_what_is_around_a_token_can_only_shorten_it() -> None:
    assert verify(wrap(NATIVE, exp=NOW_S + 60)).expires == NOW + 60 * SECOND
    assert verify(wrap(NATIVE, exp=None)).expires == NOW + HOUR
    assert verify(wrap(NATIVE, exp=NOW_S + HOUR_S + 60)).expires == NOW + HOUR
    with refused(40144, 400):
        verify(wrap(NATIVE, exp=NOW_S + HOUR_S + 61))
    with refused(40142, 401):
        verify(wrap(NATIVE, exp=NOW_S))


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ("invalid-token", 40101),
        (NATIVE[:-1], 40145),
        (f"{NATIVE[:-4]}AAAA", 40143),
        (f"{SIGNED[:-4]}AAAA", 40144),
        (jwt.encode({}, APP_SECRET, "HS256"), 40144),
    ],
)
def test_a_bad_token_inside_is_refused(inner: str, code: int) -> None:
    with refused(code, 401):
        verify(wrap(inner))
    with refused(code, 401):
        verify(encrypt({"x-ably-token": inner}))


def test_a_token_inside_may_not_carry_another() -> None:
    with refused(40144, 401):
        verify(wrap(wrap(NATIVE)))
    with refused(40144, 401):
        verify(wrap(encrypt({"x-ably-token": NATIVE})))


def test_an_expired_token_inside_is_expired() -> None:
    with refused(40142, 401):
        verify(wrap(NATIVE, exp=None), NOW + HOUR)


def test_the_token_in_the_header_comes_first() -> None:
    both = jwt.encode(
        {"x-ably-token": "invalid-token"}, APP_SECRET, "HS256", headers={"x-ably-token": NATIVE}
    )
    assert verify(both).client_id == "ann"

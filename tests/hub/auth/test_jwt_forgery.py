"""What is not signed as it must be, or cannot be read, grants nothing."""

from __future__ import annotations

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.auth.jwt import verify_jwt
from aitransport_notebook.hub.auth.keys import Key
from tests.hub.auth.support import (
    ALPHABET,
    APP,
    KEY,
    NOW,
    NOW_S,
    finder,
    key_with,
    part,
    refused,
    sign_jwt,
)

NARROW = key_with('{"room:*":["publish"]}', "narrow")
GOOD = sign_jwt()


def verify(text: str, *more: Key) -> Grant:
    return verify_jwt(text, finder(KEY, NARROW, *more), NOW)


def test_the_signature_must_be_of_the_key_that_is_named() -> None:
    for forged in (
        sign_jwt(secret=NARROW.secret),
        sign_jwt(header={"kid": NARROW.name}),
        sign_jwt(secret="x" * 32),
    ):
        with refused(40144, 401) as caught:
            verify(forged)
        assert KEY.secret not in str(caught.value)


def test_a_short_secret_is_no_trouble() -> None:
    short = Key(APP, "short", "s3cret", KEY.capability)
    header, claims = (
        part({"alg": "HS256", "kid": short.name}),
        part({"iat": NOW_S, "exp": NOW_S + 9}),
    )
    text = f"{header}.{claims}.{part(short.sign(f'{header}.{claims}'.encode()))}"
    assert verify(text, short).key_name == short.name


@pytest.mark.parametrize("algorithm", ["none", "None", "HS512", "HS384", "RS256", "ES256", "hs256"])
def test_no_other_algorithm_is_accepted(algorithm: str) -> None:
    header, claims = part({"alg": algorithm, "kid": KEY.name}), GOOD.split(".")[1]
    signature = part(KEY.sign(f"{header}.{claims}".encode()))
    for text in (f"{header}.{claims}.{signature}", f"{header}.{claims}."):
        with refused(40144, 401) as caught:
            verify(text)
        assert "HS256" in caught.value.message
    if algorithm in ("HS512", "HS384"):
        with refused(40144, 401):
            verify(jwt.encode({}, KEY.secret * 3, algorithm, headers={"kid": KEY.name}))


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "HS256"},
        {"alg": "HS256", "kid": None},
        {"alg": "HS256", "kid": 5},
        {"alg": ["HS256"], "kid": KEY.name},
        {"kid": KEY.name},
        {"alg": "HS256", "kid": KEY.name, "crit": ["exp"]},
        {"alg": "HS256", "kid": KEY.name, "b64": False, "crit": ["b64"]},
        [],
        "text",
        5,
    ],
)
def test_a_strange_header_is_refused(header: object) -> None:
    head, claims = part(header), GOOD.split(".")[1]
    with refused(40144, 401):
        verify(f"{head}.{claims}.{part(KEY.sign(f'{head}.{claims}'.encode()))}")


@pytest.mark.parametrize(
    "claims",
    [
        b"[]",
        b"5",
        b"",
        b"\xff",
        b"{",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"exp":1e999}',
        b'{"exp":' + b"9" * 5000 + b"}",
    ],
)
def test_strange_claims_are_refused(claims: bytes) -> None:
    head = GOOD.split(".")[0]
    body = f"{head}.{part(claims)}"
    with pytest.raises(AITransportError) as caught:
        verify(f"{body}.{part(KEY.sign(body.encode()))}")
    assert caught.value.code == 40144
    with refused(40144, 401):
        verify(f"{part(claims)}.{part({})}.{part(b'')}")


@pytest.mark.parametrize("text", ["..", "a.b.c", "....", f"{GOOD}=", f"{GOOD}\n", f" {GOOD}"])
def test_what_is_no_jwt_is_refused(text: str) -> None:
    with refused(40144, 401):
        verify(text)


@given(st.integers(0, len(GOOD) - 1), st.sampled_from(ALPHABET))
def test_a_changed_character_is_noticed(place: int, character: str) -> None:
    changed = GOOD[:place] + character + GOOD[place + 1 :]
    if changed != GOOD:
        with pytest.raises(AITransportError):
            verify(changed)


@pytest.mark.parametrize("length", range(len(GOOD)))
def test_a_truncated_jwt_is_noticed(length: int) -> None:
    with pytest.raises(AITransportError):
        verify(GOOD[:length])


@given(st.text(), st.text(), st.text())
def test_no_text_breaks_it(head: str, claims: str, signature: str) -> None:
    good_head, good_claims, _ = GOOD.split(".")
    for text in (
        f"{head}.{claims}.{signature}",
        f"{good_head}.{claims}.{signature}",
        f"{good_head}.{good_claims}.{signature}",
        f"{part(head.encode('utf-8', 'replace'))}.{good_claims}.{signature}",
        f"{head}.{claims}.{signature}.{head}.{claims}",
    ):
        with pytest.raises(AITransportError):
            verify(text)

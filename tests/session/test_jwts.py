"""Tokens as another implementation of them reads and writes them."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.session.jwts import claims_in, signed

SECRET = "a-secret-that-is-long-enough-for-all"
CLAIMS = st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text()))


@given(CLAIMS)
def test_what_is_signed_is_taken(claims: dict[str, Any]) -> None:
    # Those that would have a meaning for who reads them.
    claims = {f"x-{name}": value for name, value in claims.items()}
    token = signed(claims, "app.key", SECRET)
    assert jwt.decode(token, SECRET, algorithms=["HS256"]) == claims
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "kid": "app.key", "typ": "JWT"}
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, SECRET[::-1], algorithms=["HS256"])
    assert claims_in(token) == claims


@given(CLAIMS)
def test_what_others_sign_is_read(claims: dict[str, Any]) -> None:
    assert claims_in(jwt.encode(claims, SECRET)) == claims


def part(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "token",
    [
        *("", "a.b", "a.b.c", "a.b.c.d", "app.key:secret", "xVLyHw.long", "a.ä.c", "a.====.c"),
        *(
            f"a.{part(text)}.c"
            for text in (
                "[]",
                "5",
                "null",
                '"text"',
                "{",
                "\udcff".encode("utf-8", "surrogatepass").decode("latin-1"),
            )
        ),
    ],
)
def test_what_is_no_such_token_says_nothing(token: str) -> None:
    assert claims_in(token) is None


def test_a_short_secret_is_taken() -> None:
    # As the server reads it: with the zeros that HMAC itself would put behind it.
    assert jwt.decode(signed({"x": 1}, "k", "s"), b"s".ljust(32, b"\0"), algorithms=["HS256"])

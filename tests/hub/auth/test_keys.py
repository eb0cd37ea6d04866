from __future__ import annotations

import hashlib
import hmac

import pytest

from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.keys import Key, new_key, parse_key, unknown_key
from tests.hub.auth.support import APP, KEY, has_app, refused

ALL = Capability.parse(None)


def test_a_key_is_split_into_its_parts() -> None:
    assert parse_key("xVLyHw.mDYnFA:s-e_c/r=t") == ("xVLyHw", "mDYnFA", "s-e_c/r=t")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "app.id",
        "app.id:",
        "app:hushhush",
        "api:key",
        ".id:hushhush",
        "app.:hushhush",
        "app.id:hush:hush",
        "app.i d:hushhush",
        "a.b.c:hushhush",
        "app.id:hush\nhush",
        "app.id:hush\n",
        "app.id:ü",
    ],
)
def test_a_malformed_key_is_refused_and_not_repeated(text: str) -> None:
    with refused(40005, 400) as caught:
        parse_key(text)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("app_id", "key_id", "secret"),
    [("a.b", "id", "s"), ("", "id", "s"), ("app", "i" * 65, "s"), ("app", "id", "")],
)
def test_a_key_with_unusable_parts_cannot_be_made(app_id: str, key_id: str, secret: str) -> None:
    with refused(40005, 400):
        Key(app_id, key_id, secret, ALL)


def test_a_new_key_can_be_parsed_and_keeps_its_randomness() -> None:
    key = new_key("app", "id", ALL, bytes(range(32)), revocable_tokens=True)
    assert parse_key(f"{key.name}:{key.secret}") == ("app", "id", key.secret)
    assert len(key.secret) == 43
    assert key.revocable_tokens
    assert key.secret != new_key("app", "id", ALL, bytes(range(1, 33))).secret
    with pytest.raises(ValueError, match="32 random bytes"):
        new_key("app", "id", ALL, bytes(31))


def test_the_repr_has_no_secret() -> None:
    assert KEY.secret not in repr(KEY)
    assert KEY.key_id in repr(KEY)


@pytest.mark.parametrize("wrong", ["", KEY.secret[:-1], KEY.secret + "x", "ü", "\ud800"])
def test_only_the_secret_is_the_secret(wrong: str) -> None:
    assert KEY.has_secret(KEY.secret)
    assert not KEY.has_secret(wrong)


def test_a_signature_is_hmac_sha256() -> None:
    expected = hmac.new(KEY.secret.encode(), b"text", hashlib.sha256).digest()
    assert KEY.sign(b"text") == expected
    assert KEY.signed(b"text", expected)
    assert not KEY.signed(b"texts", expected)
    assert not KEY.signed(b"text", expected[:-1])


@pytest.mark.parametrize(
    ("name", "status", "text"),
    [
        ("other.k1", 404, "No application found with id other"),
        (f"{APP}.gone", 401, f"No key found with name {APP}.gone"),
        ("hushhush", 404, "No application found"),
        (f"{APP}.k1:hushhush", 404, "No application found"),
    ],
)
def test_an_unknown_key_is_told_from_an_unknown_app(name: str, status: int, text: str) -> None:
    error = unknown_key(name, has_app)
    assert (error.code, error.status) == (40400, status)
    assert text in error.message
    assert "hushhush" not in str(error)

"""Keys, a clock's reading and a nonce log that the tests of `hub.auth` share."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import jwt
import pytest

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.keys import Key

NOW = 1_800_000_000_000
SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
NOW_S, HOUR_S = NOW // SECOND, HOUR // SECOND
# Of tokens, and of what is close to them.
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~=+/ "
RANDOM = bytes(range(16))
APP = "a1B2c3"


def key_with(
    capability: str | None = None, key_id: str = "k1", *, app_id: str = APP, revocable: bool = False
) -> Key:
    secret = f"{app_id}-{key_id}-secret-that-is-long-enough"
    return Key(app_id, key_id, secret, Capability.parse(capability), revocable)


KEY = key_with()


def finder(*keys: Key) -> Callable[[str], Key | None]:
    return {key.name: key for key in keys}.get


def has_app(app_id: str) -> bool:
    return app_id == APP


@contextmanager
def refused(code: int, status: int) -> Iterator[pytest.ExceptionInfo[AITransportError]]:
    with pytest.raises(AITransportError) as caught:
        yield caught
    assert (caught.value.code, caught.value.status) == (code, status), caught.value
    assert caught.value.hint


def sign_jwt(
    claims: Mapping[str, object] | None = None,
    *,
    key: Key = KEY,
    header: Mapping[str, object] | None = None,
    secret: str | None = None,
) -> str:
    """Sign a JWT of one hour that is good but for what the arguments change; None leaves out."""
    whole = {"iat": NOW // SECOND, "exp": (NOW + HOUR) // SECOND, **(claims or {})}
    kept = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(
        kept,
        key.secret if secret is None else secret,
        algorithm="HS256",
        headers={"kid": key.name, **(header or {})},
    )


def part(value: object) -> str:
    """Encode one part of a JWT."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


class MemoryNonces:
    """A nonce log in memory: what a store does on disk."""

    def __init__(self) -> None:
        self.now = NOW
        self.used: dict[str, int] = {}

    def use_nonce(self, nonce_key: str, expires: int) -> bool:
        self.used = {key: end for key, end in self.used.items() if end > self.now}
        if nonce_key in self.used:
            return False
        self.used[nonce_key] = expires
        return True

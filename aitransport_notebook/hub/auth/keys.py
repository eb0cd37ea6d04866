"""API keys: "appId.keyId:secret", where "appId.keyId" is the key's name and no secret."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.encoding import encode_base64url

# Ids are safe in URLs and in a token's head; a secret has no colon, since clients split at it.
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
SECRET = re.compile(r"[!-9;-~]+")
SECRET_BYTES = 32


@dataclass(frozen=True)
class Key:
    """An API key of one app."""

    app_id: str
    key_id: str
    secret: str = field(repr=False)
    capability: Capability
    revocable_tokens: bool = False

    def __post_init__(self) -> None:
        if not (ID.fullmatch(self.app_id) and ID.fullmatch(self.key_id)):
            raise _malformed("has an id that is not made of letters, digits, '_' and '-'")
        if not SECRET.fullmatch(self.secret):
            raise _malformed("has a secret that is empty, or has a colon or a space in it")

    @property
    def name(self) -> str:
        """The public name, "appId.keyId"."""
        return f"{self.app_id}.{self.key_id}"

    def has_secret(self, secret: str) -> bool:
        """Tell whether this is the secret, in a time that does not tell how much of it is."""
        return hmac.compare_digest(_bytes(secret), _bytes(self.secret))

    def sign(self, data: bytes) -> bytes:
        """Return the HMAC-SHA256 of the data under the secret."""
        return hmac.digest(_bytes(self.secret), data, "sha256")

    def signed(self, data: bytes, signature: bytes) -> bool:
        """Tell whether the signature is this key's for the data."""
        return hmac.compare_digest(self.sign(data), signature)


FindKey = Callable[[str], Key | None]
HasApp = Callable[[str], bool]


def no_app(app_id: str) -> bool:
    """Say that an app with no such key does not exist: all that a finder of keys can tell."""
    return False


def parse_key(text: str) -> tuple[str, str, str]:
    """Split a key into app id, key id and secret; raise 40005 if it is none.

    >>> parse_key("app.id:secret")
    ('app', 'id', 'secret')
    """
    name, _, secret = text.partition(":")
    app_id, _, key_id = name.partition(".")
    if not (ID.fullmatch(app_id) and ID.fullmatch(key_id) and SECRET.fullmatch(secret)):
        raise _malformed("is not in the expected form")
    return app_id, key_id, secret


def new_key(
    app_id: str,
    key_id: str,
    capability: Capability,
    randomness: bytes,
    *,
    revocable_tokens: bool = False,
) -> Key:
    """Make a key whose secret is the given random bytes."""
    if len(randomness) < SECRET_BYTES:
        raise ValueError(f"a key needs {SECRET_BYTES} random bytes")
    return Key(app_id, key_id, encode_base64url(randomness), capability, revocable_tokens)


def unknown_key(name: str, has_app: HasApp) -> AITransportError:
    """Say which of the two is missing: the key's app (404), or the key in its app (401)."""
    app_id, _, key_id = name.partition(".")
    # Anything else may be a secret in the wrong place, and is not repeated.
    if not (ID.fullmatch(app_id) and ID.fullmatch(key_id)):
        return error_for(
            40400,
            "No application found: the key's name is not of the form appId.keyId",
            hint="Give the part of the API key that stands before the colon.",
        )
    if not has_app(app_id):
        return error_for(
            40400,
            f"No application found with id {app_id}",
            hint="Check the part of the API key before the dot, and that it is this hub's.",
        )
    return error_for(
        40400,
        f"No key found with name {name}",
        status=401,
        hint="Check the part of the API key before the colon: the key may have been removed.",
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _malformed(problem: str) -> AITransportError:
    return error_for(
        40005, f"invalid key: it {problem}", hint="A key looks like appId.keyId:secret."
    )

"""The hub's own tokens, which it recognizes by its keys and keeps no record of.

A token is `<appId>.<base64url>`, of: the length of the key's id, the id, a payload, and the
HMAC of all that. It outlives a restart, and dies with its key or the key's secret.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

import msgspec

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.client_ids import read_client_id
from aitransport_notebook.hub.auth.encoding import decode_base64url, encode_base64url
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.auth.keys import FindKey, Key

HOUR = 60 * 60 * 1000
DEFAULT_TTL = HOUR
MAX_TTL = 24 * HOUR
MAX_REVOCABLE_TTL = HOUR
MIN_RANDOMNESS = 12
MAC_SIZE = 32
# A key also signs JWTs and token requests, and neither of them begins with a NUL.
DOMAIN = b"\0aitransport-notebook token 1\0"


@dataclass(frozen=True)
class TokenDetails:
    """A token, and what is in it."""

    token: str = field(repr=False)
    key_name: str
    issued: int
    expires: int
    capability: Capability
    client_id: str | None = None

    def to_dict(self) -> dict[str, str | int]:
        """Return it as clients expect it in JSON."""
        details: dict[str, str | int] = {
            "token": self.token,
            "keyName": self.key_name,
            "issued": self.issued,
            "expires": self.expires,
            "capability": self.capability.to_json(),
        }
        if self.client_id is not None:
            details["clientId"] = self.client_id
        return details


class Payload(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """What a token says under its signature."""

    issued: int
    expires: int
    client_id: str | None
    capability: dict[str, list[str]]
    randomness: bytes


def issue_token(
    key: Key,
    *,
    client_id: str | None = None,
    capability: Capability | None = None,
    ttl: int | None = None,
    now: int,
    randomness: bytes,
) -> TokenDetails:
    """Issue a token with what the key allows of the capability; raise 40160 if that is nothing."""
    if len(randomness) < MIN_RANDOMNESS:
        raise ValueError(f"a token needs {MIN_RANDOMNESS} random bytes")
    client_id = read_client_id(client_id)
    lifetime = DEFAULT_TTL if ttl is None else ttl
    check_lifetime(key, lifetime)
    granted = allowed_by(key, capability)
    payload = Payload(now, now + lifetime, client_id, granted.to_dict(), randomness)
    key_id = key.key_id.encode("ascii")
    body = bytes([len(key_id)]) + key_id + msgspec.msgpack.encode(payload)
    opaque = encode_base64url(body + key.sign(_signed_data(key.app_id, body)))
    return TokenDetails(
        f"{key.app_id}.{opaque}", key.name, now, payload.expires, granted, client_id
    )


def verify_token(text: str, find_key: FindKey, now: int) -> Grant:
    """Return what the token grants; raise 40101, 40142, 40143 or 40145 if it is not good."""
    app_id, dot, opaque = text.partition(".")
    if not dot:
        # Not a 4014x, at which clients would ask for a new token: this never was one.
        raise error_for(40101, "invalid token", hint="Give a token of this hub, or a JWT.")
    raw = decode_base64url(opaque)
    if not raw:
        raise _unreadable()
    body, mac = raw[:-MAC_SIZE], raw[-MAC_SIZE:]
    key_id = body[1 : 1 + raw[0]].decode("ascii", "replace")
    key = find_key(f"{app_id}.{key_id}")
    if key is None or not key.signed(_signed_data(app_id, body), mac):
        raise error_for(
            40143,
            "token unrecognized: no key of this hub has signed it",
            hint="Get a new token: the key may have been changed or removed.",
        )
    grant = _granted(text, key, body[1 + raw[0] :])
    if grant.expired(now):
        raise token_expired()
    return grant


def check_lifetime(key: Key, lifetime: int) -> None:
    """Raise 40003 if a token of the key may not live for so many ms."""
    longest = MAX_REVOCABLE_TTL if key.revocable_tokens else MAX_TTL
    if 0 < lifetime <= longest:
        return
    raise error_for(
        40003,
        f"invalid ttl: a token of this key lives between 1 ms and {longest // HOUR} h",
        hint="Ask for a shorter time, and for a new token when it is over.",
    )


def allowed_by(key: Key, capability: Capability | None) -> Capability:
    """Return what the key allows of the capability, None being all; raise 40160 if nothing."""
    granted = key.capability if capability is None else capability.intersect(key.capability)
    if granted.is_empty:
        raise error_for(
            40160,
            f"key {key.name} allows nothing of the requested capability",
            hint="Ask for less, or use a key that allows more.",
        )
    return granted


def token_id_of(text: str) -> str:
    """Return a name for the token that does not give it away."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def token_expired() -> AITransportError:
    return error_for(40142, "token expired", hint="Get a new token.")


def _signed_data(app_id: str, body: bytes) -> bytes:
    return DOMAIN + app_id.encode("utf-8", "surrogatepass") + b"\0" + body


def _granted(text: str, key: Key, encoded: bytes) -> Grant:
    try:
        payload = msgspec.msgpack.decode(encoded, type=Payload)
    except ValueError:
        raise _unreadable() from None
    return Grant(
        app_id=key.app_id,
        key_name=key.name,
        capability=Capability.parse(payload.capability),
        client_id=payload.client_id,
        issued=payload.issued,
        expires=payload.expires,
        token_id=token_id_of(text),
    )


def _unreadable() -> AITransportError:
    return error_for(40145, "invalid token: it cannot be read", hint="Get a new token.")

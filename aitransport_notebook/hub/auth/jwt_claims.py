"""What the claims of a JWT that a key has signed grant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeGuard

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.client_ids import read_client_id
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.auth.keys import Key
from aitransport_notebook.hub.auth.tokens import allowed_by, check_lifetime, token_expired

CHANNEL_CLAIM = "ably.channel."
PUBLISH_RATE = "ably.limits.publish.perAttachment.maxRate."
# How far ahead the clock of the one who signs may be.
MAX_SKEW = 60 * 1000
MAX_SECONDS = 1e11

Claims = Mapping[str, object]


def grant_of(claims: Claims, key: Key, now: int, token_id: str) -> Grant:
    """Return what the claims grant; raise 40142 if it is over, and 4xxxx if they are not valid."""
    issued, expires = _required_time(claims, "iat"), _required_time(claims, "exp")
    if now >= expires:
        raise token_expired()
    for name in ("iat", "nbf"):
        if name in claims and _required_time(claims, name) > now + MAX_SKEW:
            raise invalid_claim(f"{name} is in the future")
    check_lifetime(key, expires - issued)
    return Grant(
        app_id=key.app_id,
        key_name=key.name,
        capability=_capability(claims, key),
        client_id=read_client_id(claims.get("x-ably-clientId")),
        issued=issued,
        expires=expires,
        token_id=token_id,
        claims=_user_claims(claims),
        publish_rates=_publish_rates(claims),
        revocation_key=_optional_text(claims, "x-ably-revocation-key"),
    )


def time_claim(claims: Claims, name: str) -> int | None:
    """Return a time in ms, of a claim in seconds."""
    seconds = claims.get(name)
    if seconds is None:
        return None
    # Written so that NaN fails it too.
    if not _is_number(seconds) or not abs(seconds) < MAX_SECONDS:
        raise invalid_claim(f"{name} must be a time in seconds")
    return int(seconds * 1000)


def invalid_claim(problem: str) -> AITransportError:
    return error_for(
        40144,
        f"invalid JWT: {problem}",
        status=400,
        hint="Mend the claims where the JWT is made.",
    )


def _required_time(claims: Claims, name: str) -> int:
    time = time_claim(claims, name)
    if time is None:
        raise invalid_claim(f"{name} must be specified")
    return time


def _capability(claims: Claims, key: Key) -> Capability:
    value = claims.get("x-ably-capability")
    if value is None or value == "":
        return allowed_by(key, None)
    if not isinstance(value, str | Mapping):
        raise invalid_claim("x-ably-capability must be JSON text")
    return allowed_by(key, Capability.parse(value))


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _user_claims(claims: Claims) -> dict[str, str]:
    found = {}
    for name, value in claims.items():
        if name.startswith(CHANNEL_CLAIM):
            if not isinstance(value, str):
                raise invalid_claim(f"{CHANNEL_CLAIM}* must be strings")
            found[name.removeprefix(CHANNEL_CLAIM)] = value
    return found


def _publish_rates(claims: Claims) -> dict[str, float]:
    found = {}
    for name, value in claims.items():
        if name.startswith(PUBLISH_RATE):
            if not _is_number(value) or not 0 <= value < MAX_SECONDS:
                raise invalid_claim(f"{PUBLISH_RATE}* must be numbers of messages a second")
            found[name.removeprefix(PUBLISH_RATE)] = float(value)
    return found


def _optional_text(claims: Claims, name: str) -> str | None:
    value = claims.get(name)
    if value is None or isinstance(value, str):
        return value
    raise invalid_claim(f"{name} must be a string")

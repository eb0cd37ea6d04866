"""JSON Web Tokens: those that a key has signed, and those that only carry a token."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import jwt
import msgspec

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.encoding import decode_base64url
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.auth.jwt_claims import MAX_SKEW, grant_of, invalid_claim, time_claim
from aitransport_notebook.hub.auth.keys import FindKey, HasApp, Key, no_app, unknown_key
from aitransport_notebook.hub.auth.tokens import token_expired, token_id_of, verify_token

# The parts of a signed JWT and of an encrypted one.
SIGNED_PARTS, ENCRYPTED_PARTS = 3, 5
# PyJWT would read a clock for these; `jwt_claims` does it with the time it is given.
SIGNATURE_ONLY: jwt.types.Options = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}
SHORT_KEY = 32


class Header(msgspec.Struct):
    """What matters of a JWT's header."""

    alg: str | None = None
    kid: str | None = None
    token: str | None = msgspec.field(name="x-ably-token", default=None)


class Wrapping(msgspec.Struct):
    """What matters of the claims of a JWT that carries a token."""

    exp: object = None
    token: str | None = msgspec.field(name="x-ably-token", default=None)


Part = TypeVar("Part", Header, Wrapping)


def is_jwt(text: str) -> bool:
    return text.count(".") + 1 in (SIGNED_PARTS, ENCRYPTED_PARTS)


def verify_jwt(text: str, find_key: FindKey, now: int, *, has_app: HasApp = no_app) -> Grant:
    """Return what the JWT grants, by itself or by the token it carries; raise if it is not good."""
    parts = text.split(".")
    header = _read(parts[0], Header)
    if len(parts) == SIGNED_PARTS:
        wrapping = _read(parts[1], Wrapping)
        inner = header.token or wrapping.token
        if inner is None:
            return _verify_signed(text, header, find_key, now, has_app)
        grant = _verify_inner(inner, find_key, now, has_app)
        return _no_longer_than(wrapping, grant, now)
    if len(parts) == ENCRYPTED_PARTS and header.token is not None:
        return _verify_inner(header.token, find_key, now, has_app)
    raise _invalid(
        "it is encrypted, and carries no token outside of what is",
        "Put the token into the header, under x-ably-token.",
    )


def _verify_signed(
    text: str, header: Header, find_key: FindKey, now: int, has_app: HasApp
) -> Grant:
    if header.alg != "HS256":
        raise _invalid("it is not signed with HS256", "Sign it with HS256 and the key's secret.")
    if header.kid is None:
        raise _invalid("its header has no kid", "Put the name of the key there: appId.keyId.")
    key = find_key(header.kid)
    if key is None:
        raise unknown_key(header.kid, has_app)
    return grant_of(_verified_claims(text, key), key, now, token_id_of(text))


def _verified_claims(text: str, key: Key) -> dict[str, object]:
    # PyJWT takes a signature in any spelling of its base64.
    if decode_base64url(text.rpartition(".")[2]) is None:
        raise _unreadable()
    # HMAC itself fills a short key up with zeros: without them PyJWT warns at every token.
    secret = key.secret.encode("ascii").ljust(SHORT_KEY, b"\0")
    try:
        return jwt.decode(text, secret, algorithms=["HS256"], options=SIGNATURE_ONLY)
    except jwt.InvalidSignatureError:
        raise _invalid(
            "the signature is not of the key in its header", "Sign it with that key's secret."
        ) from None
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise _unreadable() from None


def _verify_inner(text: str, find_key: FindKey, now: int, has_app: HasApp) -> Grant:
    """Verify a token that a JWT carries: a JWT in it may not carry another."""
    if not is_jwt(text):
        return verify_token(text, find_key, now)
    return _verify_signed(text, _read(text.split(".")[0], Header), find_key, now, has_app)


def _no_longer_than(wrapping: Wrapping, grant: Grant, now: int) -> Grant:
    # The signature around a token is the app's own business: its claims can only take away.
    expires = time_claim({"exp": wrapping.exp}, "exp")
    if expires is None or grant.expires is None:
        return grant
    if expires > grant.expires + MAX_SKEW:
        raise invalid_claim("exp is later than the end of the token that it carries")
    if now >= expires:
        raise token_expired()
    return replace(grant, expires=min(expires, grant.expires))


def _read(part: str, kind: type[Part]) -> Part:
    data = decode_base64url(part)
    if data is None:
        raise _unreadable()
    try:
        return msgspec.json.decode(data, type=kind)
    except (ValueError, RecursionError):
        raise _unreadable() from None


def _unreadable() -> AITransportError:
    return _invalid("it cannot be read", "Check how it is made, and that all of it arrived.")


def _invalid(problem: str, hint: str) -> AITransportError:
    return error_for(40144, f"invalid JWT: {problem}", hint=hint)

"""Requests for a token, which the holder of a key signs and anyone may hand in once."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from aitransport_notebook.errors import error_for
from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.client_ids import read_client_id
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.auth.keys import FindKey, Key
from aitransport_notebook.hub.auth.tokens import TokenDetails, check_lifetime, issue_token

TIMESTAMP_WINDOW = 2 * 60 * 1000
MIN_NONCE = 16
SIGNED_FIELDS = ("ttl", "capability", "clientId", "timestamp", "nonce")
# Far beyond any time in ms, and far below what takes long to read.
LARGEST = 10**17
INTEGER = re.compile(r"-?[0-9]{1,17}")


class NonceLog(Protocol):
    """Remembers which nonces were used."""

    def use_nonce(self, nonce_key: str, expires: int) -> bool:
        """Return True the first time, and False again until `expires` (ms) at least."""
        ...


@dataclass(frozen=True)
class TokenRequest:
    """A request as it came in, with the text that its mac is of."""

    key_name: str
    ttl: int | None
    capability: Capability | None
    client_id: str | None
    timestamp: int | None
    nonce: str | None
    mac: str | None = field(repr=False)
    signed_text: str = field(repr=False)

    @classmethod
    def parse(cls, body: Mapping[str, object], key_name: str) -> TokenRequest:
        """Read the body of a request to the key's path; raise 400xx for a field that is wrong."""
        capability = body.get("capability")
        if not (capability is None or isinstance(capability, str | Mapping)):
            raise error_for(
                40000, "invalid capability: it is not JSON text", hint="Send it as JSON text."
            )
        signed_name = _text(body, "keyName") or key_name
        fields = (signed_name, *(_canonical(body, name) for name in SIGNED_FIELDS))
        return cls(
            key_name=signed_name,
            ttl=_milliseconds(body, "ttl"),
            # Left out is not "everything": it is whatever the key allows.
            capability=Capability.parse(capability) if capability not in (None, "") else None,
            client_id=read_client_id(body.get("clientId")),
            timestamp=_milliseconds(body, "timestamp"),
            nonce=_text(body, "nonce"),
            mac=_text(body, "mac"),
            signed_text="".join(f"{value}\n" for value in fields),
        )


def grant_token_request(
    body: Mapping[str, object],
    key_name_in_path: str,
    find_key: FindKey,
    nonces: NonceLog,
    now: int,
    *,
    basic: Grant | None,
    randomness: bytes,
) -> TokenDetails:
    """Issue the token that the body of `POST /keys/{keyName}/requestToken` asks for.

    `basic` is the grant of the request's own credentials: without a mac they must be the key's.
    """
    key = find_key(key_name_in_path)
    if key is None:
        raise error_for(
            40400,
            "No key found with the name in the path",
            hint="The path is /keys/appId.keyId/requestToken.",
        )
    request = TokenRequest.parse(body, key.name)
    if request.key_name != key.name:
        raise error_for(
            40101, "the keyName differs from the path's", hint="Send it to the path of its key."
        )
    if request.ttl is not None:
        # Before the mac, which clients make of a ttl of 0 as if there were none.
        check_lifetime(key, request.ttl)
    if request.mac:
        _check_signature(request, key, now)
    else:
        _check_basic(basic, key)
    details = issue_token(
        key,
        client_id=request.client_id,
        capability=request.capability,
        ttl=request.ttl,
        now=now,
        randomness=randomness,
    )
    if request.mac:
        # Last of all, so that a nonce is only used up by a request that is granted.
        _use_nonce(request, nonces)
    return details


def _check_signature(request: TokenRequest, key: Key, now: int) -> None:
    if request.nonce is None or len(request.nonce) < MIN_NONCE:
        raise error_for(
            40003,
            f"invalid nonce: it has fewer than {MIN_NONCE} characters",
            hint="Make a new random one for every request.",
        )
    if request.timestamp is None or abs(now - request.timestamp) > TIMESTAMP_WINDOW:
        raise error_for(
            40104,
            "timestamp not current: it is more than 2 minutes from this hub's time",
            hint="Set the clock, set queryTime, or sign the request just before it is used.",
        )
    mac = base64.b64encode(key.sign(request.signed_text.encode("utf-8", "surrogatepass")))
    if not hmac.compare_digest(mac, (request.mac or "").encode("utf-8", "surrogatepass")):
        raise error_for(
            40101, "the mac does not match the request", hint="Sign with the secret of the key."
        )


def _use_nonce(request: TokenRequest, nonces: NonceLog) -> None:
    # After this time the timestamp alone refuses the request.
    expires = (request.timestamp or 0) + TIMESTAMP_WINDOW + 1
    if not nonces.use_nonce(f"{request.key_name}:{request.timestamp}:{request.nonce}", expires):
        raise error_for(
            40105,
            "nonce value replayed: this token request was used before",
            hint="Make a new token request every time, and let nothing cache it.",
        )


def _check_basic(basic: Grant | None, key: Key) -> None:
    hint = "Sign the request, or authenticate with the key itself."
    if basic is None or basic.key_name != key.name:
        raise error_for(40101, "a token request without a mac needs the key itself", hint=hint)
    if not basic.is_basic:
        raise error_for(40162, "a token cannot ask for another without a mac", hint=hint)


def _text(body: Mapping[str, object], name: str) -> str | None:
    value = body.get(name)
    if value is None or isinstance(value, str):
        return value
    raise error_for(40003, f"invalid {name}: it must be a string", hint="Send it as text.")


def _milliseconds(body: Mapping[str, object], name: str) -> int | None:
    # Text too, since a request that passed through a query string has nothing else.
    value = body.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str) and INTEGER.fullmatch(value):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST:
        return value
    raise error_for(
        40003, f"invalid {name}: it must be a whole number of ms", hint="Leave it out, or mend it."
    )


def _canonical(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    match value:
        case None:
            return ""
        case str():
            return value
        case Mapping():
            return Capability.parse(value).to_json()
        case _:
            return str(_milliseconds(body, name))

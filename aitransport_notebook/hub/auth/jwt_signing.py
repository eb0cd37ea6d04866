"""JSON Web Tokens that the hub signs itself, for its own pages: only a JWT carries a claim."""

from __future__ import annotations

import json
from collections.abc import Mapping

import jwt

from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.jwt import SHORT_KEY
from aitransport_notebook.hub.auth.jwt_claims import CHANNEL_CLAIM
from aitransport_notebook.hub.auth.keys import Key
from aitransport_notebook.hub.auth.tokens import TokenDetails, allowed_by, check_lifetime

SECOND = 1000


def sign_jwt(
    key: Key,
    *,
    client_id: str,
    capability: Capability,
    claim: Mapping[str, object] | None,
    life: int,
    now: int,
) -> TokenDetails:
    """Sign a token with what the key allows of the capability; raise 40160 if that is nothing.

    The claim stands, verified, in all that its owner says on any channel.
    """
    check_lifetime(key, life)
    granted = allowed_by(key, capability)
    issued, expires = now // SECOND, (now + life) // SECOND
    claims: dict[str, object] = {
        "iat": issued,
        "exp": expires,
        "x-ably-clientId": client_id,
        "x-ably-capability": granted.to_json(),
    }
    if claim is not None:
        claims[f"{CHANNEL_CLAIM}*"] = json.dumps(claim)
    secret = key.secret.encode("ascii").ljust(SHORT_KEY, b"\0")
    token = jwt.encode(claims, secret, algorithm="HS256", headers={"kid": key.name})
    return TokenDetails(token, key.name, issued * SECOND, expires * SECOND, granted, client_id)

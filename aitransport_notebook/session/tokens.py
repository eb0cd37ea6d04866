"""Tokens: made with a key, and read for the Python client."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from typing import Any

from aitransport_notebook.errors import RequestError
from aitransport_notebook.session.jwts import claims_in, signed

Capability = Mapping[str, list[str]]
TokenDetails = str | dict[str, Any]
EVERYTHING: Capability = {"*": ["*"]}
TOKEN_LIFE = 15 * 60
# What servers allow at most, in seconds.
LONGEST_LIFE = 24 * 60 * 60
# Clients send a token in a header, in base64, and servers take headers of 8 KB.
LARGEST_TOKEN = 6000
PATTERNS = 'Grant patterns, such as "conversations:*", in the place of many sessions.'


def sign_token(
    key: str,
    client_id: str | None,
    capability: Capability,
    claim: Mapping[str, Any] | None,
    life: float,
) -> str:
    """Make a token that a server takes; the claim is what it says of its owner everywhere."""
    if not 0 < life <= LONGEST_LIFE:
        raise RequestError(
            f"a token cannot live for {life:g} s",
            code=40003,
            hint=f"Let it live for {LONGEST_LIFE} s at most: clients ask for new ones in time.",
        )
    name, _, secret = key.partition(":")
    now = int(time.time())
    claims: dict[str, Any] = {
        "iat": now,
        "exp": now + math.ceil(life),
        "x-ably-capability": json.dumps(capability, separators=(",", ":")),
    }
    if client_id is not None:
        claims["x-ably-clientId"] = client_id
    if claim is not None:
        claims["ably.channel.*"] = json.dumps(claim)
    token = signed(claims, name, secret)
    if len(token) > LARGEST_TOKEN:
        raise RequestError(
            f"the token would have {len(token)} characters, over {LARGEST_TOKEN}",
            code=40003,
            hint=_mend_of(client_id, capability, claim),
        )
    return token


def _mend_of(client_id: str | None, capability: Capability, claim: Mapping[str, Any] | None) -> str:
    """Return how to have less in a token: less of what takes most of it."""
    longest = max(capability, key=len, default="")
    # A session and its notes, whose name ends with the session's, go together.
    one = [name for name in capability if longest.endswith(name)]
    many = [name for name in capability if not longest.endswith(name)]
    takers = [
        (many, PATTERNS),
        (one, "Give the session a shorter name, best in plain letters: others take more room."),
        (claim, "Say less in the claim: give an id, and look up there what it stands for."),
        (client_id, "Give a shorter client_id."),
    ]
    return max(takers, key=lambda taker: len(json.dumps(taker[0])))[1]


def details_of(token: str) -> TokenDetails:
    """Return a token with what the Python client does not read out of a JWT itself.

    It refuses a renewal that does not name the clientId of the token before.
    """
    claims = claims_in(token)
    if claims is None:
        return token
    details = {
        "token": token,
        "issued": int(claims.get("iat", 0)) * 1000,
        "clientId": claims.get("x-ably-clientId"),
    }
    return {**details, "expires": int(claims["exp"]) * 1000} if "exp" in claims else details

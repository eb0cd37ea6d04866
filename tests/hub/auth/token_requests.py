"""Token requests, and a hub that takes them, for the tests of `token_request`."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.auth.keys import Key
from aitransport_notebook.hub.auth.token_request import grant_token_request
from aitransport_notebook.hub.auth.tokens import TokenDetails
from tests.hub.auth.support import KEY, NOW, RANDOM, MemoryNonces, finder, key_with

NONCE = "1234567890123456"
NARROW = key_with('{"channel2":["publish","subscribe"],"channel6":["*"]}', "narrow")
REVOCABLE = key_with(key_id="revocable", revocable=True)
KEYS = (KEY, NARROW, REVOCABLE)
FIELDS = ("keyName", "ttl", "capability", "clientId", "timestamp", "nonce")
BASIC = Grant(KEY.app_id, KEY.name, KEY.capability, client_id="*")


def signed(body: Mapping[str, object] | None = None, *, key: Key = KEY) -> dict[str, object]:
    """Sign as ably-js does: empty for what is absent, and every other value as its text."""
    whole = {"keyName": key.name, "timestamp": NOW, "nonce": NONCE, **(body or {})}
    texts = [whole.get(name) for name in FIELDS]
    text = "".join(f"{'' if value is None else value}\n" for value in texts)
    mac = base64.b64encode(key.sign(text.encode("utf-8", "surrogatepass"))).decode("ascii")
    return {**whole, "mac": mac}


def request(
    body: Mapping[str, object],
    *,
    key: Key = KEY,
    nonces: MemoryNonces | None = None,
    basic: Grant | None = None,
    now: int = NOW,
) -> TokenDetails:
    log = MemoryNonces() if nonces is None else nonces
    return grant_token_request(
        body, key.name, finder(*KEYS), log, now, basic=basic, randomness=RANDOM
    )

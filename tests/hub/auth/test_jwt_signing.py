from __future__ import annotations

import json

from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.jwt import verify_jwt
from aitransport_notebook.hub.auth.jwt_signing import sign_jwt
from aitransport_notebook.hub.auth.keys import Key
from aitransport_notebook.hub.auth.tokens import TokenDetails
from tests.hub.auth.support import HOUR, KEY, MINUTE, NOW, finder, key_with, refused

ROOM = Capability.parse('{"room": ["subscribe"]}')


def signed(
    key: Key = KEY, capability: Capability = ROOM, claim: dict[str, object] | None = None
) -> TokenDetails:
    return sign_jwt(
        key, client_id="ann", capability=capability, claim=claim, life=30 * MINUTE, now=NOW + 123
    )


def test_the_hub_itself_takes_it_for_what_it_says() -> None:
    token = signed(claim={"role": "user", "plan": "gold"})
    grant = verify_jwt(token.token, finder(KEY), NOW)
    assert (grant.client_id, grant.capability) == ("ann", ROOM)
    assert (grant.issued, grant.expires) == (token.issued, token.expires)
    assert (token.issued, token.expires) == (NOW, NOW + 30 * MINUTE)
    assert json.loads(grant.claims["*"]) == {"role": "user", "plan": "gold"}


def test_without_a_claim_it_makes_none() -> None:
    assert verify_jwt(signed().token, finder(KEY), NOW).claims == {}


def test_it_allows_no_more_than_the_key() -> None:
    narrow = key_with('{"room": ["subscribe", "publish"]}')
    token = signed(narrow, Capability.parse('{"*": ["*"]}'))
    assert token.capability == narrow.capability
    with refused(40160, 401):
        signed(narrow, Capability.parse('{"other": ["publish"]}'))


def test_a_short_secret_signs_without_a_warning() -> None:
    short = Key("app", "k", "short", Capability.parse(None))
    assert verify_jwt(signed(short).token, finder(short), NOW).client_id == "ann"


def test_it_lives_no_longer_than_tokens_of_the_key_may() -> None:
    with refused(40003, 400):
        sign_jwt(
            key_with(revocable=True),
            client_id="ann",
            capability=ROOM,
            claim=None,
            life=2 * HOUR,
            now=NOW,
        )

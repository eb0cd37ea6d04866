from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.errors import AITransportError, AuthError
from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.keys import Key
from aitransport_notebook.hub.auth.tokens import (
    TokenDetails,
    issue_token,
    token_id_of,
    verify_token,
)
from tests.hub.auth.support import ALPHABET, HOUR, KEY, NOW, RANDOM, finder, key_with, refused


def issue(key: Key = KEY, **wanted: object) -> TokenDetails:
    return issue_token(key, now=NOW, randomness=RANDOM, **wanted)  # type: ignore[arg-type]


TOKEN = issue().token


def test_a_token_grants_what_it_was_issued_for() -> None:
    capability = Capability.parse({"room:*": ["publish"]})
    details = issue(client_id="ann", capability=capability, ttl=5000)
    grant = verify_token(details.token, finder(KEY), NOW + 4999)
    assert (grant.app_id, grant.key_name) == (KEY.app_id, KEY.name)
    assert (grant.issued, grant.expires) == (NOW, NOW + 5000)
    assert (grant.client_id, grant.capability) == ("ann", capability)
    assert grant.token_id == token_id_of(details.token)
    assert not grant.is_basic


def test_a_token_lives_an_hour_with_all_that_its_key_allows() -> None:
    key = key_with('{"a":["publish"],"b:*":["*"]}')
    details = issue(key)
    assert details.expires - details.issued == HOUR
    assert details.capability == key.capability
    assert verify_token(details.token, finder(key), NOW).client_id is None


def test_the_details_are_spelled_as_clients_expect() -> None:
    details = issue(client_id="ann").to_dict()
    assert json.loads(json.dumps(details)) == {
        "token": details["token"],
        "keyName": KEY.name,
        "issued": NOW,
        "expires": NOW + HOUR,
        "capability": '{"*":["*"]}',
        "clientId": "ann",
    }
    assert "clientId" not in issue().to_dict()
    assert str(details["token"]).startswith(f"{KEY.app_id}.")


def test_a_token_outlives_a_change_of_its_keys_capability() -> None:
    narrower = replace(KEY, capability=Capability.parse({"a": ["publish"]}))
    assert verify_token(TOKEN, finder(narrower), NOW).may("b", "publish")


def test_the_key_bounds_the_token() -> None:
    key = key_with('{"room:*":["publish"]}')
    details = issue(key, capability=Capability.parse({"*": ["*"]}))
    assert details.capability.to_json() == '{"room:*":["publish"]}'
    with refused(40160, 401):
        issue(key, capability=Capability.parse({"other": ["publish"]}))
    with refused(40160, 401):
        issue(key, capability=Capability.parse({}))
    with refused(40160, 401):
        issue(key_with("{}"))


@pytest.mark.parametrize("ttl", [0, -1, 24 * HOUR + 1, 365 * 24 * HOUR])
def test_a_ttl_out_of_bounds_is_refused(ttl: int) -> None:
    with refused(40003, 400):
        issue(ttl=ttl)


def test_a_revocable_token_lives_an_hour_at_most() -> None:
    key = key_with(revocable=True)
    assert issue(key, ttl=HOUR).expires == NOW + HOUR
    assert issue(KEY, ttl=24 * HOUR).expires == NOW + 24 * HOUR
    with refused(40003, 400):
        issue(key, ttl=HOUR + 1)


def test_a_token_is_for_a_client_id_or_none() -> None:
    assert issue(client_id="*").client_id == "*"
    with refused(40012, 400):
        issue(client_id="")


def test_tokens_of_the_same_moment_differ() -> None:
    other = issue_token(KEY, now=NOW, randomness=bytes(12)).token
    assert other != TOKEN
    assert token_id_of(other) != token_id_of(TOKEN)
    with pytest.raises(ValueError, match="12 random bytes"):
        issue_token(KEY, now=NOW, randomness=bytes(11))


def test_the_repr_has_no_token() -> None:
    assert TOKEN not in repr(issue())
    assert token_id_of(TOKEN) not in TOKEN


def test_a_token_is_over_when_its_time_is() -> None:
    token = issue(ttl=1).token
    assert verify_token(token, finder(KEY), NOW).expires == NOW + 1
    with refused(40142, 401):
        verify_token(token, finder(KEY), NOW + 1)


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param((), id="the key was removed"),
        pytest.param((replace(KEY, secret="another"),), id="the secret was changed"),
        pytest.param((key_with(key_id="k2"),), id="only another key is left"),
        pytest.param((key_with(app_id="other"),), id="the app is another"),
    ],
)
def test_a_token_dies_with_its_key(keys: tuple[Key, ...]) -> None:
    with refused(40143, 401):
        verify_token(TOKEN, finder(*keys), NOW)


def test_a_token_cannot_move_to_another_app_or_key() -> None:
    # The same ids and the same secret: only the signed names tell them apart.
    twin = Key("other", KEY.key_id, KEY.secret, KEY.capability)
    with refused(40143, 401):
        verify_token(f"other.{TOKEN.partition('.')[2]}", finder(KEY, twin), NOW)
    raw = base64.urlsafe_b64decode(TOKEN.partition(".")[2] + "==")
    sibling = Key(KEY.app_id, "k2", KEY.secret, KEY.capability)
    moved = base64.urlsafe_b64encode(raw.replace(b"k1", b"k2", 1)).decode().rstrip("=")
    with refused(40143, 401):
        verify_token(f"{KEY.app_id}.{moved}", finder(KEY, sibling), NOW)


def test_a_signature_for_another_purpose_is_not_one_for_a_token() -> None:
    raw = base64.urlsafe_b64decode(TOKEN.partition(".")[2] + "==")
    forged = raw[:-32] + KEY.sign(raw[:-32])
    text = base64.urlsafe_b64encode(forged).decode().rstrip("=")
    with refused(40143, 401):
        verify_token(f"{KEY.app_id}.{text}", finder(KEY), NOW)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sdnurv_some_invalid_token_nkds9r7", 40101),
        ("invalid-token", 40101),
        ("invalid token", 40101),
        ("", 40101),
        (".", 40145),
        (f"{KEY.app_id}.", 40145),
        (f"{KEY.app_id}.!", 40145),
        (f"{KEY.app_id}.{TOKEN}", 40145),
        (f"{TOKEN}=", 40145),
        (f"{TOKEN}\n", 40145),
        (f"{KEY.app_id}.AAAA", 40143),
        (f"{KEY.app_id}.____", 40143),
        (f"\ud800{TOKEN}", 40143),
    ],
)
def test_what_is_no_token_is_refused(text: str, code: int) -> None:
    with refused(code, 401):
        verify_token(text, finder(KEY), NOW)


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    for token in (text, f"{KEY.app_id}.{text}", f"{TOKEN}{text}"):
        if token != TOKEN:
            with pytest.raises(AITransportError):
                verify_token(token, finder(KEY), NOW)


@given(st.binary(max_size=200))
def test_no_bytes_break_it(data: bytes) -> None:
    text = base64.urlsafe_b64encode(data).decode().rstrip("=")
    with pytest.raises(AuthError):
        verify_token(f"{KEY.app_id}.{text}", finder(KEY), NOW)


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from(ALPHABET))
def test_a_changed_character_is_noticed(place: int, character: str) -> None:
    changed = TOKEN[:place] + character + TOKEN[place + 1 :]
    if changed != TOKEN:
        with pytest.raises(AuthError):
            verify_token(changed, finder(KEY), NOW)


@pytest.mark.parametrize("length", range(len(TOKEN)))
def test_a_truncated_token_is_noticed(length: int) -> None:
    with pytest.raises(AuthError):
        verify_token(TOKEN[:length], finder(KEY), NOW)


@given(st.one_of(st.none(), st.text(min_size=1)), st.integers(1, 24 * HOUR))
def test_what_is_issued_is_granted(client_id: str | None, ttl: int) -> None:
    grant = verify_token(issue(client_id=client_id, ttl=ttl).token, finder(KEY), NOW)
    assert (grant.client_id, grant.expires) == (client_id, NOW + ttl)

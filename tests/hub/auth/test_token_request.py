from __future__ import annotations

import asyncio
import base64
import json

import pytest
from ably import AblyRest

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.auth.keys import Key
from aitransport_notebook.hub.auth.token_request import TIMESTAMP_WINDOW, TokenRequest
from aitransport_notebook.hub.auth.tokens import verify_token
from tests.hub.auth.support import HOUR, KEY, NOW, MemoryNonces, finder, key_with, refused
from tests.hub.auth.token_requests import (
    BASIC,
    FIELDS,
    NARROW,
    NONCE,
    REVOCABLE,
    request,
    signed,
)


def test_a_signed_request_is_granted() -> None:
    body = signed({"clientId": "ann", "ttl": 5000, "capability": '{"a":["publish"]}'})
    details = request(body)
    assert details.key_name == KEY.name
    assert details.expires - details.issued == 5000
    grant = verify_token(details.token, finder(KEY), NOW)
    assert grant.client_id == "ann"
    assert grant.capability.to_json() == '{"a":["publish"]}'


def test_what_is_left_out_is_the_keys_own() -> None:
    details = request(signed(key=NARROW), key=NARROW)
    assert details.capability == NARROW.capability
    assert details.client_id is None
    assert details.expires - details.issued == HOUR


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"ttl": 4 * HOUR, "client_id": "ann ä", "nonce": "a nonce of its own"},
        {"capability": {"b:*": ["subscribe", "publish"], "a": ["*"]}},
        {"capability": '{"b": ["subscribe"], "a":["publish"]}', "client_id": "*"},
    ],
)
def test_the_official_client_signs_as_we_verify(params: dict[str, object]) -> None:
    async def sign() -> dict[str, object]:
        async with AblyRest(key=f"{KEY.name}:{KEY.secret}") as rest:
            made = await rest.auth.create_token_request({**params, "timestamp": NOW})
            body: dict[str, object] = json.loads(json.dumps(made.to_dict()))
            return body

    body = asyncio.run(sign())
    details = request(body)
    assert details.client_id == params.get("client_id")
    assert details.expires - details.issued == params.get("ttl", HOUR)
    with refused(40101, 401):
        request({**body, "ttl": 1000})


def test_the_suites_own_vector() -> None:
    # resttoken_test.py, test_hmac: a key name and secret that no hub would give out.
    body = {"ttl": 1000, "nonce": "abcde100", "clientId": "a_id", "timestamp": 1000}
    text = TokenRequest.parse(body, "a_key_name").signed_text
    mac = Key("app", "id", "a_secret", KEY.capability).sign(text.encode())
    assert base64.b64encode(mac) == b"sYkCH0Un+WgzI7/Nhy0BoQIKq9HmjKynCRs4E3qAbGQ="


def test_numbers_may_come_as_text_out_of_a_query_string() -> None:
    body = signed({"timestamp": str(NOW), "ttl": "60000"})
    assert request(body).expires == NOW + 60000


def test_a_whole_float_is_a_number_too() -> None:
    body = signed({"timestamp": NOW, "ttl": 60000})
    assert request({**body, "timestamp": float(NOW), "ttl": 60000.0}).expires == NOW + 60000


def test_a_ttl_of_nothing_is_named_though_clients_sign_it_as_none() -> None:
    with refused(40003, 400):
        request({**signed(), "ttl": 0})


def test_a_nonce_is_used_once() -> None:
    nonces = MemoryNonces()
    request(signed(), nonces=nonces)
    with refused(40105, 401):
        request(signed(), nonces=nonces)
    with refused(40105, 401):
        request(signed({"clientId": "ann"}), nonces=nonces)
    request(signed({"nonce": "6543210987654321"}), nonces=nonces)
    request(signed(key=REVOCABLE), key=REVOCABLE, nonces=nonces)


def test_a_replay_is_refused_for_as_long_as_its_timestamp_is_current() -> None:
    nonces = MemoryNonces()
    ahead = signed({"timestamp": NOW + TIMESTAMP_WINDOW})
    request(ahead, nonces=nonces)
    for later, code in ((2 * TIMESTAMP_WINDOW, 40105), (2 * TIMESTAMP_WINDOW + 1, 40104)):
        nonces.now = NOW + later
        with refused(code, 401):
            request(ahead, nonces=nonces, now=NOW + later)


def test_a_refused_request_uses_no_nonce_up() -> None:
    nonces = MemoryNonces()
    for body in ({"ttl": 0}, {"capability": "{}"}, {"timestamp": NOW - HOUR}):
        with pytest.raises(AITransportError):
            request(signed(body), nonces=nonces)
    with refused(40101, 401):
        request({**signed(), "mac": "12345"}, nonces=nonces)
    assert nonces.used == {}


@pytest.mark.parametrize("offset", [-TIMESTAMP_WINDOW, 0, TIMESTAMP_WINDOW])
def test_a_timestamp_within_two_minutes_is_current(offset: int) -> None:
    assert request(signed({"timestamp": NOW + offset})).issued == NOW


@pytest.mark.parametrize(
    "timestamp",
    [None, 0, NOW - TIMESTAMP_WINDOW - 1, NOW + TIMESTAMP_WINDOW + 1, NOW - 30 * 60 * 1000],
)
def test_another_timestamp_is_not_current(timestamp: int | None) -> None:
    with refused(40104, 401):
        request(signed({"timestamp": timestamp}))


@pytest.mark.parametrize("name", FIELDS[1:])
def test_no_signed_field_can_be_changed(name: str) -> None:
    values = {"ttl": 1000, "capability": '{"a":["*"]}', "clientId": "ann"}
    changed = {
        "ttl": 2000,
        "capability": '{"a":["*"],"b":["*"]}',
        "clientId": "bob",
        "timestamp": NOW + 1,
        "nonce": NONCE[::-1],
    }
    with refused(40101, 401):
        request({**signed(values), name: changed[name]})


@pytest.mark.parametrize("mac", ["12345", "thisisnotavalidmac", "ä", "\ud800", "=" * 44])
def test_a_wrong_mac_is_refused(mac: str) -> None:
    with refused(40101, 401):
        request({**signed(), "mac": mac})


def test_the_mac_of_another_key_is_refused() -> None:
    forged = signed({"keyName": KEY.name}, key=NARROW)
    with refused(40101, 401):
        request(forged)
    with refused(40101, 401):
        request(signed(key=NARROW), key=KEY)


def test_a_request_goes_to_the_path_of_its_own_key() -> None:
    with refused(40101, 401):
        request(signed({"keyName": NARROW.name}))
    with refused(40101, 401):
        request({"keyName": NARROW.name}, basic=BASIC)


def test_an_unknown_key_is_not_found() -> None:
    with refused(40400, 404) as caught:
        request(signed(), key=key_with(key_id="gone"))
    assert KEY.secret not in str(caught.value)


def test_with_the_key_itself_nothing_need_be_signed() -> None:
    details = request({"clientId": "ann", "capability": {"a": ["publish"]}}, basic=BASIC)
    assert details.client_id == "ann"
    assert details.capability == Capability.parse({"a": ["publish"]})
    assert request({"keyName": KEY.name, "timestamp": NOW}, basic=BASIC).client_id is None


def test_with_the_key_itself_a_wrong_mac_is_still_wrong() -> None:
    with refused(40101, 401):
        request({**signed(), "mac": "12345"}, basic=BASIC)


@pytest.mark.parametrize(
    ("basic", "code"),
    [
        (None, 40101),
        (Grant(KEY.app_id, NARROW.name, NARROW.capability, client_id="*"), 40101),
        (Grant(KEY.app_id, KEY.name, KEY.capability, token_id="t1"), 40162),
    ],
)
def test_others_must_sign(basic: Grant | None, code: int) -> None:
    for unsigned in ({}, {"mac": None}, {"mac": ""}):
        with refused(code, 401):
            request(unsigned, basic=basic)

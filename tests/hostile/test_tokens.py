"""Tokens that are forged, bent, late, used again, or of somebody else."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import jwt
import pytest

from tests.hostile.normal import token
from tests.hostile.support import KEY, Answer, WatchedHub, Wire, basic, call

OTHER = "app.other:0THER-secret-1234567890-abcdefghijklmn"
FOREIGN = "elsewhere.key:F0REIGN-secret-1234567890-abcdefghij"
NAME, SECRET = KEY.split(":")
CHANNEL = "/channels/room/messages"


async def opaque(hub: WatchedHub, key: str = KEY, **body: Any) -> str:
    """A token of the hub's own making."""
    name = key.partition(":")[0]
    answer = await call(
        hub, "POST", f"/keys/{name}/requestToken", key=key, body={"keyName": name} | body
    )
    made: str = answer.json["token"]
    return made


async def refused(hub: WatchedHub, given: str, *codes: int, status: int = 401) -> None:
    """See a token refused by REST, and by realtime with the same code."""
    answer = await call(hub, "GET", CHANNEL, token=given)
    assert (answer.status, answer.code in codes) == (status, True), answer.raw
    assert answer.headers["x-ably-errorcode"] == str(answer.code)
    wire = await Wire.open(hub.port, f"access_token={given}")
    told = await wire.message()
    assert (told["action"], told["error"]["code"] in codes) == (9, True), told
    assert "connectionId" not in told
    await wire.close()


async def test_good_tokens_are_good(watched: WatchedHub) -> None:
    for given in (await opaque(watched), token()):
        assert (await call(watched, "GET", CHANNEL, token=given)).status == 200


def part(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signed(header: dict[str, object], claims: dict[str, object], secret: str = SECRET) -> str:
    text = f"{part(header)}.{part(claims)}"
    algorithm = {"HS512": hashlib.sha512, "HS384": hashlib.sha384}.get(
        str(header.get("alg")), hashlib.sha256
    )
    return f"{text}.{part(hmac.new(secret.encode(), text.encode(), algorithm).digest())}"


NOW = int(time.time())
CLAIMS: dict[str, object] = {"iat": NOW, "exp": NOW + 6000}
HEADER: dict[str, object] = {"alg": "HS256", "typ": "JWT", "kid": NAME}
FORGED = {
    "alg none, unsigned": f"{part(HEADER | {'alg': 'none'})}.{part(CLAIMS)}.",
    "alg NoNe": f"{part(HEADER | {'alg': 'NoNe'})}.{part(CLAIMS)}.",
    "alg none, signed": signed(HEADER | {"alg": "none"}, CLAIMS),
    "alg HS512": signed(HEADER | {"alg": "HS512"}, CLAIMS),
    "alg HS384": signed(HEADER | {"alg": "HS384"}, CLAIMS),
    "alg RS256": signed(HEADER | {"alg": "RS256"}, CLAIMS),
    "no alg": signed({"typ": "JWT", "kid": NAME}, CLAIMS),
    "alg a list": signed(HEADER | {"alg": ["HS256"]}, CLAIMS),
    "no signature": f"{part(HEADER)}.{part(CLAIMS)}.",
    "another secret": signed(HEADER, CLAIMS, "wrong"),
    "an empty secret": signed(HEADER, CLAIMS, ""),
    "no kid": signed({"alg": "HS256"}, CLAIMS),
    "kid of a number": signed(HEADER | {"kid": 5}, CLAIMS),
    "no exp": signed(HEADER, {"iat": NOW}),
    "no iat": signed(HEADER, {"exp": NOW + 6000}),
    "exp of NaN": signed(HEADER, {"iat": NOW, "exp": float("nan")}),
    "exp of infinity": signed(HEADER, {"iat": NOW, "exp": float("inf")}),
    "exp of text": signed(HEADER, {"iat": NOW, "exp": "9999999999"}),
    "issued tomorrow": signed(HEADER, {"iat": NOW + 86_400, "exp": NOW + 90_000}),
    "not yet": signed(HEADER, CLAIMS | {"nbf": NOW + 3600}),
    "claims of a list": f"{part(HEADER)}.{part([1])}.{part(b'x')}",
    "a critical header": "eyJ.eyJ.eyJ",
    "five parts": "a.b.c.d.e",
    "3,000 levels": signed(HEADER, CLAIMS).split(".")[0] + "." + part(b"[" * 3_000) + ".x",
}


@pytest.mark.parametrize("name", FORGED)
async def test_a_forged_jwt_is_refused(watched: WatchedHub, name: str) -> None:
    answer = await call(watched, "GET", CHANNEL, token=FORGED[name])
    assert answer.status in (400, 401) and answer.code == 40144, answer.raw
    wire = await Wire.open(watched.port, f"access_token={FORGED[name]}")
    told = await wire.message()
    assert (told["action"], told["error"]["code"]) == (9, 40144)
    await wire.close()


async def test_a_jwt_of_another_key_is_refused(watched: WatchedHub) -> None:
    await refused(watched, token(FOREIGN), 40400, status=404)
    await refused(watched, token(OTHER), 40400)
    # The right name, and the secret of another.
    await refused(watched, signed(HEADER, CLAIMS, OTHER.split(":")[1]), 40144)


async def test_expired_tokens_are_refused(watched: WatchedHub) -> None:
    await refused(watched, token(iat=NOW - 900, exp=NOW - 1), 40142)
    short = await opaque(watched, ttl=1)
    await asyncio.sleep(0.01)
    await refused(watched, short, 40142)


async def test_a_token_that_ends_takes_its_connection_with_it(watched: WatchedHub) -> None:
    wire = await Wire.open(watched.port, f"access_token={await opaque(watched, ttl=700)}")
    await wire.until(4)
    told = await wire.until(6)
    assert told["error"]["code"] == 40142
    wire.tell({"action": 15, "channel": "late", "msgSerial": 0, "messages": [{"data": "x"}]})
    await wire.close()
    assert (await call(watched, "GET", "/channels/late/messages")).json == []


@pytest.mark.parametrize("kind", ["opaque", "jwt"])
async def test_no_bit_of_a_token_can_be_changed(watched: WatchedHub, kind: str) -> None:
    good = await opaque(watched) if kind == "opaque" else token()
    dice = Random(5)
    bent = [good[:cut] for cut in range(0, len(good), max(1, len(good) // 40))]
    for at in [*dice.sample(range(len(good)), 60), len(good) - 1, 0]:
        for bit in (1, 2, 4, 32):
            changed = chr(ord(good[at]) ^ bit)
            if changed.isprintable() and changed not in '%&+# "':
                bent.append(good[:at] + changed + good[at + 1 :])
    bent += [good + "A", good + "=", good + ".", "A" + good, good.swapcase(), good * 2]
    for changed in bent:
        answer = await call(watched, "GET", CHANNEL, token=changed)
        assert answer.status in (400, 401, 404), (changed, answer.raw)
        assert answer.code


def request(key: str = KEY, **changed: Any) -> dict[str, Any]:
    """A signed token request, as clients make it."""
    name, _, secret = key.partition(":")
    fields: dict[str, Any] = {
        "keyName": name,
        "ttl": 60_000,
        "capability": '{"*":["*"]}',
        "clientId": "ann",
        "timestamp": int(time.time() * 1000),
        "nonce": f"{time.time_ns():032d}",
    } | changed
    names = ("keyName", "ttl", "capability", "clientId", "timestamp", "nonce")
    text = "".join(f"{fields[field]}\n" for field in names)
    mac = base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())
    return fields | {"mac": mac.decode()}


async def hand_in(hub: WatchedHub, body: dict[str, Any], key: str = NAME) -> Answer:
    return await call(hub, "POST", f"/keys/{key}/requestToken", key=None, body=body)


async def test_a_token_request_is_good_once(own: WatchedHub) -> None:
    body = request()
    assert (await hand_in(own, body)).status == 201
    again = await hand_in(own, body)
    assert (again.status, again.code) == (401, 40105)
    # Not even after a restart.
    own.stop()
    own.start()
    assert (await hand_in(own, body)).code == 40105


REQUESTS: dict[str, tuple[dict[str, Any], dict[str, Any], int, int]] = {
    # Changed before it was signed, and after; status and code.
    "another capability": ({}, {"capability": '{"x":["*"]}'}, 401, 40101),
    "another client": ({}, {"clientId": "bob"}, 401, 40101),
    "a longer life": ({}, {"ttl": 61_000}, 401, 40101),
    "another time": ({}, {"timestamp": lambda: int(time.time() * 1000) + 1}, 401, 40101),
    "another nonce": ({}, {"nonce": "n" * 32}, 401, 40101),
    "another key": ({}, {"keyName": "app.other"}, 401, 40101),
    "no mac": ({}, {"mac": None}, 401, 40101),
    "a mac of nothing": ({}, {"mac": ""}, 401, 40101),
    "a mac of a number": ({}, {"mac": 5}, 400, 40003),
    "an old one": ({"timestamp": 1}, {}, 401, 40104),
    "a future one": ({"timestamp": 10**16}, {}, 401, 40104),
    "a short nonce": ({"nonce": "n"}, {}, 400, 40003),
    "ttl of 0": ({"ttl": 0}, {}, 400, 40003),
    "ttl of a year": ({"ttl": 365 * 86_400_000}, {}, 400, 40003),
    "ttl below 0": ({"ttl": -1}, {}, 400, 40003),
    "ttl of text": ({"ttl": "long"}, {}, 400, 40003),
    "ttl of 30 digits": ({"ttl": 10**30}, {}, 400, 40003),
    "capability of garbage": ({"capability": "{"}, {}, 400, 40000),
    "capability of a list": ({}, {"capability": ["*"]}, 400, 40000),
    "an operation of no name": ({"capability": '{"*":["fly"]}'}, {}, 400, 40000),
    "an empty client": ({"clientId": ""}, {}, 400, 40012),
    "a client of a number": ({}, {"clientId": 5}, 400, 40012),
}


@pytest.mark.parametrize("name", REQUESTS)
async def test_a_token_request_that_is_wrong_is_refused(watched: WatchedHub, name: str) -> None:
    before, after, status, code = REQUESTS[name]
    # These lines are read long before they are used: what is of the moment is made in it.
    changed = {field: value() if callable(value) else value for field, value in after.items()}
    answer = await hand_in(watched, request(**before) | changed)
    assert (answer.status, answer.code) == (status, code), answer.raw


@pytest.mark.parametrize("raw", [b"[]", b"5", b'"x"', b"null", b"{", b"", b"\xff", b"[" * 10_000])
async def test_a_token_request_that_is_none_is_refused(watched: WatchedHub, raw: bytes) -> None:
    answer = await call(watched, "POST", f"/keys/{NAME}/requestToken", raw=raw)
    assert (answer.status, answer.code) == (400, 40001)


async def test_a_token_asks_for_no_other_token(watched: WatchedHub) -> None:
    given = await opaque(watched)
    body = {"keyName": NAME, "capability": '{"*":["*"]}'}
    answer = await call(watched, "POST", f"/keys/{NAME}/requestToken", token=given, body=body)
    assert answer.status == 401


async def test_the_proof_of_a_key_serves_for_nothing_else(watched: WatchedHub) -> None:
    """Anyone may ask for a proof, so nothing that it signs may be worth anything."""
    for body in (request(), request(keyName="hub:app.root")):
        names = ("keyName", "ttl", "capability", "clientId", "timestamp", "nonce")
        text = "".join(f"{body[field]}\n" for field in names)
        for asked in (text, text.removeprefix("hub:")):
            about = await call(watched, "GET", f"/hub/about?challenge={quote(asked)}")
            proof = base64.b64encode(bytes.fromhex(about.json["proof"])).decode()
            assert (await hand_in(watched, body | {"mac": proof})).status == 401
    unsigned = f"{part(HEADER)}.{part(CLAIMS)}"
    about = await call(watched, "GET", f"/hub/about?challenge={unsigned}")
    forged = f"{unsigned}.{part(bytes.fromhex(about.json['proof']))}"
    assert (await call(watched, "GET", CHANNEL, token=forged)).code == 40144


@pytest.fixture
async def two_keys(tmp_path: Path) -> AsyncIterator[WatchedHub]:
    with WatchedHub(tmp_path, keys=(KEY, OTHER)) as hub:
        yield hub
        assert not hub.complaints(whole=True)


async def test_tokens_die_with_their_key(two_keys: WatchedHub) -> None:
    hub = two_keys
    tokens = {"opaque": await opaque(hub, OTHER), "jwt": token(OTHER)}
    wire = await Wire.open(hub.port, f"access_token={tokens['jwt']}")
    connection_key = (await wire.until(4))["connectionDetails"]["connectionKey"]
    for given in tokens.values():
        assert (await call(hub, "GET", CHANNEL, token=given)).status == 200
    hub.stop()
    hub.start(keys=(KEY,))
    await refused(hub, tokens["opaque"], 40143)
    await refused(hub, tokens["jwt"], 40400)
    assert (await call(hub, "GET", CHANNEL, key=OTHER)).code == 40400
    again = await Wire.open(hub.port, f"access_token={tokens['jwt']}&resume={connection_key}")
    assert (await again.message())["action"] == 9
    # And with its secret.
    hub.stop()
    hub.start(keys=(KEY, "app.other:another-secret-1234567890-abcdefghijklmn"))
    await refused(hub, tokens["opaque"], 40143)
    await refused(hub, tokens["jwt"], 40144)
    for each in (wire, again):
        await each.close()


CREDENTIALS: dict[str, tuple[dict[str, str], str, int, int]] = {
    "nothing": ({}, "", 401, 40101),
    "Basic of nothing": ({"Authorization": "Basic "}, "", 401, 40101),
    "Basic of no base64": ({"Authorization": "Basic !!!"}, "", 401, 40101),
    "Basic of half a key": (basic("app"), "", 404, 40400),
    "a wrong secret": (basic("app.root:wrong"), "", 401, 40101),
    "an empty secret": (basic("app.root:"), "", 401, 40101),
    "a longer secret": (basic(KEY + "x"), "", 401, 40101),
    "a key of nobody": (basic("app.nobody:x"), "", 401, 40400),
    "an app of nobody": (basic("nobody.x:x"), "", 401, 40101),
    "another scheme": ({"Authorization": "Digest x"}, "", 401, 40101),
    "Bearer of nothing": ({"Authorization": "Bearer "}, "", 401, 40101),
    "Bearer of a key": ({"Authorization": f"Bearer {KEY}"}, "", 401, 40145),
    "a key in the query": ({}, "key=app.root:wrong", 401, 40101),
    "a token of 7000": ({}, f"access_token=app.{'A' * 7000}", 401, 40143),
    "the client '*'": (basic(KEY) | {"X-Ably-ClientId": "Kg=="}, "", 400, 40012),
    "an empty client": (basic(KEY) | {"X-Ably-ClientId": ""}, "", 400, 40012),
    "a client of no base64": (basic(KEY) | {"X-Ably-ClientId": "!"}, "", 400, 40012),
    "a client of no UTF-8": (basic(KEY) | {"X-Ably-ClientId": "/w=="}, "", 400, 40012),
}


@pytest.mark.parametrize("name", CREDENTIALS)
async def test_credentials_of_no_use(watched: WatchedHub, name: str) -> None:
    headers, query, status, code = CREDENTIALS[name]
    answer = await call(watched, "GET", f"{CHANNEL}?{query}", key=None, headers=headers)
    assert (answer.status, answer.code) == (status, code), answer.raw
    assert b"SECRET" not in answer.raw


async def test_a_jwt_around_a_token_grants_no_more_than_the_token(watched: WatchedHub) -> None:
    inner = await opaque(watched, capability='{"room":["history"]}', clientId="ann")
    wrapped = jwt.encode(
        {"x-ably-token": inner, "x-ably-capability": '{"*":["*"]}', "x-ably-clientId": "root"},
        "any secret that the app may use for its own",
        algorithm="HS256",
    )
    assert (await call(watched, "GET", CHANNEL, token=wrapped)).status == 200
    answer = await call(watched, "POST", CHANNEL, token=wrapped, body={"data": "x"})
    assert (answer.status, answer.code) == (401, 40160)
    root = {"X-Ably-ClientId": "cm9vdA=="}
    answer = await call(watched, "GET", CHANNEL, token=wrapped, headers=root)
    assert (answer.status, answer.code) == (401, 40102)

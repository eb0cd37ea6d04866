"""Requests that make no sense, one by one, and the code of each."""

from __future__ import annotations

import json
from typing import Any

import msgpack
import pytest

from tests.hostile.support import KEY, WatchedHub, call

HISTORY = "/channels/c/messages"
QUERIES: dict[str, tuple[int, int]] = {
    # Status and code; 0: it is served.
    "limit=0": (400, 40003),
    "limit=-1": (400, 40003),
    "limit=1001": (400, 40003),
    "limit=1.5": (400, 40003),
    "limit=1e3": (400, 40003),
    "limit=x": (400, 40003),
    "limit=%00": (400, 40003),
    "limit=%D9%A3": (400, 40003),
    "limit=%C2%B2": (400, 40003),
    "limit=" + "9" * 400: (400, 40003),
    "limit=--1": (400, 40003),
    "limit= 5": (400, 40003),
    "limit=+5": (400, 40003),
    "limit=1_0": (400, 40003),
    "start=x": (400, 40003),
    "start=" + "9" * 19: (400, 40003),
    "start=" + "9" * 18: (200, 0),
    "start=-" + "9" * 17: (200, 0),
    "end=NaN": (400, 40003),
    "end=-1": (200, 0),
    "start=2&end=1": (400, 40003),
    "direction=sideways": (400, 40003),
    "direction=BACKWARDS": (400, 40003),
    "cursor=x": (400, 40003),
    "cursor=" + "9" * 18: (200, 0),
    "cursor=-5": (200, 0),
    "from_serial=x": (400, 40003),
    "from_serial=00000000000000-000%40x:000": (200, 0),
    "from_serial=" + "9" * 14 + "-999%40x": (200, 0),
    "from_serial=%D9%A3" * 3: (400, 40003),
    "limit=5&limit=x": (200, 0),
    "limit=x&limit=5": (400, 40003),
    "unknown=1": (200, 0),
    "%00=%00&%ff=%ff&=&&&": (200, 0),
    "limit=%": (400, 40003),
    "x=" + "y" * 7000: (200, 0),
    "format=xml": (200, 0),
    "format=json&format=msgpack": (200, 0),
    "&".join(f"p{n}={n}" for n in range(900)): (200, 0),
}


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query[:30])
async def test_a_query_of_nonsense(watched: WatchedHub, query: str) -> None:
    raw = query.replace(" ", "%20")
    for path in (HISTORY, "/channels/c/presence/history"):
        answer = await call(watched, "GET", f"{path}?{raw}")
        assert (answer.status, answer.code) == QUERIES[query], answer.raw


NAMES: dict[str, tuple[int, int]] = {
    "%00": (400, 40010),
    "a%00b": (400, 40010),
    "%2C": (400, 40010),
    "%3Aa": (400, 40010),
    "%5B": (400, 40010),
    "%5Bx%5Dc": (400, 40010),
    "%5B%5D": (400, 40010),
    "%5B%3Frewind=1%5Dc": (200, 0),
    "%5Bmeta%5Dlog": (401, 40160),
    "a%2Fb": (200, 0),
    "..%2F..%2Fetc": (200, 0),
    "%E2%80%AE": (200, 0),
    "%2525": (200, 0),
    "c" * 2048: (200, 0),
    "c" * 2049: (400, 40010),
}


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name[:30])
async def test_a_channel_name_in_a_path(watched: WatchedHub, name: str) -> None:
    answer = await call(watched, "GET", f"/channels/{name}/messages")
    assert (answer.status, answer.code) == NAMES[name], answer.raw
    if NAMES[name] == (200, 0):
        made = await call(watched, "POST", f"/channels/{name}/messages", body={"data": name})
        assert made.status == 201
        assert (await call(watched, "GET", f"/channels/{name}/messages")).json[0]["data"] == name


@pytest.mark.parametrize("name", ["%", "%g1", "%ff", "%ed%a0%80", "%c0%af", "%u0041", "+", "%2B"])
async def test_percent_encoding_that_is_none_is_no_failure(watched: WatchedHub, name: str) -> None:
    for method, body in (("GET", None), ("POST", {"data": "x"})):
        answer = await call(watched, method, f"/channels/{name}/messages", body=body)
        assert 200 <= answer.status < 500, answer.raw


ROUTES: dict[tuple[str, str], tuple[int, int]] = {
    ("GET", "/nothing"): (404, 40400),
    ("POST", "/time"): (404, 40400),
    ("PUT", HISTORY): (404, 40400),
    ("DELETE", HISTORY): (404, 40400),
    ("OPTIONS", "*"): (404, 40400),
    ("GET", "/channels/c/nothing"): (404, 40400),
    ("GET", "//"): (404, 40400),
    ("GET", "/channels//messages"): (404, 40400),
    ("GET", "/channels/c/messages/"): (404, 40400),
    ("GET", "/channels/a/b/nowhere"): (404, 40400),
    ("POST", "/apps"): (404, 40400),
    ("DELETE", "/apps/app"): (404, 40400),
    ("GET", "/channels/c/messages/x"): (400, 40003),
    ("GET", "/channels/c/messages/x/versions"): (400, 40003),
    ("GET", "/channels/c/messages/00000000000001-000%40x:000"): (404, 40400),
    ("GET", "/channels/c/messages/00000000000001-000%40x:000/versions"): (404, 40400),
    ("POST", "/keys/nobody.x/requestToken"): (400, 40001),
    ("GET", "/static/..%2f..%2fhub.py"): (404, 40400),
    ("GET", "/static/..%2fstatic.py"): (404, 40400),
    ("GET", "/static/%2e%2e"): (404, 40400),
    ("GET", "/static/%2fetc%2fpasswd"): (404, 40400),
    ("GET", "/static/..%5c..%5chub.js"): (404, 40400),
    ("GET", "/static/hub.html%00.js"): (404, 40400),
    ("GET", "/static/" + "a" * 300 + ".js"): (404, 40400),
    ("GET", "/static/.."): (404, 40400),
    ("GET", "/static/../../../pyproject.toml"): (404, 40400),
    ("GET", "/static/__init__.py"): (404, 40400),
}


@pytest.mark.parametrize(("route", "wanted"), ROUTES.items(), ids=lambda x: str(x)[:60])
async def test_a_route_of_nonsense(
    watched: WatchedHub, route: tuple[str, str], wanted: tuple[int, int]
) -> None:
    answer = await call(watched, *route)
    assert (answer.status, answer.code) == wanted, answer.raw


BODIES: dict[str, tuple[bytes, str, int, int]] = {
    "nothing": (b"", "application/json", 400, 40001),
    "not JSON": (b"{", "application/json", 400, 40001),
    "a number": (b"5", "application/json", 400, 40001),
    "null": (b"null", "application/json", 400, 40001),
    "no messages": (b"[]", "application/json", 400, 40030),
    "a list of numbers": (b"[1]", "application/json", 400, 40001),
    "10,000 levels": (b"[" * 10_000, "application/json", 400, 40001),
    "a name of a number": (b'{"name":1}', "application/json", 400, 40001),
    "a lone surrogate": (b'{"name":"\\ud800"}', "application/json", 201, 0),
    "invalid UTF-8": (b'{"name":"\xff"}', "application/json", 400, 40001),
    "JSON said to be msgpack": (b'{"data":"x"}', "application/x-msgpack", 400, 40001),
    "msgpack said to be JSON": (msgpack.packb({"data": "x"}), "application/json", 400, 40001),
    "another type": (b'{"data":"x"}', "text/html", 201, 0),
    "no type": (b'{"data":"x"}', "", 201, 0),
    "a type of nonsense": (b'{"data":"x"}', ';;;=,"', 201, 0),
    "extras beyond 64 bit": (b'{"extras":{"n":%d}}' % 2**64, "application/json", 400, 40032),
    "extras of 300 levels": (
        b'{"extras":{"a":' + b"[" * 300 + b"]" * 300 + b"}}",
        "application/json",
        400,
        40032,
    ),
    "too large": (b'{"data":"%b"}' % (b"x" * 65_537), "application/json", 413, 40009),
    "much too large": (b" " * 1_100_000, "application/json", 413, 40009),
    "1001 messages": (b"[" + b"{}," * 1000 + b"{}]", "application/json", 400, 40034),
    "a truncated map": (b"\x81\xa4data", "application/x-msgpack", 400, 40001),
    "an ext": (
        msgpack.packb({"data": msgpack.ExtType(5, b"x")}),
        "application/x-msgpack",
        400,
        40013,
    ),
    "a timestamp": (b"\x81\xa6extras\x81\xa1a\xd6\xff\0\0\0\1", "application/x-msgpack", 201, 0),
    "a length beyond": (b"\xdd\xff\xff\xff\xff", "application/x-msgpack", 400, 40001),
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_of_nonsense(watched: WatchedHub, name: str) -> None:
    raw, media, status, code = BODIES[name]
    headers = {"Content-Type": media}
    answer = await call(watched, "POST", "/channels/bodies/messages", raw=raw, headers=headers)
    assert (answer.status, answer.code) == (status, code), answer.raw


CHANGES: dict[str, tuple[object, int, int]] = {
    "nothing": ({}, 200, 0),
    "no object": ([], 400, 40001),
    "an action of text": ({"action": "delete"}, 400, 40001),
    "an unknown action": ({"action": 9}, 400, 40003),
    "an action of 30 digits": ({"action": 10**30}, 400, 40003),
    "a summary": ({"action": 4}, 400, 40003),
    "a version of text": ({"version": "x"}, 400, 40001),
    "metadata of a list": ({"version": {"metadata": []}}, 400, 40001),
    "metadata beyond 64 bit": ({"version": {"metadata": {"n": 2**64}}}, 400, 40013),
    "another serial inside": ({"serial": "x", "data": "y"}, 200, 0),
    "bytes after text": ({"action": 5, "data": "aGk=", "encoding": "base64"}, 400, 40013),
    "another encoding after": ({"action": 5, "data": "x", "encoding": "utf-8"}, 400, 40013),
    "too large": ({"data": "x" * 65_537}, 413, 40009),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_of_nonsense(watched: WatchedHub, name: str) -> None:
    body, status, code = CHANGES[name]
    made = await call(watched, "POST", "/channels/changed/messages", body={"data": "first"})
    path = f"/channels/changed/messages/{made.json['serials'][0]}"
    answer = await call(watched, "PATCH", path, body=body)
    assert (answer.status, answer.code) == (status, code), answer.raw


async def test_an_envelope_tells_errors_inside(watched: WatchedHub) -> None:
    for path, status, code in (
        ("/nothing", 404, 40400),
        (f"{HISTORY}?limit=x", 400, 40003),
        ("/static/x.js", 404, 40400),
    ):
        glue = "&" if "?" in path else "?"
        answer = await call(watched, "GET", f"{path}{glue}envelope=json")
        inside: dict[str, Any] = answer.json
        assert answer.status == 200
        assert inside["statusCode"] == status
        assert inside["response"]["error"]["code"] == code
        assert inside["headers"]["X-Ably-Errorcode"] == str(code)
    packed = await call(watched, "GET", f"{HISTORY}?limit=x&envelope=msgpack&format=msgpack")
    assert msgpack.unpackb(packed.body)["response"]["error"]["code"] == 40003


async def test_links_carry_no_credentials_and_no_line_breaks(watched: WatchedHub) -> None:
    for _ in range(2):
        await call(watched, "POST", HISTORY, body={"data": "x"})
    target = (
        f"{HISTORY}?limit=1&key={KEY}&accessToken=s3cret&access_token=s3cret&x=%0d%0aSet-Cookie:a,b"
    )
    answer = await call(watched, "GET", target, key=None)
    link = answer.headers["link"]
    assert 'rel="next"' in link
    assert KEY.split(":")[1] not in link and "s3cret" not in link
    assert "set-cookie" not in answer.headers
    assert all(part.strip().startswith("<./") for part in link.split(","))


async def test_an_error_repeats_nothing_that_could_be_markup_or_a_header(
    watched: WatchedHub,
) -> None:
    answer = await call(watched, "GET", "/%3Cscript%3E%0d%0aX-Evil:1")
    assert answer.headers["content-type"] == "application/json"
    assert "x-evil" not in answer.headers
    assert json.loads(answer.body)["error"]["code"] == 40400

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from aitransport_notebook.errors import error_for
from aitransport_notebook.hub.http.replies import (
    Reply,
    format_of_body,
    format_wanted,
    of_error,
    preflight,
    write,
)
from aitransport_notebook.hub.protocol.encoding import Format
from aitransport_notebook.hub.protocol.frames import Message

MSGPACK = "application/x-msgpack"
LINK = {"Link": '<./messages?limit=1>; rel="first"'}


def request(path: str = "/", **headers: str) -> web.Request:
    return make_mocked_request(
        "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def body_of(response: web.Response) -> bytes:
    assert isinstance(response.body, bytes)
    return response.body


@pytest.mark.parametrize(
    ("path", "accept", "wanted"),
    [
        ("/", "", Format.JSON),
        ("/", "*/*", Format.JSON),
        ("/", MSGPACK, Format.MSGPACK),
        ("/", f"{MSGPACK},application/json", Format.MSGPACK),
        ("/?format=msgpack", "application/json", Format.MSGPACK),
        ("/?format=json", MSGPACK, Format.JSON),
        ("/?format=html", MSGPACK, Format.MSGPACK),
    ],
)
def test_the_format_is_the_one_that_is_asked_for(path: str, accept: str, wanted: Format) -> None:
    assert format_wanted(request(path, Accept=accept)) is wanted


@pytest.mark.parametrize(
    ("content_type", "form"),
    [
        ("application/json", Format.JSON),
        ("text/plain;charset=utf-8", Format.JSON),
        (MSGPACK, Format.MSGPACK),
        (f"{MSGPACK}; x=y", Format.MSGPACK),
    ],
)
def test_the_format_of_a_body_is_the_one_that_it_says(content_type: str, form: Format) -> None:
    assert format_of_body(request(Content_Type=content_type)) is form


def test_a_reply_is_json_with_exactly_that_content_type() -> None:
    response = write(Reply([Message(data=b"\xff")], 201, LINK), request())
    assert response.status == 201
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Link"] == LINK["Link"]
    assert json.loads(body_of(response)) == [{"data": "/w==", "encoding": "base64"}]


def test_a_reply_is_msgpack_for_who_wants_that() -> None:
    response = write(Reply([Message(data=b"\xff")]), request(Accept=MSGPACK))
    assert response.headers["Content-Type"] == MSGPACK
    assert msgspec.msgpack.decode(body_of(response)) == [{"data": b"\xff"}]


def test_no_content_has_no_body() -> None:
    response = write(Reply(None, 204), request())
    assert (response.status, response.body) == (204, None)


@pytest.mark.parametrize("body", [["a"], None])
def test_an_envelope_holds_status_headers_and_body(body: Any) -> None:
    response = write(Reply(body, 404, LINK), request("/?envelope=json"))
    assert response.status == 200
    assert json.loads(body_of(response)) == {"statusCode": 404, "headers": LINK, "response": body}


def test_an_error_is_in_the_body_and_in_the_headers() -> None:
    error = error_for(40400, "kein Kanal \u201ex\u201c\r\nSet-Cookie: a=b", hint="Name another.")
    response = write(of_error(error), request())
    assert response.status == 404
    assert response.headers["X-Ably-Errorcode"] == "40400"
    assert response.headers["X-Ably-Errormessage"] == "kein Kanal ?x???Set-Cookie: a=b"
    assert "WWW-Authenticate" not in response.headers
    told = json.loads(body_of(response))["error"]
    assert (told["code"], told["statusCode"]) == (40400, 404)
    assert told["message"].endswith("Name another.")


def test_one_who_is_not_known_is_told_how_to_show_who_one_is() -> None:
    headers = write(of_error(error_for(40101, "who?")), request()).headers
    assert "Bearer" in headers["WWW-Authenticate"] and "Basic" in headers["WWW-Authenticate"]


def test_an_error_can_be_told_in_an_envelope() -> None:
    reply = of_error(error_for(40160, "no"))
    told = json.loads(body_of(write(reply, request("/?envelope=json"))))
    assert told["statusCode"] == 401
    assert told["headers"]["X-Ably-Errorcode"] == "40160"
    assert told["response"]["error"]["code"] == 40160


def test_any_page_may_read_the_answer() -> None:
    headers = write(Reply([]), request(Origin="https://page.example")).headers
    assert headers["Access-Control-Allow-Origin"] == "https://page.example"
    assert headers["Access-Control-Allow-Credentials"] == "true"
    exposed = headers["Access-Control-Expose-Headers"]
    assert {"Link", "X-Ably-Errorcode", "X-Ably-Errormessage"} <= set(exposed.split(", "))
    assert headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Origin" not in write(Reply([]), request()).headers


def test_a_page_that_asks_first_may_send_what_clients_send() -> None:
    response = preflight(request(Origin="https://page.example"))
    assert (response.status, response.body) == (204, None)
    allowed = response.headers["Access-Control-Allow-Headers"].split(", ")
    assert {"authorization", "x-ably-version", "ably-agent", "x-ably-clientid"} <= set(allowed)
    assert "PATCH" in response.headers["Access-Control-Allow-Methods"]
    asked = preflight(
        request(Origin="https://page.example", Access_Control_Request_Headers="x-new")
    )
    assert asked.headers["Access-Control-Allow-Headers"] == "x-new"

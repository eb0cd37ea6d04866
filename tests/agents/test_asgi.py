"""Endpoints as any server of ASGI calls them, with no framework between."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from aitransport_notebook.agents.asgi import LARGEST_BODY, Endpoint, Headers, Reply, Request
from aitransport_notebook.errors import error_for

Message = dict[str, Any]


class Mirror(Endpoint):
    """Shows what it was asked."""

    methods = ("POST",)

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.closed = 0

    async def answer(self, request: Request, body: bytes) -> Reply:
        self.asked.append(request)
        if body == b"refuse me":
            raise error_for(40300, "not you", hint="Be another.")
        return Reply(body)

    async def close(self) -> None:
        self.closed += 1


async def ask(app: Endpoint, scope: Message, *parts: Message) -> list[Message]:
    """Call an application as a server does; returns what it sends."""
    waiting, sent = list(parts), []

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(dict(message))

    await app(scope, receive, send)
    return sent


def post(method: str = "POST", headers: Sequence[tuple[bytes, bytes]] = ()) -> Message:
    query = b"a=1&b=x%20y&b=z"
    return {
        "type": "http",
        "method": method,
        "path": "/here",
        "query_string": query,
        "headers": list(headers),
        "state": {"user": "ann"},
    }


def part(body: bytes, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_hook_is_given_the_whole_request() -> None:
    app = Mirror()
    scope = post(headers=[(b"authorization", b"Bearer s3cret"), (b"x-a", b"1"), (b"x-a", b"2")])
    [start, body] = await ask(app, scope, part(b"he", True), part(b"llo"))
    assert (start["status"], body["body"]) == (200, b"hello")
    assert dict(start["headers"])[b"content-length"] == b"5"
    [request] = app.asked
    assert (request.method, request.path) == ("POST", "/here")
    assert request.headers["Authorization"] == request.headers["AUTHORIZATION"] == "Bearer s3cret"
    assert request.headers.get("X-A") == "1, 2"
    assert "x-b" not in request.headers
    assert request.query == {"a": "1", "b": "z"}
    assert request.scope["state"]["user"] == "ann"
    assert "s3cret" not in repr(request)


def test_cookies_of_several_headers_are_one_text() -> None:
    headers = Headers([(b"cookie", b"a=1"), (b"Cookie", b"b=2")])
    assert (headers["cookie"], len(headers), list(headers)) == ("a=1; b=2", 1, ["cookie"])


def told(sent: list[Message]) -> tuple[int, dict[str, Any], dict[bytes, bytes]]:
    [start, body] = sent
    return start["status"], json.loads(body["body"])["error"], dict(start["headers"])


async def test_an_error_is_shaped_as_ably_shapes_it() -> None:
    status, error, headers = told(await ask(Mirror(), post(), part(b"refuse me")))
    assert status == 403
    assert error == {
        "code": 40300,
        "statusCode": 403,
        "message": "not you",
        "hint": "Be another.",
    }
    assert headers[b"x-ably-errorcode"] == b"40300"
    assert headers[b"content-type"] == b"application/json"


async def test_another_method_is_refused_with_those_that_are_not() -> None:
    status, error, headers = told(await ask(Mirror(), post("GET"), part(b"")))
    assert (status, error["code"], headers[b"allow"]) == (405, 40500, b"POST")


async def test_a_body_without_end_is_refused_before_its_end() -> None:
    piece = part(b"x" * (LARGEST_BODY // 2 + 1), True)
    app = Mirror()
    status, error, _ = told(await ask(app, post(), piece, piece))
    assert (status, error["code"], app.asked) == (413, 40009, [])


async def test_who_leaves_before_the_end_of_the_request_gets_no_answer() -> None:
    app = Mirror()
    assert await ask(app, post(), part(b"x", True), {"type": "http.disconnect"}) == []
    assert app.asked == []


async def test_a_bare_server_tells_of_its_beginning_and_its_end() -> None:
    app = Mirror()
    begins, ends = ({"type": f"lifespan.{word}"} for word in ("startup", "shutdown"))
    sent = await ask(app, {"type": "lifespan"}, begins, ends)
    assert [message["type"] for message in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert app.closed == 1


async def test_a_web_socket_is_refused() -> None:
    [sent] = await ask(Mirror(), {"type": "websocket"}, {"type": "websocket.connect"})
    assert sent["type"] == "websocket.close"


async def test_an_error_that_nobody_foresaw_is_the_servers_to_tell() -> None:
    class Broken(Mirror):
        async def answer(self, request: Request, body: bytes) -> Reply:
            raise KeyError("oops")

    with pytest.raises(KeyError):
        await ask(Broken(), post(), part(b""))

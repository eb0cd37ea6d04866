"""How a request is read and a reply written: formats, errors, envelopes, CORS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import web

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.protocol.encoding import Format, encode_body
from aitransport_notebook.hub.protocol.frames import ErrorInfo

MEDIA = {Format.JSON: "application/json", Format.MSGPACK: "application/x-msgpack"}
ALLOWED_HEADERS = (
    "authorization, content-type, accept, ably-agent, x-ably-version, x-ably-clientid, x-ably-lib"
)
EXPOSED_HEADERS = "Link, X-Ably-Errorcode, X-Ably-Errormessage, X-Ably-ServerId"
UNPRINTABLE = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True)
class Reply:
    """What a handler answers, whatever the format."""

    body: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def format_of_body(request: web.Request) -> Format:
    return Format.MSGPACK if request.content_type == MEDIA[Format.MSGPACK] else Format.JSON


def format_wanted(request: web.Request) -> Format:
    asked = request.query.get("format")
    if asked in ("json", "msgpack"):
        return Format(asked)
    accept = request.headers.get("Accept", "")
    return Format.MSGPACK if accept.startswith(MEDIA[Format.MSGPACK]) else Format.JSON


def of_error(error: AITransportError) -> Reply:
    headers = {
        "X-Ably-Errorcode": str(error.code),
        "X-Ably-Errormessage": UNPRINTABLE.sub("?", str(error.message)),
    }
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="Ably", Basic realm="Ably"'
    return Reply({"error": ErrorInfo.of(error)}, error.status, headers)


def write(reply: Reply, request: web.Request) -> web.Response:
    form = format_wanted(request)
    headers = {**reply.headers, **cors_headers(request)}
    if request.query.get("envelope") in ("json", "msgpack"):
        body = encode_body(
            {"statusCode": reply.status, "headers": dict(reply.headers), "response": reply.body},
            form,
        )
        return web.Response(body=body, headers=headers, content_type=MEDIA[form])
    if reply.body is None:
        return web.Response(status=reply.status, headers=headers)
    body = encode_body(reply.body, form)
    return web.Response(body=body, status=reply.status, headers=headers, content_type=MEDIA[form])


def cors_headers(request: web.Request) -> dict[str, str]:
    """Let any page ask: what it may see is up to its credentials, and no cookie is one."""
    origin = request.headers.get("Origin")
    if origin is None:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": EXPOSED_HEADERS,
        "Vary": "Origin",
    }


def preflight(request: web.Request) -> web.Response:
    headers = cors_headers(request)
    asked = request.headers.get("Access-Control-Request-Headers", "")
    headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
    headers["Access-Control-Allow-Headers"] = asked or ALLOWED_HEADERS
    headers["Access-Control-Max-Age"] = "600"
    return web.Response(status=204, headers=headers)

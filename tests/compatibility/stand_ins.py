"""Local stand-ins for the public hosts that some of Ably's tests call beside the service itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping

from aiohttp import web

ECHO = "echo.ably.io"
CONNECTIVITY = "internet-up.ably-realtime.com"
WEBSITES = ("example.com", "www.example.com")
HOSTS = (ECHO, CONNECTIVITY, *WEBSITES)
# Less than the hour of a token that may be inside.
JWT_SECONDS = 3500
TYPES = {"json": "application/json; charset=utf-8", "jwt": "application/jwt"}
TEXT = "text/plain; charset=utf-8"


async def answer(request: web.BaseRequest) -> web.Response:
    """Answer as the host would that the request is for."""
    host = request.host.partition(":")[0].lower()
    if host == ECHO:
        return await _echo(request)
    if host == CONNECTIVITY:
        return _response("yes\n")
    return _response("a website", "text/html", 404 if request.path == "/404" else 200)


async def _echo(request: web.BaseRequest) -> web.Response:
    """The echo service: it answers what the request asks to be answered."""
    query = request.query
    status = int(query.get("status", 200))
    match request.path.lower().rstrip("/"):
        case "/respondwith":
            return _response("", TEXT, status)
        case "/createjwt":
            return _response(_jwt(query), TYPES.get(query.get("returnType", ""), TEXT))
        case "/qs_to_body":
            return _response(json.dumps(dict(query)), TYPES["json"])
        case "/methods":
            return _response(json.dumps({"method": request.method.lower()}), TYPES["json"])
        case "" if query:
            kind = TYPES.get(query.get("type", ""), TEXT)
            return _response(query.get("body") or await _posted(request), kind, status)
    return _response("there is no such path", TEXT, 404)


async def _posted(request: web.BaseRequest) -> str:
    if request.content_type != "application/x-www-form-urlencoded":
        return await request.text()
    form = {name: str(value) for name, value in (await request.post()).items()}
    return json.dumps({name: int(v) if v.isdigit() else v for name, v in form.items()})


def _response(body: str, kind: str = TEXT, status: int = 200) -> web.Response:
    return web.Response(body=body.encode(), headers={"Content-Type": kind}, status=status)


def _jwt(asked: Mapping[str, str]) -> str:
    """Sign a JWT for a key, or enclose a token in what only looks encrypted."""
    inner = asked.get("innerToken")
    if asked.get("encrypted"):
        header = {"typ": "JWT", "alg": "dir", "enc": "A256GCM", "x-ably-token": inner}
        # Nobody has the key of it, so that noise is as good as a cipher's text.
        return ".".join([_part(header), "", *map(secrets.token_urlsafe, (12, 32, 16))])
    now = int(time.time())
    claims = {
        **{"iat": now, "exp": now + int(float(asked.get("expiresIn", JWT_SECONDS)))},
        "x-ably-clientId": asked.get("clientId"),
        "x-ably-capability": asked.get("capability"),
        "x-ably-token": inner,
    }
    header = {"typ": "JWT", "alg": "HS256", "kid": asked["keyName"]}
    signed = f"{_part(header)}.{_part({k: v for k, v in claims.items() if v})}"
    digest = hmac.new(asked["keySecret"].encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_base64(digest)}"


def _part(value: Mapping[str, object]) -> str:
    return _base64(json.dumps(value).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

"""Requests of `connect()` to servers of HTTP: for a token, and for a link to the hub's page."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPMessage
from typing import IO

from aitransport_notebook.errors import AuthError, LinkError

TIMEOUT = 10
# A refusal that says why does so in few words.
LONGEST_REASON = 10_000


class _KeepingHeaders(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but tells only the server that was asked what is for it."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        then = super().redirect_request(req, fp, code, msg, headers, newurl)
        if then is not None and (then.type, then.host) != (req.type, req.host):
            then.headers.clear()
        return then


_USUALLY = urllib.request.build_opener(_KeepingHeaders)
_DIRECTLY = urllib.request.build_opener(_KeepingHeaders, urllib.request.ProxyHandler({}))


def fetch(
    url: str,
    headers: Mapping[str, str],
    *,
    method: str = "GET",
    body: bytes | None = None,
    directly: bool = False,
) -> bytes:
    """Return what a server answers; `directly` asks it by no proxy of the environment."""
    request = urllib.request.Request(url, body, dict(headers), method=method)
    opener = _DIRECTLY if directly else _USUALLY
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            told: bytes = answer.read()
            return told
    except urllib.error.HTTPError as refusal:
        with refusal:
            message, hint = _told(refusal)
        raise AuthError(
            f"{request.host} answered {refusal.code} {refusal.reason}{message}",
            code=40170,
            hint=hint or "Check the address, and that it gives tokens to who asks from here.",
        ) from None
    except (OSError, http.client.HTTPException) as error:
        raise LinkError(
            f"no answer from {request.host}: {error}",
            code=80000,
            hint="Check that the server runs and that this machine can reach it.",
        ) from None


def _told(refusal: urllib.error.HTTPError) -> tuple[str, str]:
    """Return why it was refused, and the mend, as far as the server says so."""
    try:
        error = json.loads(refusal.read(LONGEST_REASON))["error"]
        message, hint = error["message"], error.get("hint", "")
    except (OSError, http.client.HTTPException, ValueError, TypeError, KeyError, AttributeError):
        return "", ""
    return f": {message}", hint if isinstance(hint, str) else ""

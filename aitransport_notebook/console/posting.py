"""Wakes an agent by HTTP, at its invocation endpoint."""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from aitransport_notebook.errors import AITransportError, LinkError, error_for
from aitransport_notebook.runs.invocation import Invocation
from aitransport_notebook.session.connection import HEADER_NAME, HEADER_VALUE

# How long an endpoint may take to say that its agent has begun, in seconds.
PATIENCE = 30
# A refusal that says why does so in few words.
LONGEST_REASON = 10_000


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Lets nothing follow a redirect, which would lose the body, or take secrets elsewhere."""

    def redirect_request(self, *given: Any, **more: Any) -> None:
        return None


_USUALLY = urllib.request.build_opener(_NoRedirects)
_DIRECTLY = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class AgentEndpoint:
    """Where an agent is woken, and what proves that one may."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
            is_address = is_address and parts.port != 0
            # As it is sent: other characters are to be written as percents and numbers.
            is_address = is_address and self.url.isascii() and not re.search(r"\s", self.url)
        except ValueError:
            is_address = False
        if not is_address:
            raise error_for(
                40003,
                "the agent's address is no web address",
                hint="Give agent= whole, in ASCII, such as https://example.com/invocations.",
            )
        if parts.username is not None or parts.password is not None:
            raise error_for(
                40003,
                "the agent's address has a password in it",
                hint="Put what proves who asks into agent_headers=.",
            )
        for name, value in self.headers.items():
            # A value may be a secret, and is not repeated.
            if not HEADER_NAME.fullmatch(name) or not HEADER_VALUE.fullmatch(value):
                raise error_for(
                    40003,
                    f"the header {name[:80]!r} of agent_headers cannot be sent",
                    hint="Leave line breaks and the like out of its name and value.",
                )

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def post(self, invocation: Invocation) -> None:
        """Wake the agent, or raise what stands in the way."""
        request = urllib.request.Request(
            self.url,
            json.dumps(invocation.to_json()).encode(),
            {**self.headers, "Content-Type": "application/json"},
            method="POST",
        )
        opener = _DIRECTLY if _is_loopback(urlsplit(self.url).hostname or "") else _USUALLY
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                answer.read(LONGEST_REASON)
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise self._refused(refusal) from None
        except TimeoutError:
            raise self._silent() from None
        except (OSError, http.client.HTTPException) as error:
            if isinstance(getattr(error, "reason", None), TimeoutError):
                raise self._silent() from None
            raise LinkError(
                f"no answer from the agent at {self.host}: {error}",
                code=80000,
                hint="Check that the agent runs, and that agent= is its address.",
            ) from None

    def _silent(self) -> AITransportError:
        return error_for(
            50003,
            f"the agent at {self.host} did not answer within {PATIENCE} s",
            hint="An endpoint answers once the Run has begun, and not when it has ended.",
        )

    def _refused(self, refusal: urllib.error.HTTPError) -> AITransportError:
        message, hint = _told(refusal)
        return error_for(
            50000 if refusal.code >= 500 else 40000,
            f"the agent at {self.host} answered {refusal.code} {refusal.reason}{message}",
            status=refusal.code,
            hint=hint or _mend(refusal.code),
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _mend(status: int) -> str:
    if 300 <= status < 400:
        return "Give agent= the address that it redirects to."
    if status in (401, 403):
        return "Put what proves who asks into agent_headers=."
    if status in (404, 405):
        return "Check agent=: it is the address that takes the POST of an invocation."
    return "Look into the agent's log."


def _told(refusal: urllib.error.HTTPError) -> tuple[str, str]:
    """Return why it was refused, and the mend, as far as the endpoint says so."""
    try:
        error = json.loads(refusal.read(LONGEST_REASON))["error"]
        message, hint = error["message"], error.get("hint", "")
    except (OSError, http.client.HTTPException, ValueError, TypeError, KeyError, AttributeError):
        return "", ""
    return f": {message:.500}", hint if isinstance(hint, str) else ""

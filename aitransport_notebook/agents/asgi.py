"""Requests and replies of ASGI: what the endpoints need of a framework, and no more."""

from __future__ import annotations

import json
import logging
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.session.closing import Closing

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
# What wakes an agent or asks for a token has a few hundred bytes.
LARGEST_BODY = 64 * 1024
MOST_FIELDS = 100
_LOG = logging.getLogger("aitransport_notebook")


class Headers(Mapping[str, str]):
    """The headers of a request, whatever case their names are written in.

    >>> Headers([(b"authorization", b"Bearer x")])["Authorization"]
    'Bearer x'
    """

    def __init__(self, given: Sequence[tuple[bytes, bytes]]) -> None:
        self._values: dict[str, str] = {}
        for raw_name, raw in given:
            name, value = raw_name.decode("latin-1").lower(), raw.decode("latin-1")
            known = self._values.get(name)
            between = "; " if name == "cookie" else ", "
            self._values[name] = value if known is None else f"{known}{between}{value}"

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True)
class Request:
    """A request, for the hooks that tell who asks, and what they may do.

    `scope` is as the server gave it, with what an outer application has put there: its session,
    its user, its state.
    """

    method: str
    path: str
    headers: Headers = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    scope: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, scope: Scope) -> Request:
        headers = Headers(scope.get("headers", ()))
        query = dict(fields(scope.get("query_string", b"")))
        return cls(scope["method"], scope["path"], headers, query, scope)


def fields(encoded: bytes) -> list[tuple[str, str]]:
    """Read what is encoded as in a query or a form, with each field as often as it is there."""
    try:
        return parse_qsl(
            encoded.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise error_for(
            40000, f"there are more than {MOST_FIELDS} fields", hint="Send only what is needed."
        ) from None


@dataclass(frozen=True)
class Reply:
    """What is answered; it may be a token, so it is not shown."""

    body: bytes = field(repr=False)
    status: int = 200
    type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, send: Send) -> None:
        told = {"content-type": self.type, "content-length": str(len(self.body)), **self.headers}
        headers = [(name.encode(), value.encode("latin-1")) for name, value in told.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def refusal(error: AITransportError, headers: Mapping[str, str] | None = None) -> Reply:
    """Return an error as Ably's clients read it."""
    told: dict[str, Any] = {
        "code": error.code,
        "statusCode": error.status,
        "message": error.message,
        **({"hint": error.hint} if error.hint else {}),
    }
    # Clients in a browser look here before they read the body.
    marked = {"x-ably-errorcode": str(error.code), **(headers or {})}
    return Reply(json.dumps({"error": told}).encode(), error.status, headers=marked)


class _Gone(Exception):
    """Who asked has left before the end of the request."""


class Endpoint(Closing):
    """An ASGI application that answers one kind of request, at whatever path it is put."""

    methods: ClassVar[tuple[str, ...]]

    @abstractmethod
    async def answer(self, request: Request, body: bytes) -> Reply:
        """Answer a request; an `AITransportError` becomes a reply with its status."""

    async def close(self) -> None:
        """Let go of what is held; a server that runs the endpoint bare calls it in the end."""
        return None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await receive()
            await send({"type": "websocket.close"})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        try:
            if method not in self.methods:
                raise error_for(
                    40500, f"{method} is not answered here", hint=f"Use {self.methods[0]}."
                )
            reply = await self.answer(Request.of(scope), await _body(receive))
        except _Gone:
            return
        except AITransportError as error:
            if error.status >= 500:
                _LOG.warning("%s %s: %s", method, scope["path"], error)
            allow = {"allow": ", ".join(self.methods)} if error.status == 405 else None
            reply = refusal(error, allow)
        await reply.send(send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise error_for(
                40009,
                f"the body has more than {LARGEST_BODY} bytes",
                hint="Send no more than is asked for: all else stands on the channel.",
            )
        if not message.get("more_body", False):
            return bytes(body)

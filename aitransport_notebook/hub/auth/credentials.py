"""The credentials that a request carries, read but not yet believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.client_ids import invalid_client_id
from aitransport_notebook.hub.auth.encoding import decode_base64_text


@dataclass(frozen=True)
class Credentials:
    """An API key ("basic"), the text of a token ("bearer"), or nothing."""

    kind: Literal["basic", "bearer", "none"]
    value: str = field(default="", repr=False)

    @classmethod
    def from_request(
        cls, headers: Mapping[str, str], params: Mapping[str, str] | None = None
    ) -> Credentials:
        """Read the Authorization header, or else the query; raise 40101 if it makes no sense.

        Plain mappings of headers have their names in lower case.
        """
        params = params or {}
        authorization = headers.get("authorization")
        if authorization:
            return _from_authorization(authorization)
        if key := params.get("key"):
            return cls("basic", key)
        if token := params.get("access_token") or params.get("accessToken"):
            return cls("bearer", token)
        return cls("none")


def claimed_client_id(
    headers: Mapping[str, str], params: Mapping[str, str] | None = None
) -> str | None:
    """Return the client id that the request says it is from; raise 40012 if it is unreadable."""
    encoded = headers.get("x-ably-clientid")
    if encoded is None:
        return (params or {}).get("clientId")
    client_id = decode_base64_text(encoded)
    if client_id is None:
        raise invalid_client_id("the X-Ably-ClientId header is not base64 of UTF-8 text")
    return client_id


def _from_authorization(header: str) -> Credentials:
    scheme, _, value = header.strip().partition(" ")
    value = value.strip()
    match scheme.lower():
        case "basic":
            key = decode_base64_text(value)
            if key is None:
                raise _unreadable("Basic credentials must be the base64 of the API key")
            return Credentials("basic", key)
        case "bearer":
            return Credentials("bearer", _unwrapped(value))
        case _:
            raise _unreadable("the Authorization header is neither Basic nor Bearer")


def _unwrapped(token: str) -> str:
    # Clients wrap tokens in base64, which never has a dot in it, as every token has.
    decoded = decode_base64_text(token)
    return token if decoded is None else decoded


def _unreadable(problem: str) -> AITransportError:
    return error_for(
        40101,
        f"invalid credentials: {problem}",
        hint="Send an API key as Basic, or a token as Bearer, or either in the query.",
    )

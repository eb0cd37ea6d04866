"""Client ids: any text but the empty one; "*" stands for all of them and is nobody's own."""

from __future__ import annotations

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.encoding import is_unicode

ANY_CLIENT = "*"


def read_client_id(value: object) -> str | None:
    """Return the client id that credentials are for; raise 40012 if it can be none.

    >>> read_client_id(None) is None, read_client_id("*"), read_client_id("ann")
    (True, '*', 'ann')
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise invalid_client_id("it must be a string")
    if not value:
        raise invalid_client_id("it must not be empty")
    if not is_unicode(value):
        raise invalid_client_id("it is not valid Unicode")
    return value


def read_own_client_id(value: object) -> str | None:
    """Return the client id that somebody goes by, which cannot be "*"; raise 40012 if none."""
    client_id = read_client_id(value)
    if client_id == ANY_CLIENT:
        raise invalid_client_id("'*' is reserved")
    return client_id


def invalid_client_id(problem: str, hint: str = "") -> AITransportError:
    return error_for(
        40012,
        f"invalid clientId: {problem}",
        hint=hint or "Give a name of your own, or leave the clientId out.",
    )

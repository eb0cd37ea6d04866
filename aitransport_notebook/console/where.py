"""Which hub it is that a connection leads to, as it says itself."""

from __future__ import annotations

import json

from aitransport_notebook.console.soon import soon
from aitransport_notebook.session.connection import Connection
from aitransport_notebook.session.fetching import fetch


def instance_of(connection: Connection) -> str | None:
    """Return the name that tells a hub from every other; None for other servers.

    A page asks for the same before it trusts a loopback port: its machine may not be the kernel's.
    """
    if not connection.is_local:
        return None
    return soon(lambda: _asked(connection.url), f"which hub there is at {connection.url}")


def _asked(url: str) -> str | None:
    about = json.loads(fetch(f"{url}/hub/about", {}, directly=True))
    instance = about.get("instance") if isinstance(about, dict) else None
    return instance if isinstance(instance, str) else None

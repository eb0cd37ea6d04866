"""One-time links to a hub's pages, which the hub gives to who has its key."""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from aitransport_notebook.errors import AuthError, RequestError
from aitransport_notebook.hub.launch.record import proof
from aitransport_notebook.session.fetching import fetch

HUB = "aitransport-notebook"


def ask_for_link(url: str, key: str, wish: Mapping[str, Any], *, directly: bool) -> str:
    """Have a hub make a link, of which it is told what it opens."""
    told = fetch(
        f"{url}/hub/links",
        {**with_key(key), "Content-Type": "application/json"},
        method="POST",
        body=json.dumps(wish).encode(),
        directly=directly,
    )
    link = urlsplit(str(json.loads(told)["url"]))
    # Where a proxy stands before it the hub does not know by what address it is reached.
    return f"{url}{link.path}#{link.fragment}"


def with_key(key: str) -> dict[str, str]:
    """Return the header that shows a key."""
    return {"Authorization": f"Basic {b64encode(key.encode()).decode()}"}


def check_hub(url: str, key: str, *, directly: bool) -> None:
    """Raise unless there is a hub that has the key itself, and so may be shown it."""
    name, _, secret = key.partition(":")
    challenge = secrets.token_hex(16)
    query = urlencode({"challenge": challenge, "key": name})
    try:
        about = json.loads(fetch(f"{url}/hub/about?{query}", {}, directly=directly))
    except (AuthError, ValueError):
        about = None
    if not isinstance(about, dict) or about.get("hub") != HUB:
        raise RequestError(
            f"the server at {url} is no hub, and has no pages",
            code=40000,
            hint="Give connect() the endpoint, port and key of a hub, or nothing for your own.",
        )
    if not hmac.compare_digest(str(about.get("proof")).encode(), proof(secret, challenge).encode()):
        raise AuthError(
            f"the hub at {url} does not know the key {name}",
            code=40101,
            hint="Give the key that it was started with: key= in Python, --key in a terminal.",
        )

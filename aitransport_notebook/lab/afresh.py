"""Has the demo begin again: what was said in its sessions is forgotten, and nothing else."""

from __future__ import annotations

import json
from urllib.parse import quote

from aitransport_notebook.errors import HubError
from aitransport_notebook.hub.launch.record import HubRecord
from aitransport_notebook.lab.names import SESSIONS
from aitransport_notebook.session.fetching import fetch
from aitransport_notebook.session.hub_links import with_key


def begin_again(hub: HubRecord) -> None:
    """Empty the demo sessions; raise, and leave all as it is, where somebody is in one of them."""
    for name in SESSIONS:
        _check_empty(hub, name)
    for name in SESSIONS:
        url = f"{hub.url}/hub/channels/{quote(name, safe='')}"
        fetch(url, with_key(hub.key), method="DELETE", directly=True)


def _check_empty(hub: HubRecord, name: str) -> None:
    url = f"{hub.url}/channels/{quote(name, safe='')}/presence"
    members = json.loads(fetch(url, with_key(hub.key), directly=True))
    if members:
        who = ", ".join(sorted({str(member.get("clientId")) for member in members}))
        raise HubError(
            f"the demo cannot begin again, as somebody is in {name}: {who}",
            hint="End the other lab, and close the notebooks and pages that show the session.",
        )

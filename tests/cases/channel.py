"""What a channel would keep of what it delivered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aitransport_notebook.wire.inbound import Action
from tests.cases.telling import Wire


def history_of(live: Iterable[Wire]) -> list[Wire]:
    """Return each message as it stands after all that was delivered of it, oldest first."""
    known: dict[str, Wire] = {}
    for message in sorted(live, key=version_of):
        extras = message.get("extras")
        if isinstance(extras, dict) and extras.get("ephemeral") is True:
            continue
        before = known.get(message["serial"])
        if before is None or version_of(before) < version_of(message):
            known[message["serial"]] = message if before is None else _after(before, message)
    return [known[serial] for serial in sorted(known)]


def version_of(message: Wire) -> str:
    version = message.get("version")
    serial = version.get("serial") if isinstance(version, dict) else version
    return str(serial or message["serial"])


def _after(before: Wire, message: Wire) -> Wire:
    changed: dict[str, Any] = {**before, **message}
    if message["action"] == Action.APPEND:
        changed["action"] = int(Action.UPDATE)
        changed["data"] = _joined(before.get("data"), message.get("data"))
    return changed


def _joined(text: Any, more: Any) -> Any:
    return text + more if isinstance(text, str) and isinstance(more, str) else text

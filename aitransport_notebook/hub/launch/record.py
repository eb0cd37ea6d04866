"""The file in which a hub says where it is. Only the user can read it, for the key is in it."""

from __future__ import annotations

import hmac
import json
import os
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec

from aitransport_notebook.errors import HubError

# Hubs and packages of the same number understand each other, whatever their versions.
PROTOCOL = 1


def proof(secret: str, challenge: str) -> str:
    """Show that one has the key, without showing the key."""
    return hmac.digest(secret.encode(), f"hub:{challenge}".encode(), "sha256").hex()


@dataclass(frozen=True)
class HubRecord:
    """Where a hub is and how to be let in."""

    url: str
    host: str
    port: int
    key: str = field(repr=False)
    pid: int
    version: str

    @classmethod
    def of(cls, host: str, port: int, key: str, version: str) -> HubRecord:
        shown = f"[{host}]" if ":" in host else host
        return cls(f"http://{shown}:{port}", host, port, key, os.getpid(), version)

    def public(self) -> dict[str, object]:
        """What the `hub` command prints."""
        return {"url": self.url, "host": self.host, "port": self.port, "key": self.key}


def home() -> Path:
    """The folder in which this user's hub lives; AITRANSPORT_HOME says otherwise."""
    given = os.environ.get("AITRANSPORT_HOME")
    if given:
        return Path(given)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "aitransport-notebook"


def write_record(file: Path, record: HubRecord) -> None:
    """Write the record whole or not at all, readable by the user alone."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{record.pid}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump(asdict(record), out)
    draft.replace(file)


def read_record(file: Path) -> HubRecord | None:
    """Read the record; None if there is none, or none that can be read."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise HubError(
            f"cannot read {file}: {error.strerror}",
            hint="Make the file yours, or set AITRANSPORT_HOME to a folder that is.",
        ) from None
    try:
        return msgspec.json.decode(text, type=HubRecord)
    except msgspec.MsgspecError:
        return None

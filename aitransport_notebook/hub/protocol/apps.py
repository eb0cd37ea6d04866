"""The apps that a hub serves: keys, and rules for namespaces of channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aitransport_notebook.hub.auth.keys import Key


@dataclass(frozen=True)
class Rule:
    """What a namespace's channels may do and keep."""

    persisted: bool = False
    mutable: bool = False


@dataclass(frozen=True)
class App:
    """One app. Nothing of it is seen by another."""

    id: str
    keys: Mapping[str, Key]
    rules: Mapping[str, Rule] = field(default_factory=dict)
    # A channel that no rule names.
    default: Rule = field(default_factory=lambda: Rule(persisted=True, mutable=True))

    def rule_for(self, channel: str) -> Rule:
        """Return the rule of the channel's namespace: what stands before its first colon."""
        return self.rules.get(channel.partition(":")[0], self.default)


class Apps:
    """All apps by id."""

    def __init__(self) -> None:
        self._apps: dict[str, App] = {}

    def add(self, app: App) -> None:
        self._apps[app.id] = app

    def remove(self, app_id: str) -> App | None:
        return self._apps.pop(app_id, None)

    def get(self, app_id: str) -> App | None:
        return self._apps.get(app_id)

    def find_key(self, name: str) -> Key | None:
        """Return the key of this name ("app.id"), or None."""
        app = self._apps.get(name.partition(".")[0])
        return app.keys.get(name) if app else None

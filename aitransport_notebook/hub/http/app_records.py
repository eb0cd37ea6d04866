"""Apps that a sandbox has provisioned, in the form in which the store keeps them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import msgspec

from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.keys import Key, new_key
from aitransport_notebook.hub.protocol.apps import App, Rule


class KeySpec(msgspec.Struct, rename="camel"):
    """A key that is asked for."""

    capability: str | dict[str, list[str]] | None = None
    revocable_tokens: bool = False


class NamespaceSpec(msgspec.Struct, rename="camel"):
    """A namespace: what its channels keep and allow."""

    id: str
    persisted: bool = False
    mutable_messages: bool = False


class KeyRecord(msgspec.Struct):
    """A key with its secret."""

    id: str
    secret: str
    capability: str
    revocable_tokens: bool


class AppRecord(msgspec.Struct):
    """An app as it is kept."""

    id: str
    keys: list[KeyRecord]
    namespaces: list[NamespaceSpec]

    @classmethod
    def of(cls, keys: Sequence[KeySpec], namespaces: list[NamespaceSpec]) -> AppRecord:
        """Make an app with fresh keys."""
        app_id = secrets.token_hex(4)
        return cls(app_id, [_record(app_id, n, spec) for n, spec in enumerate(keys)], namespaces)

    def app(self) -> App:
        """Return the app as the hub serves it."""
        keys = [
            Key(self.id, key.id, key.secret, Capability.parse(key.capability), key.revocable_tokens)
            for key in self.keys
        ]
        rules = {
            namespace.id: Rule(persisted=namespace.persisted, mutable=namespace.mutable_messages)
            for namespace in self.namespaces
        }
        return App(self.id, {key.name: key for key in keys}, rules, default=Rule())


def read_app(body: bytes) -> App:
    """Read an app that was kept."""
    return msgspec.json.decode(body, type=AppRecord).app()


def _record(app_id: str, number: int, spec: KeySpec) -> KeyRecord:
    key = new_key(
        app_id,
        f"key{number}",
        Capability.parse(spec.capability),
        secrets.token_bytes(32),
        revocable_tokens=spec.revocable_tokens,
    )
    return KeyRecord(key.key_id, key.secret, key.capability.to_json(), key.revocable_tokens)

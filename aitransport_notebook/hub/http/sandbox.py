"""Provisioning of test apps, as Ably's own suites ask for it."""

from __future__ import annotations

import secrets

import msgspec

from aitransport_notebook.errors import error_for
from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.keys import Key, new_key
from aitransport_notebook.hub.http.calls import Call
from aitransport_notebook.hub.http.replies import Reply
from aitransport_notebook.hub.protocol.apps import App, Rule
from aitransport_notebook.hub.protocol.frames import PresenceAction, PresenceMessage
from aitransport_notebook.hub.protocol.log import Place


class KeySpec(msgspec.Struct, rename="camel"):
    """A key that is asked for."""

    capability: str | dict[str, list[str]] | None = None
    revocable_tokens: bool = False


class NamespaceSpec(msgspec.Struct, rename="camel"):
    """A namespace that is asked for."""

    id: str
    persisted: bool = False
    mutable_messages: bool = False


class ChannelSpec(msgspec.Struct):
    """A channel with members that are there from the beginning."""

    name: str
    presence: list[PresenceMessage] = []


class AppSpec(msgspec.Struct):
    """An app that is asked for."""

    keys: list[KeySpec] = []
    namespaces: list[NamespaceSpec] = []
    channels: list[ChannelSpec] = []


async def create(call: Call) -> Reply:
    """POST /apps"""
    _not_from_a_page(call)
    spec = await call.body(AppSpec)
    app = _app_of(spec)
    call.hub.apps.add(app)
    for channel in spec.channels:
        _fill(call, Place(app.id, channel.name), channel.presence)
    url = call.request.url
    return Reply(
        {
            "accountId": "hub",
            "appId": app.id,
            "keys": [_described(key) for key in app.keys.values()],
            "namespaces": [msgspec.to_builtins(namespace) for namespace in spec.namespaces],
            "endpoint": url.host,
            "port": url.port,
            "tls": False,
        },
        201,
    )


async def delete(call: Call) -> Reply:
    """DELETE /apps/{app}"""
    app_id = call.part("app")
    grant = call.grant()
    if grant.app_id != app_id or not grant.is_basic:
        raise error_for(40101, "the key is not of this app", hint="Use a key of the app.")
    call.hub.apps.remove(app_id)
    call.hub.core.drop_app(app_id)
    return Reply(None, 204)


async def accept_stats(call: Call) -> Reply:
    """POST /stats: fixtures for statistics, which this hub does not keep."""
    call.grant()
    return Reply(None, 201)


def _app_of(spec: AppSpec) -> App:
    app_id = secrets.token_hex(4)
    keys = [
        new_key(
            app_id,
            f"key{number}",
            Capability.parse(key.capability),
            secrets.token_bytes(32),
            revocable_tokens=key.revocable_tokens,
        )
        for number, key in enumerate(spec.keys)
    ]
    rules = {n.id: Rule(persisted=n.persisted, mutable=n.mutable_messages) for n in spec.namespaces}
    return App(app_id, {key.name: key for key in keys}, rules, default=Rule())


def _described(key: Key) -> dict[str, object]:
    text = f"{key.name}:{key.secret}"
    return {
        "id": key.key_id,
        "value": key.secret,
        "keyName": key.name,
        "keySecret": key.secret,
        "keyStr": text,
        "capability": key.capability.to_json(),
        "revocableTokens": key.revocable_tokens,
    }


def _fill(call: Call, place: Place, members: list[PresenceMessage]) -> None:
    if not members:
        return
    source = secrets.token_urlsafe(9)
    for index, member in enumerate(members):
        member.id = f"{source}:0:{index}"
        member.connectionId = source
        member.action = PresenceAction.ENTER
    call.hub.core.seat(place, members)


def _not_from_a_page(call: Call) -> None:
    if "Origin" in call.request.headers:
        raise error_for(
            40300, "a page may not make apps", status=403, hint="Provision from a process."
        )

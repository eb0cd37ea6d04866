"""Provisioning of test apps, as Ably's own suites ask for it."""

from __future__ import annotations

import secrets
from functools import partial

import msgspec

from aitransport_notebook.errors import error_for
from aitransport_notebook.hub.auth.keys import Key
from aitransport_notebook.hub.http.app_records import AppRecord, KeySpec, NamespaceSpec
from aitransport_notebook.hub.http.calls import Call, outcome
from aitransport_notebook.hub.http.replies import Reply
from aitransport_notebook.hub.protocol.frames import PresenceAction, PresenceMessage
from aitransport_notebook.hub.protocol.log import Place
from aitransport_notebook.hub.protocol.names import parse_channel


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
    record = AppRecord.of(spec.keys, spec.namespaces)
    hub, app = call.hub, record.app()
    for channel in spec.channels:
        _fill(call, Place(app.id, parse_channel(channel.name).name), channel.presence)
    save = partial(hub.store.save_app, app.id, msgspec.json.encode(record))
    await outcome(partial(hub.core.in_batch, save))
    hub.apps.add(app)
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
    grant.require("*", "*")
    hub = call.hub
    hub.apps.remove(app_id)
    hub.core.drop_app(app_id)
    await outcome(partial(hub.core.in_batch, partial(hub.store.delete_app, app_id)))
    return Reply(None, 204)


async def accept_stats(call: Call) -> Reply:
    """POST /stats: fixtures for statistics, which this hub does not keep."""
    call.grant()
    return Reply(None, 201)


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

"""What a publish must be before the log takes it: whose, how large, and of what shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aitransport_notebook.errors import error_for
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.protocol.apps import Rule
from aitransport_notebook.hub.protocol.encoding import (
    normalise_data,
    normalise_extras,
    normalise_object,
    room_taken,
    size_of,
)
from aitransport_notebook.hub.protocol.frames import (
    Message,
    MessageAction,
    PresenceAction,
    PresenceMessage,
    Version,
)
from aitransport_notebook.hub.protocol.limits import Limits, check_size
from aitransport_notebook.hub.protocol.serials import parse_serial

# For each operation on a message: the capability to do it to any, and to one's own.
OPERATIONS = {
    MessageAction.UPDATE: ("message-update-any", "message-update-own"),
    MessageAction.APPEND: ("message-update-any", "message-update-own"),
    MessageAction.DELETE: ("message-delete-any", "message-delete-own"),
}
# What Ably has extras for.
KNOWN_EXTRAS = frozenset(
    {"ai", "delta", "ephemeral", "headers", "privileged", "push", "ref", "userClaim"}
)
PRESENCE_EVENTS = frozenset({PresenceAction.ENTER, PresenceAction.LEAVE, PresenceAction.UPDATE})


@dataclass(frozen=True)
class Publisher:
    """Who publishes, by what right."""

    grant: Grant
    identify: Callable[[str | None], str | None]
    connection_id: str | None = None


def prepare_messages(
    messages: Sequence[Message], channel: str, publisher: Publisher, rule: Rule, limits: Limits
) -> None:
    """Check the messages and fill in what the hub knows, in place; raise if one may not be."""
    if not messages:
        raise error_for(40030, "nothing to publish", hint="Send at least one message.")
    if len(messages) > limits.messages_per_publish:
        raise error_for(
            40034,
            f"{len(messages)} messages in one publish",
            hint=f"Send at most {limits.messages_per_publish} at once.",
        )
    total = 0
    for message in messages:
        _prepare(message, channel, publisher, rule)
        _check_extras(message.extras, limits)
        total += size_of(message)
    _check_ids(messages)
    check_size(total, limits.message_size, "Publish smaller messages, or several.")


def _prepare(message: Message, channel: str, publisher: Publisher, rule: Rule) -> None:
    action = message.action or MessageAction.CREATE
    message.action = action
    normalise_data(message)
    message.extras = normalise_extras(message.extras)
    message.timestamp = None
    message.connectionId = publisher.connection_id
    if action == MessageAction.CREATE:
        publisher.grant.require(channel, "publish")
        message.clientId = publisher.identify(message.clientId)
        message.serial = None
        message.version = None
        if message.id is not None and not message.id:
            raise error_for(40031, "empty message id", hint="Leave the id out, or give one.")
    else:
        _prepare_operation(message, action, channel, publisher, rule)
    claim = publisher.grant.claim_for(channel)
    if message.extras is None and action != MessageAction.CREATE:
        # The log knows what is left alone, and sees to the claim.
        return
    if claim is not None:
        message.extras = {**(message.extras or {}), "userClaim": claim}
    elif message.extras and "userClaim" in message.extras:
        # A claim counts because the token makes it; nobody may write one.
        message.extras = {k: v for k, v in message.extras.items() if k != "userClaim"}


def _check_extras(extras: dict[str, Any] | None, limits: Limits) -> None:
    if not extras:
        return
    headers = extras.get("headers")
    if headers is not None and not _is_flat(headers):
        raise error_for(
            40032,
            "extras.headers must be a map<string, string|number|boolean|null>",
            hint="Put what is nested into the data, or write it as text.",
        )
    unknown = extras.keys() - KNOWN_EXTRAS
    if unknown and limits.known_extras:
        raise error_for(
            40032,
            f"message has impermissible extras fields: {', '.join(sorted(unknown))[:200]}",
            hint="Put what is your own into extras.headers.",
        )


def _is_flat(value: object) -> bool:
    return isinstance(value, dict) and not any(
        isinstance(inner, dict | list) for inner in value.values()
    )


def _check_ids(messages: Sequence[Message]) -> None:
    """Let ids of several messages name one base, and each its place: it is retried as a whole."""
    created = [
        (index, message.id or "")
        for index, message in enumerate(messages)
        if message.action == MessageAction.CREATE
    ]
    if len(messages) < 2 or not any(id for _, id in created):
        return
    base = created[0][1].rpartition(":")[0]
    if not base or any(id != f"{base}:{index}" for index, id in created):
        raise error_for(
            40031,
            "client-specified message ids do not match the format for several messages",
            hint="Give each the id <base>:<index> of one base, from foo:0 on, or give none an id.",
        )


def _prepare_operation(
    message: Message, action: int, channel: str, publisher: Publisher, rule: Rule
) -> None:
    if action not in OPERATIONS:
        raise error_for(
            40003, f"messages of action {action} cannot be published", hint="Use 0, 1, 2 or 5."
        )
    if not rule.mutable:
        raise error_for(
            93002,
            f"channel {channel[:80]!r} does not allow updates, deletes and appends",
            status=400,
            hint='Enable "Message annotations, updates, deletes, and appends" for its namespace.',
        )
    parse_serial(message.serial or "")
    version = message.version or Version()
    acting = publisher.identify(version.clientId)
    message.version = Version(
        clientId=acting,
        description=version.description,
        metadata=normalise_object(version.metadata, 40013, "metadata"),
    )
    message.clientId = None
    message.id = None
    any_of, own = OPERATIONS[MessageAction(action)]
    if not publisher.grant.may(channel, any_of):
        publisher.grant.require(channel, own)


def owner_needed(messages: Sequence[Message], channel: str, publisher: Publisher) -> str | None:
    """Return the client id that the targets must have, or None where any will do."""
    for message in messages:
        operation = OPERATIONS.get(MessageAction(message.action or 0))
        if operation and not publisher.grant.may(channel, operation[0]):
            acting = message.version.clientId if message.version else None
            if acting is None:
                raise error_for(
                    40166,
                    f"a client without a clientId has no messages of its own; {operation[0]}"
                    " is not allowed",
                    status=401,
                    hint=f"Use a clientId, or credentials with {operation[0]}.",
                )
            return acting
    return None


def prepare_presence(
    events: Sequence[PresenceMessage], channel: str, publisher: Publisher, limits: Limits
) -> None:
    """Check presence events and fill in what the hub knows, in place; raise if one may not be."""
    if not events:
        raise error_for(40000, "no presence event", hint="Send at least one.")
    publisher.grant.require(channel, "presence")
    for event in events:
        if event.action not in PRESENCE_EVENTS:
            raise error_for(
                40003, f"presence action {event.action} cannot be sent", hint="Use 2, 3 or 4."
            )
        event.clientId = publisher.identify(event.clientId)
        if event.clientId is None:
            raise error_for(
                91000,
                "a presence event needs a clientId",
                status=400,
                hint="Connect with a clientId, or name one in the event.",
            )
        normalise_data(event)
        event.extras = normalise_extras(event.extras)
        event.connectionId = publisher.connection_id
        event.timestamp = None
        claim = publisher.grant.claim_for(channel)
        if claim is not None:
            event.extras = {**(event.extras or {}), "userClaim": claim}
        elif event.extras and "userClaim" in event.extras:
            event.extras = {k: v for k, v in event.extras.items() if k != "userClaim"}
    check_size(sum(map(size_of, events)), limits.message_size, "Send less data.")
    check_size(max(map(room_taken, events)), limits.whole_size, "Leave out what is not data.")

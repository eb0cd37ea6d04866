"""What can be wrong with an event or a message on its way to the wire."""

from __future__ import annotations

from aitransport_notebook.errors import AITransportError, error_for


def unknown_item(type: object) -> AITransportError:
    return error_for(
        40003,
        f"the codec has no item of type {type!r}",
        hint="It knows messages, reasoning and function calls; leave out what other tools say.",
    )


def call_without_id() -> AITransportError:
    return error_for(
        40003,
        "a function call without an id cannot be streamed",
        hint="Give its item the `id` that the deltas of its arguments name as `item_id`.",
    )


def not_one_item() -> AITransportError:
    return error_for(
        40003,
        "a user's message is one item of type 'message', with a list of parts",
        hint="Put all parts into the `content` of that item.",
    )


def unknown_part(type: object) -> AITransportError:
    return error_for(
        40003,
        f"a user's message has no part of type {type!r}",
        hint="Its parts are of type 'input_text'.",
    )

"""What can be wrong with a codec's table, or with what it is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aitransport_notebook.errors import AITransportError, error_for


def clash(name: str) -> AITransportError:
    return error_for(
        40003,
        f"the codec's table says twice what {name!r} is",
        hint="Give each event one entry; `kind` and `partType` are the codec's own headers.",
    )


def unknown_event(type: str, known: Iterable[str]) -> AITransportError:
    return error_for(
        40003,
        f"the codec has no output of type {type!r}",
        hint=f"It knows {', '.join(sorted(set(known)))}.",
    )


def unknown_input(kind: str, known: Iterable[str]) -> AITransportError:
    return error_for(
        40003,
        f"the codec has no input of kind {kind!r}",
        hint=f"It knows {', '.join(sorted(set(known)))}.",
    )


def wrong_direction(event: object, wanted: str) -> AITransportError:
    asked = "an input, which has a `kind`" if wanted == "input" else "an output, which has a `type`"
    return error_for(
        40003,
        f"{event!r:.80} is not {asked}",
        hint="Users publish inputs and agents outputs; the codec's factories make both.",
    )


def malformed(event: object, error: Exception) -> AITransportError:
    lacks = isinstance(error, KeyError)
    wrong = f"it has no {error.args[0]!r}" if lacks else str(error)
    return error_for(
        40003,
        f"{event!r:.80} cannot be written: {wrong}",
        hint="Give what the codec's table writes: its fields, of JSON's types.",
    )


def refuse_others_words(message: Mapping[str, Any]) -> None:
    """Refuse a user's message that claims to be somebody else's."""
    role = message.get("role", "user")
    if role != "user":
        raise error_for(
            40003,
            f"a user's message has not the role {role!r:.80}",
            hint='Leave the role out, or give "user"; what an agent says, its Run says.',
        )


def not_a_message(content: object, wanted: str) -> AITransportError:
    return error_for(40003, f"{content!r:.80} is not a message", hint=f"Give {wanted}.")

"""The codec of OpenAI's Responses, and the fold of their events."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aitransport_notebook.codec.contract import Codec, CodecMessage, OpenCall
from aitransport_notebook.codec.fields import Event
from aitransport_notebook.codec.problems import not_a_message, refuse_others_words
from aitransport_notebook.codec.responses import items, tools
from aitransport_notebook.codec.responses.correlation import call_ids, unanswered_calls
from aitransport_notebook.codec.responses.projection import Projection
from aitransport_notebook.codec.responses.slots import ADDED, ARGUMENTS, DONE, SLOTS, slot_of
from aitransport_notebook.codec.responses.table import INPUTS, ITEM_ID, OUTPUTS, PART, POSITION
from aitransport_notebook.codec.turns import last_turn
from aitransport_notebook.wire.names import Headers

_FOLDS: dict[str, items.Fold] = {
    ADDED: items.add,
    DONE: items.finish,
    "response.content_part.added": items.open_part,
    "response.reasoning_summary_part.added": items.open_summary,
    **{slot.delta: items.adder(slot) for slot in SLOTS},
    **{slot.done: items.closer(slot) for slot in SLOTS},
    f"{ARGUMENTS}.delta": items.add_arguments,
    f"{ARGUMENTS}.done": items.set_arguments,
    "function_call_output": tools.put_output,
    "tool-approval-request": tools.ask,
}
_ANSWERS: dict[str, Callable[[Projection, Event, str], None]] = {
    "tool-result": tools.put_result,
    "tool-result-error": tools.put_failure,
    "tool-approval-response": tools.answer,
}


class ResponsesCodec(Codec[Projection]):
    """Messages of items, each valid input of OpenAI's Responses, and the events that make them.

    An agent publishes the events of the stream as they come, as plain dicts. Those of tools that
    OpenAI hosts are refused: nobody could show what they say.

    >>> ResponsesCodec().user_message("hello")["message"]["items"]
    [{'type': 'message', 'role': 'user', 'content': [{'type': 'input_text', 'text': 'hello'}]}]
    """

    agent_tag = "openai-responses"
    call_key = "call_id"
    outputs = OUTPUTS
    inputs = INPUTS

    def empty(self) -> Projection:
        return Projection()

    def fold_input(self, projection: Projection, event: Event, message_id: str | None) -> None:
        if message_id is None:
            return
        if event["kind"] == "user-message":
            _add_message(projection, event["message"], message_id)
        elif event["kind"] in _ANSWERS:
            _ANSWERS[event["kind"]](projection, event["payload"], message_id)

    def fold_output(self, projection: Projection, event: Event, message_id: str | None) -> None:
        fold = _FOLDS.get(event["type"])
        if fold is not None and message_id is not None:
            fold(projection, event, message_id)

    def messages(self, projection: Projection) -> Sequence[CodecMessage]:
        return projection.messages

    def waits(self, messages: Sequence[Any]) -> bool:
        """Tell whether a function call of the last turn has no output and is not approved."""
        return bool(unanswered_calls(last_turn(messages)))

    def open_calls(self, messages: Sequence[Any]) -> list[OpenCall]:
        return [
            OpenCall(call["call_id"], call.get("name", ""), _read(call.get("arguments")))
            for call in unanswered_calls(last_turn(messages))
            if isinstance(call.get("call_id"), str)
        ]

    def has_call(self, message: Any, call_id: str) -> bool:
        return call_id in call_ids(message)

    def user_message(self, content: Any) -> Event:
        if isinstance(content, str):
            part = {"type": "input_text", "text": content}
            content = {"items": [{"type": "message", "role": "user", "content": [part]}]}
        if not isinstance(content, Mapping) or not isinstance(content.get("items"), list):
            raise not_a_message(content, "a text, or a dict with role and items")
        refuse_others_words(content)
        return {"kind": "user-message", "message": {"role": "user", **content}}

    def lead_in(self, seen: set[str], kind: str, headers: Headers, streamed: bool) -> list[Event]:
        """Give a stream the item that its part belongs to; one that is there stays as it is."""
        item_id = ITEM_ID.read(headers)
        slot = slot_of(PART.read(headers)) if streamed else None
        if slot is None or item_id is None:
            return []
        position = POSITION.read(headers)
        return [{"type": ADDED, "item": slot.shell(item_id), "output_index": position}]


def _add_message(projection: Projection, message: Event, id: str) -> None:
    """Add a user's message, or a further part of one that is there: all of it is one item."""
    draft = projection.draft(id, message["role"])
    draft.message["role"] = message["role"]
    known = next((item for item in draft.items if _has_parts(item)), None)
    for item in filter(_has_parts, message["items"]):
        if known is None:
            known = {**item, "content": list(item["content"])}
            draft.items.append(known)
        else:
            known["content"].extend(item["content"])


def _read(arguments: Any) -> Any:
    """Return the arguments of a call as values; as they are where they are no JSON."""
    try:
        return json.loads(arguments)
    except (TypeError, ValueError):
        return arguments


def _has_parts(item: Event) -> bool:
    return item.get("type") == "message" and isinstance(item.get("content"), list)

"""What OpenAI's models are given of a conversation, and which of their events it takes."""

from __future__ import annotations

from typing import Any

from aitransport_notebook.agents.needs import need_codec
from aitransport_notebook.agents.operators import marked
from aitransport_notebook.codec.responses import ResponsesCodec, to_responses_input
from aitransport_notebook.codec.responses.slots import CALL, MESSAGE, MODELLED, REASONING
from aitransport_notebook.codec.responses.tools import OUTPUT
from aitransport_notebook.session.agent.run import AgentRun

Item = dict[str, Any]
Event = dict[str, Any]
# How OpenAI's own ids begin: it takes no others.
_IDS = {MESSAGE: "msg_", CALL: "fc_", REASONING: "rs_"}


def input_of(run: AgentRun, *, foreign_id: str | None = None) -> list[Item]:
    """Return the `input` of the next call to the model: the conversation, fit to be sent.

    `foreign_id` takes the place of ids that are not OpenAI's; without it those have none.
    """
    need_codec(run, ResponsesCodec)
    messages, note = marked(run)
    told: list[Item] = [{"type": MESSAGE, "role": "developer", "content": note}] if note else []
    items = (_portable(item, foreign_id) for item in to_responses_input(messages))
    return told + [item for item in items if item is not None]


def can_be_said(event: Event) -> bool:
    """Tell whether an event is the codec's: what OpenAI's own tools say is not."""
    item = event.get("item")
    if isinstance(item, dict) and item.get("type") not in (*MODELLED, OUTPUT):
        return False
    return ResponsesCodec.outputs.has(event["type"])


def output_of(call_id: str, output: Any) -> Event:
    """Return what is said of a call that the agent has run."""
    return {"type": OUTPUT, "item": {"type": OUTPUT, "call_id": call_id, "output": output}}


def request_of(call: Item) -> Event:
    """Return what asks a user to approve of a call."""
    asked = {key: call[key] for key in ("call_id", "name", "arguments")}
    return {"type": "tool-approval-request", **asked}


def _portable(item: Item, foreign_id: str | None) -> Item | None:
    """Return an item as OpenAI takes it: what others wrote has ids of other kinds."""
    prefix = _IDS.get(item.get("type", ""))
    of_model = item.get("role", "assistant") == "assistant"
    if prefix is None or not of_model or str(item.get("id", "")).startswith(prefix):
        return item
    if foreign_id is not None:
        return {**item, "id": foreign_id}
    if item["type"] == REASONING:
        return None
    return {key: value for key, value in item.items() if key not in ("id", "provider_data")}

"""How tool calls are answered: by the agent itself, or by what a user decides and returns.

OpenAI's items tell neither an approval nor a failure, so both stand beside them, in the
message's `toolCallStates`; what the model has to know is an item too.
"""

from __future__ import annotations

from aitransport_notebook.codec.fields import Event
from aitransport_notebook.codec.responses.projection import Projection

OUTPUT = "function_call_output"
# What the model is told of a denial that gives no reason.
DENIED = "Tool execution was not approved."


def put_output(projection: Projection, event: Event, id: str) -> None:
    """Add what the agent's own tool returned."""
    item = event.get("item")
    if isinstance(item, dict):
        projection.draft(id).items.append(item)


def ask(projection: Projection, event: Event, id: str) -> None:
    """Have a call wait for the user's approval."""
    asked = {key: event.get(key, "") for key in ("name", "arguments")}
    projection.draft(id).note(event.get("call_id", ""), approval="pending", **asked)


def put_result(projection: Projection, payload: Event, id: str) -> None:
    """Add what a tool at the user's returned."""
    call_id = payload.get("call_id", "")
    draft = projection.draft(id)
    given = {"output": payload["output"]} if "output" in payload else {}
    draft.put_output({"type": OUTPUT, "call_id": call_id, **given})
    draft.note(call_id, result="ok")


def put_failure(projection: Projection, payload: Event, id: str) -> None:
    call_id = payload.get("call_id", "")
    draft = projection.draft(id)
    draft.put_output({"type": OUTPUT, "call_id": call_id, "output": payload.get("message", "")})
    draft.note(call_id, result="failed")


def answer(projection: Projection, payload: Event, id: str) -> None:
    """Note the user's decision. A denied call is answered at once, as nothing will run it."""
    call_id, reason = payload.get("call_id", ""), payload.get("reason")
    draft = projection.draft(id)
    because = {} if reason is None else {"reason": reason}
    if payload.get("approved"):
        edited = {"edited": payload["arguments"]} if "arguments" in payload else {}
        draft.note(call_id, approval="approved", **because, **edited)
        return
    output = DENIED if reason is None else reason
    draft.put_output({"type": OUTPUT, "call_id": call_id, "output": output})
    draft.note(call_id, approval="denied", **because)

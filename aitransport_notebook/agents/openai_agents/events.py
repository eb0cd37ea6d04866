"""What the OpenAI Agents SDK tells of a run, as events that the `ResponsesCodec` takes."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any
from uuid import uuid4

from agents import RunResultStreaming, StreamEvent
from agents.models.fake_id import FAKE_RESPONSES_ID

from aitransport_notebook.agents.responses import Event, can_be_said, output_of, request_of
from aitransport_notebook.codec.responses.slots import CALL
from aitransport_notebook.codec.responses.tools import OUTPUT
from aitransport_notebook.errors import error_for


async def events_of(result: RunResultStreaming) -> AsyncGenerator[Event, None]:
    """Yield what a run says, then what it asks approval for; stop it if nobody listens."""
    items, calls = _Items(), set()
    stream = result.stream_events()
    try:
        async for told in stream:
            event = items.event_of(told)
            if event is not None and can_be_said(event):
                calls.add(event.get("item", {}).get("call_id"))
                yield event
        if result.run_loop_exception is not None:
            raise result.run_loop_exception
        for asked in result.interruptions:
            call = _plain(asked.raw_item)
            if call.get("type") != CALL or call["call_id"] not in calls:
                raise error_for(
                    40003,
                    f"nobody can be asked to approve of {asked.tool_name!r} in a session",
                    hint="Only functions of the agents themselves can need an approval here.",
                )
            yield request_of(call)
    finally:
        # To close the stream alone would be to wait for the run's own end.
        result.cancel()
        await stream.aclose()  # type: ignore[attr-defined]


class _Items:
    """Tells the items of a run apart, as models that are not OpenAI's give all the same id."""

    def __init__(self) -> None:
        self._response = ""

    def event_of(self, told: StreamEvent) -> Event | None:
        """Return the codec's event for what the SDK tells; None where there is none."""
        if told.type == "raw_response_event":
            event = _plain(told.data)
            if event["type"] == "response.created":
                self._response = uuid4().hex
            return self._with_own_id(event)
        if told.type == "run_item_stream_event":
            item = _plain(told.item.raw_item)
            if item.get("type") == OUTPUT:
                return output_of(item["call_id"], item["output"])
        return None

    def _with_own_id(self, event: Event) -> Event:
        id = f"{self._response}-{event.get('output_index')}"
        item = event.get("item")
        if event.get("item_id") == FAKE_RESPONSES_ID:
            return {**event, "item_id": id}
        if isinstance(item, dict) and item.get("id") == FAKE_RESPONSES_ID:
            return {**event, "item": {**item, "id": id}}
        return event


def _plain(given: Any) -> dict[str, Any]:
    """Return what the SDK has as a model or as a dict as a dict."""
    if isinstance(given, dict):
        return given
    plain: dict[str, Any] = given.model_dump(mode="json", exclude_unset=True)
    return plain

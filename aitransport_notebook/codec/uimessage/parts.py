"""How chunks of text, of content and of a message's own course change it."""

from __future__ import annotations

from aitransport_notebook.codec.fields import Event, pick
from aitransport_notebook.codec.uimessage.projection import Draft, Part, Projection


def begin_text(projection: Projection, chunk: Event, id: str) -> None:
    draft = projection.draft(id)
    kind = chunk["type"].removesuffix("-start")
    part: Part = {"type": kind, "text": ""}
    _open(draft, kind)[_stream(chunk)] = part
    draft.parts.append(part)


def add_text(projection: Projection, chunk: Event, id: str) -> None:
    draft = projection.draft(id)
    part = _open(draft, chunk["type"].removesuffix("-delta")).get(_stream(chunk))
    if part is not None:
        part["text"] += chunk["delta"]


def end_text(projection: Projection, chunk: Event, id: str) -> None:
    draft = projection.draft(id)
    _open(draft, chunk["type"].removesuffix("-end")).pop(_stream(chunk), None)


def start(projection: Projection, chunk: Event, id: str) -> None:
    message = projection.draft(id).message
    if "messageId" in chunk:
        message["id"] = chunk["messageId"]
    if "messageMetadata" in chunk:
        message["metadata"] = chunk["messageMetadata"]


def start_step(projection: Projection, chunk: Event, id: str) -> None:
    projection.draft(id).parts.append({"type": "step-start"})


def finish_step(projection: Projection, chunk: Event, id: str) -> None:
    draft = projection.drafts.get(id)
    if draft is not None:
        # The next step may use the ids of streams again.
        draft.text.clear()
        draft.reasoning.clear()


def set_metadata(projection: Projection, chunk: Event, id: str) -> None:
    draft = projection.drafts.get(id)
    if draft is not None and "messageMetadata" in chunk:
        draft.message["metadata"] = chunk["messageMetadata"]


def attach(projection: Projection, chunk: Event, id: str) -> None:
    """Add a file or a source."""
    part = pick(chunk, "type", "mediaType", "url", "sourceId", "title", "filename")
    if chunk["type"] == "file":
        part = pick(chunk, "type", "mediaType", "url")
    projection.draft(id).parts.append(part)


def put_data(projection: Projection, chunk: Event, id: str) -> None:
    """Add a data part, or put it in the place of the one with its id."""
    if chunk.get("transient"):
        return
    parts = projection.draft(id).parts
    part = pick(chunk, "type", "id", "data")
    if "id" in part:
        for index, known in enumerate(parts):
            if known["type"] == part["type"] and known.get("id") == part["id"]:
                parts[index] = part
                return
    parts.append(part)


def _open(draft: Draft, kind: str) -> dict[str, Part]:
    return draft.text if kind == "text" else draft.reasoning


def _stream(chunk: Event) -> str:
    id = chunk.get("id")
    return id if isinstance(id, str) else ""

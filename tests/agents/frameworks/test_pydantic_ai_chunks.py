"""Each chunk that pydantic-ai has is one that the codec takes."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic_ai.ui.vercel_ai.response_types import BaseChunk, DataChunk, DoneChunk

from aitransport_notebook import UIMessageCodec
from aitransport_notebook.agents.pydantic_ai.stream import chunk_of

GIVEN: dict[str, Any] = {
    "text": "t",
    "delta": "some",
    "id": "t",
    "errorText": "it broke",
    "toolCallId": "c",
    "toolName": "look",
    "inputTextDelta": "{}",
    "input": None,
    "output": None,
    "approvalId": "a",
    "sourceId": "s",
    "url": "https://example.com",
    "mediaType": "image/png",
    "title": "A page",
    "data": None,
    "messageMetadata": {"usage": {}},
}
# Only the end of the stream is never said.
KINDS = [
    kind
    for kind in BaseChunk.__subclasses__()
    if kind.__module__ == BaseChunk.__module__ and kind is not DoneChunk
]


def type_of(kind: type[BaseChunk]) -> str:
    return "data-weather" if kind is DataChunk else str(kind.model_fields["type"].default)


def test_the_kinds_are_found() -> None:
    assert len(KINDS) > 20


@pytest.mark.parametrize("kind", KINDS, ids=type_of)
def test_the_codec_takes_it(kind: type[BaseChunk]) -> None:
    type = type_of(kind)
    names = {field.alias for field in kind.model_fields.values()}
    given = {key: value for key, value in GIVEN.items() if key in names}
    chunk = kind.model_validate({**given, "type": type})
    said = chunk_of(chunk, ())
    assert said is not None and said["type"] == type
    assert {key: said[key] for key in given if key in said} == {
        key: value for key, value in given.items() if key in said
    }
    UIMessageCodec().encode_output(said, "m1")

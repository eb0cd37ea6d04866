"""What is read out of messages of any codec."""

from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.console.reading import entries_of
from aitransport_notebook.tree.tree import Tree


def read(message: Any) -> list[tuple[str, str]]:
    [found] = entries_of(Tree(UIMessageCodec()), [CodecMessage("m1", message)])
    return [(block.title, block.text) for block in found.blocks]


def test_messages_of_the_ai_sdk() -> None:
    parts = [
        {"type": "step-start"},
        {"type": "reasoning", "text": "hm"},
        {"type": "text", "text": "hello"},
        {"type": "tool-look", "toolCallId": "c", "state": "output-available", "input": {"a": 1},
         "output": "found"},
        {"type": "dynamic-tool", "toolName": "fax", "state": "output-error", "errorText": "no"},
        {"type": "file", "mediaType": "image/png", "url": "data:image/png;base64,AAAA"},
        {"type": "source-url", "title": "A page", "url": "https://example.com"},
        {"type": "data-weather", "data": {"celsius": 21}},
        {"type": "other", "x": 1},
        None,
    ]  # fmt: skip
    assert read({"role": "assistant", "parts": parts}) == [
        ("", "hm"),
        ("", "hello"),
        ("look (done)", '{\n  "a": 1\n}\n→ found'),
        ("fax (failed)", "null\n→ error: no"),
        ("file image/png", "data:image/png;base64,…"),
        ("source A page", "https://example.com"),
        ("data-weather", '{\n  "celsius": 21\n}'),
        ("other", '{\n  "type": "other",\n  "x": 1\n}'),
        ("part", "null"),
    ]


def test_messages_of_openai() -> None:
    items = [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]},
        {"type": "message", "content": [{"type": "output_text", "text": "hello"}]},
        {"type": "message", "content": [{"type": "refusal", "refusal": "no"}]},
        {"type": "function_call", "call_id": "c1", "name": "look", "arguments": '{"a":1}'},
        {"type": "function_call_output", "call_id": "c1", "output": "found"},
        {"type": "function_call", "call_id": "c2", "name": "fax", "arguments": "{"},
        {"type": "function_call_output", "call_id": "of another", "output": "found"},
        {"type": "new", "x": 1},
    ]
    states = {"c2": {"approval": "pending"}, "c3": {"approval": "pending", "name": "mail"}}
    assert read({"role": "assistant", "items": items, "toolCallStates": states}) == [
        ("", "hm"),
        ("", "hello"),
        ("", "no"),
        ("look (done)", '{\n  "a": 1\n}\n→ found'),
        ("fax (not decided)", "{"),
        ("output", "found"),
        ("new", '{\n  "type": "new",\n  "x": 1\n}'),
        ("mail (not decided)", "null"),
    ]


@pytest.mark.parametrize(
    "message", [None, 5, "text", [], {}, {"parts": 5}, {"items": [5, None]}, {"text": None}]
)
def test_what_is_no_message_of_ours_is_shown_as_it_is(message: Any) -> None:
    assert all(isinstance(text, str) for _, text in read(message))


def test_a_text_is_a_text() -> None:
    assert read({"role": "user", "text": "hello"}) == [("", "hello")]

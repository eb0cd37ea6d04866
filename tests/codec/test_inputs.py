"""The table of what a user says: the messages that each input becomes, and how they are read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.codec.fields import Event, flag, text
from aitransport_notebook.codec.inputs import Amendment, Composed, InputTable, Part, Signal
from aitransport_notebook.codec.operations import Publish
from aitransport_notebook.codec.outputs import Payload
from aitransport_notebook.errors import RequestError

BODY = Payload(lambda source: source["body"], lambda data: {"body": data})


def composed(*parts: Part) -> Composed:
    return Composed(
        "say",
        parts,
        explode=lambda event: event["parts"],
        envelope=lambda event: ({"name": event["name"]}, {"role": "user"}),
        assemble=lambda part, headers, transport: {
            "name": headers.get("name", ""),
            "role": transport.get("role"),
            "parts": [part],
        },
    )


TABLE = InputTable(
    Signal("again"),
    Amendment("answer", (text("call", ""), flag("yes", False)), BODY),
    Amendment("nod", (text("call", ""),)),
    composed(Part("note", (text("id"),), BODY), Part("data-*", (), BODY), Part("bare")),
)
SAID = {"kind": "say", "name": "n"}
PART = {"discrete": "true", "role": "user"}


@pytest.mark.parametrize(
    ("event", "published"),
    [
        ({"kind": "again", "target": "m"}, [Publish("", {"kind": "again"})]),
        (
            {"kind": "answer", "payload": {"call": "c", "yes": True, "body": {"a": 1}, "x": 1}},
            [Publish({"a": 1}, {"kind": "answer", "call": "c", "yes": "true"})],
        ),
        ({"kind": "nod", "payload": {}}, [Publish("", {"kind": "nod"})]),
        (
            {
                "kind": "say",
                "name": "n",
                "parts": [
                    {"type": "note", "id": "1", "body": "hi"},
                    {"type": "unknown"},
                    {"type": "data-x", "body": [1]},
                    {"type": "bare", "id": "1", "body": 1},
                ],
            },
            [
                Publish("hi", {**SAID, "partType": "note", "id": "1"}, transport=PART),
                Publish([1], {**SAID, "partType": "data-x"}, transport=PART),
                Publish("", {**SAID, "partType": "bare"}, transport=PART),
            ],
        ),
        (
            {"kind": "say", "name": "n", "parts": [{"type": "unknown"}]},
            [Publish("", SAID, transport=PART)],
        ),
    ],
)
def test_what_an_input_becomes(event: Event, published: list[Publish]) -> None:
    assert TABLE.encode(event) == published


@pytest.mark.parametrize(
    ("headers", "data", "transport", "events"),
    [
        (
            {"kind": "answer", "call": "c", "yes": "true"},
            5,
            {"codec-message-id": "m"},
            [
                {
                    "kind": "answer",
                    "codecMessageId": "m",
                    "payload": {"call": "c", "yes": True, "body": 5},
                }
            ],
        ),
        (
            {"kind": "nod"},
            5,
            {},
            [{"kind": "nod", "codecMessageId": "", "payload": {"call": ""}}],
        ),
        (
            {"kind": "say", "partType": "data-x", "name": "n"},
            [1],
            {"role": "user"},
            [
                {
                    "kind": "say",
                    "name": "n",
                    "role": "user",
                    "parts": [{"type": "data-x", "body": [1]}],
                }
            ],
        ),
        ({"kind": "again"}, "", {}, []),
        ({"kind": "say", "partType": "unknown"}, "", {}, []),
        ({"kind": "say"}, "", {}, []),
        ({"kind": "unknown"}, "", {}, []),
        ({}, "", {}, []),
    ],
)
def test_what_a_message_says(
    headers: dict[str, str], data: Any, transport: dict[str, str], events: list[Event]
) -> None:
    assert TABLE.decode(headers, data, transport) == events
    assert TABLE.knows(headers) is bool(events)


def test_an_exact_part_comes_before_a_family() -> None:
    exact = Part("data-x", (text("id"),))
    entry = composed(Part("data-*"), exact)
    assert entry.part("data-x") is exact
    assert entry.part("data-y") is entry.parts[0]
    assert entry.part("data") is None


@given(st.text(), st.text(), st.integers() | st.none() | st.lists(st.text()))
def test_a_part_comes_out_as_it_went_in(name: str, id: str, body: Any) -> None:
    part = {"type": "note", "id": id, "body": body}
    [message] = TABLE.encode({"kind": "say", "name": name, "parts": [part]})
    [event] = TABLE.decode(message.codec, message.data, message.transport)
    assert event == {"kind": "say", "name": name, "role": "user", "parts": [part]}


@pytest.mark.parametrize("kind", ["unknown", ""])
def test_what_is_not_in_the_table_is_refused(kind: str) -> None:
    with pytest.raises(RequestError, match=f"no input of kind '{kind}'") as raised:
        TABLE.encode({"kind": kind})
    assert raised.value.hint == "It knows again, answer, nod, say."


@pytest.mark.parametrize("payload", [{}, {"payload": None}, {"payload": "text"}])
def test_an_amendment_needs_a_payload(payload: dict[str, Any]) -> None:
    with pytest.raises(RequestError, match="'answer' has no payload") as raised:
        TABLE.encode({"kind": "answer", **payload})
    assert "answer" in raised.value.hint


@pytest.mark.parametrize(
    ("entries", "name"),
    [
        ([Signal("a"), Signal("a")], "a"),
        ([Signal("say"), composed()], "say"),
        ([Amendment("a", (text("kind"),))], "a.kind"),
        ([composed(Part("a", (text("partType"),)))], "say a.partType"),
        ([composed(Part("a"), Part("a"))], "a"),
        ([composed(Part("a-*"), Part("a-*"))], "a-*"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(entries: list[Any], name: str) -> None:
    with pytest.raises(RequestError) as raised:
        InputTable(*entries)
    assert repr(name) in raised.value.message
    assert raised.value.hint

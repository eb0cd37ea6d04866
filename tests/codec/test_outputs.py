"""The table of what an agent says: what each event asks of the channel, and how it is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.codec.fields import Event, flag, structured, text
from aitransport_notebook.codec.operations import Append, Close, Open, Operation, Publish
from aitransport_notebook.codec.outputs import OutputTable, Payload, Said, Streamed, Unsaid
from aitransport_notebook.errors import RequestError

ID, META = text("id"), structured("meta")
BODY = Payload(lambda event: event["body"], lambda data: {"body": data})


def words(kind: str = "words", **others: Any) -> Streamed:
    given: dict[str, Any] = {
        "start": f"{kind}-start",
        "delta": f"{kind}-delta",
        "end": f"{kind}-end",
        "stream_id": lambda event: f"{kind}:{event['id']}",
        "delta_text": "more",
        "fields": (ID, META),
    }
    return Streamed(kind, **{**given, **others})


TABLE = OutputTable(
    words(delta_fields=(ID,)),
    words("secret", start="words-start", starts_with=lambda event: event.get("secret") is True),
    words(
        "whole",
        closing=("id",),
        whole=BODY,
        rebuild_delta=lambda headers, added: {"type": "own-delta", "added": added},
        rebuild_end=lambda headers, whole: {"type": "own-end", "all": whole, **headers},
        rebuild_whole=lambda headers, data: [{"type": "own-whole", "data": data}],
    ),
    Said("note", (ID, META), BODY),
    Said("bare"),
    Said("passing", (flag("passing"),), ephemeral=lambda event: bool(event.get("passing"))),
    Said("data-*", (ID,), BODY),
    Unsaid("data-quiet"),
    Unsaid("ping"),
)
GATED = words("gated", start="begin", starts_with=lambda event: event.get("id") == "g")


@pytest.mark.parametrize(
    ("event", "operation"),
    [
        (
            {"type": "words-start", "id": "1", "meta": {"a": 1}, "else": 2},
            Open("words:1", {"kind": "words", "id": "1", "meta": '{"a":1}'}),
        ),
        ({"type": "words-delta", "id": "1", "more": "text"}, Append("words:1", "text")),
        ({"type": "words-delta", "id": "1", "more": ""}, Append("words:1", "")),
        ({"type": "words-end", "id": "1"}, Close("words:1", {"kind": "words", "id": "1"})),
        (
            {"type": "whole-end", "id": "1", "meta": 5, "body": [1]},
            Close(
                "whole:1",
                {"kind": "whole", "id": "1"},
                Publish([1], {"kind": "whole", "id": "1", "meta": "5"}),
            ),
        ),
        (
            {"type": "note", "id": "1", "body": {"a": 1}},
            Publish({"a": 1}, {"kind": "note", "id": "1"}),
        ),
        ({"type": "bare", "id": "1"}, Publish("", {"kind": "bare"})),
        ({"type": "passing"}, Publish("", {"kind": "passing"})),
        (
            {"type": "passing", "passing": True},
            Publish("", {"kind": "passing", "passing": "true"}, ephemeral=True),
        ),
        ({"type": "data-x", "body": 1}, Publish(1, {"kind": "data-x"})),
        ({"type": "data-", "body": 1}, Publish(1, {"kind": "data-"})),
        ({"type": "data-quiet", "body": 1}, None),
        ({"type": "ping"}, None),
    ],
)
def test_what_an_event_asks_of_the_channel(event: Event, operation: Operation | None) -> None:
    before = dict(event)
    assert TABLE.encode(event) == operation
    assert event == before


@pytest.mark.parametrize(
    ("kind", "headers", "data", "events"),
    [
        (
            "note",
            {"id": "1", "meta": "[]"},
            5,
            [{"type": "note", "id": "1", "meta": [], "body": 5}],
        ),
        ("bare", {"id": "1"}, "x", [{"type": "bare"}]),
        ("data-x", {}, None, [{"type": "data-x", "body": None}]),
        ("whole", {}, 5, [{"type": "own-whole", "data": 5}]),
        ("words", {}, 5, []),
        ("words-start", {}, 5, []),
        ("data", {}, 5, []),
        ("ping", {}, 5, []),
        ("", {}, 5, []),
    ],
)
def test_what_a_message_that_is_no_stream_says(
    kind: str, headers: dict[str, str], data: Any, events: list[Event]
) -> None:
    assert TABLE.decode_whole(kind, headers, data) == events


def test_what_a_stream_says() -> None:
    group, headers = TABLE.streamed["words"], {"kind": "words", "id": "1", "meta": "[]"}
    assert group.decode_start(headers) == {"type": "words-start", "id": "1", "meta": []}
    assert group.decode_delta(headers, "a") == {"type": "words-delta", "id": "1", "more": "a"}
    assert group.decode_end(headers, "a") == {"type": "words-end", "id": "1", "meta": []}


def test_a_group_may_rebuild_its_events_by_itself() -> None:
    group = TABLE.streamed["whole"]
    assert group.decode_delta({}, "a") == {"type": "own-delta", "added": "a"}
    assert group.decode_end({"id": "1"}, "ab") == {"type": "own-end", "all": "ab", "id": "1"}


def test_a_shared_start_goes_to_the_first_group_that_takes_it() -> None:
    table = OutputTable(words("secret", start="words-start", starts_with=_is_secret), words())
    assert table.encode({"type": "words-start", "id": "1", "secret": True}) == Open(
        "secret:1", {"kind": "secret", "id": "1"}
    )
    assert table.encode({"type": "words-start", "id": "1"}) == Open(
        "words:1", {"kind": "words", "id": "1"}
    )


@pytest.mark.parametrize(
    ("entry", "operation"),
    [(Said("begin"), Publish("", {"kind": "begin"})), (Unsaid("begin"), None)],
)
def test_a_start_that_no_group_takes_is_an_event_of_its_own(
    entry: Said | Unsaid, operation: Operation | None
) -> None:
    table = OutputTable(GATED, entry)
    assert isinstance(table.encode({"type": "begin", "id": "g"}), Open)
    assert table.encode({"type": "begin", "id": "other"}) == operation


@pytest.mark.parametrize("type", ["unknown", "", "words", "data", "quiet-ping"])
def test_what_is_not_in_the_table_is_refused(type: str) -> None:
    with pytest.raises(RequestError, match=f"no output of type '{type}'") as raised:
        TABLE.encode({"type": type})
    for known in ("note", "words-start", "words-delta", "words-end", "data-*", "ping"):
        assert known in raised.value.hint


@pytest.mark.parametrize(
    ("kind", "as_stream", "as_whole"),
    [
        ("words", True, False),
        ("whole", True, True),
        ("note", False, True),
        ("data-x", False, True),
        ("ping", False, False),
        ("words-end", False, False),
    ],
)
def test_which_kinds_are_known(kind: str, as_stream: bool, as_whole: bool) -> None:
    assert TABLE.knows(kind, streamed=True) is as_stream
    assert TABLE.knows(kind, streamed=False) is as_whole


@pytest.mark.parametrize(
    ("entries", "name"),
    [
        ([Said("a"), Said("a")], "a"),
        ([Said("a-*"), Said("a-*")], "a-*"),
        ([Unsaid("a"), Unsaid("a")], "a"),
        ([Said("a"), Unsaid("a")], "a"),
        ([words("a"), words("a", delta="x", end="y")], "a"),
        ([words("a"), Said("a")], "a"),
        ([words("a"), Said("a-delta")], "a-delta"),
        ([words("a"), Unsaid("a-end")], "a-end"),
        ([words("a"), words("b", delta="a-delta")], "a-delta"),
        ([words("a"), words("b", end="a-delta")], "a-delta"),
        ([words("a"), words("b", start="a-delta")], "a-delta"),
        ([words("a", end="a-start")], "a-start"),
        ([words("a", delta="same", end="same")], "same"),
        ([Said("a", (text("kind"),))], "a.kind"),
        ([Said("a-*", (text("partType"),))], "a-*.partType"),
        ([words("a", fields=(ID, text("kind")))], "a.kind"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(entries: list[Any], name: str) -> None:
    for order in (entries, entries[::-1]):
        with pytest.raises(RequestError) as raised:
            OutputTable(*order)
        assert repr(name) in raised.value.message
        assert raised.value.hint


@pytest.mark.parametrize(
    "entries",
    [
        [words("a"), words("b", start="a-start")],
        [words("a"), Said("a-start")],
        [words("a"), Unsaid("a-start")],
        [words("a"), words("a-delta")],
        [Said("a-*"), Said("a-b"), Unsaid("a-c")],
        [words("a", start="a")],
    ],
)
def test_a_table_that_does_not_is_taken(entries: list[Any]) -> None:
    OutputTable(*entries)
    OutputTable(*entries[::-1])


@given(st.text(), st.dictionaries(st.text(), st.integers(), min_size=1), st.integers() | st.text())
def test_an_event_comes_out_as_it_went_in(id: str, meta: Any, body: Any) -> None:
    event = {"type": "note", "id": id, "meta": meta, "body": body}
    asked = TABLE.encode(event)
    assert isinstance(asked, Publish)
    assert TABLE.decode_whole(asked.codec["kind"], asked.codec, asked.data) == [event]


def _is_secret(event: Event) -> bool:
    return event.get("secret") is True

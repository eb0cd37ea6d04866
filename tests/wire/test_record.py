"""A message put together from its deliveries: the same, whatever way and order they came in."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.wire.inbound import Action, Inbound
from aitransport_notebook.wire.record import Change, Record, SharedHeaders, clean

STREAMING = {"stream": "true", "status": "streaming", "run-id": "r", "codec-message-id": "m"}
COMPLETE = {**STREAMING, "status": "complete"}
CANCELLED = {**STREAMING, "status": "cancelled"}
WHOLE = {"stream": "false", "run-id": "r", "codec-message-id": "m"}
TEXT = {"kind": "text", "id": "1"}


def delivery(
    action: int,
    version: int,
    data: Any = "",
    transport: dict[str, Any] | None = None,
    codec: dict[str, Any] | None = None,
    name: str | None = "ai-output",
) -> Inbound:
    ai = {"transport": transport or {}, "codec": codec or {}}
    wire = {"action": action, "serial": "v0", "data": data, "extras": {"ai": ai}}
    return Inbound({"name": name, "version": {"serial": f"v{version}"}, **wire})


def create(data: Any = "", transport: dict[str, Any] = STREAMING) -> Inbound:
    return delivery(Action.CREATE, 0, data, transport, TEXT)


def append(
    version: int, data: Any, transport: dict[str, Any] = STREAMING, codec: dict[str, Any] = TEXT
) -> Inbound:
    return delivery(Action.APPEND, version, data, transport, codec)


def update(version: int, data: Any, transport: dict[str, Any] = STREAMING) -> Inbound:
    return delivery(Action.UPDATE, version, data, transport, TEXT)


def test_a_stream_grows_by_appends_and_ends_with_one() -> None:
    record = Record(create())
    assert (record.streamed, record.text, record.status) == (True, "", None)
    assert record.merge(append(1, "hel")) is Change.GREW
    assert record.merge(append(2, "lo")) is Change.GREW
    assert (record.text, record.text, record.status) == ("hello", "hello", None)
    assert record.merge(append(3, "", COMPLETE)) is Change.GREW
    assert (record.text, record.status, record.version) == ("hello", "complete", "v3")


@pytest.mark.parametrize("transport", [COMPLETE, CANCELLED])
def test_what_grows_after_its_end_says_something_else(transport: dict[str, str]) -> None:
    record = Record(create())
    assert record.merge(append(1, "a", transport)) is Change.GREW
    assert record.status == transport["status"]
    assert record.merge(append(2, "b", transport)) is Change.REPLACED
    assert record.text == "ab"


@pytest.mark.parametrize("version", [0, 1, 2])
def test_what_is_here_already_changes_nothing(version: int) -> None:
    record = Record(create())
    record.merge(append(1, "a"))
    record.merge(append(2, "b"))
    for again in (append(version, "x"), update(version, "x"), create("x")):
        assert record.merge(again) is Change.NOTHING
    assert (record.text, record.version) == ("ab", "v2")


@pytest.mark.parametrize("action", [Action.META, Action.SUMMARY, 99])
@pytest.mark.parametrize("first", [create(), append(1, "a")])
def test_what_is_about_a_message_is_not_the_message(first: Inbound, action: Any) -> None:
    record = Record(first)
    said = record.text
    assert record.merge(delivery(action, 9, "x", STREAMING, TEXT)) is Change.NOTHING
    assert record.text == said


def test_the_headers_that_the_end_brings_are_the_headers() -> None:
    record = Record(create())
    ended = append(1, "a", COMPLETE, {**TEXT, "providerMetadata": "{}"})
    assert record.merge(ended) is Change.REPLACED
    assert record.codec == {**TEXT, "providerMetadata": "{}"}


def test_an_append_without_headers_leaves_them() -> None:
    record = Record(create())
    assert record.merge(append(1, "a", {}, {})) is Change.GREW
    assert (record.transport, record.codec, record.text) == (STREAMING, TEXT, "a")


@pytest.mark.parametrize("key", ["run-id", "codec-message-id", "step-id"])
def test_an_append_with_another_place_moves_the_message(key: str) -> None:
    record = Record(create())
    assert record.merge(append(1, "a", {**STREAMING, key: "other"})) is Change.MOVED
    assert record.transport[key] == "other"
    assert (record.run_id, record.message_id) == (
        record.transport["run-id"],
        record.transport["codec-message-id"],
    )


def test_an_update_is_the_whole_message() -> None:
    record = Record(create())
    record.merge(append(1, "a"))
    assert record.merge(update(2, "other", COMPLETE)) is Change.REPLACED
    assert (record.text, record.status) == ("other", "complete")
    assert record.merge(append(3, "!")) is Change.REPLACED
    assert record.text == "other!"


def test_an_update_in_another_place_moves_the_message() -> None:
    record = Record(create())
    assert record.merge(update(1, "a", {**STREAMING, "run-id": "other"})) is Change.MOVED
    assert record.run_id == "other"


def test_an_update_can_make_a_stream_of_a_message_and_the_other_way_round() -> None:
    record = Record(create("whole", WHOLE))
    assert (record.streamed, record.data, record.text) == (False, "whole", "")
    record.merge(update(1, "grown"))
    assert (record.streamed, record.data, record.text) == (True, None, "grown")
    record.merge(update(2, {"a": 1}, WHOLE))
    assert (record.streamed, record.data, record.text) == (False, {"a": 1}, "")


def test_a_delete_takes_it_away_and_an_update_brings_it_back() -> None:
    record = Record(create("a", WHOLE))
    assert record.merge(delivery(Action.DELETE, 1, None, WHOLE, TEXT)) is Change.MOVED
    assert record.deleted
    assert record.merge(update(2, "b", WHOLE)) is Change.MOVED
    assert (record.deleted, record.data) == (False, "b")


def test_an_append_to_what_does_not_stream_is_part_of_it() -> None:
    record = Record(create("a", WHOLE))
    assert record.merge(append(1, "b", WHOLE)) is Change.REPLACED
    assert record.data == "ab"


@pytest.mark.parametrize("data", [None, {"a": 1}, 5])
def test_what_is_no_text_adds_nothing(data: Any) -> None:
    record = Record(create())
    record.merge(append(1, data))
    assert record.text == ""
    structured = Record(create({"a": 1}, WHOLE))
    structured.merge(append(1, "text", WHOLE))
    assert structured.data == {"a": 1}


def test_an_update_without_a_name_keeps_the_name() -> None:
    record = Record(create("a", WHOLE))
    record.merge(delivery(Action.UPDATE, 1, "b", WHOLE, TEXT, name=None))
    assert record.name == "ai-output"


def test_who_changed_it_last_is_told() -> None:
    record = Record(create())
    version = {"serial": "v1", "timestamp": 1800, "clientId": "bob"}
    record.merge(Inbound({"action": Action.APPEND, "data": "a", "version": version}))
    assert (record.version_timestamp, record.version_client_id) == (1800, "bob")


@pytest.mark.parametrize(
    ("extras", "kept"),
    [(None, None), ("text", None), ({}, {}), ({"ai": {}}, None), ({"ai": {}, "x": 1}, {"x": 1})],
)
def test_extras_are_kept_but_for_our_own(extras: Any, kept: Any) -> None:
    assert Record(Inbound({"extras": extras})).extras == kept


def test_appends_come_before_their_beginning() -> None:
    record = Record(append(2, "c"))
    assert record.merge(append(3, "d")) is Change.GREW
    assert record.merge(append(3, "d")) is Change.NOTHING
    assert record.text == "cd"
    record.merge(update(1, "ab"))
    assert (record.text, record.version) == ("abcd", "v3")
    assert record.merge(append(3, "d")) is Change.NOTHING
    record.merge(append(4, "e"))
    assert record.text == "abcde"


def test_appends_that_came_in_disorder_are_put_in_order_behind_their_beginning() -> None:
    record = Record(append(3, "c"))
    record.merge(append(2, "b"))
    record.merge(append(1, "a"))
    record.merge(create())
    assert (record.text, record.version) == ("abc", "v3")


def test_a_beginning_that_has_the_appends_already_takes_their_place() -> None:
    record = Record(append(2, "b"))
    record.merge(append(3, "c"))
    record.merge(update(4, "abcd", COMPLETE))
    assert (record.text, record.status) == ("abcd", "complete")


class Life(NamedTuple):
    """A stream's texts and headers, version by version."""

    texts: list[str]
    codecs: list[dict[str, str]]

    @classmethod
    def of(cls, texts: list[str], words: list[str]) -> Life:
        codecs = [{**TEXT, "word": word} for word in words]
        return cls(["", *texts], (codecs * len(texts))[: len(texts) + 1] or [TEXT])

    def transport(self, version: int) -> dict[str, str]:
        return COMPLETE if version == len(self.texts) - 1 else STREAMING

    def live(self, version: int) -> Inbound:
        action = Action.APPEND if version else Action.CREATE
        about = self.transport(version), self.codecs[version]
        return delivery(action, version, self.texts[version], *about)

    def past(self, version: int) -> Inbound:
        action = Action.UPDATE if version else Action.CREATE
        about = self.transport(version), self.codecs[version]
        return delivery(action, version, "".join(self.texts[: version + 1]), *about)


LIVES = st.builds(
    Life.of,
    st.lists(st.text("ab", max_size=2), min_size=1, max_size=6),
    st.lists(st.sampled_from("xy"), min_size=2, max_size=3),
)


def standing(record: Record) -> tuple[Any, ...]:
    return record.text, record.codec, record.transport, record.version, record.status


@given(LIVES, st.data())
def test_live_history_and_both_are_the_same(life: Life, data: st.DataObject) -> None:
    last = len(life.texts) - 1
    whole = Record(life.past(last))
    first = data.draw(st.integers(0, last), "first heard live")
    deliveries = [life.live(version) for version in range(first, last + 1)]
    for _ in range(data.draw(st.integers(0, 3), "repeated")):
        known = data.draw(st.integers(0, len(deliveries) - 1))
        at = data.draw(st.integers(known + 1, len(deliveries)))
        deliveries.insert(at, deliveries[known])
    pasts = data.draw(st.lists(st.integers(max(first - 1, 0), last), max_size=3), "versions read")
    for version in [*pasts, *([first - 1] if first else [])]:
        at = data.draw(st.integers(0, len(deliveries)))
        deliveries.insert(at, life.past(version))
    record = Record(deliveries[0])
    for inbound in deliveries[1:]:
        record.merge(inbound)
    assert standing(record) == standing(whole)


@given(st.permutations(range(5)), st.lists(st.integers(0, 4), max_size=3), st.integers(1, 4))
def test_of_whole_versions_the_newest_counts(
    order: list[int], again: list[int], deleted: int
) -> None:
    actions = [Action.CREATE, *[Action.UPDATE] * 4]
    actions[deleted] = Action.DELETE
    deliveries = [
        delivery(actions[version], version, f"data {version}", WHOLE, TEXT)
        for version in [*order, *again]
    ]
    record = Record(deliveries[0])
    for inbound in deliveries[1:]:
        record.merge(inbound)
    assert (record.data, record.version) == ("data 4", "v4")
    assert record.deleted == (deleted == 4)


def test_headers_that_are_not_plain_are_left_out() -> None:
    given = {"a": "text", "b": 5, "c": 1.5, "d": None, "e": ["x"], "f": {"g": "h"}}
    assert clean(given) == {"a": "text", "b": 5, "c": 1.5}


def test_headers_that_repeat_are_in_memory_once() -> None:
    shared = SharedHeaders(2)
    first = shared.share({"a": "1"})
    assert shared.share({"a": "1"}) is first
    shared.share({"a": "2"})
    assert shared.share({"a": "1"}) is first
    shared.share({"a": "3"})
    forgotten = shared.share({"a": "1"})
    assert forgotten == first
    assert forgotten is not first

from __future__ import annotations

import pytest

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.protocol.frames import Version
from aitransport_notebook.hub.protocol.log import Place
from aitransport_notebook.hub.store.head import Body, Head, Operation, Origin
from tests.hub.store.support import APPEND, DELETE, UPDATE


def head(data: str | bytes | None, encoding: str | None = None) -> Head:
    origin = Origin(1_000, Place("app", "room"), "s1", "id", "ann", "conn")
    return Head(origin, 1_000, 0, Body.of(data), encoding, "name", None, Version(serial="s1"))


def operation(action: int, data: str | bytes | None, encoding: str | None = None) -> Operation:
    return Operation(2_000, action, data, encoding, None, None, Version(serial="s2"))


def test_a_body_stays_as_it_was_when_it_is_appended_to() -> None:
    bodies = [Body.of("a")]
    for part in ("b", "c", "d"):
        bodies.append(bodies[-1].plus(part))
    assert [body.data for body in bodies] == ["a", "ab", "abc", "abcd"]


def test_bodies_that_branch_do_not_mix() -> None:
    stem = Body.of("stem").plus("-")
    left, right = stem.plus("left"), stem.plus("right")
    assert (left.plus("!").data, right.plus("?").data) == ("stem-left!", "stem-right?")
    assert stem.data == "stem-"


def test_an_append_copies_no_earlier_part() -> None:
    body = Body.of("a")
    longer = body.plus("b").plus("c")
    assert longer.parts is body.parts


@pytest.mark.parametrize(
    ("base", "added", "total"),
    [("a", "b", "ab"), (b"\x00", b"\xff", b"\x00\xff"), (None, "b", "b"), ("a", None, "a")],
)
def test_append_adds_to_the_data(
    base: str | bytes | None, added: str | bytes | None, total: str | bytes
) -> None:
    after = head(base).apply(operation(APPEND, added))
    assert after.message().data == total
    assert after.message().action == UPDATE


def test_nothing_appended_to_nothing_is_still_nothing() -> None:
    assert head(None).apply(operation(APPEND, None)).message().data is None


def test_an_empty_append_makes_empty_text_of_nothing() -> None:
    assert head(None).apply(operation(APPEND, "")).message().data == ""


@pytest.mark.parametrize(
    ("base", "added"),
    [
        (("text", None), (b"bytes", None)),
        ((b"bytes", None), ("text", None)),
        (("text", "json"), ("text", None)),
        (("text", None), ("text", "json")),
        (("", None), (b"", None)),
    ],
)
def test_append_of_another_kind_is_refused(
    base: tuple[str | bytes, str | None], added: tuple[str | bytes, str | None]
) -> None:
    with pytest.raises(AITransportError) as caught:
        head(*base).apply(operation(APPEND, *added))
    assert caught.value.code == 40013
    assert caught.value.hint


def test_an_append_to_no_data_brings_its_encoding() -> None:
    after = head(None, "json").apply(operation(APPEND, "x", "cipher"))
    assert (after.message().data, after.message().encoding) == ("x", "cipher")


def test_an_append_without_data_is_told_without_encoding() -> None:
    appended = operation(APPEND, None)
    delivery = head("{", "json").apply(appended).delivery(appended)
    assert (delivery.message.data, delivery.message.encoding) == (None, None)
    assert delivery.whole is not None
    assert (delivery.whole().data, delivery.whole().encoding) == ("{", "json")


@pytest.mark.parametrize("action", [UPDATE, DELETE])
def test_an_edit_replaces_data_and_encoding_together(action: int) -> None:
    edited = head("{", "json").apply(operation(action, b"new")).message()
    assert (edited.data, edited.encoding, edited.action) == (b"new", None, action)
    kept = head("{", "json").apply(operation(action, None)).message()
    assert (kept.data, kept.encoding, kept.action) == ("{", "json", action)


def test_an_append_after_a_delete_brings_the_message_back() -> None:
    after = head("a").apply(operation(DELETE, None)).apply(operation(APPEND, "b")).message()
    assert (after.action, after.data) == (UPDATE, "ab")

"""What is published comes back as it was, to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aitransport_notebook.hub.protocol.frames import Message
from aitransport_notebook.hub.protocol.log import Place
from aitransport_notebook.hub.store import Store
from tests.hub.store.support import NOW, Publisher, everything, message_now

HARD_TEXTS = [
    ["", ""],
    ["a\x00b", "\x00", "c\x00"],
    ["\x00", "", "\x00"],
    ["é", "e\u0301", "ﬁ", "İ"],
    ["👩", "\u200d", "💻", "\U0010ffff", "\ufeff", "\ufffe"],
    ["'", '"', "\\", "\r\n", "\u2028"],
    ["1", "2.50", "1e3", " "],
]
HARD_BYTES = [
    [b"", b""],
    [b"\x00", b"\xff\xfe", b"\x00"],
    [b"\xed\xa0\xbd", b"\xed\xb8\x80"],
    [b"text", b"\x80", bytes(range(256))],
]


@pytest.mark.parametrize("parts", [*HARD_TEXTS, *HARD_BYTES])
@pytest.mark.parametrize("base", ["empty", "none", "first"])
def test_appended_data_is_exact(tmp_path: Path, parts: list[str | bytes], base: str) -> None:
    store = Store.open(tmp_path)
    publisher = Publisher(store)
    nothing = parts[0][:0]
    begin = {"empty": nothing, "none": None, "first": parts[0]}[base]
    serial = publisher.create(begin)
    for part in parts:
        publisher.append(serial, part)
    store.commit()
    expected = (parts[0] if base == "first" else nothing) + nothing.join(parts)  # type: ignore[operator, arg-type]
    assert message_now(store, serial).data == expected
    store.rollback()
    publisher.append(serial, parts[0])
    store.commit()
    assert message_now(store, serial).data == expected + parts[0]  # type: ignore[operator]
    store.close()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.one_of(
        st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1),
        st.lists(st.binary(), min_size=1),
    )
)
def test_any_data_is_exact(parts: list[str] | list[bytes]) -> None:
    store = Store.open(None)
    publisher = Publisher(store)
    serial = publisher.create(parts[0])
    for part in parts[1:]:
        publisher.append(serial, part)
    assert message_now(store, serial).data == parts[0][:0].join(parts)  # type: ignore[arg-type]
    store.close()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abé\x00"), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(extras=st.lists(st.dictionaries(st.text("abc"), JSON), min_size=1, max_size=4))
def test_extras_are_exact(extras: list[dict[str, object]]) -> None:
    store = Store.open(None)
    publisher = Publisher(store)
    for value in extras:
        publisher.create("x", extras=value | {"ephemeral": None})
    # repr, as 1 == True == 1.0.
    expected = [repr(value | {"ephemeral": None}) for value in extras]
    assert [repr(message.extras) for message in everything(store)] == expected
    store.close()


def test_extras_that_are_equal_but_not_the_same_are_kept_apart(publisher: Publisher) -> None:
    values: list[dict[str, object]] = [{"a": 1}, {"a": True}, {"a": 1.0}, {}, {"a": 1}]
    for value in values:
        publisher.create("x", extras=value)
    publisher.create("x")
    publisher.store.commit()
    found = [repr(message.extras) for message in everything(publisher.store)]
    assert found == [*map(repr, values), "None"]


def test_extras_are_kept_once(tmp_path: Path) -> None:
    extras = {"h": "x" * 700}
    for opening in range(2):
        store = Store.open(tmp_path)
        publisher = Publisher(store, connection=str(opening), start=NOW + 100 * opening)
        serial = publisher.create("", extras=extras, name="n")
        for _ in range(20):
            publisher.append(serial, "t", extras=extras)
        store.commit()
        (count,) = store._connection.execute("SELECT count(*) FROM extras").fetchone()
        assert count == 1
        assert [message.extras for message in everything(store)] == [extras] * (opening + 1)
        store.close()


def test_names_and_places_may_be_any_text(store: Store) -> None:
    odd = ["", "a\x00", "a\x00b", "é", "e\u0301", "'; DROP TABLE op; --", "%", "_"]
    publisher = Publisher(store, start=NOW)
    for text in odd:
        message = Message(data=text, name=text, clientId=text, encoding=text)
        publisher.send(message)
        publisher.send(message, place=Place(text, text))
    store.commit()
    found = everything(store)
    for field in ("data", "name", "clientId", "encoding"):
        assert [getattr(message, field) for message in found] == odd
    for text in odd:
        assert [message.data for message in everything(store, Place(text, text))] == [text]

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.hub.protocol.serials import (
    format_serial,
    next_seq,
    parse_serial,
    time_of,
)
from tests.hub.auth.support import refused

# Milliseconds of 14 digits, and the counter.
NUMBERS = st.integers(0, 99_999_999_999_999_999)


def test_a_serial_has_the_shape_that_clients_know() -> None:
    assert format_serial(1795185759595_007, "3e06b1c737") == "01795185759595-007@3e06b1c737:000"


@given(NUMBERS, NUMBERS)
def test_serials_sort_as_text_as_their_numbers_do(one: int, other: int) -> None:
    texts = format_serial(one, "series"), format_serial(other, "series")
    assert (texts[0] < texts[1]) is (one < other)


@given(NUMBERS)
def test_a_serial_is_read_back(number: int) -> None:
    assert parse_serial(format_serial(number, "whatever")) == number


@given(NUMBERS, st.integers(0, 9_999_999_999_999))
def test_the_next_number_is_greater_and_not_older_than_now(previous: int, now: int) -> None:
    number = next_seq(previous, now)
    assert number > previous
    assert time_of(number) >= now
    assert number in (previous + 1, now * 1000)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "@",
        "01795185759595-007",
        "01795185759595007@s:000",
        "1795185759595-007@s:000",
        "01795185759595-07@s:000",
        "01795185759595-0077@s:000",
        "0179518575959x-007@s:000",
        "-1795185759595-007@s:000",
        "٠١٧٩٥١٨٥٧٥٩٥٩٥-007@s:000",
        "+1795185759595-007@s:000",
    ],
)
def test_anything_else_is_no_serial(text: str) -> None:
    with refused(40003, 400):
        parse_serial(text)

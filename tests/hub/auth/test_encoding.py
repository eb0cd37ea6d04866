from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.hub.auth.encoding import (
    decode_base64_text,
    decode_base64url,
    encode_base64url,
    is_unicode,
)


@given(st.binary())
def test_bytes_come_back(data: bytes) -> None:
    assert decode_base64url(encode_base64url(data)) == data


@given(st.binary(min_size=1), st.data())
def test_no_other_text_decodes_to_the_same_bytes(data: bytes, draw: st.DataObject) -> None:
    text = encode_base64url(data)
    place = draw.draw(st.integers(0, len(text) - 1))
    other = text[:place] + draw.draw(st.characters()) + text[place + 1 :]
    assert other == text or decode_base64url(other) != data


@pytest.mark.parametrize("text", ["aGk=", "a", "aG k", "a+/k", "ä", "aHViPx", "\ud800"])
def test_a_foreign_spelling_is_refused(text: str) -> None:
    assert decode_base64url(text) is None


@pytest.mark.parametrize("text", ["hub", "aHVi!", "gA==", "ä", "\ud800", "aHVi\n"])
def test_what_is_not_base64_of_text_is_refused(text: str) -> None:
    assert decode_base64_text(text) is None


def test_half_a_surrogate_pair_is_no_unicode() -> None:
    assert is_unicode("ä𝄞") and not is_unicode("\ud834")

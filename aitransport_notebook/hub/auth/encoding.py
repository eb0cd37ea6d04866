"""Text and bytes as strict as credentials need them."""

from __future__ import annotations

import base64
import binascii


def is_unicode(text: str) -> bool:
    """Tell whether the text can be sent: JSON may smuggle in half of a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def encode_base64url(data: bytes) -> str:
    """Encode without padding.

    >>> encode_base64url(b"hub?")
    'aHViPw'
    """
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64url(text: str) -> bytes | None:
    """Decode unpadded text; return None unless it is the one encoding of its bytes.

    A lenient decoder skips foreign characters and ignores spare bits, so that a changed token
    could still be the same token.

    >>> decode_base64url("aHViPw"), decode_base64url("aHViPx"), decode_base64url("aHVi Pw")
    (b'hub?', None, None)
    """
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    return data if encode_base64url(data) == text else None


def decode_base64_text(text: str) -> str | None:
    """Decode standard base64 of UTF-8 text; return None if it is not that.

    >>> decode_base64_text("aHVi"), decode_base64_text("hub"), decode_base64_text("/w==")
    ('hub', None, None)
    """
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None

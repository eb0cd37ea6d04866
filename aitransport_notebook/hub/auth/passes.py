"""What a page of the hub is let in as: by a link, and again by a renewal.

A renewal is that pass under a signature of the hub: it outlives a restart, and a log of what was
used makes it good for one use. For a moment it is good again, as the answer may have been lost.
"""

from __future__ import annotations

import hmac
from typing import Any

import msgspec

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.encoding import decode_base64url, encode_base64url
from aitransport_notebook.hub.auth.token_request import NonceLog

LINK_LIFE = 5 * 60_000
RENEWAL_LIFE = 12 * 60 * 60_000
# A network that comes back, or a page that somebody has loaded twice, is there by then.
ANSWER_LOST = 30_000
MAC_SIZE = 32
MIN_RANDOMNESS = 12
# The same secret signs nothing else today; this keeps it so.
DOMAIN = b"\0aitransport-notebook renewal 1\0"


class Pass(msgspec.Struct, frozen=True):
    """Whose a page is, what it may do, and what it shows; the key vouches for it."""

    key_name: str
    client_id: str
    capability: dict[str, list[str]]
    claim: dict[str, Any] | None = None
    # The page of the hub itself shows no session.
    session: str | None = None
    codec: str | None = None


class _Renewal(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    admits: Pass
    expires: int
    randomness: bytes


def seal(admits: Pass, secret: bytes, *, now: int, randomness: bytes) -> str:
    """Make a renewal of a pass."""
    if len(randomness) < MIN_RANDOMNESS:
        raise ValueError(f"a renewal needs {MIN_RANDOMNESS} random bytes")
    body = msgspec.msgpack.encode(_Renewal(admits, now + RENEWAL_LIFE, randomness))
    return encode_base64url(body + _mac(secret, body))


def unseal(renewal: str, secret: bytes, used: NonceLog, now: int) -> Pass:
    """Return the pass, and use its renewal up but for a moment; raise 40101 if it is not good."""
    raw = decode_base64url(renewal) or b""
    body, mac = raw[:-MAC_SIZE], raw[-MAC_SIZE:]
    if not hmac.compare_digest(_mac(secret, body), mac):
        raise no_longer_good()
    read = msgspec.msgpack.decode(body, type=_Renewal)
    name = f"renewal:{encode_base64url(read.randomness)}"
    if read.expires <= now or not _is_usable(name, read.expires, used, now):
        raise no_longer_good()
    return read.admits


def _is_usable(name: str, expires: int, used: NonceLog, now: int) -> bool:
    again = f"{name}:again"
    if used.use_nonce(name, expires):
        used.use_nonce(again, now + ANSWER_LOST)
        return True
    # It stands in the log for as long as the moment lasts; one that begins at 0 is over.
    return not used.use_nonce(again, 0)


def no_longer_good() -> AITransportError:
    return error_for(
        40101,
        "this link has been used, or has expired",
        hint="Make a new one with `aitransport-notebook open`.",
    )


def _mac(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, DOMAIN + body, "sha256")

"""Keeps tokens out of what other libraries log: Ably's client logs whole addresses."""

from __future__ import annotations

import logging
import re

_TOKENS = re.compile(r"(?<=access_token=)[^&\s'\"]+|(?<=accessToken=)[^&\s'\"]+|eyJ[\w-]+\.[\w.-]+")
# Those that have tokens to log. A filter hears nothing of a logger's children.
_LOGGERS = (
    "ably.transport.websockettransport",
    "ably.realtime.connectionmanager",
    "ably.rest.auth",
    "ably.http.http",
    "websockets.client",
    "httpx",
)


class _NoTokens(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        clean = _TOKENS.sub("...", text)
        if clean != text:
            record.msg, record.args = clean, None
        return True


def keep_tokens_out_of_logs() -> None:
    """Have tokens left out of these libraries' logs; again does no harm."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(known, _NoTokens) for known in logger.filters):
            logger.addFilter(_NoTokens())

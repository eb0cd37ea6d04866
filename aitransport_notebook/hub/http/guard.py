"""What stands between sockets and handlers: an answer for every failure, and a quiet log."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from aiohttp import HttpVersion11, web
from aiohttp.http_exceptions import HttpProcessingError

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.http import replies

REST = "See Ably's REST interface for what there is."

logger = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class NotOurFault(logging.Filter):
    """Keeps what is no HTTP out of the log: the report of it quotes it, keys and all."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, HttpProcessingError | web.RequestPayloadError)


def quiet_server() -> logging.Logger:
    """Return the log for aiohttp's server."""
    log = logging.getLogger("aiohttp.server")
    if not any(isinstance(known, NotOurFault) for known in log.filters):
        log.addFilter(NotOurFault())
    return log


async def expected(request: web.Request) -> web.StreamResponse | None:
    """Let a client go on that asks whether it may. aiohttp's own fails at what is no text."""
    wish = request.headers.get("Expect", "").lower()
    if wish != "100-continue":
        error = error_for(40004, "unknown Expect header", status=417, hint="Leave it out.")
        return replies.write(replies.of_error(error), request)
    if request.version == HttpVersion11:
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        # The answer itself has not begun.
        request.writer.output_size = 0
    return None


@web.middleware
async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer in Ably's way whatever a handler raises."""
    try:
        return await handler(request)
    except AITransportError as error:
        failure = error
    except web.HTTPRequestEntityTooLarge:
        failure = error_for(40009, "the request is too large", hint="Send less at once.")
    except web.HTTPException as refusal:
        code, status = (40500, 405) if refusal.status == 405 else (40400, 404)
        failure = error_for(code, f"there is no {request.method} here", status=status, hint=REST)
    except (web.RequestPayloadError, ConnectionError):
        # The body is not what its headers say, or its sender has gone.
        failure = error_for(40001, "the body cannot be read", hint="Send all of it, as announced.")
    except Exception:
        logger.exception("%s %s failed", request.method, request.path)
        failure = error_for(50000, "the hub failed", hint="The hub's own log says more.")
    return replies.write(replies.of_error(failure), request)

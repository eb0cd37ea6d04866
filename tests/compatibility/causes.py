"""Why tests of Ably's suites fail that are known to, so that any other failure stands out."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """Why some tests fail."""

    name: str
    why: str


@dataclass(frozen=True)
class Known:
    """Tests that fail for a cause: all of a file whose titles match."""

    suite: str
    file: str
    title: str
    cause: Cause


NOT_SERVED = "The hub does not serve it yet."
ANNOTATIONS = Cause("annotations", NOT_SERVED)
BATCH = Cause("batch calls", NOT_SERVED)
COMET = Cause("comet", f"{NOT_SERVED} The suite runs with the WebSocket transport only.")
LIVEOBJECTS = Cause("LiveObjects", NOT_SERVED)
DELTAS = Cause("deltas", "The hub takes the request and sends whole messages.")
FILTERS = Cause("filtered channels", NOT_SERVED)
PUSH = Cause("push", NOT_SERVED)
REVOCATION = Cause("token revocation", NOT_SERVED)
STATISTICS = Cause("statistics", "The hub keeps none; it answers with an empty list.")
HOSTED_ADDRESS = Cause(
    "the hosted address",
    "They assert TLS at Ably's own address, which any local sandbox replaces.",
)
INTERNET = Cause("the internet", "It calls a public website over HTTP/2.")
OTHER_CLIENT = Cause(
    "another client",
    "They fail only with an ably of 3.1.4, which turned the code and the status of these errors "
    "around; the client refuses before it calls a server.",
)

JS, PY = "ably-js", "ably-python"
KNOWN = (
    Known(JS, "realtime/annotations", "", ANNOTATIONS),
    Known(PY, "realtime/realtimeannotations", "", ANNOTATIONS),
    Known(PY, "rest/restannotations", "", ANNOTATIONS),
    Known(JS, "rest/batch", "rest/batch(Publish|Presence) ", BATCH),
    Known(JS, "rest/request", "request_batch_api_success ", BATCH),
    Known(JS, "rest/batch", "rest/revokeTokens ", REVOCATION),
    Known(JS, "realtime/init", "node_transports$", COMET),
    Known(JS, "realtime/delta", "(deltaPlugin|lastMessageNotFoundRecovery|noPlugin)$", DELTAS),
    Known(PY, "realtime/realtimechannel_vcdiff", "test_delta_(plugin|message_out_of)", DELTAS),
    Known(JS, "realtime/message", "subscribes to filtered channel$", FILTERS),
    Known(JS, "realtime/liveobjects", "", LIVEOBJECTS),
    Known(JS, "rest/liveobjects", "", LIVEOBJECTS),
    Known(JS, "rest/push", "", PUSH),
    Known(PY, "rest/restpush", "", PUSH),
    Known(JS, "rest/stats", "", STATISTICS),
    Known(PY, "rest/reststats", "", STATISTICS),
    Known(JS, "rest/fallbacks", "Should use the primary domain as the first", HOSTED_ADDRESS),
    Known(JS, "rest/init", "Init without any tls key should enable tls$", HOSTED_ADDRESS),
    Known(PY, "rest/resthttp", "test_request_over_http2$", INTERNET),
    Known(
        PY,
        "realtime/realtimeconnection",
        "test_connection_ping_(initialized|failed|closed)$",
        OTHER_CLIENT,
    ),
)


def cause_of(suite: str, file: str, title: str) -> Cause | None:
    """Return why a test fails that did, if that is known."""
    for known in KNOWN:
        if (suite, file) == (known.suite, known.file) and re.search(known.title, title):
            return known.cause
    return None

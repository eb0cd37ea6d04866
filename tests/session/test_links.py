"""Links to the pages of a hub: any hub gives them to who has its key, and nobody else sees that."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from aitransport_notebook.errors import AITransportError, AuthError, LinkError, RequestError
from aitransport_notebook.session.connection import Connection, connection_to
from tests.support.hub_process import HubProcess
from tests.support.ports import free_port

SECRET = "the-secret-that-nobody-sees"
HERE: dict[str, Any] = {"endpoint": "127.0.0.1", "tls": False}


def test_a_hub_that_was_started_by_hand_gives_links_to_who_has_its_key() -> None:
    keys = ("app.first:secret", f"app.second:{SECRET}")
    with HubProcess("--key", keys[0], "--key", keys[1]) as hub:
        for key in keys:
            here = connection_to(key=key, port=hub.port, **HERE)
            assert here.link().startswith(f"{hub.url}/#link=")
            page = here.link("console", session="room", client_id="op")
            assert page.startswith(f"{hub.url}/console#link=")
        # One with another secret is refused by what the hub says of itself, before it is shown.
        for key in ("app.first:wrong", "app.third:secret", "other.first:secret"):
            with pytest.raises(AuthError, match="does not know the key") as refused:
                connection_to(key=key, port=hub.port, **HERE).link()
            assert refused.value.hint and key.partition(":")[2] not in str(refused.value)


class Server(http.server.BaseHTTPRequestHandler):
    """Says of itself what a test wants it to, and writes down what it is asked."""

    said: bytes | None = None
    asked: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        self.asked.append((self.path.partition("?")[0], self.headers.get("Authorization")))
        body = self.said or b"{}"
        self.send_response(404 if self.said is None else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def saying(said: bytes | None) -> Iterator[tuple[Connection, list[tuple[str, str | None]]]]:
    asked: list[tuple[str, str | None]] = []
    handler = type("Handler", (Server,), {"said": said, "asked": asked})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield connection_to(key=f"app.id:{SECRET}", port=server.server_port, **HERE), asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (None, RequestError),
        (b"welcome", RequestError),
        (b"[]", RequestError),
        (json.dumps({"hub": "another"}).encode(), RequestError),
        (json.dumps({"hub": "aitransport-notebook", "proof": "none"}).encode(), AuthError),
        (json.dumps({"hub": "aitransport-notebook"}).encode(), AuthError),
    ],
)
def test_a_server_that_is_no_hub_or_lacks_the_key_is_not_shown_it(
    said: bytes | None, error: type[AITransportError]
) -> None:
    with saying(said) as (here, asked):
        with pytest.raises(error) as refused:
            here.link()
        assert refused.value.hint and SECRET not in str(refused.value)
        assert asked == [("/hub/about", None)]


def test_a_key_is_not_sent_to_another_machine_for_all_to_read() -> None:
    with pytest.raises(AuthError, match="tls"):
        connection_to(key=f"app.id:{SECRET}", endpoint="hub.example", tls=False).link()


def test_a_server_that_is_not_there_is_said_to_be_so() -> None:
    with pytest.raises(LinkError, match="no answer"):
        connection_to(key=f"app.id:{SECRET}", port=free_port(), **HERE).link()


def test_who_has_no_key_makes_no_links() -> None:
    with pytest.raises(RequestError, match="key"):
        connection_to(token_url="https://example.com/token").link()

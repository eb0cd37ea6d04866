"""How an agent is woken by HTTP, and what is said when it cannot be."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest

from aitransport_notebook import Invocation
from aitransport_notebook.console import posting
from aitransport_notebook.console.posting import AgentEndpoint
from aitransport_notebook.errors import AITransportError, LinkError

INVOCATION = Invocation("e1", "room")
SECRET = "s3cret"


class Agent(BaseHTTPRequestHandler):
    """Answers as its path says."""

    asked: ClassVar[list[tuple[str, str | None, Any]]] = []

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = json.loads(self.rfile.read(length))
        self.asked.append((self.path, self.headers["Authorization"], body))
        status = int(self.path.strip("/"))
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "/200")
        told = {"error": {"message": "not you", "hint": "Sign in."}} if status == 403 else {}
        content = json.dumps(told).encode()
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *values: Any) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    Agent.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Agent)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_agent_is_told_which_input_and_by_whom(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The way to this machine is not by a proxy.
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:1")
    AgentEndpoint(f"{url}/200", {"Authorization": SECRET}).post(INVOCATION)
    assert Agent.asked == [("/200", SECRET, {"inputEventId": "e1", "sessionName": "room"})]


@pytest.mark.parametrize(
    ("status", "says", "hint"),
    [
        (403, "not you", "Sign in."),
        (401, "401", "agent_headers="),
        (404, "404", "agent="),
        (307, "307", "redirects"),
        (302, "302", "redirects"),
        (500, "500", "log"),
    ],
)
def test_a_refusal_says_how_to_mend_it(url: str, status: int, says: str, hint: str) -> None:
    endpoint = AgentEndpoint(f"{url}/{status}?key={SECRET}".replace("?", "/?")[: len(url) + 4])
    with pytest.raises(AITransportError) as caught:
        endpoint.post(INVOCATION)
    assert not isinstance(caught.value, LinkError)
    assert says in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.status == status
    # Nothing follows a redirect.
    assert len(Agent.asked) == 1


def test_an_agent_that_is_not_there_may_come_yet() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(LinkError, match=f"127.0.0.1:{port}"):
        AgentEndpoint(f"http://127.0.0.1:{port}/").post(INVOCATION)


def test_an_agent_that_keeps_silent_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        endpoint = AgentEndpoint(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        with pytest.raises(AITransportError, match=r"within 0\.2 s") as caught:
            endpoint.post(INVOCATION)
    assert not isinstance(caught.value, LinkError)


@pytest.mark.parametrize(
    "url", ["", "agent", "file:///etc/passwd", "http://", "http://[", "http://a:b", "ftp://a"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(AITransportError, match="https://"):
        AgentEndpoint(url)


def test_secrets_go_into_headers_and_are_not_shown() -> None:
    with pytest.raises(AITransportError) as caught:
        AgentEndpoint(f"https://me:{SECRET}@example.com/")
    assert "agent_headers=" in caught.value.hint
    assert SECRET not in str(caught.value)
    with pytest.raises(AITransportError) as caught:
        AgentEndpoint("https://example.com/", {"Authorization": f"{SECRET}\n"})
    assert SECRET not in str(caught.value)
    shown = repr(AgentEndpoint(f"https://example.com/?{SECRET}", {"Authorization": SECRET}))
    assert SECRET not in shown


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/ü", "http://ex ample/", "http://a/b c", "x"])
def test_what_cannot_be_sent_as_an_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(AITransportError, match="no web address"):
        AgentEndpoint(url)

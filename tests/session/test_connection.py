from __future__ import annotations

import asyncio
import http.server
import json
import os
import signal
import threading
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import jwt
import pytest

import aitransport_notebook as ait
from aitransport_notebook.errors import AITransportError, RequestError
from aitransport_notebook.session import connection
from aitransport_notebook.session.connection import Connection, connect, default_connection
from aitransport_notebook.session.tokens import Capability, details_of
from tests.support.hub_process import HubProcess

SECRET = "the-secret-that-nobody-sees"
KEY = f"app.id:{SECRET}"
OPERATOR: dict[str, Any] = {"client_id": "operator-1", "role": "operator"}


@pytest.fixture(autouse=True)
def unconnected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection._Latest, "connection", None)


@contextmanager
def refused(code: int, *words: str) -> Iterator[None]:
    with pytest.raises(AITransportError) as caught:
        yield
    assert caught.value.code == code, caught.value
    assert caught.value.hint
    for word in words:
        assert word in str(caught.value)
    assert SECRET not in str(caught.value)


class TokenServer(http.server.BaseHTTPRequestHandler):
    """Gives tokens, or does not, as the path says."""

    gate = threading.Event()

    def do_GET(self) -> None:
        if self.path == "/slow":
            self.gate.wait(5)
        body = b" a.token\n"
        if self.path == "/told":
            told = {"message": "the plan has ended", "hint": "Renew it."}
            body = json.dumps({"error": told}).encode()
        if self.path == "/headers":
            body = f"{self.headers.get('Authorization')}|{self.headers.get('X-Me')}".encode()
        if self.path.startswith("/to/"):
            self.send_response(307)
            self.send_header("Location", self.path.removeprefix("/to/"))
        else:
            self.send_response(403 if self.path in ("/forbidden", "/told") else 200)
        self.send_header("Content-Length", str(len(body) + (self.path == "/cut") * 10))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def token_url() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TokenServer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home for an embedded hub, which is ended after the test."""
    home = tmp_path / "home"
    monkeypatch.setenv("AITRANSPORT_HOME", str(home))
    yield home
    record = home / "hub.json"
    if record.exists():
        with suppress(ProcessLookupError):
            os.kill(json.loads(record.read_text())["pid"], signal.SIGTERM)


def ask(url: str, authorization: str, body: object = None) -> Any:
    request = urllib.request.Request(
        url,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": authorization, "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def bearer(token: str) -> str:
    return f"Bearer {b64encode(token.encode()).decode()}"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, "https://main.realtime.ably.net:443"),
        ({"tls": False}, "http://main.realtime.ably.net:80"),
        ({"endpoint": "localhost", "port": 8080, "tls": False}, "http://localhost:8080"),
        ({"endpoint": "::1", "port": 8080, "tls": False}, "http://[::1]:8080"),
        ({"endpoint": "hub.example"}, "https://hub.example:443"),
        ({"endpoint": "hub.example", "tls": True, "port": 8443}, "https://hub.example:8443"),
    ],
)
def test_credentials_lead_to_ably_or_to_the_server_that_is_named(
    given: dict[str, Any], url: str
) -> None:
    made = connect(key=KEY, **given)
    assert made.url == url
    assert not made.is_hub
    assert connect(token_url="https://example.com/token", **given).url == url


@pytest.mark.parametrize("which", ["key", "token_url"])
async def test_the_options_are_what_the_python_client_needs(which: str, token_url: str) -> None:
    credentials: dict[str, Any] = {"key": KEY} if which == "key" else {"token_url": token_url}
    made = connect(**credentials, endpoint="localhost", port=8080, tls=False, client_id="ann")
    options = made.options()
    give_token = options.pop("auth_callback")
    # The port goes into the endpoint, and the slash keeps REST from dropping it.
    assert options == {"endpoint": "localhost:8080/", "tls": False}
    details = await give_token(None)
    if which == "token_url":
        assert details == "a.token"
        return
    assert set(details) == {"token", "issued", "expires", "clientId"}
    assert details["clientId"] == "ann"
    assert details["expires"] - details["issued"] == 15 * 60 * 1000
    again = await give_token(None)
    assert claims_of(again["token"])["iat"] >= claims_of(details["token"])["iat"]


def claims_of(token: str) -> dict[str, Any]:
    """Verify a token as the server does that has the key."""
    secret = SECRET.encode().ljust(32, b"\0")
    claims: dict[str, Any] = jwt.decode(token, secret, algorithms=["HS256"])
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "kid": "app.id", "typ": "JWT"}
    return claims


def test_a_token_says_who_one_is_and_nothing_that_was_not_asked_for() -> None:
    whole = claims_of(connect(key=KEY, **OPERATOR).token())
    issued, expires = whole.pop("iat"), whole.pop("exp")
    assert expires - issued == 15 * 60
    assert whole == {
        "x-ably-capability": '{"*":["*"]}',
        "x-ably-clientId": "operator-1",
        "ably.channel.*": '{"role": "operator"}',
    }
    nobody = claims_of(connect(key=KEY).token())
    assert set(nobody) == {"iat", "exp", "x-ably-capability"}


def test_a_token_may_be_narrow_and_short() -> None:
    capability = {"room:*": ["subscribe", "history"]}
    claims = claims_of(connect(key=KEY).token(capability, life=60))
    assert json.loads(claims["x-ably-capability"]) == capability
    assert claims["exp"] - claims["iat"] == 60


def test_the_details_of_a_token_are_read_out_of_it_if_it_is_a_jwt() -> None:
    assert details_of("opaque.token") == "opaque.token"
    endless = jwt.encode({"sub": "x"}, "s" * 32)
    assert details_of(endless) == {"token": endless, "issued": 0, "clientId": None}


def test_a_token_url_is_asked_each_time(token_url: str) -> None:
    made = connect(token_url=token_url)
    assert [made.token(), made.token()] == ["a.token"] * 2


async def test_a_slow_token_url_does_not_hold_up_the_loop(token_url: str) -> None:
    give_token = connect(token_url=f"{token_url}/slow").options()["auth_callback"]
    TokenServer.gate.clear()
    asked = asyncio.create_task(give_token(None))
    await asyncio.sleep(0.05)
    assert not asked.done()
    TokenServer.gate.set()
    assert await asyncio.wait_for(asked, 5) == "a.token"


def test_a_token_url_that_refuses_is_not_a_server_that_does_not_run(token_url: str) -> None:
    with refused(40170, "403", "127.0.0.1"):
        connect(token_url=f"{token_url}/forbidden").token()


def test_a_token_url_that_says_why_it_refuses_is_heard(token_url: str) -> None:
    with refused(40170, "403", "the plan has ended", "Renew it."):
        connect(token_url=f"{token_url}/told").token()


def test_a_token_url_is_told_who_asks_and_nobody_else_is(token_url: str) -> None:
    mine = {"Authorization": f"Bearer {SECRET}", "X-Me": "ann"}

    def shown(path: str) -> str:
        made = connect(token_url=f"{token_url}{path}", token_headers=mine)
        assert SECRET not in repr(made)
        return made.token()

    assert shown("/headers") == f"Bearer {SECRET}|ann"
    assert shown("/to//headers") == f"Bearer {SECRET}|ann"
    elsewhere = token_url.replace("127.0.0.1", "localhost")
    assert shown(f"/to/{elsewhere}/headers") == "None|None"


@pytest.mark.parametrize(
    "headers", [{"A": f"{SECRET}\n"}, {"A b": SECRET}, {"A:": SECRET}, {"": SECRET}, {"A": "☃"}]
)
def test_headers_that_cannot_be_sent_are_refused_and_not_repeated(headers: dict[str, str]) -> None:
    with refused(40000, "line breaks"):
        connect(token_url="https://example.com/token", token_headers=headers)


def test_headers_need_somewhere_to_go() -> None:
    for key in (None, KEY):
        with refused(40000, "token_url="):
            connect(token_headers={"A": SECRET}, key=key)


def test_a_token_for_another_says_who_they_are_and_leaves_oneself_the_default() -> None:
    made = connect(key=KEY, **OPERATOR)
    token = made.token_for("ann", {"room": ["subscribe"]}, {"role": "user", "plan": 1}, life=0.5)
    claims = claims_of(token)
    assert claims["exp"] - claims["iat"] == 1
    assert claims["x-ably-clientId"] == "ann"
    assert json.loads(claims["x-ably-capability"]) == {"room": ["subscribe"]}
    assert json.loads(claims["ably.channel.*"]) == {"role": "user", "plan": 1}
    assert claims_of(made.token())["x-ably-clientId"] == "operator-1"
    assert "ably.channel.*" not in claims_of(made.token_for("ann", {"room": ["subscribe"]}))


def test_a_token_that_no_server_takes_is_not_made() -> None:
    made = connect(key=KEY)
    for life in (0, -1, 24 * 3600 + 1):
        with refused(40003, "live"):
            made.token(life=life)
    for client_id in ("", "*"):
        with refused(40012, "client_id"):
            made.token_for(client_id, {"room": ["*"]})


MANY = {f"room:{number}": ["*"] for number in range(1000)}
LONG = "room:" + "é" * 1000


@pytest.mark.parametrize(
    ("who", "capability", "claim", "hint"),
    [
        ("ann", MANY, None, "Grant patterns"),
        ("ann", {**MANY, LONG[:200]: ["*"]}, None, "Grant patterns"),
        ("ann", {LONG: ["*"]}, None, "a shorter name"),
        ("ann", {LONG[:400]: ["*"], f"ops:{LONG[:400]}": ["*"]}, None, "a shorter name"),
        ("ann", {LONG: ["*"], "room:2": ["*"]}, None, "a shorter name"),
        ("ann", {"room": ["*"]}, {"role": "user", "notes": "x" * 6000}, "Say less in the claim"),
        ("ann" * 2000, {"room": ["*"]}, None, "a shorter client_id"),
    ],
)
def test_a_token_that_is_too_large_says_what_makes_it_so(
    who: str, capability: Capability, claim: dict[str, str] | None, hint: str
) -> None:
    with pytest.raises(RequestError, match="over 6000") as caught:
        connect(key=KEY).token_for(who, capability, claim)
    assert hint in caught.value.hint
    # It is long enough without them.
    assert not any(long in str(caught.value) for long in ("éé", "xx", "annann"))
    assert ("patterns" in caught.value.hint) == ("patterns" in hint)


def test_only_who_has_a_key_makes_tokens_for_others(token_url: str) -> None:
    with refused(40106, "key="):
        connect(token_url=token_url).token_for("ann", {"room": ["*"]})


def test_a_token_url_that_does_not_answer_is_named(token_url: str) -> None:
    with refused(80000, "127.0.0.1:1"):
        connect(token_url="http://127.0.0.1:1/token").token()
    with refused(80000):
        connect(token_url=f"{token_url}/cut").token()


def test_what_cannot_be_meant_is_refused_with_a_hint() -> None:
    with refused(40000, "Give one of them"):
        connect(key=KEY, token_url="https://example.com")
    pointless: list[dict[str, Any]] = [{"endpoint": "x"}, {"port": 8080}, {"tls": False}]
    for given in pointless:
        with refused(40106, "key=", "token_url="):
            connect(**given)
    for url in ("nonsense", "", "file:///etc/passwd", "example.com/token"):
        with refused(40000, "https://"):
            connect(token_url=url)
    nobody: list[dict[str, Any]] = [{"client_id": ""}, {"client_id": 5}, {"role": ["a"]}]
    for given in [*nobody, {"client_id": "*"}]:
        with refused(40012, next(iter(given))):
            connect(key=KEY, **given)
    with refused(40000, "connect()"):
        default_connection()


@pytest.mark.parametrize(
    "key",
    ["", "app.id", f"app.id{SECRET}", f"app:{SECRET}", "app.id:", f"app.id: {SECRET}", "a.b:é"],
)
def test_a_key_that_is_none_is_refused_and_not_repeated(key: str) -> None:
    with refused(40005, "appId.keyId:secret"):
        connect(key=key)


def test_the_last_connection_is_the_default() -> None:
    first, last = connect(key=KEY), connect(key=KEY, client_id="ann")
    assert default_connection() is last is not first
    with refused(40000):
        connect(key=KEY, token_url="https://example.com")
    assert default_connection() is last
    assert ait.connect is connect


def test_no_secret_is_shown() -> None:
    for made in (connect(key=KEY, **OPERATOR), connect(token_url=f"https://x.example/{SECRET}")):
        for shown in (repr(made), str(made), f"{made!r}"):
            assert SECRET not in shown
    assert "operator-1" in repr(connect(key=KEY, **OPERATOR))


def test_who_has_neither_a_key_nor_a_token_url_has_no_token() -> None:
    with refused(40106):
        Connection("localhost", 80, False).token()


def test_a_running_hub_takes_the_token_and_believes_the_role(hub: HubProcess) -> None:
    made = connect(key=hub.key, endpoint=hub.host, port=hub.port, tls=False, **OPERATOR)
    assert made.url == hub.url
    messages = f"{made.url}/channels/room/messages"
    ask(messages, bearer(made.token()), {"data": "hello", "extras": {"userClaim": "forged"}})
    [message] = ask(messages, bearer(made.token()))
    assert message["clientId"] == "operator-1"
    assert json.loads(message["extras"]["userClaim"]) == {"role": "operator"}
    narrow = made.token({"other": ["*"]})
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask(messages, bearer(narrow))
    assert caught.value.headers["X-Ably-Errorcode"] == "40160"
    caught.value.close()


def test_the_embedded_hub_is_started_shared_and_left_running(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever the environment says, the way to our own hub is not by a proxy.
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    first, second = connect(**OPERATOR), connect(client_id="user-1")
    assert first.is_hub
    assert first.url == second.url
    key = json.loads((home / "hub.json").read_text())["key"]
    assert key.partition(":")[2] not in repr(first)
    link = first.link()
    assert link.startswith(f"{first.url}/#link=")
    assert key not in link
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    code = link.partition("=")[2]
    sign_in = urllib.request.Request(
        f"{first.url}/hub/sign-in",
        data=json.dumps({"link": code}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with opener.open(sign_in, timeout=10) as answer:
        assert json.load(answer)["token"]["clientId"] == "hub-page"
    assert second.link() != link

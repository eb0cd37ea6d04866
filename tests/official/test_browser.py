"""The hub, as a page in a real browser sees it: with credentials, and without any."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page

from aitransport_notebook.session.connection import Connection
from tests.official.page_server import PageServer
from tests.support.chromium import chromium
from tests.support.hub_process import HubProcess

FORMATS = {"json": False, "msgpack": True}
FORMS = ("application/json", "text/plain", "application/x-www-form-urlencoded")


@pytest.fixture(scope="module")
def hub() -> Iterator[HubProcess]:
    """A hub that would also provision apps, for who may ask."""
    with HubProcess("--sandbox") as process:
        yield process


@pytest.fixture(scope="module")
def pages() -> Iterator[PageServer]:
    with PageServer() as server:
        yield server


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    with chromium() as browser:
        yield browser.new_context()


@pytest.fixture
def page(context: BrowserContext, pages: PageServer) -> Iterator[Page]:
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(pages.url())
    yield page
    page.close()
    assert errors == []


def call(page: Page, function: str, *arguments: object) -> Any:
    """Call a function of the page's script."""
    return page.evaluate(
        "([name, given]) => window.lab[name](...given)", [function, list(arguments)]
    )


def signed_in(hub: HubProcess) -> dict[str, object]:
    """What a page is given by an app's own server: a token, and no key."""
    connection = Connection(hub.host, hub.port, False, "ann", _key=hub.key)
    return {"host": hub.host, "port": hub.port, "token": connection.token()}


def channel() -> str:
    return f"browser:{uuid4().hex[:8]}/ü"


@pytest.mark.parametrize("form", FORMATS)
def test_publishes_and_appends(page: Page, hub: HubProcess, form: str) -> None:
    answer = call(page, "publishAndAppend", signed_in(hub), channel(), FORMATS[form])
    assert answer["transport"] == "web_socket"
    assert answer["seen"] == [
        ["message.create", "m", "a \U0001f642", "ann"],
        ["message.append", "m", " b", "ann"],
        ["message.append", "m", " c", "ann"],
        ["message.create", "bytes", [0, 128, 255], "ann"],
        ["message.create", "end", {"of": "all"}, "ann"],
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_history_comes_in_pages(page: Page, hub: HubProcess, form: str) -> None:
    name, who = channel(), signed_in(hub)
    call(page, "publishAndAppend", who, name, FORMATS[form])
    read = call(page, "pages", who, name, FORMATS[form], 1)
    assert [read[0], read[2], len(read)] == [["a \U0001f642 b c"], [{"of": "all"}], 3]
    assert [len(one) for one in call(page, "pages", who, name, FORMATS[form], 2)] == [2, 1]


@pytest.mark.parametrize("form", FORMATS)
def test_presence(page: Page, hub: HubProcess, form: str) -> None:
    answer = call(page, "presence", signed_in(hub), channel(), FORMATS[form])
    assert answer["members"] == [["present", "ann"]]
    assert answer["seen"] == [["enter", "ann", "here"], ["update", "ann", {"mood": "good"}]]


def test_errors_have_their_codes(page: Page, hub: HubProcess) -> None:
    where = {"host": hub.host, "port": hub.port}
    wrong = {**where, "key": "app.key:wrong"}
    assert call(page, "historyError", wrong, channel()) == [40101, 401]
    assert call(page, "historyError", signed_in(hub), ":bad") == [40010, 400]


def test_a_page_may_read_the_headers_of_the_protocol(page: Page, hub: HubProcess) -> None:
    name = uuid4().hex
    for _ in range(2):
        _publish(hub, name)
    url, token = f"{hub.url}/channels/{name}/messages?limit", signed_in(hub)["token"]
    (link,) = call(page, "headers", f"{url}=1", token, ["Link"])
    assert 'rel="next"' in link
    code, text = call(
        page, "headers", f"{url}=x", token, ["X-Ably-Errorcode", "X-Ably-Errormessage"]
    )
    assert code == "40003" and "limit" in text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_page_without_credentials_gets_nothing(
    page: Page, context: BrowserContext, hub: HubProcess, pages: PageServer, host: str
) -> None:
    name = f"secret-{uuid4().hex[:8]}"
    _publish(hub, name)
    page.goto(pages.url(host))
    # Cookies are of a host, whatever the port: these are sent along, and must count for nothing.
    token = signed_in(hub)["token"]
    for cookie in (f"accessToken={token}", f"access_token={token}", f"key={hub.key}"):
        page.evaluate("(cookie) => { document.cookie = cookie }", cookie)
    base = f"http://{host}:{hub.port}"
    paths = ("", "/messages", "/history", "/presence", "/presence/history", "/messages/x")
    asked: list[tuple[str, str, object]] = [
        ("GET", f"{base}/channels/{name}{path}", {}) for path in paths
    ]
    asked += [("GET", f"{base}/channels?prefix=secret", {})]
    asked += [("POST", f"{base}/channels/{name}/messages", {"body": "{}"})]
    asked += [("PATCH", f"{base}/channels/{name}/messages/x", {"body": "{}"})]
    asked += [("POST", f"{base}/hub/links", {"body": "{}"})]
    for status, body in call(page, "requests", asked):
        assert status == 401
        assert json.loads(body)["error"]["code"] == 40101
        assert "words" not in body and name not in body
    told = json.loads(call(page, "socketAnswer", f"ws://{host}:{hub.port}/?v=6&format=json"))
    assert (told["action"], told["error"]["code"]) == (9, 40101)
    assert set(told) == {"action", "error"}


@pytest.mark.parametrize("media", FORMS)
def test_a_page_makes_no_app_and_does_not_sign_in(page: Page, hub: HubProcess, media: str) -> None:
    """A form's media types need no preflight: a page may send them to anyone."""
    ticket = _link(hub).partition("#link=")[2]
    given = {"headers": {"Content-Type": media}}
    spec = {**given, "body": json.dumps({"keys": [{}]})}
    link = {**given, "body": json.dumps({"link": ticket})}
    asked = [("POST", f"{hub.url}/apps", spec), ("POST", f"{hub.url}/hub/sign-in", link)]
    for status, body in call(page, "requests", asked):
        assert status == 403
        assert json.loads(body)["error"]["code"] == 40300
        assert ticket not in body and "keyStr" not in body
    # It is refused before the link is used up.
    body = json.dumps({"link": ticket}).encode()
    headers = {"Content-Type": "application/json"}
    with urlopen(Request(f"{hub.url}/hub/sign-in", body, headers)) as answer:
        assert answer.status == 201
        assert "Set-Cookie" not in answer.headers


def test_the_hub_sets_no_cookie(page: Page, context: BrowserContext, hub: HubProcess) -> None:
    context.clear_cookies()
    page.goto(_link(hub))
    page.get_by_role("status").first.wait_for()
    assert context.cookies() == []


def _publish(hub: HubProcess, name: str) -> None:
    _post(hub, f"/channels/{name}/messages", {"name": "m", "data": "secret words"})


def _link(hub: HubProcess) -> str:
    url: str = _post(hub, "/hub/links", {})["url"]
    return url


def _post(hub: HubProcess, path: str, body: object) -> Any:
    headers = {
        "Authorization": f"Basic {b64encode(hub.key.encode()).decode()}",
        "Content-Type": "application/json",
    }
    with urlopen(Request(hub.url + path, json.dumps(body).encode(), headers)) as answer:
        return json.load(answer)

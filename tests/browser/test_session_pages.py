"""The pages that the hub has of one session: how one is let in, and again, also through Jupyter."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from aitransport_notebook.session.connection import Connection
from tests.browser.jupyter import TOKEN, JupyterLab
from tests.browser.people import People

SLOW = 30_000
DOORS = {"/console": "this console", "/customer": "this chat"}


@pytest.fixture
def connection(people: People) -> Connection:
    return people.connection("omar", "operator")


def expect_console(page: Page) -> None:
    expect(page.get_by_role("region", name="Session console")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("Live").first).to_be_visible(timeout=SLOW)


def test_the_console_of_a_session_is_there_and_again_at_once_after_a_reload(
    page: Page, connection: Connection, people: People
) -> None:
    session = f"page:{uuid4()}"
    ann = people.customer(session)
    ann.do(ann.session.view.send, "Is anybody there?")
    page.goto(connection.link("console", session=session))
    assert "link" not in page.url
    expect(page).to_have_title(f"{session} · Console", timeout=SLOW)
    for _ in range(3):
        expect_console(page)
        expect(page.get_by_text("Is anybody there?").first).to_be_visible(timeout=SLOW)
        page.reload()


@pytest.mark.parametrize("path", DOORS)
def test_without_a_link_a_page_says_how_to_get_one(
    page: Page, connection: Connection, path: str
) -> None:
    page.goto(f"{connection.url}{path}")
    expect(page.get_by_role("heading")).to_have_text(f"Sign in to {DOORS[path]}")
    expect(page.get_by_text(f"open --page {path[1:]}")).to_be_visible()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()


def test_a_link_is_good_once_and_for_its_own_page(
    page: Page, connection: Connection, context: BrowserContext
) -> None:
    link = connection.link("console", session=f"page:{uuid4()}")
    page.goto(link)
    expect_console(page)
    other = context.new_page()
    other.goto(link)
    expect(other.get_by_role("heading")).to_have_text("This link does not work any more")
    other.goto("about:blank")
    other.goto(connection.link().replace("/#", "/console#"))
    expect(other.get_by_role("alert")).to_contain_text("for the hub's own page")


def test_a_page_waits_for_a_hub_that_is_away_and_goes_on_by_itself(
    page: Page, connection: Connection
) -> None:
    away = "**/hub/sign-in"
    page.route(away, lambda route: route.abort())
    page.goto(connection.link("console", session=f"page:{uuid4()}"))
    expect(page.get_by_role("heading")).to_have_text("The hub does not answer")
    page.unroute(away)
    expect_console(page)


def test_through_jupyter_nothing_is_asked_but_jupyter(
    page: Page, connection: Connection, lab: JupyterLab
) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.on("websocket", lambda socket: asked.append(socket.url.replace("ws:", "http:", 1)))
    session = f"page:{uuid4()}"
    for link, name in (
        (connection.link("console", session=session), "console"),
        (connection.link("customer", session=session, client_id="ann"), "customer"),
        (connection.link(), ""),
    ):
        code = link.partition("#")[2]
        page.goto(f"{lab.url}/proxy/{connection.port}/{name}?token={TOKEN}#{code}")
        if name == "console":
            expect_console(page)
        else:
            expect(page.get_by_text("Connected", exact=True)).to_be_visible(timeout=SLOW)
        if name:
            page.reload()
            expect(
                page.get_by_text("Live" if name == "console" else "Connected").first
            ).to_be_visible(timeout=SLOW)
    page.goto("about:blank")
    assert any(f"/proxy/127.0.0.1:{connection.port}/" in url for url in asked)
    assert {url for url in asked if not url.startswith((lab.url, "data:", "about:"))} == set()

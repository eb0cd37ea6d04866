"""The customer's page, in a real browser, on a real hub, with the demo agent answering."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from anyio.from_thread import BlockingPortal
from playwright.sync_api import BrowserContext, Locator, Page, expect

from aitransport_notebook import AgentSession, ClientSession, UIMessageCodec, client
from aitransport_notebook.hub.launch.find import find_or_start
from aitransport_notebook.hub.launch.record import HubRecord
from aitransport_notebook.session.connection import Connection
from tests.browser.people import Demo
from tests.session.talking import answered
from tests.support.hub_process import HubProcess

HOSTILE = '<img src=x onerror="window.harmed = 1"><script>window.harmed = 1</script>'
# A turn of the demo agent, on a noisy machine.
TURN = 30_000


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubRecord]:
    """A user's own hub, as `connect()` starts it, with the demo agent in some of its sessions."""
    home = tmp_path_factory.mktemp("home")
    record = find_or_start(folder=home)
    with Demo(home, "demo:*"):
        yield record
    os.kill(record.pid, signal.SIGTERM)


@pytest.fixture(scope="module")
def connection(hub: HubRecord) -> Connection:
    return Connection(hub.host, hub.port, False, None, None, True, hub.key)


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that says nothing in the browser's console, and runs nothing that it is told."""
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert page.evaluate("window.harmed") is None
    page.close()
    assert said == []


def opened(page: Page, connection: Connection, session: str | None = None) -> str:
    """Open the page of a customer, in a new session unless one is named; returns its name."""
    session = session or f"demo:{uuid4()}"
    page.goto(connection.link("customer", session=session, client_id="ann"))
    expect(page.get_by_text("Connected", exact=True)).to_be_visible(timeout=TURN)
    return session


def say(page: Page, text: str) -> None:
    page.get_by_label("Your message", exact=True).fill(text)
    page.keyboard.press("Enter")


def lines(page: Page) -> Locator:
    return page.get_by_role("list", name="Conversation").locator(":scope > li")


def expect_whole(page: Page) -> None:
    """Wait until an answer has been given."""
    expect(page.get_by_role("button", name="Answer again").last).to_be_visible(timeout=TURN)


def test_a_reply_streams_in_and_is_there_after_a_reload(page: Page, connection: Connection) -> None:
    opened(page, connection)
    say(page, "count 12")
    reply = lines(page).last
    expect(reply).to_contain_text("3", timeout=TURN)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    assert "12" not in reply.inner_text().split()
    expect(reply).to_contain_text("12", timeout=TURN)
    expect_whole(page)
    whole = lines(page).all_inner_texts()
    assert "link" not in page.url
    page.reload()
    expect(lines(page)).to_have_count(2, timeout=TURN)
    expect_whole(page)
    assert lines(page).all_inner_texts() == whole


def test_an_answer_can_be_stopped_edited_and_asked_for_again(
    page: Page, connection: Connection
) -> None:
    opened(page, connection)
    say(page, "count 500")
    expect(lines(page).last).to_contain_text("3", timeout=TURN)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("This answer was stopped.")).to_be_visible(timeout=TURN)
    page.get_by_role("button", name="Edit").click()
    field = page.get_by_label("Your message in other words")
    expect(field).to_be_focused()
    field.fill("What is this?")
    field.press("Enter")
    expect(lines(page).last).to_contain_text("You said: “What is this?”", timeout=TURN)
    expect_whole(page)
    versions = lines(page).first.get_by_role("group", name="Versions of this message")
    expect(versions).to_contain_text("2/2")
    versions.get_by_role("button", name="Earlier version").click()
    expect(lines(page).first).to_contain_text("count 500")
    expect(page.get_by_text("This answer was stopped.")).to_be_visible()
    versions.get_by_role("button", name="Later version").click()
    page.get_by_role("button", name="Answer again").click()
    expect(lines(page).last).to_contain_text("2/2", timeout=TURN)
    expect_whole(page)


def test_what_the_assistant_asks_is_decided_and_answered(
    page: Page, connection: Connection
) -> None:
    opened(page, connection)
    say(page, "approve")
    page.get_by_label("A word on your decision").fill("not on a Friday", timeout=TURN)
    page.get_by_role("button", name="Deny").click()
    expect(lines(page).last).to_contain_text("not on a Friday", timeout=TURN)
    expect_whole(page)
    say(page, "ask")
    page.get_by_role("button", name="blue").click(timeout=TURN)
    expect(lines(page).last).to_contain_text("Your answer is", timeout=TURN)
    expect(lines(page).last).to_contain_text("blue")


def test_what_waits_for_a_decision_is_over_once_somebody_stops_it(
    page: Page, hub: HubRecord, connection: Connection, portal: BlockingPortal
) -> None:
    session = opened(page, connection)
    omar = Connection(hub.host, hub.port, False, "omar", "operator", True, hub.key)

    async def stop() -> None:
        asking = client(omar)
        async with ClientSession(asking, session, codec=UIMessageCodec()) as asks:
            await asks.load_page()
            assert len(await asks.cancel(scope="all")) == 1
        await asking.close()

    say(page, "approve")
    approve = page.get_by_role("button", name="Approve")
    expect(approve).to_be_visible(timeout=TURN)
    portal.call(stop)
    for _ in range(2):
        expect(page.get_by_text("This answer was stopped.")).to_be_visible(timeout=TURN)
        expect(approve).to_be_hidden()
        page.reload()
    expect_whole(page)


def test_a_word_into_an_answer_is_taken_up_in_it(page: Page, connection: Connection) -> None:
    opened(page, connection)
    say(page, "count 500")
    expect(lines(page).last).to_contain_text("3", timeout=TURN)
    say(page, "shorter, please")
    expect(page.get_by_text("Understood, in the middle of it")).to_be_visible(timeout=TURN)
    expect_whole(page)
    expect(page.get_by_placeholder("Write a message…")).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    expect(page.get_by_text("The answer is on its way")).to_be_hidden()
    # What was said into an answer has no other version: only what began it has.
    begun, word = (lines(page).filter(has_text=text) for text in ("count 500", "shorter, please"))
    expect(begun.first.get_by_role("button", name="Edit")).to_be_visible()
    expect(word.first.get_by_role("button", name="Edit")).to_be_hidden()


def test_what_is_newest_stays_in_sight_when_the_window_gets_narrow(
    page: Page, connection: Connection
) -> None:
    page.set_viewport_size({"width": 1200, "height": 700})
    opened(page, connection)
    say(page, "So many words. " * 100)
    expect_whole(page)
    say(page, "approve")
    approve = page.get_by_role("button", name="Approve")
    expect(approve).to_be_in_viewport(timeout=TURN)
    page.set_viewport_size({"width": 390, "height": 700})
    expect(approve).to_be_in_viewport()
    # Who reads further up is left there.
    page.get_by_role("main").evaluate("thread => thread.scrollTo(0, 0)")
    expect(page.get_by_role("button", name="Newest")).to_be_visible()
    page.set_viewport_size({"width": 500, "height": 700})
    expect(page.get_by_role("button", name="Newest")).to_be_visible()
    expect(approve).not_to_be_in_viewport()


def test_of_an_agent_that_is_gone_it_is_said_also_after_a_reload(
    page: Page, hub: HubRecord, connection: Connection, portal: BlockingPortal
) -> None:
    session = opened(page, connection, f"gone:{uuid4()}")
    bot = Connection(hub.host, hub.port, False, "bot", "agent", True, hub.key)
    asks = Connection(hub.host, hub.port, False, "bob", "user", True, hub.key)
    gone = lines(page).get_by_text("The assistant is not there any more.")
    stop = page.get_by_role("button", name="Stop")

    async def come() -> tuple[Any, AgentSession[Any]]:
        answering = client(bot)
        answers = AgentSession(answering, session, codec=UIMessageCodec())
        await answers.connect()
        return answering, answers

    async def begin() -> Any:
        asking, (answering, answers) = client(asks), await come()
        async with ClientSession(asking, session, codec=UIMessageCodec()) as asker:
            asked = await asker.view.send("Are you there?")
        await asking.close()
        await answers.create_run(asked.to_invocation()).start()
        return answering

    answering = portal.call(begin)
    expect(stop).to_be_visible(timeout=TURN)
    expect(gone).to_be_hidden()
    portal.call(answering.close)
    for _ in range(2):
        expect(gone).to_be_visible(timeout=TURN)
        expect(stop).to_be_hidden()
        expect(page.get_by_placeholder("Write a message…")).to_be_visible()
        page.reload()
    expect(gone).to_be_visible(timeout=TURN)
    answering, answers = portal.call(come)
    expect(gone).to_be_hidden(timeout=TURN)
    expect(stop).to_be_visible()
    portal.call(answers.close)
    portal.call(answering.close)


def test_hostile_names_and_texts_do_no_harm(page: Page, connection: Connection) -> None:
    page.goto(connection.link("customer", session=f"demo:{uuid4()}", client_id=HOSTILE))
    expect(page.get_by_text("Connected", exact=True)).to_be_visible(timeout=TURN)
    say(page, f"{HOSTILE} [press](javascript:window.harmed=1)")
    expect(lines(page).last).to_contain_text("<script>", timeout=TURN)
    expect_whole(page)
    assert page.locator("main img, main script, main a").count() == 0
    expect(page.get_by_role("contentinfo")).to_contain_text("<img src=x")


def test_a_person_of_the_team_is_told_from_the_assistant(
    page: Page, hub: HubRecord, connection: Connection, portal: BlockingPortal
) -> None:
    session = opened(page, connection, f"team:{uuid4()}")
    omar = Connection(hub.host, hub.port, False, "omar", "operator", True, hub.key)

    async def speak() -> None:
        asking, answering = client(omar), client(omar)
        async with (
            ClientSession(asking, session, codec=UIMessageCodec()) as asks,
            AgentSession(answering, session, codec=UIMessageCodec()) as answers,
        ):
            await answered(answers, await asks.view.send("Who is here?"), "I", "am")
        await asking.close()
        await answering.close()

    portal.call(speak)
    for line, text in ((0, "Who is here?"), (1, "Iam")):
        expect(lines(page).nth(line)).to_contain_text(text)
        expect(lines(page).nth(line)).to_contain_text("omar person")
    expect(page.get_by_role("button", name="Answer again")).to_be_hidden()


def test_two_pages_see_each_other_type(
    page: Page, context: BrowserContext, connection: Connection
) -> None:
    session = opened(page, connection)
    other = context.new_page()
    other.goto(connection.link("customer", session=session, client_id="bob"))
    expect(other.get_by_text("Connected", exact=True)).to_be_visible(timeout=TURN)
    other.get_by_label("Your message", exact=True).press_sequentially("Hi")
    expect(page.get_by_text("bob is typing")).to_be_visible(timeout=TURN)
    other.keyboard.press("Enter")
    expect(page.get_by_text("bob is typing")).to_be_hidden()
    expect(lines(page).last).to_contain_text("bob")
    expect(lines(page).last).to_contain_text("Hi")
    other.close()


def test_a_link_works_once_and_a_page_without_one_says_how_to_get_it(
    page: Page, context: BrowserContext, connection: Connection
) -> None:
    link = connection.link("customer", session=f"demo:{uuid4()}", client_id="ann")
    page.goto(link)
    expect(page.get_by_text("Connected", exact=True)).to_be_visible(timeout=TURN)
    other = context.new_page()
    other.goto(link)
    expect(other.get_by_role("heading")).to_have_text("This link does not work any more")
    other.goto("about:blank")
    other.goto(f"{connection.url}/customer")
    expect(other.get_by_role("heading")).to_have_text("Sign in to this chat")
    expect(other.get_by_text("aitransport-notebook open --page customer")).to_be_visible()
    # As in the output of a cell.
    frame = '<!doctype html><iframe src="customer#link=used"></iframe>'
    other.route("**/cell", lambda route: route.fulfill(body=frame, content_type="text/html"))
    other.goto(f"{connection.url}/cell")
    cell = other.frame_locator("iframe")
    expect(cell.get_by_text("Run the cell again.")).to_be_visible()
    expect(cell.get_by_text("aitransport-notebook open")).to_be_hidden()
    other.close()


def test_no_token_is_kept_but_in_the_memory_of_the_page(page: Page, connection: Connection) -> None:
    with page.expect_response("**/hub/sign-in") as answer:
        opened(page, connection)
    token: str = answer.value.json()["token"]["token"]
    kept = page.evaluate(
        "JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])"
    )
    assert token not in kept
    assert token not in page.content()
    assert "ait-renewal /customer" in kept


def test_a_hub_that_went_away_is_said_to_be_away_and_is_found_again(
    context: BrowserContext, tmp_path: Path
) -> None:
    # Of a refused connection the browser itself writes to its console.
    page = context.new_page()
    with HubProcess(data=tmp_path) as hub:
        opened(page, hub.connection())
        hub.kill()
        expect(page.get_by_text("Connection lost. Trying again…")).to_be_visible(timeout=TURN)
        hub.start()
        expect(page.get_by_text("Connected", exact=True)).to_be_visible(timeout=TURN)
        page.reload()
        expect(page.get_by_text("Connected", exact=True)).to_be_visible(timeout=TURN)
    page.close()

"""What the official view gets wrong reaches nobody who looks at a console."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from anyio.from_thread import BlockingPortal
from playwright.sync_api import Page, expect

from tests.browser.pages import console_page
from tests.browser.people import People
from tests.browser.published import Publisher, conversation, is_text, texts_of
from tests.browser.waiting import PATIENCE
from tests.interop import chunks
from tests.support.hub_process import HubProcess

UPDATE, DELETE = 1, 2
# So many messages of the first turns: they end in the middle of an answer.
GONE = 14


@pytest.fixture
def publisher(hub: HubProcess) -> Iterator[Publisher]:
    publisher = Publisher(hub)
    yield publisher
    publisher.close()


@pytest.fixture
def company(hub: HubProcess, portal: BlockingPortal) -> Iterator[People]:
    people = People(hub, portal)
    yield people
    people.leave()


@pytest.fixture
def session() -> str:
    return f"room:{uuid4()}"


def test_what_is_left_of_a_session_is_shown_without_its_beginning(
    publisher: Publisher, company: People, page: Page, session: str
) -> None:
    publisher.say(session, conversation(60)[GONE:])
    console = console_page(page, company.connection("omar", "operator"), session)
    console.says("answer 59")
    console.messages.hover()
    gone = console.root.get_by_text("The beginning of this session is gone (retention)")
    while not gone.is_visible():
        page.mouse.wheel(0, -3000)
    said = console.said()
    assert said == texts_of(60)[3:]
    assert said == company.history(session)


def test_a_cancel_is_for_one_run_alone(company: People, page: Page, session: str) -> None:
    console = console_page(page, company.connection("omar", "operator"), session)
    ann = company.customer(session)
    asked = ann.do(ann.session.view.send, "Who answers?")
    answers = []
    for name in ("one", "two"):
        answers.append(company.agent(session, name).answer(asked))
        answers[-1].say(chunks.START, chunks.START_STEP, *chunks.begun(f"Here is {name}."))
        console.says(f"Here is {name}.")
    console.stop()
    expect(console.run_line()).to_contain_text("Stopping", timeout=PATIENCE)
    answers[1].end("cancelled")
    expect(console.run_line()).to_contain_text("Cancelled", timeout=PATIENCE)
    assert [answer.is_cancelled for answer in answers] == [False, True]
    # Nor does it stop whoever answers later.
    later = company.agent(session, "two").answer(asked)
    later.say(chunks.START, chunks.START_STEP, *chunks.begun("Here I am again."))
    console.says("Here I am again.")
    assert not later.is_cancelled
    for answer in (answers[0], later):
        answer.say(chunks.text()[-1], chunks.FINISH_STEP, chunks.FINISH)
        answer.end()
    expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)
    expect(console.messages.get_by_role("group", name="Versions")).to_contain_text("3/3")


def test_what_was_moderated_is_shown_the_same_live_and_later(
    publisher: Publisher, company: People, page: Page, session: str
) -> None:
    said = conversation(3)
    serials = publisher.say(session, said)
    console = console_page(page, company.connection("omar", "operator"), session)
    console.says("answer 2")
    questions = [at for at, one in enumerate(said) if one["name"] == "ai-input"]
    answers = [at for at, one in enumerate(said) if is_text(one)]
    softened = {**said[questions[1]], "data": "a kinder question"}
    cut = {**said[answers[0]], "data": "[cut]"}
    for at, action, message in (
        (questions[1], UPDATE, softened),
        (answers[0], UPDATE, cut),
        (answers[1], DELETE, {}),
    ):
        by = {"version": {"clientId": "moderator"}}
        publisher.change(session, serials[at], action, {**message, **by})
    for _ in range(2):
        console.is_live().says("a kinder question")
        console.says("[cut]")
        expect(console.messages.get_by_text("What it said was deleted.")).to_be_visible()
        marks = console.messages.locator(".ait-mark[data-mark]")
        assert sorted(marks.all_inner_texts()) == ["changed", "changed", "deleted"]
        texts = ["question 0", "[cut]", "a kinder question", "", "question 2", "answer 2"]
        assert console.said() == texts
        page.reload()
    assert texts == company.history(session)

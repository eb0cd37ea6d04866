"""A session of 5,000 messages: one goes back to its beginning, and nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from anyio.from_thread import BlockingPortal
from playwright.sync_api import Page, Route, expect

from tests.browser.pages import console_page
from tests.browser.people import People
from tests.browser.published import Publisher, conversation, texts_of
from tests.browser.waiting import until_page
from tests.interop import chunks
from tests.support.hub_process import HubProcess

# Each has ten messages of the channel.
TURNS = 500
SESSION = "long:talk"
OLDER = "**/messages?**"
# A frame that takes longer is one that a person takes for a freeze, in ms; usual are some 20.
FREEZE = 2000
# What is in sight at each frame, and how long the longest was.
WATCH = """() => {
  const seen = window.seen = { longest: 0, steps: 0, open: 0, frames: 0 };
  let last = performance.now();
  const look = (now) => {
    seen.longest = Math.max(seen.longest, now - last);
    seen.frames += 1;
    last = now;
    seen.steps = Math.max(seen.steps, document.querySelectorAll('.ait-step').length);
    for (const run of document.querySelectorAll('.ait-run')) {
      if (!run.textContent.includes('Complete')) seen.open += 1;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
# The first whole row in sight, where it stands, and how many are before it.
TOP = """() => {
  const scroller = document.querySelector('.ait-scroll');
  const edge = scroller.getBoundingClientRect().top;
  const rows = [...scroller.querySelectorAll('[data-row]')];
  const row = rows.find((each) => each.getBoundingClientRect().top >= edge);
  const top = row.getBoundingClientRect().top - edge;
  return { key: row.dataset.row, top, before: Number(row.ariaPosInSet) - 1 };
}"""
OTHERS_BEFORE = """({ key, before }) =>
  Number(document.querySelector(`[data-row="${key}"]`)?.ariaPosInSet) - 1 > before"""
FOCUSED_HAS_OTHERS_BEFORE = """() =>
  Number(document.activeElement.closest('[data-row]')?.ariaPosInSet) > 1"""
MOVED = """({ key, top }) => {
  const edge = document.querySelector('.ait-scroll').getBoundingClientRect().top;
  return document.querySelector(`[data-row="${key}"]`).getBoundingClientRect().top - edge - top;
}"""
POSITION = "document.querySelector('.ait-scroll').scrollTop"
PIXELS = 2


@pytest.fixture(scope="module")
def long_hub(hub: HubProcess) -> HubProcess:
    publisher = Publisher(hub)
    publisher.say(SESSION, conversation(TURNS))
    publisher.close()
    return hub


@pytest.fixture
def company(long_hub: HubProcess, portal: BlockingPortal) -> Iterator[People]:
    people = People(long_hub, portal)
    yield people
    people.leave()


def test_one_goes_back_to_the_beginning(company: People, page: Page) -> None:
    console = console_page(page, company.connection("omar", "operator"), SESSION)
    console.says(f"answer {TURNS - 1}")
    page.evaluate(WATCH)
    console.messages.hover()
    for _ in range(3):
        expect_place_is_kept(page)
    scroller = console.root.get_by_role("group", name="Conversation")
    scroller.focus()
    for _ in range(3):
        page.keyboard.press("Home")
        until_page(page, FOCUSED_HAS_OTHERS_BEFORE)
    beginning = console.root.get_by_text("Beginning of the session")
    while not beginning.is_visible():
        page.mouse.wheel(0, -3000)
    seen = page.evaluate("window.seen")
    assert seen["longest"] < FREEZE
    # No page has ended where a step began anew, or a Run seems to go on.
    assert (seen["steps"], seen["open"]) == (0, 0)
    assert console.said() == texts_of(TURNS)
    scroller.focus()
    page.keyboard.press("End")
    expect(console.messages.get_by_text(f"answer {TURNS - 1}")).to_be_in_viewport()


def test_who_comes_in_the_middle_of_a_step_sees_each_step_once(company: People, page: Page) -> None:
    ann = company.customer(SESSION)
    answer = company.agent(SESSION, "robot").answer(
        ann.do(ann.session.view.send, "In two steps, please.")
    )
    answer.say(chunks.START, chunks.START_STEP, *chunks.text("The first."), chunks.FINISH_STEP)
    answer.say(chunks.START_STEP, *chunks.begun("The ", id="t2"))
    console = console_page(page, company.connection("omar", "operator"), SESSION)
    console.says("The first.")
    answer.say(*chunks.more("second.", id="t2"), chunks.text(id="t2")[-1])
    answer.say(chunks.FINISH_STEP, chunks.FINISH)
    answer.end()
    for _ in range(2):
        console.is_live().says("The second.")
        newest = console.messages.locator(".ait-message").last
        expect(newest.locator(".ait-step")).to_have_count(1)
        expect(console.run_line()).to_contain_text("Complete")
        page.reload()


def expect_place_is_kept(page: Page) -> None:
    """Go up to the top, where older messages are asked for, and see that they move nothing."""
    asked: list[Route] = []
    page.route(OLDER, lambda route: asked.append(route))
    while not asked or page.evaluate(POSITION) > 0:
        page.mouse.wheel(0, -500)
        page.wait_for_timeout(20)
    before = page.evaluate(TOP)
    asked.pop().continue_()
    until_page(page, OTHERS_BEFORE, before)
    assert abs(page.evaluate(MOVED, before)) <= PIXELS
    page.unroute(OLDER)

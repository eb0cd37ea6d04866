"""What one presses while words come and things move: that, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from anyio.from_thread import BlockingPortal
from playwright.sync_api import Locator, Page, expect

from aitransport_notebook.session.agent.run import AgentRun
from tests.browser.hands import Hand, at_hand
from tests.browser.jupyter import AS_OPERATOR, JupyterLab, Notebook
from tests.browser.people import People
from tests.browser.waiting import PATIENCE

LINES = "\n\n".join(f"Line {number}." for number in range(30))
# How much there is below what is in sight.
BELOW = """(scroller => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop)(
  document.querySelector('.ait-scroll'))"""
CODE = "```python\nprint('to be copied')\n```"


@contextmanager
def speaking(agent: Hand, run: AgentRun, text: str) -> Iterator[None]:
    """Have something said again and again."""
    is_enough = threading.Event()

    def speak() -> None:
        while not is_enough.wait(0.02):
            agent.say(run, text)

    thread = threading.Thread(target=speak)
    thread.start()
    try:
        yield
    finally:
        is_enough.set()
        thread.join()


def put_pointer_on(page: Page, button: Locator) -> float:
    """Point at a button as a person does, who waits for nothing; returns how high it is."""
    box = button.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    return box["y"]


def test_what_one_presses_while_words_come(
    lab: JupyterLab, notebook: Notebook, people: People, portal: BlockingPortal
) -> None:
    ann = people.customer("hand:pressed")
    page = notebook.page
    with at_hand(portal, people.connection("helper", "agent"), "hand:pressed") as agent:
        run = agent.begin(ann.asks("one"))
        agent.say(run, LINES)
        notebook.open(lab.console("hand:pressed", connect=AS_OPERATOR)).run_cell()
        console = notebook.console().is_live()
        console.says("Line 29.")
        to_live = console.root.get_by_role("button", name="Jump to live")

        def is_at_end() -> None:
            expect(console.details("Hide")).to_be_in_viewport()
            expect(to_live).to_be_hidden()

        with speaking(agent, run, "And more."):
            console.says("And more.")
            # It scrolls all the time: what is at the end stays where it is.
            put_pointer_on(page, console.details("Show"))
            page.mouse.down()
            page.mouse.up()
            expect(console.details("Hide")).to_be_visible(timeout=PATIENCE)
            # Who goes up gently is not taken back.
            for _ in range(40):
                page.mouse.wheel(0, -8)
                page.wait_for_timeout(15)
            expect(to_live).to_be_visible(timeout=PATIENCE)
            for _ in range(3):
                console.messages.get_by_role("article").last.press("Home")
                expect(console.messages.get_by_text("Line 0.")).to_be_in_viewport()
                page.keyboard.press("End")
                is_at_end()
            # Nor is who was led to a message kept there, or brought back.
            for _ in range(3):
                for key in ("k", "k", "k", "End"):
                    page.keyboard.press(key)
                    page.wait_for_timeout(100)
                expect(console.messages.get_by_role("article").last).to_be_focused()
                page.wait_for_timeout(200)
                assert page.evaluate(BELOW) < 100

        agent.say(run, CODE)
        copy = console.messages.get_by_role("button", name="Copy the code")
        before = put_pointer_on(page, copy)
        page.mouse.down()
        agent.say(run, "\n\n".join(f"Later {number}." for number in range(5)))
        console.says("Later 4.")
        assert abs(put_pointer_on(page, copy) - before) < 2
        page.mouse.up()
        expect(console.messages.get_by_text("Copied")).to_be_visible(timeout=PATIENCE)
        # And then it is at the end again.
        expect(console.messages.get_by_text("Later 4.")).to_be_in_viewport()
        agent.end(run)


def test_who_presses_twice_decides_once(
    lab: JupyterLab, notebook: Notebook, people: People, portal: BlockingPortal
) -> None:
    ann = people.customer("hand:twice")
    page = notebook.page
    with at_hand(portal, people.connection("helper", "agent"), "hand:twice") as agent:
        run = agent.begin(ann.asks("one"))
        # As one is decided, the next one comes to where it was.
        agent.ask(run, [5, 1, 1], LINES)
        agent.suspend(run)
        notebook.open(lab.console("hand:twice", connect=AS_OPERATOR)).run_cell()
        console = notebook.console().is_live()
        console.messages.get_by_role("article").last.press("Home")
        approve = console.messages.get_by_role("button", name="Approve", exact=True)
        expect(approve).to_have_count(3)
        put_pointer_on(page, approve.first)
        for _ in range(3):
            page.mouse.down()
            page.mouse.up()
            page.wait_for_timeout(100)
        decided = console.messages.get_by_text("Approved by operator-1")
        expect(decided).to_have_count(1)
        expect(approve).to_have_count(2)
        # A moment later the next one can be decided.
        approve.first.click()
        expect(decided).to_have_count(2)

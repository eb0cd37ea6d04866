"""What one presses while words come: it is there to be pressed, and stays under the pointer."""

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
    notebook.open(lab.console("hand:pressed", connect=AS_OPERATOR)).run_cell()
    console = notebook.console().is_live()
    page = notebook.page
    with at_hand(portal, people.connection("helper", "agent"), "hand:pressed") as agent:
        run = agent.begin(ann.asks("one"))
        agent.say(run, "\n\n".join(f"Line {number}." for number in range(30)))
        console.says("Line 29.")

        # It scrolls all the time: what is at the end stays where it is.
        details = console.messages.get_by_role("button", name="Show the details of this Run")
        with speaking(agent, run, "And more."):
            console.says("And more.")
            put_pointer_on(page, details)
            page.mouse.down()
            page.mouse.up()
            hide = console.messages.get_by_role("button", name="Hide the details of this Run")
            expect(hide).to_be_visible(timeout=PATIENCE)

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

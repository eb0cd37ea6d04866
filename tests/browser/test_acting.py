"""What a person does in a Console, and what agents make of it; and the same from Python's side."""

from __future__ import annotations

import json

import pytest
from anyio.from_thread import BlockingPortal
from playwright.sync_api import expect

from aitransport_notebook.agents.invocations import InvocationEndpoint
from aitransport_notebook.session.client.run import ClientRun
from tests.agents.answers import echo
from tests.browser.console import Console
from tests.browser.hands import at_hand, gives, hired, served
from tests.browser.jupyter import AS_OPERATOR, JupyterLab, Notebook
from tests.browser.people import Demo, People
from tests.browser.waiting import PATIENCE

READ = ["subscribe", "history"]
NOT_TO_SAY = "This token does not allow to say anything in this session."
NOT_TO_BE_SEEN = "This token does not allow to be seen by others."
ARGUMENTS = {"to": "all@example.com", "subject": "Changed", "text": "By a person."}
# Waits in a cell; the page is not heard meanwhile.
UNTIL = """import time
def until(is_so):
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)
"""
TURNS = f"""{UNTIL}
ended = []
console.on("run-end", lambda run: ended.append(run.reason))
console.send("count 900")
until(lambda: any(run.status == "active" for run in console.view.runs))
console.steer("count 800 instead")
until(lambda: "Understood" in console.transcript("text"))
console.cancel()
until(lambda: ended)
print("ended:", ended)
"""
# What the page shows comes once no cell runs.
SHOWN = 'print("shown:", console.messages[0]["parts"][0]["text"])'
REVEALED = "console.reveal(console.selection.message_ids[0])"
BUSY = """import pathlib, time
while not pathlib.Path("answered").exists():
    time.sleep(0.1)
print("awake")"""


def opened(
    lab: JupyterLab, notebook: Notebook, session: str, *cells: str, connect: str = AS_OPERATOR
) -> Console:
    notebook.open(lab.console(session, *cells, connect=connect))
    notebook.run_cell()
    return notebook.console().is_live()


def test_what_an_agent_makes_of_a_stop_and_of_a_word_is_shown(
    lab: JupyterLab, notebook: Notebook, people: People, portal: BlockingPortal
) -> None:
    ann = people.customer("hand:stops")
    console = opened(lab, notebook, "hand:stops")
    with at_hand(portal, people.connection("helper", "agent"), "hand:stops") as agent:
        run = agent.begin(ann.asks("one"), on_cancel=lambda request: False)
        agent.say(run, "I am at it.")
        console.says("I am at it.")
        console.stop()
        refuses = console.messages.get_by_text("The agent refuses to stop (asked by operator-1)")
        expect(refuses).to_be_visible(timeout=PATIENCE)
        agent.end(run)
        expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)

        run = agent.begin(ann.asks("two"))
        agent.say(run, "At this as well.")
        console.says("At this as well.")
        console.stop()
        expect(console.run_line()).to_contain_text("Stopping, as operator-1 asked")
        # One that takes no notice is found out after three seconds.
        ignores = console.messages.get_by_text("The agent ignores that operator-1 asked it to stop")
        expect(ignores).to_be_visible(timeout=15_000)
        agent.end(run)
        expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)

        run = agent.begin(ann.asks("three"))
        agent.say(run, "And at this.")
        console.says("And at this.")
        console.choose("Steer")
        console.say("hurry")
        expect(console.messages.get_by_text("steer", exact=True)).to_be_visible(timeout=PATIENCE)
        agent.end(run)
        not_taken_up = console.messages.get_by_text("not taken up", exact=True)
        expect(not_taken_up).to_be_visible(timeout=PATIENCE)


def leave_waiting(people: People, portal: BlockingPortal, session: str, asked: ClientRun) -> None:
    """Have a Run suspended by an agent that is gone then."""
    with at_hand(portal, people.connection("helper", "agent"), session) as agent:
        run = agent.begin(asked)
        agent.say(run, "I would rather wait.")
        agent.suspend(run)


def test_a_suspended_run_goes_on_with_a_word(
    lab: JupyterLab, notebook: Notebook, people: People, portal: BlockingPortal
) -> None:
    ann = people.customer("hand:resumed")
    asked = ann.asks("one")
    leave_waiting(people, portal, "hand:resumed", asked)
    console = opened(lab, notebook, "hand:resumed")
    expect(console.run_line()).to_contain_text("Suspended: waits for a person", timeout=PATIENCE)
    with hired(portal, people.connection("helper", "agent"), "hand:resumed", echo):
        console.choose("Resume")
        console.say("go on")
        console.says("you said go on")
        expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)
    expect(console.messages.get_by_text("taken up", exact=True)).to_be_visible()
    assert ann.wait(asked) == "complete"
    assert [text.strip() for text in ann.texts()] == [
        *("one", "I would rather wait.", "go on", "you said go on")
    ]


def test_a_run_that_waits_is_stopped(
    lab: JupyterLab, notebook: Notebook, people: People, portal: BlockingPortal, demo: Demo
) -> None:
    ann = people.customer("talk:waits")
    console = opened(lab, notebook, "talk:waits")
    approve = console.messages.get_by_role("button", name="Approve", exact=True)
    ann.ask("approve")
    expect(approve).to_be_visible(timeout=PATIENCE)
    console.stop()
    expect(console.run_line()).to_contain_text("Cancelled, as operator-1 asked", timeout=PATIENCE)
    expect(approve).to_be_hidden()
    ann.ask("approve")
    expect(approve).to_be_visible(timeout=PATIENCE)
    console.choose("Redirect")
    console.say("count 5")
    console.says("1 2 3 4 5")
    expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)
    expect(approve).to_be_hidden()

    ann = people.customer("hand:waits")
    asked = ann.asks("one")
    leave_waiting(people, portal, "hand:waits", asked)
    console = opened(lab, notebook, "hand:waits")
    console.says("I would rather wait.")
    console.stop()
    expect(console.run_line()).to_contain_text(
        "operator-1 asked it to stop: it ends once its agent is there", timeout=PATIENCE
    )
    expect(console.root.get_by_text("No agent has heard the cancel.")).to_be_visible()
    with hired(portal, people.connection("helper", "agent"), "hand:waits", echo):
        expect(console.run_line()).to_contain_text("Cancelled", timeout=PATIENCE)


def test_one_stops_a_run_and_says_what_instead(
    lab: JupyterLab, notebook: Notebook, people: People, demo: Demo
) -> None:
    ann, bob = people.customer("talk:stops"), people.customer("talk:stops", "bob")
    console = opened(lab, notebook, "talk:stops")
    anns, bobs = ann.say("count 900"), bob.say("count 900")
    stop_anns = console.root.get_by_role("button", name="Stop the Run of ann")
    stop_anns.click(timeout=PATIENCE)
    assert ann.wait(anns) == "cancelled"
    expect(stop_anns).to_be_hidden(timeout=PATIENCE)
    console.choose("Redirect")
    console.say("count 7 instead")
    assert bob.wait(bobs) == "cancelled"
    expect(console.messages.get_by_text("1 2 3 4 5 6 7", exact=True)).to_be_visible(
        timeout=PATIENCE
    )


def test_what_one_decides_is_what_the_agent_does(
    lab: JupyterLab, notebook: Notebook, people: People, demo: Demo
) -> None:
    ann = people.customer("talk:decisions")
    console = opened(lab, notebook, "talk:decisions")
    button = console.messages.get_by_role("button")
    asked = ann.ask("approve")
    button.filter(has_text="Deny…").click(timeout=PATIENCE)
    console.messages.get_by_label("Why not?").fill("not on a Friday")
    button.filter(has_text="Deny").click()
    console.says("You said why: “not on a Friday”.")
    assert ann.wait(asked) == "complete"

    asked = ann.ask("approve")
    button.filter(has_text="Edit arguments…").click(timeout=PATIENCE)
    field = console.messages.get_by_label("Arguments, as JSON")
    field.fill('{"to": ')
    expect(console.messages.get_by_role("alert")).to_be_visible()
    field.fill(json.dumps(ARGUMENTS))
    button.filter(has_text="Approve with these arguments").click()
    console.says("Approved, so I have sent it with what you changed")
    assert ann.wait(asked) == "complete"
    assert json.dumps(ARGUMENTS, indent=2) in ann.texts()[-1]

    # A word to a Run whose call waits is taken up with the answer.
    asked = ann.ask("ask")
    console.choose("Resume")
    console.say("and be brief")
    expect(console.root.get_by_text("It takes up what you said once")).to_be_visible()
    button.filter(has_text="orange").click()
    console.says("“and be brief”")
    expect(console.messages.get_by_text("taken up", exact=True)).to_be_visible(timeout=PATIENCE)
    assert ann.wait(asked) == "complete"
    assert '"orange"' in "".join(ann.texts()[-2:])


@pytest.mark.parametrize("operations", [READ, [*READ, "publish"]])
def test_what_the_token_does_not_allow_is_disabled_and_says_why(
    lab: JupyterLab,
    notebook: Notebook,
    people: People,
    portal: BlockingPortal,
    demo: Demo,
    operations: list[str],
) -> None:
    session = f"talk:rights-{len(operations)}"
    people.customer(session).ask("approve")
    hub = people.connection("issuer", "lead")
    token = hub.token_for("lena", {session: operations}, {"role": "operator"})
    with served(portal, gives(token)) as url:
        where = f'endpoint="{hub.endpoint}", port={hub.port}, tls=False'
        connect = f'ait.connect(token_url="{url}", {where})'
        console = opened(lab, notebook, session, connect=connect)
        console.root.get_by_role("button", name="People").click()
        expect(console.root.get_by_role("dialog")).to_contain_text(NOT_TO_BE_SEEN)
        notebook.page.keyboard.press("Escape")
        approve = console.messages.get_by_role("button", name="Approve")
        if "publish" in operations:
            approve.click()
            console.says("Approved, so I have sent it as it was")
            console.say("count 5")
            console.says("1 2 3 4 5")
            return
        expect(console.field).to_be_disabled()
        expect(console.root.locator(".ait-composer")).to_contain_text(NOT_TO_SAY)
        for name in ("Stop", "Resume"):
            act = console.root.locator(".ait-composer").get_by_role("button", name=name).last
            expect(act).to_be_disabled()
            expect(act).to_have_attribute("title", NOT_TO_SAY)
        expect(approve).to_be_disabled()
        expect(approve).to_have_accessible_name(f"Approve (not possible: {NOT_TO_SAY})")
        console.root.get_by_role("button", name="More", exact=True).click()
        expect(console.root.get_by_role("button", name="All Runs")).to_be_disabled()
        expect(console.root.get_by_role("dialog")).to_contain_text(NOT_TO_SAY)


def test_python_acts_and_hears_beside_the_page(
    lab: JupyterLab, notebook: Notebook, people: People, demo: Demo
) -> None:
    ann = people.customer("talk:python")
    ann.ask("count 3")
    console = opened(lab, notebook, "talk:python", TURNS, SHOWN, REVEALED)
    expect(console.messages).to_contain_text("1 2 3", timeout=PATIENCE)
    question = console.messages.get_by_role("article").first
    question.hover()
    question.get_by_role("button", name="Edit").click()
    console.messages.get_by_label("Say it in other words").fill("markdown")
    console.messages.get_by_label("Say it in other words").press("Control+Enter")
    expect(question).to_contain_text("2/2", timeout=PATIENCE)
    expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)
    notebook.run_cell(1)
    notebook.prints(1, "ended: ['cancelled']")
    expect(console.run_line()).to_contain_text("Cancelled", timeout=PATIENCE)
    expect(console.messages.get_by_text("taken up", exact=True)).to_be_visible()
    expect(question).not_to_be_in_viewport()
    notebook.run_cell(3)
    # The notebook shows the cell that has run.
    console.root.scroll_into_view_if_needed()
    expect(question).to_be_in_viewport(timeout=PATIENCE)
    question.hover()
    question.get_by_role("button", name="Previous version").click()
    expect(question).to_contain_text("1/2")
    # The kernel hears of it half a second later at the latest, between two cells.
    for _ in range(20):
        notebook.run_cell(2)
        if "shown: count 3" in notebook.printed(2):
            return
        notebook.page.wait_for_timeout(500)
    raise AssertionError("Python was not told what the page shows")


def test_an_agent_behind_http_is_woken_while_a_cell_is_busy(
    lab: JupyterLab, notebook: Notebook, people: People, portal: BlockingPortal
) -> None:
    endpoint = InvocationEndpoint(echo, connection=people.connection("helper", "agent"))
    with served(portal, endpoint) as url:
        start = f"import aitransport_notebook as ait\n{AS_OPERATOR}\n"
        cell = f'{start}console = ait.Console("hand:woken", agent="{url}")\nconsole'
        notebook.open(lab.write("woken.ipynb", [cell, BUSY]))
        notebook.run_all(wait=False)
        console = notebook.console().is_live()
        console.say("is anybody there?")
        console.says("you said is anybody there?")
        expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)
        assert notebook.is_running(1)
        (lab.root / "answered").touch()
        notebook.prints(1, "awake")
        portal.call(endpoint.close)

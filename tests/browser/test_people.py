"""Who is here and who types, as tokens say it; and who is called back to a tab that is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from anyio.from_thread import BlockingPortal
from playwright.sync_api import BrowserContext, Locator, Page, expect

from aitransport_notebook.agents.tokens import TokenEndpoint
from aitransport_notebook.session.connection import connection_to
from aitransport_notebook.session.roles import Identity
from tests.browser.console import Console
from tests.browser.hands import at_hand, served
from tests.browser.jupyter import JupyterLab, Notebook
from tests.browser.people import Customer, Demo, People
from tests.browser.waiting import PATIENCE, until_page

HOSTILE = "an\u202enna\u0007 <img src=x onerror=alert(1)>"
# The browser shows notifications outside of the page: here they are noted instead.
NOTED = """window.notified = [];
window.Notification = class {
  static permission = 'granted';
  static requestPermission = async () => 'granted';
  constructor(title, { body }) { window.notified.push([title, body]); }
  close() {}
};"""


def opened(lab: JupyterLab, notebook: Notebook, session: str) -> Console:
    notebook.open(lab.console(session))
    notebook.run_all()
    return notebook.console().is_live()


def person(console: Console, name: str) -> Locator:
    """The entry of somebody in the open list of people."""
    return console.root.get_by_role("dialog").get_by_role("listitem").filter(has_text=name)


@contextmanager
def gold_customer(people: People, portal: BlockingPortal, session: str) -> Iterator[Customer]:
    """A customer who has a token of the application, which says what they have paid for."""
    who = Identity("gina", "user", [session], {"plan": "gold"})
    issuer = people.connection("issuer", "lead")
    with served(portal, TokenEndpoint(lambda request: who, connection=issuer)) as url:
        where = connection_to(token_url=url, endpoint=issuer.endpoint, port=issuer.port, tls=False)
        yield people.let_in(session, where)


def test_those_who_are_here_are_shown_as_their_tokens_say(
    lab: JupyterLab, notebook: Notebook, people: People, portal: BlockingPortal
) -> None:
    session = "hand:company"
    console = opened(lab, notebook, session)
    helper = people.connection("helper", "agent")
    with gold_customer(people, portal, session) as gina, at_hand(portal, helper, session) as hand:
        olga = people.customer(session, "olga", "operator")
        eve = people.customer(session, "eve", role=None)
        for who in (gina, olga):
            who.do(who.session.presence.enter, None)
        # What one says of oneself is no role.
        eve.do(eve.session.presence.enter, {"role": "operator"})
        run = hand.begin(gina.asks("hello"))
        hand.say(run, "Good morning.", author="The Boss")
        all_five = console.root.get_by_role("button", name="People: 5 are here")
        all_five.click(timeout=PATIENCE)
        expect(person(console, "gina")).to_contain_text("user, verified")
        expect(person(console, "gina")).to_contain_text("plan gold")
        expect(person(console, "olga")).to_contain_text("operator, verified")
        expect(person(console, "helper")).to_contain_text("agent, verified")
        expect(person(console, "eve")).to_contain_text("no verified role")
        notebook.page.keyboard.press("Escape")
        article = console.messages.get_by_role("article")
        expect(article.filter(has_text="hello").locator(".ait-who")).to_have_text("ginauser")
        expect(article.filter(has_text="Good morning").locator(".ait-who")).to_have_text(
            "helperAI agentcalls itself “The Boss” unverified"
        )
        for who in (gina, olga, eve):
            who.do(who.session.presence.leave)
        hand.end(run)
    just_me = console.root.get_by_role("button", name="People: 1 is here")
    expect(just_me).to_be_visible(timeout=PATIENCE)


def test_each_side_sees_the_other_type(
    lab: JupyterLab,
    notebook: Notebook,
    people: People,
    demo: Demo,
    context: BrowserContext,
) -> None:
    session = "talk:typing"
    console = opened(lab, notebook, session)
    customers = context.new_page()
    link = people.connection("omar", "operator").link
    customers.goto(link("customer", session=session, client_id="ann"))
    expect(customers.get_by_text("Connected", exact=True)).to_be_visible(timeout=PATIENCE)
    customers.get_by_label("Your message", exact=True).press_sequentially("Hel")
    expect(console.root.get_by_text("ann is typing")).to_be_visible(timeout=PATIENCE)
    customers.keyboard.press("Enter")
    expect(console.root.get_by_text("ann is typing")).to_be_hidden(timeout=PATIENCE)
    console.says("Hel")
    notebook.page.bring_to_front()
    console.field.press_sequentially("Good")
    expect(customers.get_by_text("operator-1 is typing")).to_be_visible(timeout=PATIENCE)
    console.field.press("Enter")
    expect(customers.get_by_text("operator-1 is typing")).to_be_hidden(timeout=PATIENCE)
    customers.close()


def hide(page: Page) -> None:
    """Have the page believe that another tab is before it: a headless browser shows all of them."""
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")


def test_one_is_called_back_when_a_run_ends_or_needs_a_person(
    lab: JupyterLab,
    notebook: Notebook,
    people: People,
    demo: Demo,
    context: BrowserContext,
) -> None:
    page = notebook.page
    context.grant_permissions(["notifications"])
    page.add_init_script(NOTED)
    ann, mallory = people.customer("talk:called"), people.customer("talk:called", HOSTILE)
    console = opened(lab, notebook, "talk:called")
    ann.ask("count 3")
    console.says("1 2 3")
    console.root.get_by_role("button", name="Notify me").click()
    expect(console.root.get_by_role("button", name="Notify me")).to_have_attribute(
        "aria-pressed", "true"
    )
    ann.ask("count 4")
    console.says("1 2 3 4")
    # Its end as well comes while one looks.
    expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)
    assert page.evaluate("notified") == [], "one who looks is not called"
    hide(page)
    ann.ask("approve")
    mallory.ask("count 5")
    ann.ask("fail")
    until_page(page, "notified.length >= 3")
    notified = page.evaluate("notified")
    assert {title for title, body in notified} == {"talk:called"}
    # Three Runs are at work at once, and any of them may be over first.
    complete, failed, needed = sorted(body for title, body in notified)
    assert complete == "The Run of an[U+202E]nna[U+0007] <img src=x onerror=alert(1)> is complete."
    assert failed.startswith("The Run of ann failed: ")
    assert needed == "The Run of ann needs an approval."
    assert all(text.isprintable() for text in (complete, failed, needed))

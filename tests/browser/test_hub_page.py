"""The hub's page, in a real browser, on a real hub."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

HOSTILE = '<img src=x onerror="window.harmed = 1"><script>window.harmed = 1</script>'


class RunningHub:
    """A hub in a process of its own, and what one may ask of it with its key."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aitransport_notebook.cli", "hub", "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        ready = json.loads(self.process.stdout.readline())
        self.url: str = ready["url"]
        self._key: str = ready["key"]

    def link(self) -> str:
        url: str = self._post("/hub/links", {})["url"]
        return url

    def publish(self, channel: str, **message: object) -> None:
        self._post(f"/channels/{quote(channel, safe='')}/messages", message)

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=10)

    def _post(self, path: str, body: object) -> dict[str, str]:
        headers = {
            "Authorization": f"Basic {base64.b64encode(self._key.encode()).decode()}",
            "Content-Type": "application/json",
        }
        with urlopen(Request(self.url + path, json.dumps(body).encode(), headers)) as answer:
            made: dict[str, str] = json.load(answer)
            return made


@pytest.fixture
def hub() -> Iterator[RunningHub]:
    running = RunningHub()
    yield running
    running.stop()


def test_without_a_link_the_page_says_how_to_get_one(hub: RunningHub, page: Page) -> None:
    page.goto(hub.url)
    expect(page.get_by_role("heading")).to_have_text("Sign in to this hub")
    expect(page.get_by_text("aitransport-notebook open", exact=True)).to_be_visible()


def test_a_link_works_once_and_leaves_the_address(hub: RunningHub, page: Page) -> None:
    link = hub.link()
    page.goto(link)
    expect(page.get_by_text("No channel yet")).to_be_visible()
    assert "link" not in page.url
    page.goto("about:blank")
    page.goto(link)
    expect(page.get_by_role("heading")).to_have_text("This link does not work any more")


def test_messages_are_shown_as_they_come_and_none_is_executed(hub: RunningHub, page: Page) -> None:
    hub.publish("<b>lobby</b>", name="greeting", data="from history", clientId="ann")
    page.goto(hub.link())
    page.get_by_role("button", name="<b>lobby</b>").click()
    messages = page.get_by_role("list", name="Messages").get_by_role("listitem")
    expect(messages).to_have_count(1)
    hub.publish("<b>lobby</b>", name="<i>live</i>", data=HOSTILE)
    expect(messages).to_have_count(2)
    expect(messages.last).to_contain_text(HOSTILE)
    messages.last.get_by_role("button").press("Enter")
    details = page.get_by_role("complementary", name="Message details")
    expect(details).to_contain_text("<i>live</i>")
    page.keyboard.press("Escape")
    expect(details).to_be_hidden()
    assert page.evaluate("window.harmed") is None


def test_a_hub_that_went_away_is_said_to_be_away(hub: RunningHub, page: Page) -> None:
    page.goto(hub.link())
    expect(page.get_by_role("status").filter(has_text="Connected")).to_be_visible()
    hub.stop()
    expect(page.get_by_text("The connection is lost.")).to_be_visible()

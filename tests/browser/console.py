"""A Console as a person in front of it has it."""

from __future__ import annotations

import re
from itertools import pairwise

from playwright.sync_api import Locator, Page, expect

from tests.browser.waiting import PATIENCE, until_page


class Console:
    """One Console on a page: what is on it, and what a person does with it."""

    def __init__(self, root: Locator) -> None:
        self.root = root
        self.page: Page = root.page
        self.field = root.locator(".ait-composer-field")
        self.messages = root.get_by_role("feed", name="Messages")

    def is_live(self) -> Console:
        """Wait until it is connected."""
        expect(self.root.locator(".ait-header")).to_contain_text("Live", timeout=PATIENCE)
        return self

    def says(self, text: str) -> None:
        """Wait until it shows a text."""
        expect(self.messages).to_contain_text(text, timeout=PATIENCE)

    def choose(self, mode: str) -> None:
        """Choose what the words will be: "Steer", "Redirect" or "New message"."""
        self.root.get_by_role("button", name=mode, exact=True).first.click()

    def say(self, text: str) -> None:
        """Write and send, and wait until that is done."""
        self.field.fill(text)
        self.field.press("Enter")
        expect(self.field).to_have_value("", timeout=PATIENCE)

    def stop(self) -> None:
        """Stop the Run in sight."""
        self.root.locator(".ait-composer .ait-stop").click()

    def menu(self, entry: str) -> None:
        self.root.get_by_role("button", name="More", exact=True).click()
        self.root.get_by_role("button", name=entry).click()

    def transcript(self) -> str:
        """Return what `Copy transcript` copies, without the times."""
        self.page.evaluate("navigator.clipboard.writeText('')")
        self.menu("Copy transcript")
        text: str = until_page(self.page, "navigator.clipboard.readText()")
        return text

    def said(self) -> list[str]:
        """Return the text of each message on view, whether it is scrolled to or not."""
        entries = self.transcript().split("\n\n## ")[1:]
        return [_quoted_in(entry).strip("\n") for entry in entries]

    def details(self, what: str) -> Locator:
        """The button that shows or hides what there is to know of a Run: "Show" or "Hide"."""
        return self.messages.get_by_role("button", name=f"{what} the details of this Run")

    def run_line(self) -> Locator:
        """The line of the newest Run on view."""
        return self.root.locator(".ait-run").last


def _quoted_in(entry: str) -> str:
    """Return what a message says: the quotes in its part of a transcript, but for thoughts."""
    pieces = entry.split("\n\n")
    quotes = [
        piece
        for before, piece in pairwise(pieces)
        if piece.startswith(">") and before != "**reasoning**"
    ]
    return "\n\n".join(re.sub("^> ?", "", quote, flags=re.MULTILINE) for quote in quotes)

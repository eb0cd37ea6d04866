"""The hub's own page of a session's console, which is there sooner than a notebook."""

from __future__ import annotations

from playwright.sync_api import Page

from aitransport_notebook.session.connection import Connection
from tests.browser.console import Console


def console_page(
    page: Page,
    connection: Connection,
    session: str,
    codec: str = "uimessage",
    *,
    port: int | None = None,
) -> Console:
    """Open it, by way of another port if one is given, and wait until it is live."""
    link = connection.link("console", session=session, codec=codec)
    if port is not None:
        link = link.replace(f":{connection.port}/", f":{port}/")
    page.goto(link)
    return Console(page.get_by_role("region", name="Session console")).is_live()

"""Waiting for what a page's script says."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page

# Everything is waited for; what takes longer than this does not come, in ms.
PATIENCE = 30_000
STEP_MS = 50


def until_page(page: Page, script: str, arg: object = None) -> Any:
    """Wait until a script gives what is true, and return that.

    Playwright's own `wait_for_function` evaluates the script within the page each time but the
    first, which the policy of the hub's pages does not allow.
    """
    end = time.monotonic() + PATIENCE / 1000
    while not (given := page.evaluate(script, arg)):
        assert time.monotonic() < end, f"this does not come true: {script}"
        page.wait_for_timeout(STEP_MS)
    return given

"""Waiting for something to become so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

STEP = 0.02


async def until(is_so: Callable[[], bool], limit: float = 30.0) -> None:
    """Wait until it is so; raise TimeoutError if that takes longer than `limit` seconds."""
    async with asyncio.timeout(limit):
        while True:
            if is_so():
                return
            await asyncio.sleep(STEP)

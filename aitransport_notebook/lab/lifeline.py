"""How a child knows that `lab` is gone: its standard input ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

# How long an orderly end may take, in seconds, before there is another.
PATIENCE = 8.0


def hold() -> None:
    """End this process as soon as its standard input does."""
    threading.Thread(target=_watch, daemon=True).start()


def run_until_told(work: Coroutine[Any, Any, None]) -> None:
    """Work until that is done, or somebody tells the process to end; it ends in order."""
    with suppress(asyncio.CancelledError):
        asyncio.run(_run(work))


async def _run(work: Coroutine[Any, Any, None]) -> None:
    this = asyncio.current_task()
    # Windows knows no such signal: a process there ends at once.
    if this is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    await work


def _watch() -> None:
    # Not over sys.stdin: Python could not close that at its end, as long as it is read here.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)

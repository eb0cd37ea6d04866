"""The background loop: plain calls of coroutines, from wherever a notebook makes them."""

from __future__ import annotations

import asyncio
import logging
import signal
import subprocess
import sys
import threading
import time

import pytest

from aitransport_notebook.console.loop import BackgroundLoop
from aitransport_notebook.errors import RequestError
from tests.console.page import until


async def add(one: int, other: int) -> int:
    await asyncio.sleep(0)
    return one + other


@pytest.fixture
def loop() -> BackgroundLoop:
    return BackgroundLoop.shared()


def test_a_plain_call_returns_what_a_coroutine_does(loop: BackgroundLoop) -> None:
    assert loop.call(add(1, 2)) == 3
    assert BackgroundLoop.shared() is loop


async def test_it_works_where_a_loop_runs_as_in_a_cell(loop: BackgroundLoop) -> None:
    assert loop.call(add(1, 2)) == 3


def test_what_a_coroutine_raises_is_raised(loop: BackgroundLoop) -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        loop.call(fail())


def test_a_limit_cancels(loop: BackgroundLoop) -> None:
    ended = threading.Event()

    async def wait() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    with pytest.raises(TimeoutError):
        loop.call(wait(), 0.05)
    assert ended.wait(5)


@pytest.mark.skipif(sys.platform == "win32", reason="the test sends a signal")
def test_ctrl_c_cancels_what_is_waited_for(loop: BackgroundLoop) -> None:
    begun, cancelled = threading.Event(), threading.Event()

    async def wait() -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    def interrupt() -> None:
        begun.wait(5)
        time.sleep(0.05)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        loop.call(wait())
    assert cancelled.wait(5)
    assert loop.call(add(1, 1)) == 2


def test_it_does_not_wait_for_itself(loop: BackgroundLoop) -> None:
    async def inside() -> int:
        return loop.call(add(1, 2))

    with pytest.raises(RequestError, match="itself"):
        loop.call(inside())


def test_what_fails_in_the_background_is_logged(
    loop: BackgroundLoop, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise ValueError("lost?")

    with caplog.at_level(logging.ERROR), pytest.raises(ValueError, match="lost"):
        loop.begin(fail()).result(5)
    until(lambda: "lost?" in caplog.text)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no fork here")
def test_a_fork_has_a_loop_of_its_own() -> None:
    program = (
        "import asyncio, os, sys\n"
        "from aitransport_notebook.console.loop import BackgroundLoop\n"
        "BackgroundLoop.shared().call(asyncio.sleep(0))\n"
        "if (child := os.fork()) == 0:\n"
        "    BackgroundLoop.shared().call(asyncio.sleep(0))\n"
        "    os._exit(7)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], timeout=20)
    assert done.returncode == 7

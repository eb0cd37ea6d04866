"""The processes that `lab` starts. All of them end with it, however it ends."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from types import TracebackType
from typing import Self

from aitransport_notebook.lab.interrupts import Interrupts
from aitransport_notebook.lab.telling import tell

MODULE = "aitransport_notebook.lab.child"
# How long they may take to end, in seconds: JupyterLab ends its kernels first.
ENDING = 10.0
# A child that died so often in a row is given up; one that lived so long has a clean record.
MOST_DEATHS, STEADY = 5, 60.0
# How much longer it is waited each time before a child is started again, in seconds.
LONGER = 1.0

# Ctrl-C in a terminal reaches lab alone, which ends the others in order.
if sys.platform == "win32":
    _APART = subprocess.CREATE_NEW_PROCESS_GROUP
else:
    _APART = 0


class Ended(Exception):
    """Nothing is started any more."""


class Child:
    """One process. Its standard input is its lifeline: it ends when that does."""

    def __init__(self, *what: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", MODULE, *what],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=sys.platform != "win32",
            creationflags=_APART,
        )

    def lines(self) -> Iterator[str]:
        """Yield what it says, until it ends."""
        if self._process.stdout is not None:
            with self._process.stdout as said:
                yield from (line.rstrip("\n") for line in said)

    def wait(self) -> int:
        """Wait for its end; returns its status."""
        status = self._process.wait()
        self.release()
        return status

    def release(self) -> None:
        """Let go of its lifeline."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def bury(self, deadline: float) -> None:
        """Wait for its end until then, and kill it if it is still there."""
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Children:
    """All that was started, in order; they end in the reverse."""

    def __init__(self, interrupts: Interrupts | None = None) -> None:
        self._interrupts = interrupts or Interrupts()
        self._children: list[Child] = []
        self._lock = threading.Lock()
        self._ending = threading.Event()

    @property
    def are_ending(self) -> bool:
        return self._ending.is_set()

    def start(self, *what: str) -> Child:
        with self._lock:
            if self._ending.is_set():
                raise Ended
            child = Child(*what)
            self._children.append(child)
            return child

    def tell(self, line: str) -> None:
        """Tell what they say, and what becomes of them; nobody asks once they are to end."""
        if not self.are_ending:
            tell(line)

    def keep(self, name: str, *what: str, when_heard: Callable[[], None]) -> None:
        """Run a child until it has done its work; start it again where it dies, not for ever."""
        deaths = 0
        while True:
            began = time.monotonic()
            try:
                child = self.start(*what)
            except Ended:
                return
            for line in child.lines():
                self.tell(line)
                when_heard()
            status = child.wait()
            if self.are_ending or status == 0:
                return
            deaths = 1 if time.monotonic() - began > STEADY else deaths + 1
            if deaths == MOST_DEATHS:
                tell(f"{name} has died {deaths} times in a row, and is not started again.")
                return
            tell(f"{name} has died (status {status}), and is started again.")
            self._ending.wait(deaths * LONGER)

    def end(self) -> None:
        """End all; told a second time, at once."""
        with self._lock:
            self._ending.set()
        deadline = time.monotonic() + ENDING
        for child in reversed(self._children):
            child.release()
        for child in reversed(self._children):
            try:
                self._interrupts.wait(partial(child.bury, deadline))
            except KeyboardInterrupt:
                deadline = 0.0
                child.bury(deadline)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # JupyterLab takes some seconds.
        if isinstance(error, KeyboardInterrupt) and self._children:
            tell("All of it ends now. Another Ctrl-C waits for nothing.")
        self.end()

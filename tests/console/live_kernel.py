"""A kernel of Jupyter's, as a page has it: its cells, and what it says."""

from __future__ import annotations

import asyncio
import queue
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple, Self

from jupyter_client.manager import start_new_async_kernel

from tests.console.page import until

LIMIT, STEP = 30.0, 0.02
Wish = Callable[[], Awaitable[Any]]


class Told(NamedTuple):
    """A message of the kernel, and the cell that was running when it came."""

    kind: str
    content: Any
    cell: str


class LiveKernel:
    """Runs cells, and writes down all that the kernel says meanwhile.

    It lives in a thread with an event loop of its own, which tests keep waiting.
    """

    def __init__(self) -> None:
        self.told: list[Told] = []
        self._cell = ""
        self._runner = asyncio.Runner()
        self._wishes: SimpleQueue[tuple[Wish, Future[Any]] | None] = SimpleQueue()
        self._client: Any = None
        self._manager: Any = None
        self._thread = Thread(target=self._live, daemon=True)
        self._thread.start()
        self._wish(self._start)

    def begin(self, code: str) -> None:
        """Run a cell, and do not wait for its end."""

        async def begin() -> None:
            self._cell = self._client.execute(code)

        self._wish(begin)

    def run(self, code: str) -> None:
        """Run a cell to its end."""
        self.begin(code)
        until(lambda: not self.is_busy, LIMIT)
        errors = [told.content for told in self.told if told.kind == "error"]
        assert not errors, "\n".join(errors[0]["traceback"])

    @property
    def is_busy(self) -> bool:
        """Whether the last cell has not ended yet."""
        return not any(
            told.kind == "status"
            and told.cell == self._cell
            and told.content["execution_state"] == "idle"
            for told in self.told
        )

    @property
    def printed(self) -> str:
        return "".join(told.content["text"] for told in self.told if told.kind == "stream")

    def outputs(self) -> list[Any]:
        """Return what cells have shown."""
        return [told.content["data"] for told in self.told if told.kind == "display_data"]

    def pushed(self, kind: str) -> list[Any]:
        """Return the messages of a kind that pages were told."""
        data = [told.content["data"] for told in self.told if told.kind == "comm_msg"]
        contents = [each["content"] for each in data if each.get("method") == "custom"]
        return [content for content in contents if content["kind"] == kind]

    def wait_for(self, kind: str, count: int = 1) -> Any:
        until(lambda: len(self.pushed(kind)) >= count, LIMIT)
        return self.pushed(kind)[count - 1]

    def say(self, **content: Any) -> None:
        """Say something as the page of the one console does."""
        opened = [told.content for told in self.told if told.kind == "comm_open"]
        console = [one for one in opened if one["data"]["state"].get("session")]
        data = {"method": "custom", "content": content}
        message = {"comm_id": console[0]["comm_id"], "data": data}

        async def say() -> None:
            self._client.shell_channel.send(self._client.session.msg("comm_msg", message))

        self._wish(say)

    def shut_down(self) -> None:
        """End the kernel as JupyterLab does, and read what it says last."""
        self._wish(self._end)
        time.sleep(0.3)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *given: object) -> None:
        self._wish(self._end)
        self._wishes.put(None)
        self._thread.join()

    def _wish(self, wish: Wish) -> None:
        done: Future[Any] = Future()
        self._wishes.put((wish, done))
        done.result(LIMIT)

    def _live(self) -> None:
        with self._runner as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        while True:
            while self._wishes.empty():
                await (self._read() if self._client is not None else asyncio.sleep(STEP))
            wished = self._wishes.get()
            if wished is None:
                self._client.stop_channels()
                return
            wish, done = wished
            try:
                done.set_result(await wish())
            except BaseException as error:
                done.set_exception(error)

    async def _start(self) -> None:
        self._manager, self._client = await start_new_async_kernel(kernel_name="python3")

    async def _end(self) -> None:
        if self._manager.has_kernel:
            await self._manager.shutdown_kernel()

    async def _read(self) -> None:
        try:
            message = await self._client.get_iopub_msg(timeout=STEP)
        except queue.Empty:
            return
        cell = message["parent_header"].get("msg_id", "")
        self.told.append(Told(message["msg_type"], message["content"], cell))

"""A client of this project, by commands."""

from __future__ import annotations

import asyncio
from typing import Any

from aitransport_notebook import ClientSession, UIMessageCodec
from aitransport_notebook.runs.sending import Sending
from aitransport_notebook.session.client.run import ClientRun
from aitransport_notebook.session.client.steering import Steer
from aitransport_notebook.session.client.view import ClientView
from tests.interop.python.shown import digest, line, now, plain_error, snapshot, statuses
from tests.interop.python.side import Side, until

Json = dict[str, Any]


class ClientSide(Side):
    session: ClientSession[Any]

    def __init__(self, connection: Any, session: ClientSession[Any]) -> None:
        super().__init__(connection, session)
        self._runs: dict[str, ClientRun] = {}
        self._hearings: dict[str, asyncio.Task[list[Json]]] = {}
        self._steers: dict[str, asyncio.Task[Steer]] = {}
        self._redirects: dict[str, asyncio.Task[ClientRun]] = {}

    @classmethod
    async def begin(cls, connection: Any, channel: str, **_: Any) -> ClientSide:
        session = ClientSession(connection, channel, UIMessageCodec())
        side = cls(connection, session)
        await session.connect()
        return side

    @property
    def view(self) -> ClientView:
        return self.session.view

    def now(self) -> Any:
        return now(self.view)

    async def current(self) -> Any:
        return self.now()

    # Asking.

    async def send(self, run: str, inputs: list[Json], options: Json | None = None) -> Json:
        sending = Sending(**options) if options else None
        return self._asked(run, await self.view.send(inputs, sending))

    async def regenerate(self, run: str, message: str) -> Json:
        return self._asked(run, await self.view.regenerate(message))

    async def edit(self, run: str, message: str, inputs: list[Json]) -> Json:
        return self._asked(run, await self.view.edit(message, inputs))

    async def amend(self, run: str, kind: str, message: str, payload: Json) -> Json:
        """Answer a tool call in the run that made it."""
        call = payload["toolCallId"]
        reason = payload.get("reason")
        if kind == "tool-result":
            asked = await self.view.tool_result(message, call, payload["output"])
        elif kind == "tool-result-error":
            asked = await self.view.tool_error(message, call, payload["message"])
        elif payload["approved"]:
            asked = await self.view.approve(message, call, reason=reason)
        else:
            asked = await self.view.deny(message, call, reason=reason)
        return self._asked(run, asked)

    async def fork(self, run: str, message: str, call: str, result: Json) -> Json:
        """Answer a tool call in another run, which takes the place of the one that made it."""
        if "error" in result:
            asked = await self.view.tool_error(message, call, result["error"], fork=True)
        else:
            asked = await self.view.tool_result(message, call, result["output"], fork=True)
        return self._asked(run, asked)

    async def send_watched(self, run: str, inputs: list[Json], mark: str) -> list[Json]:
        """Send, and tell what the view showed before the channel had echoed it, and after."""
        seen: list[Json] = []
        tree = self.session.tree

        def look(_: object) -> None:
            last = tree.node_of(self.view.messages[-1].codec_message_id)
            echoed = last is not None and last.serial != ""
            seen.append({"echoed": echoed, "messages": digest(self.view)})

        off = self.view.on("update", look)
        await self.send(run, inputs)
        await self.mark(mark)
        await self.up_to(mark)
        off()
        return seen

    def _asked(self, name: str, run: ClientRun) -> Json:
        self._runs[name] = run
        return {"message_id": run.input_message_id, "invocation": run.to_invocation().to_json()}

    # Runs.

    async def started(self, run: str) -> str:
        return await self._runs[run].started()

    async def state(self, run: str) -> Json:
        asked = self._runs[run]
        return {
            "run_id": asked.run_id,
            "status": asked.status,
            "error": plain_error(asked.error),
            "messages": [line(message) for message in asked.messages],
        }

    async def hear(self, run: str) -> None:
        """Listen to what the run says, from its beginning to its end."""

        async def listen() -> list[Json]:
            return [dict(event) async for event in self._runs[run].events()]

        self._hearings[run] = asyncio.create_task(listen())

    async def heard(self, run: str) -> list[Json]:
        return await self._hearings[run]

    async def cancel(self, run: str) -> None:
        await self._runs[run].cancel()

    async def cancel_run(self, run_id: str) -> None:
        await self.session.cancel(run_id=run_id)

    async def cancel_all(self, **whose: str) -> list[str]:
        """Cancel the runs of a scope or of a client; returns which. Only this project has it."""
        return await self.session.cancel(**whose)

    async def redirect(self, run: str, other: str, input: Json) -> None:
        """Begin to redirect; only this project has it."""
        self._redirects[other] = asyncio.create_task(self._runs[run].redirect(input))

    async def redirected(self, other: str) -> Json:
        return self._asked(other, await self._redirects[other])

    async def steer(self, run: str, steer: str, input: Json) -> None:
        """Steer; returns once that is on the channel, or refused."""
        said = self._steers[steer] = asyncio.create_task(self._runs[run].steer(input))
        await asyncio.wait({said})

    async def outcome(self, steer: str) -> Json:
        outcome = await (await self._steers[steer]).outcome
        return {"consumed": outcome.consumed, "run_reason": outcome.run_reason}

    # Looking.

    async def shows(self, messages: list[str] | None, statuses: list[str] | None) -> None:
        def is_so() -> bool:
            there = messages is None or digest(self.view) == messages
            return there and (statuses is None or statuses_of(self.view) == statuses)

        await until(is_so, lambda look: self.view.on("update", look))

    async def snapshot(self, fresh: bool) -> Json:
        return snapshot(self.session.create_view() if fresh else self.view)

    async def select(self, message: str, index: int) -> None:
        self.view.branch_at(message).select(index)

    async def has_older(self) -> bool:
        return self.view.has_older

    async def load_older(self, limit: int) -> list[str]:
        return [message.codec_message_id for message in await self.view.load_older(limit)]

    async def load_until(self, message: str) -> list[str]:
        newer = await self.view.load_until(lambda known: known.codec_message_id == message)
        return [message.codec_message_id for message in newer]

    async def load_all(self) -> None:
        while self.view.has_older:
            await self.view.load_older(10**6)


statuses_of = statuses

"""What a user hears of a cancel that an agent refuses."""

from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook import CancelRequest
from aitransport_notebook.runs.refusals import CancelRefused
from tests.support.company import Room
from tests.support.waiting import until


async def test_a_refused_cancel_is_told_and_who_asked_is_as_the_token_says(room: Room) -> None:
    ann, bob, agent = await room.user("ann"), await room.user("bob", "operator"), await room.agent()
    heard: list[CancelRefused] = []
    ann.on("cancel-refused", heard.append)
    requests: list[CancelRequest] = []

    def decide(request: CancelRequest) -> bool:
        requests.append(request)
        return request.role == "operator"

    asked = await ann.view.send("Count!")
    run = agent.create_run(asked.to_invocation(), on_cancel=decide)
    await run.start()
    await asked.started()
    await asked.cancel()
    await until(lambda: bool(heard))
    assert (heard[0].run_id, heard[0].client_id) == (run.run_id, "ai")
    assert heard[0].cancel == requests[0].record.serial
    assert (requests[0].client_id, requests[0].role) == ("ann", None)
    assert not run.cancelled.is_set()

    await bob.cancel(run_id=run.run_id)
    await until(run.cancelled.is_set)
    assert (requests[1].client_id, requests[1].role) == ("bob", "operator")
    await run.end("cancelled")
    assert len(heard) == 1


@pytest.mark.parametrize("data", [None, "no", {}, {"runId": 1, "cancel": "s"}, {"runId": "r"}])
async def test_what_is_no_refusal_tells_nothing(room: Room, data: Any) -> None:
    ann = await room.user()
    heard: list[object] = []
    ann.on("cancel-refused", heard.append)
    ended: list[object] = []
    ann.on("message", ended.append)
    channel = room.connection("someone").channels.get(room.name)
    await channel.publish("cancel-refused", data)
    await until(lambda: bool(ended))
    assert heard == []

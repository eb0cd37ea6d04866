"""What an operator finds in each of the demo sessions."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from aitransport_notebook import ClientSession, UIMessageCodec, client, connect
from aitransport_notebook.hub.launch.record import HubRecord
from tests.agents.demo.plays import text_of
from tests.support.waiting import until

PATIENCE = 60


def statuses(session: ClientSession[Any]) -> list[str]:
    return [run.status for run in session.view.runs]


async def look_at_branches(session: ClientSession[Any]) -> None:
    messages = [m.codec_message_id for m in session.view.messages]
    versions = [len(session.view.branch_at(id).siblings) for id in messages]
    assert len(session.tree.nodes) == 25
    # A first answer asked for again, an edit of an edit, three answers, and two edits.
    assert versions == [1, 2, 3, 1, 1, 3, 2, 1, 2, 1, 1, 1]
    texts = [text_of(m.message) for m in session.view.messages]
    assert len(set(texts)) == len(texts)
    assert Counter(run.status for run in session.view.runs) == {"complete": 6}


async def look_at_approval(session: ClientSession[Any]) -> None:
    assert statuses(session) == ["suspended"]
    assert session.view.messages[-1].message["parts"][-1]["state"] == "approval-requested"


async def look_at_answers(session: ClientSession[Any]) -> None:
    kinds = {part["type"] for m in session.view.messages for part in m.message["parts"]}
    assert {"text", "reasoning", "file", "source-url", "source-document"} <= kinds
    assert {"tool-look_up_weather", "dynamic-tool", "data-progress"} <= kinds
    assert set(statuses(session)) == {"complete"}


async def look_at_trouble(session: ClientSession[Any]) -> None:
    assert statuses(session) == ["error", "cancelled", "active"]
    failed, _, left = session.view.runs
    assert failed.error is not None and "nothing is broken" in failed.error.message
    assert session.view.messages[-1].message["role"] == "user"

    def verdicts() -> list[str]:
        return [run.verdict for run in session.health.runs if run.run_id == left.run_id]

    await until(lambda: verdicts() == ["crashed"])


async def look_at_streaming(session: ClientSession[Any]) -> None:
    await until(lambda: statuses(session)[-1:] == ["active"])
    before = len(text_of(session.view.messages[-1].message))
    await until(lambda: len(text_of(session.view.messages[-1].message)) > before + 20)
    [ann] = [member for member in session.presence.others if member.client_id == "ann"]
    assert ann.role == "user"


LOOKS: dict[str, Callable[[ClientSession[Any]], Any]] = {
    "demo:approval": look_at_approval,
    "demo:answers": look_at_answers,
    "demo:branches": look_at_branches,
    "demo:streaming": look_at_streaming,
    "demo:trouble": look_at_trouble,
}
SEEDED = LOOKS.keys() - {"demo:streaming"}


async def visit(record: HubRecord, *names: str) -> None:
    """See for oneself, as an operator, that the sessions are as they are told."""
    where = connect(
        key=record.key,
        endpoint=record.host,
        port=record.port,
        tls=False,
        client_id="jane",
        role="operator",
    )

    async def look(name: str) -> None:
        async with ClientSession(made, name, UIMessageCodec()) as session:
            await session.view.load_until(lambda _: False)
            await LOOKS[name](session)

    made = client(where)
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*map(look, names))
    finally:
        await made.close()


async def is_answered(record: HubRecord) -> bool:
    made = client(
        connect(key=record.key, endpoint=record.host, port=record.port, tls=False, client_id="eve")
    )
    try:
        async with ClientSession(made, "demo:mine", UIMessageCodec()) as session:
            run = await session.view.send("count 3")
            async with asyncio.timeout(PATIENCE):
                await run.wait()
            return text_of(session.view.messages[-1].message).endswith("1 2 3")
    finally:
        await made.close()

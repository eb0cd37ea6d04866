"""A console in a real kernel, which is busy, and ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from aitransport_notebook import ClientSession, UIMessageCodec, client
from aitransport_notebook.agents.invocations import InvocationEndpoint
from tests.agents.answers import echo
from tests.agents.people import keyed
from tests.console.live_kernel import LiveKernel
from tests.console.page import Browser, until
from tests.console.test_acting import aside
from tests.support.hub_process import HubProcess
from tests.support.web import serving

# A cell that goes on until a file is there; and one that waits for what callbacks write down.
BUSY = "import time, pathlib\nwhile not pathlib.Path({until!r}).exists(): time.sleep(0.02)"
WAIT = "import time\nwhile not seen: time.sleep(0.01)"


@pytest.fixture
def kernel(hub: HubProcess, built: Path) -> Iterator[LiveKernel]:
    """A kernel that is connected to the hub."""
    with LiveKernel() as kernel:
        kernel.run(
            f"""
from pathlib import Path
import aitransport_notebook as ait
from aitransport_notebook.console import frontend
frontend.STATIC = Path({str(built)!r})
where = dict(key={hub.key!r}, endpoint={hub.host!r}, port={hub.port}, tls=False)
ait.connect(**where, client_id="op-1", role="operator");
"""
        )
        yield kernel


def test_tokens_come_while_a_cell_sleeps(kernel: LiveKernel, name: str, tmp_path: Path) -> None:
    kernel.run(f"console = ait.Console({name!r}, token_life=5); display(console)")
    assert name in kernel.outputs()[0]["text/plain"]
    kernel.begin(BUSY.format(until=str(tmp_path / "enough")))
    before = len(kernel.pushed("token"))
    kernel.wait_for("token", before + 2)
    assert kernel.is_busy
    (tmp_path / "enough").touch()
    assert len({told["token"] for told in kernel.pushed("token")}) == before + 2


def test_a_page_that_asks_is_heard_when_the_cell_has_ended(kernel: LiveKernel, name: str) -> None:
    kernel.run(f"console = ait.Console({name!r}); seen = []; console.on('selection', seen.append)")
    kernel.wait_for("token")
    kernel.say(kind="token please")
    kernel.say(kind="selection", messageIds=["m1"], focused=None, runIds=[])
    kernel.wait_for("token", 2)
    kernel.run(f"{WAIT}\nprint(console.selection.message_ids, len(seen))")
    assert "('m1',) 1" in kernel.printed


async def test_a_busy_cell_keeps_nobody_from_waking_the_agent(
    hub: HubProcess, kernel: LiveKernel, name: str, tmp_path: Path
) -> None:
    async with (
        InvocationEndpoint(echo, connection=keyed(hub)) as endpoint,
        serving(endpoint) as url,
    ):
        busy = BUSY.format(until=str(tmp_path / "enough"))
        await aside(kernel.begin, f"console = ait.Console({name!r}, agent={url!r})\n{busy}")
        told = await aside(kernel.wait_for, "token")
        made = client(Browser.of(hub, told["token"]))
        async with ClientSession(made, name, UIMessageCodec()) as page:
            run = await page.view.send("hello")
            assert await asyncio.wait_for(run.wait(), 15) == "complete"
            invoked = await aside(kernel.wait_for, "invoked")
            assert invoked == {"kind": "invoked", "eventId": run.input_event_id, "ok": True}
            assert kernel.is_busy
            (tmp_path / "enough").touch()
        await made.close()


def test_plain_calls_work_in_cells_and_callbacks_are_seen(kernel: LiveKernel, name: str) -> None:
    kernel.run(
        f"""
console = ait.Console({name!r})
seen = []
console.on("message", lambda told: print("heard " + told.message["parts"][0]["text"]))
console.on("message", seen.append)
console.send("hello")
print("view " + console.view.messages[0].message["role"])
{WAIT}
"""
    )
    assert "view user" in kernel.printed
    until(lambda: "heard hello" in kernel.printed)


def test_an_await_in_a_cell_does_not_keep_them_from_working(kernel: LiveKernel, name: str) -> None:
    kernel.run(
        f"""
import asyncio
console = ait.Console({name!r})
async def act():
    await asyncio.sleep(0)
    return console.send("hello")
print("sent", bool(await act()))
"""
    )
    assert "sent True" in kernel.printed


def test_a_kernel_that_ends_does_not_take_the_page_with_it(kernel: LiveKernel, name: str) -> None:
    kernel.run(f"console = ait.Console({name!r}); display(console); console.send('hello')")
    kernel.wait_for("token")
    kernel.shut_down()
    assert kernel.pushed("close") == []
    assert [told for told in kernel.told if told.kind == "comm_close"] == []


def test_closing_in_a_cell_does(kernel: LiveKernel, name: str) -> None:
    kernel.run(f"console = ait.Console({name!r}); console.close()")
    assert kernel.pushed("close") == [{"kind": "close"}]
    assert [told for told in kernel.told if told.kind == "comm_close"]


def test_no_secret_leaves_the_kernel_but_in_the_messages_for_tokens(
    hub: HubProcess, kernel: LiveKernel, name: str
) -> None:
    kernel.run(f"console = ait.Console({name!r}); display(console); console.send('hello'); console")
    kernel.wait_for("token")
    tokens = [told["token"] for told in kernel.pushed("token")]
    for told in kernel.told:
        text = json.dumps(told.content, default=repr)
        is_token = told.kind == "comm_msg" and '"kind": "token"' in text
        # The cell of the fixture has the key itself.
        is_code = told.kind == "execute_input"
        assert is_code or hub.key not in text
        assert is_token or not any(token in text for token in tokens)

"""Messages as large as they may grow, as the official Python client `ably` sees them.

Its WebSocket takes no frame beyond 1 MiB: on a larger one it gives the connection up, again and
again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from ably import AblyException
from ably.types.message import Message

from tests.official.python_lab import Lab, listen, named, states, with_params
from tests.support.hub_process import HubProcess

BLOCK = {"text": "x" * 60_000, "quotes": '"\n' * 10_000, "bytes": b"\xff" * 40_000}


@pytest_asyncio.fixture(params=["json", "msgpack"])
async def lab(hub: HubProcess, request: pytest.FixtureRequest) -> AsyncIterator[Lab]:
    made = Lab(hub, request.param)
    yield made
    await made.close()


@pytest.mark.parametrize("kind", BLOCK)
async def test_a_message_grows_only_so_far_that_clients_can_take_it(lab: Lab, kind: str) -> None:
    block = BLOCK[kind]
    channel = (await lab.connected(client_id="ann")).channels.get(lab.channel)
    serial = (await channel.publish("m", block)).serials[0]
    with pytest.raises(AblyException) as caught:
        for _ in range(30):
            await channel.append_message(Message(serial=serial, data=block))
    assert (caught.value.code, caught.value.status_code) == (40009, 413)
    late, rewinding = await lab.connected(), await lab.connected()
    changes = [states(client.connection) for client in (late, rewinding)]
    heard = [
        await listen(late.channels.get(lab.channel)),
        await listen(rewinding.channels.get(lab.channel, with_params(rewind="1"))),
    ]
    await channel.append_message(Message(serial=serial, data=block[:1]))
    await channel.publish("next", None)
    for inbox in heard:
        told = await inbox.up_to(named("next"))
        assert len(told[-1].data) % len(block) == 1 and told[-1].data.startswith(block)
    assert all(change.empty for change in changes), "nobody was cut off"

"""What an agent says reaches the channel whole and in order, however fast it is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from aitransport_notebook import AgentSession, ClientSession
from aitransport_notebook.session.agent.steps import Piped, Source
from aitransport_notebook.session.agent.writer import MOST_AT_ONCE
from aitransport_notebook.wire.inbound import Action
from tests.interop.chunks import FINISH, Chunk, begun, more, reply
from tests.session.talking import texts
from tests.support.company import UI_MESSAGES, Room
from tests.support.hub_process import HubProcess
from tests.support.waiting import until

LINK: Chunk = {"type": "source-url", "sourceId": "s", "url": "https://example.com/"}
# As on a hosted account; channels of these sessions may be appended to.
HOSTED = ("--limits", "ably", "--rule", "room=persisted,mutable")


class Heard:
    """What a user is delivered."""

    def __init__(self, user: ClientSession[Any]) -> None:
        self.messages: list[dict[str, Any]] = []
        user.on("message", self.messages.append)

    @property
    def appended(self) -> list[str]:
        """The texts that were appended, each as it came."""
        return appended_in(self.messages)

    @property
    def was_put_right(self) -> bool:
        return any(message["action"] == Action.UPDATE for message in self.messages)


def appended_in(messages: Iterable[dict[str, Any]]) -> list[str]:
    appends = (message for message in messages if message["action"] == Action.APPEND)
    return [append["data"] for append in appends if append["data"]]


async def said(user: ClientSession[Any], agent: AgentSession[Any], source: Source) -> Piped:
    """Have an agent say something to a user, to the end."""
    asked = await user.view.send("Go on!")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    piped = await run.pipe(source)
    await run.end(piped.reason, piped.error)
    await asked.wait()
    return piped


async def each_once(
    tokens: Iterable[str], is_time: Callable[[int], bool], end: Iterable[Chunk] = ()
) -> AsyncIterator[Chunk]:
    """Say one token after the other, each once it is time for it."""
    for chunk in begun():
        yield chunk
    for number, chunk in enumerate(more(*tokens)):
        await until(lambda number=number: is_time(number))  # type: ignore[misc]
        yield chunk
    for chunk in end:
        yield chunk


async def shown_late(room: Room) -> str:
    """Return the last message as somebody sees it who comes afterwards."""
    late = await room.user("late")
    await late.view.load_older(10)
    return texts(late.view.messages)[-1]


async def test_a_slow_source_has_each_token_go_out_by_itself(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    heard, tokens = Heard(user), [f"{number} " for number in range(20)]
    await said(user, agent, each_once(tokens, lambda number: len(heard.appended) == number))
    assert heard.appended == tokens


async def test_a_fast_source_has_many_tokens_go_out_together(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    heard, tokens = Heard(user), [f"{number} \u00fc\u200d\U0001f600" for number in range(5_000)]
    await said(user, agent, reply(*tokens))
    assert "".join(heard.appended) == "".join(tokens)
    assert len(heard.appended) < len(tokens) / 5
    assert max(map(len, heard.appended)) <= MOST_AT_ONCE
    assert texts(user.view.messages)[-1] == await shown_late(room) == "".join(tokens)


async def test_what_follows_a_text_comes_behind_it(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    heard, words = Heard(user), [f"{number} " for number in range(100)]
    await said(user, agent, [*begun(*words), LINK, *more("at", " last"), FINISH])
    [place] = [at for at, m in enumerate(heard.messages) if m["data"] == LINK["url"]]
    assert "".join(appended_in(heard.messages[:place])) == "".join(words)
    assert "".join(appended_in(heard.messages[place:])) == "at last"


async def test_a_large_token_goes_in_pieces(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    heard, tokens = Heard(user), ["a", "b" * MOST_AT_ONCE * 2, "c", "d"]
    await said(user, agent, reply(*tokens))
    assert max(map(len, heard.appended)) == MOST_AT_ONCE
    assert "".join(heard.appended) == "".join(tokens)


async def test_what_is_said_while_the_hub_is_away_waits_for_it(durable_hub: HubProcess) -> None:
    hub = durable_hub
    async with Room(hub) as room:
        user, agent = await room.user(), await room.agent()
        heard, tokens = Heard(user), [f"{number:>99} " for number in range(500)]
        asked = await user.view.send("Go on!")
        run = agent.create_run(asked.to_invocation())
        await run.start()
        yielded = 0

        def is_time(number: int) -> bool:
            nonlocal yielded
            yielded = number
            return number < 3 or bool(heard.appended)

        piping = asyncio.create_task(run.pipe(each_once(tokens, is_time)))
        await until(lambda: bool(heard.appended))
        await asyncio.to_thread(hub.kill)
        await until(lambda: not user._line.is_live)
        # It is not read on and on: who has said so much waits.
        await asyncio.sleep(1)
        assert yielded < len(tokens) - 1
        await asyncio.to_thread(hub.start)
        await piping
        await run.end()
        await asked.wait()
        assert texts(user.view.messages)[-1] == await shown_late(room) == "".join(tokens)


async def test_what_is_refused_is_put_right_in_the_middle_of_a_stream() -> None:
    with HubProcess(*HOSTED) as hub:
        async with Room(hub) as room:
            user, client = await room.user(), room.connection("ai", "agent")
            async with AgentSession(client, room.name, UI_MESSAGES) as agent:
                heard = Heard(user)
                tokens: list[str] = []
                elsewhere = client.channels.get("room:elsewhere")

                async def too_much() -> None:
                    """Publish more than the server takes, so that it has enough for a moment."""
                    publishing = (elsewhere.publish("name", "data") for _ in range(100))
                    await asyncio.gather(*publishing, return_exceptions=True)

                async def too_fast() -> AsyncIterator[Chunk]:
                    """Go on until what was refused was put right, and the server takes more."""
                    for chunk in begun():
                        yield chunk
                    # For longer than a second, in which it counts.
                    left = 30
                    while left:
                        assert len(tokens) < 600, "nothing was refused, or it came too late"
                        if heard.was_put_right:
                            left -= 1
                        else:
                            await too_much()
                        tokens.append(f"{len(tokens)} ")
                        for chunk in more(tokens[-1]):
                            yield chunk
                        await asyncio.sleep(0.05)

                piped = await said(user, agent, too_fast())
                assert piped.error is None
                assert texts(user.view.messages)[-1] == await shown_late(room) == "".join(tokens)

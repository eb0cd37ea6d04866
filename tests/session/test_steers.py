"""What a steer is in the prompt of the answer that takes it in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from tests.support.company import Room
from tests.support.waiting import until


def texts_of(messages: list[Any]) -> list[str]:
    return ["".join(part.get("text", "") for part in message["parts"]) for message in messages]


async def test_an_answer_that_reads_its_prompt_while_it_is_given_finds_the_steer_last(
    room: Room,
) -> None:
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("Tell me")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await asked.started()
    given: list[list[str]] = []

    async def answer(text: str) -> AsyncIterator[dict[str, str]]:
        given.append(texts_of(run.messages))
        yield {"type": "text-start", "id": "1"}
        yield {"type": "text-delta", "id": "1", "delta": text}
        yield {"type": "text-end", "id": "1"}

    assert run.has_input()
    steer = await asked.steer("shortly")
    await until(lambda: len(run.messages) == 2)
    await run.pipe(answer("At length."))
    assert run.has_input()
    await run.pipe(answer("Short."))
    # It is answered, and stands where it was said.
    assert texts_of(run.messages) == ["Tell me", "shortly", "At length.", "Short."]
    assert not run.has_input()
    await run.end()
    assert given[1] == ["Tell me", "At length.", "shortly"]
    assert (await steer.outcome).consumed


async def test_an_answer_that_says_nothing_is_not_asked_for_again(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("Tell me")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    assert run.has_input()
    await run.pipe([])
    assert not run.has_input()
    await run.end()
    assert await asked.wait() == "complete"

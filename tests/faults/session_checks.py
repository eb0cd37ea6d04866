"""What must be true of a session, whatever has happened to those who took part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from aitransport_notebook import ClientSession, UIMessageCodec, fold
from tests.faults.session_plan import Reply
from tests.interop.comparing import differences
from tests.interop.python.shown import snapshot
from tests.support.raw_client import Wire

Shown = dict[str, Any]


async def fresh(session: ClientSession[Any]) -> Shown:
    """Return what who comes now is shown of the whole session."""
    while session.view.has_older:
        await session.view.load_older(1000)
    return snapshot(session.view)


def content_problems(who: str, shown: Shown, expected: Sequence[Reply]) -> Iterator[str]:
    """All that was said is there to the byte, and nothing else."""
    texts = [
        [part["text"] for part in one["message"]["parts"] if "text" in part]
        for one in shown["messages"]
        if one["message"]["role"] == "assistant"
    ]
    if len(texts) != len(expected):
        yield f"{who}: {len(texts)} messages of the agent, not {len(expected)}"
    for reply, found in zip(expected, texts, strict=False):
        for place, (has, wants) in enumerate(zip(found, reply.texts, strict=False)):
            if has != wants:
                yield f"{who}: {reply.name} part {place}: {_parting(has, wants)}"
        if len(found) != len(reply.texts):
            yield f"{who}: {reply.name} has {len(found)} parts, not {len(reply.texts)}"
    if [run["status"] for run in shown["runs"]] != ["complete"]:
        yield f"{who}: the runs are {[run['status'] for run in shown['runs']]}"


def channel_problems(history: Sequence[Wire], inputs: int, attempts: int) -> Iterator[str]:
    """Nothing is on the channel twice."""
    names = Counter(message.get("name") for message in history)
    expected = {
        "ai-input": inputs,
        "ai-run-start": 1,
        "ai-run-end": 1,
        "ai-step-start": attempts,
    }
    for name, count in expected.items():
        if names[name] != count:
            yield f"on the channel: {name} is there {names[name]} times, not {count}"
    said = [
        (headers["step-start-serial"], headers["codec-message-id"], _what(ai.get("codec", {})))
        for message in history
        if message.get("name") == "ai-output"
        for ai in [message["extras"]["ai"]]
        for headers in [ai["transport"]]
    ]
    twice = [key for key, count in Counter(said).items() if count > 1]
    if twice:
        yield f"on the channel: said twice: {twice[:3]}"


def folded(history: Sequence[Wire]) -> Shown:
    """Return what the history of the channel folds to."""
    # It has what a client's view has, for one who reads.
    view: Any = fold(history, UIMessageCodec()).view()
    return snapshot(view)


def view_problems(who: str, shown: Shown, expected: Shown) -> list[str]:
    """Two views are the same as JSON."""
    return [f"{who} {difference:.300}" for difference in differences(shown, expected)]


def _what(codec: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(codec.items()))


def _parting(has: str, wants: str) -> str:
    at = next((n for n, (a, b) in enumerate(zip(has, wants, strict=False)) if a != b), -1)
    at = min(len(has), len(wants)) if at < 0 else at
    return (
        f"{len(has)} of {len(wants)} characters, the same up to {at}:"
        f" then {has[at : at + 40]!r}, not {wants[at : at + 40]!r}"
    )

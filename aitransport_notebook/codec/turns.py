"""Which messages are the assistant's last word in a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import dropwhile, takewhile
from typing import Any

Message = Mapping[str, Any]


def last_turn(messages: Sequence[Message]) -> list[Message]:
    """Return what the assistant said last, in one message or several that nobody came between.

    What a user has said since changes nothing: a call that is open stays so.

    >>> last_turn([{"role": "assistant", "n": 1}, {"role": "user"}, {"role": "assistant", "n": 2}])
    [{'role': 'assistant', 'n': 2}]
    >>> last_turn([{"role": "assistant", "n": 1}, {"role": "user", "n": 2}])
    [{'role': 'assistant', 'n': 1}]
    """
    since = dropwhile(lambda message: not _is_assistants(message), reversed(messages))
    return list(takewhile(_is_assistants, since))[::-1]


def _is_assistants(message: Message) -> bool:
    return message.get("role") == "assistant"

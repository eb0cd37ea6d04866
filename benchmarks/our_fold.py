"""What this package takes to fold a conversation, in a process of its own.

    python -m benchmarks.our_fold live|history|memory FILE

Prints a line of JSON: the seconds of each tenth, of each load, or the bytes that stay.
"""

from __future__ import annotations

import gc
import json
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec

from aitransport_notebook import Tree, UIMessageCodec

TENTHS = 10
LOADS = 9


def messages_in(file: str) -> Iterator[Any]:
    with Path(file).open("rb") as lines:
        yield from map(msgspec.json.decode, lines)


def live(file: str) -> list[float]:
    """Take messages in as they come, with someone who reads what each has changed."""
    messages = list(messages_in(file))
    # Nobody has all that is yet to come in memory, for the collector to go through.
    gc.freeze()
    tree = Tree(UIMessageCodec())
    view = tree.view()
    tree.on("output", lambda _: view.messages[-1].message["parts"][-1:])
    seconds = []
    for tenth in range(TENTHS):
        size = len(messages) // TENTHS
        part = messages[tenth * size : (tenth + 1) * size]
        began = perf_counter()
        for message in part:
            tree.apply(message)
        seconds.append(perf_counter() - began)
    return seconds


def history(file: str) -> list[float]:
    """Take everything in at once, the newest first, and show it; then do it again and again."""
    seconds: list[float] = []
    for _ in range(LOADS):
        messages = list(messages_in(file))
        messages.reverse()
        tree = Tree(UIMessageCodec())
        view = tree.view()
        if not seconds:
            # What reading the file has left behind is not the fold's to clear away.
            gc.collect()
        began = perf_counter()
        tree.load(messages)
        assert view.messages
        seconds.append(perf_counter() - began)
    return seconds


def memory(file: str) -> list[float]:
    """Keep a conversation, and show it."""
    tracemalloc.start()
    tree = Tree(UIMessageCodec())
    tree.load(messages_in(file))
    view = tree.view()
    assert view.messages
    gc.collect()
    return [float(tracemalloc.get_traced_memory()[0])]


if __name__ == "__main__":
    measure = {"live": live, "history": history, "memory": memory}[sys.argv[1]]
    print(json.dumps(measure(sys.argv[2])))

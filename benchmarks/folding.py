"""Folding: a conversation of 1,000 turns becomes a tree, here and in the official SDK."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.conversation import Conversation
from benchmarks.figure import Figure, Plan, Target
from benchmarks.machine import CORES, on_cores

OFFICIAL = ["node", "--expose-gc", str(Path(__file__).with_name("official_fold.mjs"))]
OURS = [sys.executable, "-m", "benchmarks.our_fold"]
SDK = "@ably/ai-transport in Node, given the same messages"
# What the repetitions of each measure gave.
Runs = dict[str, list[list[float]]]


async def measure(plan: Plan) -> list[Figure]:
    turns, tokens, repetitions = plan.pick((1_000, 100, 2), (20, 20, 1))
    plan.folder.mkdir(exist_ok=True)
    conversation = Conversation(turns, tokens)
    live, history = conversation.write(plan.folder)
    files = {"live": live, "history": history, "memory": history}
    ours: Runs = {}
    official: Runs = {}
    for what, file in files.items():
        # What is short is disturbed the most, and costs little to repeat.
        for _ in range(repetitions if what == "live" else repetitions * 3):
            ours.setdefault(what, []).append(_run(OURS, what, file))
            official.setdefault(what, []).append(_run(OFFICIAL, what, file))
    details = {"turns": turns, "messages": len(conversation.history)}
    what = f"{len(conversation.live):,} messages as they come, each change read"
    return [*_live(ours, official, what, details), *_loaded(ours, official)]


def _live(ours: Runs, official: Runs, what: str, details: Mapping[str, float]) -> list[Figure]:
    return [
        Figure(
            "fold-live",
            what,
            "s",
            [sum(tenths) for tenths in ours["live"]],
            [sum(tenths) for tenths in official["live"]],
            SDK,
            Target("ratio", "at most", 1 / 7),
            details=details,
        ),
        Figure(
            "fold-live-last",
            "the last tenth of them",
            "s",
            [tenths[-1] for tenths in ours["live"]],
            [tenths[-1] for tenths in official["live"]],
            SDK,
            Target("ratio", "at most", 1.2),
            base=[tenths[0] for tenths in ours["live"]],
            base_is="the first tenth of them",
        ),
    ]


def _loaded(ours: Runs, official: Runs) -> list[Figure]:
    return [
        Figure(
            "fold-history",
            "all of it from history, once, as who opens a session does",
            "ms",
            [first * 1000 for first, *_ in ours["history"]],
            [first * 1000 for first, *_ in official["history"]],
            SDK,
            Target("ratio", "at most", 1.0),
        ),
        Figure(
            "fold-history-again",
            "the same in a process that has done it some times before",
            "ms",
            [_settled(loads) * 1000 for loads in ours["history"]],
            [_settled(loads) * 1000 for loads in official["history"]],
            SDK,
            # Node compiles what it has run that often, and Python does not.
            Target("ratio", "at most", 5.0),
        ),
        Figure(
            "fold-memory",
            "all of it, kept",
            "MB",
            [stayed / 1e6 for [stayed] in ours["memory"]],
            [stayed / 1e6 for [stayed] in official["memory"]],
            SDK,
            Target("ratio", "at most", 1.0),
        ),
    ]


def _settled(loads: Sequence[float]) -> float:
    """Return what a load takes after some that were slower, or faster."""
    return median(loads[len(loads) // 2 :])


def _run(command: Sequence[str], what: str, file: Path) -> list[float]:
    # Node compiles and collects beside what it runs, where it has a core for that.
    with on_cores(set(CORES)):
        done = subprocess.run(
            [*command, what, str(file)], capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} could not fold: {done.stderr[-2000:]}")
    values: list[float] = json.loads(done.stdout)
    return values

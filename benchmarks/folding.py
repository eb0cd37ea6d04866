"""Folding: a conversation of 1,000 turns becomes a tree, here and in the official SDK."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.conversation import Conversation
from benchmarks.figure import Figure, Plan, Target

OFFICIAL = ["node", "--expose-gc", str(Path(__file__).with_name("official_fold.mjs"))]
OURS = [sys.executable, "-m", "benchmarks.our_fold"]
SDK = "@ably/ai-transport in Node, given the same messages"


async def measure(plan: Plan) -> list[Figure]:
    turns, tokens, repetitions = plan.pick((1_000, 100, 2), (20, 20, 1))
    plan.folder.mkdir(exist_ok=True)
    conversation = Conversation(turns, tokens)
    live, history = conversation.write(plan.folder)
    files = {"live": live, "history": history, "memory": history}
    ours: dict[str, list[list[float]]] = {}
    official: dict[str, list[list[float]]] = {}
    for what, file in files.items():
        # What is short is disturbed the most, and costs little to repeat.
        for _ in range(repetitions if what == "live" else repetitions * 3):
            ours.setdefault(what, []).append(_run(OURS, what, file))
            official.setdefault(what, []).append(_run(OFFICIAL, what, file))
    said = {"turns": turns, "messages": len(conversation.history)}
    return [
        Figure(
            "fold-live",
            f"{len(conversation.live):,} messages as they come, each change read",
            "s",
            [sum(tenths) for tenths in ours["live"]],
            [sum(tenths) for tenths in official["live"]],
            SDK,
            Target("ratio", "at most", 1 / 7),
            details=said,
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
        _figure("fold-history", "all of it from history, once", "ms", 1000, ours, official),
        _figure("fold-memory", "all of it, kept", "MB", 1e-6, ours, official),
    ]


def _figure(
    name: str,
    what: str,
    unit: str,
    scale: float,
    ours: dict[str, list[list[float]]],
    official: dict[str, list[list[float]]],
) -> Figure:
    key = name.removeprefix("fold-")

    def scaled(runs: Sequence[Sequence[float]]) -> list[float]:
        return [run[0] * scale for run in runs]

    return Figure(
        name,
        what,
        unit,
        scaled(ours[key]),
        scaled(official[key]),
        SDK,
        Target("ratio", "at most", 1.0),
    )


def _run(command: Sequence[str], what: str, file: Path) -> list[float]:
    done = subprocess.run([*command, what, str(file)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} could not fold: {done.stderr[-2000:]}")
    values: list[float] = json.loads(done.stdout)
    return values

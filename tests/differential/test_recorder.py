"""What the recorder records, and what the official SDK makes of it."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.differential.recordings import (
    JAVASCRIPT,
    MORE_THAN_ONCE,
    ONLY_IN_HISTORY,
    SAMPLE,
    Recording,
    Source,
    Wire,
    done,
    expect,
    expectation,
    is_expected,
    read,
    record,
    seeds_in,
)
from tests.support.fold import Fold, content_of
from tests.support.hub_process import HubProcess

NEEDED = ("id", "connectionId", "timestamp", "action", "serial", "version")


def test_every_seed_is_there(folder: Path) -> None:
    assert seeds_in(folder) == list(SAMPLE)
    assert all(is_expected(folder, seed) for seed in SAMPLE)


def test_the_seeds_have_every_operation(folder: Path) -> None:
    kinds = frozenset[str]().union(*(read(folder, seed).kinds for seed in SAMPLE))
    assert sorted(operations() - kinds) == []


def test_messages_are_as_on_the_wire(folder: Path) -> None:
    for seed in SAMPLE:
        recording = read(folder, seed)
        for message in [*recording.live, *recording.history]:
            assert [name for name in NEEDED if name not in message] == []
            assert isinstance(message["action"], int)


def test_live_messages_come_to_what_the_history_says(folder: Path) -> None:
    for seed in SAMPLE:
        recording = read(folder, seed)
        fold = Fold()
        fold.receive({"messages": [m for m in recording.live if not is_transient(m)]})
        assert (seed, fold.problems) == (seed, [])
        assert fold.content() == content_of(recording.history)


def test_there_are_long_sessions_and_short_ones(folder: Path) -> None:
    lengths = [len(read(folder, seed).history) for seed in SAMPLE]
    assert min(lengths) < 20
    assert sum(length > 100 for length in lengths) > 5


def test_the_same_seed_plays_the_same_session(
    folder: Path, hub: HubProcess, tmp_path: Path
) -> None:
    done(record(hub, SAMPLE[:5], tmp_path), SAMPLE[:5])
    for seed in SAMPLE[:5]:
        assert outline(read(tmp_path, seed)) == outline(read(folder, seed))


def test_without_a_hub_the_sdk_shows_what_it_shows_with_one(folder: Path) -> None:
    assert [seed for seed in SAMPLE if shown(folder, seed) != shown(folder, seed, "late")] == []


def test_the_sdk_shows_the_same_again(folder: Path) -> None:
    before = {seed: shown(folder, seed) for seed in SAMPLE}
    done(expect(folder, SAMPLE), SAMPLE)
    assert [seed for seed in SAMPLE if shown(folder, seed) != before[seed]] == []


def test_live_the_sdk_shows_what_it_shows_of_the_history(folder: Path) -> None:
    alike = [
        seed for seed in SAMPLE if not read(folder, seed).kinds & {ONLY_IN_HISTORY, MORE_THAN_ONCE}
    ]
    assert len(alike) > len(SAMPLE) / 2
    assert [seed for seed in alike if shown(folder, seed) != shown(folder, seed, "live")] == []


def test_expectations_hang_together(folder: Path) -> None:
    for seed in SAMPLE:
        expected = shown(folder, seed)
        visible = {message["id"] for message in expected["messages"]}
        assert set(expected["run_of"]) == set(expected["branches"]) == visible
        nodes = {node["key"]: node for node in expected["nodes"]}
        assert {run["runId"] for run in expected["runs"]} <= set(nodes)
        for selection in expected["selections"]:
            first = selection.get("after", selection)
            branch = expected["branches"][first["anchor"]]
            assert branch["has_siblings"]
            assert first["index"] in range(len(branch["siblings"]))
            assert first["index"] != branch["index"]


def test_recording_can_be_stopped(tmp_path: Path) -> None:
    with HubProcess() as hub, closing(record(hub, SAMPLE, tmp_path)) as tellings:
        assert next(tellings).error is None
    assert 1 <= len(seeds_in(tmp_path)) < len(SAMPLE)
    assert list(tmp_path.glob("*.part")) == []


def test_the_command_goes_on_where_it_was(tmp_path: Path) -> None:
    assert "2 of 2 seeds" in command("record", "--seeds", "1-2", "--out", str(tmp_path))
    assert "2 of 2 seeds" in command("expect", str(tmp_path))
    assert "1 of 1 seeds" in command("record", "--seeds", "1-3", "--out", str(tmp_path))
    assert "1 of 1 seeds" in command("expect", str(tmp_path))


def command(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.differential", *arguments],
        cwd=JAVASCRIPT.parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def shown(folder: Path, seed: int, source: Source = "history") -> dict[str, Any]:
    """Return what every view shows that is opened at the end."""
    return {k: v for k, v in expectation(folder, seed, source).items() if k != "watched"}


def is_transient(message: Wire) -> bool:
    return (message.get("extras") or {}).get("ephemeral") is True


def outline(recording: Recording) -> list[tuple[str | None, str | None]]:
    """Return who said what, without the ids."""
    return [(message.get("name"), message.get("clientId")) for message in recording.history]


def operations() -> set[str]:
    script = "import('./script.mjs').then((m) => console.log(JSON.stringify(m.OPERATION_NAMES)))"
    done = subprocess.run(["node", "-e", script], cwd=JAVASCRIPT, capture_output=True, check=True)
    return set(json.loads(done.stdout))

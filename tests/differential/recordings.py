"""Sessions that the official SDK played on the hub, and what it shows of them.

A folder has for each seed `7.json`, what the channel carried; `7.expected.json`, what the SDK
makes of its whole history; `7.live.json`, what it makes of hearing everything live; and, if it
was asked for, `7.late.json`, what it showed to a user of the hub who came late.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from tests.official.scenarios import PACKAGES
from tests.support.hub_process import HubProcess

# What CI looks at: every operation occurs in it.
SAMPLE = range(1, 56)
# The SDK shows less than the whole of what it heard live: of an update or a delete, nothing.
ONLY_IN_HISTORY = "moderated"
# Whenever the SDK folds a run anew, it adds the later parts of a message to it once more: live it
# often must, and for history when a step begins again.
MORE_THAN_ONCE = "steer of several parts"
JAVASCRIPT = Path(__file__).parent / "javascript"

Wire = dict[str, Any]
Source = Literal["history", "live", "late"]
SUFFIXES: dict[Source, str] = {"history": "expected", "live": "live", "late": "late"}


@dataclass(frozen=True)
class Recording:
    """One session: the operations in it, and its messages as the hub wrote them."""

    seed: int
    channel: str
    kinds: frozenset[str]
    # In the order of arrival, at a subscriber who was there from the beginning.
    live: list[Wire]
    # Oldest first.
    history: list[Wire]


@dataclass(frozen=True)
class Told:
    """What a process said of one seed."""

    seed: int
    seconds: float
    error: str | None
    # What the session of the SDK complained about: a run that ended with an error, mostly.
    complaints: tuple[str, ...] = ()


# To be closed by who does not read them to the end.
Tellings = Generator[Told, None, None]


def read(folder: Path, seed: int) -> Recording:
    value = _json(folder / f"{seed}.json")
    return Recording(
        seed=value["seed"],
        channel=value["channel"],
        kinds=frozenset(value["kinds"]),
        live=value["live"],
        history=value["history"],
    )


def expectation(folder: Path, seed: int, source: Source = "history") -> dict[str, Any]:
    """Return what the official SDK shows."""
    value: dict[str, Any] = _json(_expectation(folder, seed, source))
    return value


def is_expected(folder: Path, seed: int, source: Source = "history") -> bool:
    """Tell whether the SDK has read the recording that there is."""
    path = _expectation(folder, seed, source)
    recorded = (folder / f"{seed}.json").stat().st_mtime
    return path.exists() and path.stat().st_mtime >= recorded


def seeds_in(folder: Path) -> list[int]:
    """Return the seeds that are recorded in a folder, in order."""
    return sorted(int(path.stem) for path in folder.glob("*.json") if path.stem.isdigit())


def record(hub: HubProcess, seeds: Iterable[int], folder: Path, *, late: bool = False) -> Tellings:
    """Record sessions one after the other; it ends after the current one when it is closed."""
    where = {"host": hub.host, "port": hub.port, "key": hub.key}
    out = str(folder.resolve())
    yield from _run("record.mjs", {"hub": where, "seeds": list(seeds), "out": out, "late": late})


def expect(folder: Path, seeds: Iterable[int], source: Source = "history") -> Tellings:
    """Have the official SDK read recordings, without a hub, and write down what it shows."""
    files = [str(folder.resolve() / f"{seed}.json") for seed in seeds]
    yield from _run("expect.mjs", {"from": source, "files": files})


def done(tellings: Tellings, seeds: Sequence[int]) -> None:
    """Wait until each seed is done; raise if one failed."""
    told = list(tellings)
    failed = [one for one in told if one.error]
    assert not failed and [one.seed for one in told] == list(seeds), failed


def _run(script: str, task: dict[str, Any]) -> Tellings:
    with _node(script, json.dumps(task)) as lines:
        for line in lines:
            value = json.loads(line)
            yield Told(
                seed=value["seed"],
                seconds=value["ms"] / 1000,
                error=value.get("error"),
                complaints=tuple(value.get("complaints", ())),
            )


@contextmanager
def _node(script: str, task: str) -> Iterator[IO[str]]:
    """Yield the lines of a script, which ends with the block; raise if it fails before."""
    assert PACKAGES.is_dir(), "run `npm ci` in js/ first"
    process = subprocess.Popen(
        ["node", str(JAVASCRIPT / script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        try:
            process.stdin.write(task)
            process.stdin.close()
            yield process.stdout
        except BaseException:
            process.terminate()
            raise
    if process.returncode != 0:
        raise RuntimeError(f"{script} ended with {process.returncode}")


def _expectation(folder: Path, seed: int, source: Source) -> Path:
    return folder / f"{seed}.{SUFFIXES[source]}.json"


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))

"""Differential tests against the official SDK.

    python -m tests.differential record --seeds 1-1000 --out DIR
    python -m tests.differential expect DIR
    python -m tests.differential check DIR

`record` plays sessions with the SDK, `expect` notes what the SDK makes of their history, and
`check` folds them here, told of them in several ways, and compares. The first two leave out what
the folder has already, and so go on where Ctrl-C stopped them. An error in a seed shows the seed;
the others are done all the same, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from tests.differential.comparison import difference_in
from tests.differential.recordings import (
    Source,
    Tellings,
    Told,
    expect,
    is_expected,
    record,
    seeds_in,
)
from tests.support.hub_process import HubProcess

# The hub keeps all channels in memory: each batch gets a new one.
BATCH = 25

Work = Callable[[list[int]], Tellings]


def main() -> int:
    arguments = _parser().parse_args()
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        return command(arguments)
    except KeyboardInterrupt:
        _say("stopped")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.differential",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True)
    recording = commands.add_parser("record", help="play sessions on a hub, and record them")
    recording.add_argument("--seeds", type=_seeds, default=range(1, 1001), metavar="FIRST-LAST")
    recording.add_argument("--out", type=Path, required=True, metavar="DIR")
    recording.set_defaults(command=_record)
    expecting = commands.add_parser("expect", help="have the SDK read what is recorded")
    expecting.add_argument("folder", type=Path, metavar="DIR")
    expecting.add_argument(
        "--source",
        choices=["history", "live"],
        default="history",
        help="what it reads (%(default)s)",
    )
    expecting.set_defaults(command=_expect)
    checking = commands.add_parser("check", help="fold what is recorded, and compare")
    checking.add_argument("folder", type=Path, metavar="DIR")
    checking.set_defaults(command=_check)
    for one in (recording, expecting):
        one.add_argument("--jobs", type=int, default=2, help="processes at once (%(default)s)")
        one.add_argument("--again", action="store_true", help="also what is there already")
    return parser


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def _record(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.out
    folder.mkdir(parents=True, exist_ok=True)

    def work(seeds: list[int]) -> Tellings:
        with HubProcess() as hub:
            yield from record(hub, seeds, folder)

    there = set() if arguments.again else set(seeds_in(folder))
    missing = [seed for seed in arguments.seeds if seed not in there]
    return _in_batches(missing, arguments.jobs, work)


def _expect(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.folder
    source: Source = arguments.source
    missing = [
        seed
        for seed in seeds_in(folder)
        if arguments.again or not is_expected(folder, seed, source)
    ]
    return _in_batches(missing, arguments.jobs, lambda seeds: expect(folder, seeds, source))


def _check(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.folder
    seeds = [seed for seed in seeds_in(folder) if is_expected(folder, seed)]
    progress = _Progress(len(seeds))
    for seed in seeds:
        began = time.monotonic()
        difference = difference_in(folder, seed)
        progress.add(Told(seed, time.monotonic() - began, difference))
    _say(f"{progress}, {progress.failed} different")
    return 1 if progress.failed or not seeds else 0


def _in_batches(seeds: list[int], jobs: int, work: Work) -> int:
    """Do the work in threads that each wait for a process of theirs; returns the exit status."""
    stopped = threading.Event()
    progress = _Progress(len(seeds))

    def one_batch(batch: list[int]) -> None:
        if stopped.is_set():
            return
        with closing(work(batch)) as tellings:
            for told in tellings:
                progress.add(told)
                if stopped.is_set():
                    return

    with ThreadPoolExecutor(max(1, jobs)) as pool:
        starts = range(0, len(seeds), BATCH)
        batches = [pool.submit(one_batch, seeds[at : at + BATCH]) for at in starts]
        try:
            for batch in batches:
                batch.result()
        except BaseException:
            stopped.set()
            raise
    _say(f"{progress}, {progress.failed} failed")
    return 1 if progress.failed else 0


class _Progress:
    """Says how far it is, and what went wrong."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self.failed = 0

    def add(self, told: Told) -> None:
        with self._lock:
            self._done += 1
            if told.error is not None:
                self.failed += 1
                _say(f"seed {told.seed}: {told.error}")
            if self._done % 100 == 0 and self._done < self._total:
                _say(str(self))

    def __str__(self) -> str:
        seconds = time.monotonic() - self._began
        return f"{self._done} of {self._total} seeds in {seconds:.0f} s"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""A hub that is killed has what it has acknowledged, once and in order, and nothing torn."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from aitransport_notebook.hub.protocol.log import Range
from aitransport_notebook.hub.store import Store
from tests.hub.store.support import APPEND, PLACE, Publisher, message_now, operation

# Each publish appends "<n>;" to one message and "<n>," to another, and is told once committed.
HUB = """
import sys, time
from pathlib import Path
from tests.hub.store.support import *
store = Store.open(Path(sys.argv[1]), synchronous=sys.argv[3])
first = int(sys.argv[2])
now = time.time_ns() // 1_000_000
publisher = Publisher(store, first_serial=first, start=now)
found = store.reader.history(PLACE, Range(direction="forwards")).items
targets = [message.serial for message in found]
if not targets:
    targets = publisher.send_again(first - 1, publisher.message(""), publisher.message("")).serials
    store.commit()
print("ready", flush=True)
number = first
while True:
    for _ in range(7):
        one, other = targets
        publisher.send_again(
            number, operation(APPEND, one, f"{number};"), operation(APPEND, other, f"{number},")
        )
        number += 1
    store.commit()
    print(number, flush=True)
"""


def run_and_kill(folder: Path, first: int, synchronous: str, seconds: float) -> int:
    """Run a hub for a while; return the number before which all is acknowledged."""
    command = [sys.executable, "-c", HUB, str(folder), str(first), synchronous]
    hub = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with hub:
        assert hub.stdout is not None
        assert hub.stdout.readline() == "ready\n"
        time.sleep(seconds)
        hub.kill()
        acknowledged = [
            int(line) for line in hub.stdout.read().splitlines(keepends=True) if line.endswith("\n")
        ]
    return acknowledged[-1] if acknowledged else first


@pytest.mark.parametrize("synchronous", ["FULL", "NORMAL"])
def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, synchronous: str) -> None:
    first = 1
    for seconds in (0.05, 0.11, 0.23):
        acknowledged = run_and_kill(tmp_path, first, synchronous, seconds)
        assert acknowledged > first
        first = check(tmp_path, acknowledged)


def check(folder: Path, acknowledged: int) -> int:
    """Check what is stored, and that a client may send again what it had no answer to."""
    store = Store.open(folder)
    texts = [str(m.data) for m in store.reader.history(PLACE, Range(direction="forwards")).items]
    assert len(texts) == 2
    numbers = [int(number) for number in texts[0].split(";")[:-1]]
    assert texts[1] == "".join(f"{number}," for number in numbers), "a publish was torn"
    stored = numbers[-1] + 1
    assert numbers == list(range(1, stored)), "something is missing, twice or out of order"
    assert stored >= acknowledged, "something acknowledged is missing"

    publisher = Publisher(store, start=int(time.time() * 1000))
    one, other = (m.serial or "" for m in store.reader.history(PLACE, Range()).items[::-1])
    for number in range(max(1, acknowledged - 5), stored + 3):
        written = publisher.send_again(
            number, operation(APPEND, one, f"{number};"), operation(APPEND, other, f"{number},")
        )
        assert bool(written.deliveries) == (number >= stored)
    store.commit()
    everything = "".join(f"{number};" for number in range(1, stored + 3))
    assert message_now(store, one).data == everything
    store.close()
    return stored + 3

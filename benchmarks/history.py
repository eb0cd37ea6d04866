"""History: the newest page of a long channel, over REST."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import perf_counter, time_ns

from aitransport_notebook.hub.protocol.frames import Message
from aitransport_notebook.hub.protocol.log import Place, Write
from aitransport_notebook.hub.store import Store
from benchmarks import content
from benchmarks.figure import Figure, Plan, Target
from benchmarks.http import Http
from benchmarks.servers import KEY, bare_server, hub

PAGE = 100
SHORT = 1_000
BATCH = 1_000
# So many messages in a row have the same headers.
ALIKE = 100
BARE = "the same page from aiohttp on uvloop, made beforehand"


def fill(store: Store, channel: str, messages: int) -> None:
    """Store messages as one connection could have published them."""
    place = Place(KEY.partition(".")[0], channel)
    for first in range(0, messages, BATCH):
        headers = {
            stream: content.extras(stream)
            for stream in range(first // ALIKE, (first + BATCH) // ALIKE)
        }
        batch = [
            Message(name="chat", data=f"{n}: {content.TEXT[:80]}", extras=headers[n // ALIKE])
            for n in range(first, min(first + BATCH, messages))
        ]
        write = Write(place, batch, connection_id=f"filler-{channel}", msg_serial=first)
        written = store.write(write, time_ns() // 1_000_000)
        if written.error is not None:
            raise written.error
        store.commit()


def fill_folder(folder: Path, lengths: dict[str, int]) -> float:
    """Fill a hub's folder with channels of these lengths; return the seconds that it took."""
    began = perf_counter()
    store = Store.open(folder, synchronous="NORMAL")
    try:
        for channel, messages in lengths.items():
            fill(store, channel, messages)
    finally:
        store.close()
    return perf_counter() - began


async def measure(plan: Plan) -> list[Figure]:
    length, requests, repetitions = plan.pick((1_000_000, 40, 5), (20_000, 10, 2))
    folder = plan.folder / "history"
    seconds = fill_folder(folder, {"short": SHORT, "long": length})
    with ExitStack() as opened:
        ours = opened.enter_context(hub(folder))
        bare = opened.enter_context(bare_server())
        from_hub = await Http.open(ours.port, KEY)
        opened.callback(from_hub.close)
        from_bare = await Http.open(bare.port, KEY)
        opened.callback(from_bare.close)
        paths = {name: f"/channels/{name}/messages?limit={PAGE}" for name in ("short", "long")}
        page = await from_hub.get(paths["long"])
        await from_bare.put("/page", page)
        times: dict[str, list[float]] = {"bare": [], "short": [], "long": []}
        for _ in range(repetitions):
            times["bare"].append(await _seconds(from_bare, "/page", requests))
            for name, path in paths.items():
                times[name].append(await _seconds(from_hub, path, requests))
    milliseconds = {name: [1000 * each for each in taken] for name, taken in times.items()}
    return [
        Figure(
            "history",
            f"the newest {PAGE} of {length:,} messages over REST",
            "ms",
            milliseconds["long"],
            milliseconds["bare"],
            BARE,
            Target("ratio", "at most", 2.0),
            base=milliseconds["short"],
            base_is=f"the newest {PAGE} of {SHORT:,}",
            details={"page_bytes": len(page), "fill_seconds": seconds, "messages": length},
        )
    ]


async def _seconds(http: Http, path: str, requests: int) -> float:
    """Return the median time of a request."""
    taken = []
    for _ in range(requests):
        began = perf_counter()
        await http.get(path)
        taken.append(perf_counter() - began)
    return median(taken)

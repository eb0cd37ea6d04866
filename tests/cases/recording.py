"""Where the cases come from: sessions played on a hub, and channels made up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.cases.files import Case
from tests.cases.hostile import HOSTILE
from tests.cases.odd import ODD
from tests.cases.played import PLAYS, play
from tests.cases.telling import Wire, told
from tests.differential.recordings import done, read, record
from tests.support.hub_process import HubProcess

# Of the seeds that `python -m tests.differential record` plays, few that have nearly every
# operation; what is missing in them the odd channels have.
SEEDS = (
    *(11, 15, 28, 39, 42, 47, 61, 70, 89, 91, 92, 96, 104, 118, 121, 122, 124, 133, 159, 163),
    *(168, 172, 180),
)


def all_cases() -> Iterator[Case]:
    for name, make in {**ODD, **HOSTILE}.items():
        odd = make()
        yield case_of(name, odd.codec, odd.live, odd.kept, heard=not odd.is_whole)
    with HubProcess() as hub:
        for name, (codec, _, _) in PLAYS.items():
            live, history = asyncio.run(play(name, hub))
            yield case_of(name, codec, live, history)
        with TemporaryDirectory() as folder:
            done(record(hub, SEEDS, Path(folder)), SEEDS)
            for seed in SEEDS:
                played = read(Path(folder), seed)
                yield case_of(f"sdk-{seed}", "uimessage", played.live, played.history)


def case_of(
    name: str, codec: str, live: list[Wire], history: list[Wire], *, heard: bool = False
) -> Case:
    expected = told(codec, [{"load": history}])
    followed: dict[str, Any] = told(codec, [{"apply": live}])
    if not heard and followed["shown"] != expected["shown"]:
        raise ValueError(f"{name}: what was heard shows something else than history does")
    return Case(
        name=name,
        codec=codec,
        live=live,
        history=history,
        expected=expected["shown"],
        seen=followed["seen"],
        heard=followed["shown"] if heard else None,
    )

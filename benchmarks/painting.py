"""Painting: the Console in JupyterLab as a person has it, beside a page that does nothing else."""

from __future__ import annotations

import asyncio

from benchmarks.figure import Figure, Plan
from benchmarks.machine import CORES, on_cores
from benchmarks.painting_join import join
from benchmarks.painting_pages import studio
from benchmarks.painting_stream import branch, stream
from benchmarks.painting_weight import bundle, hour, long

PARTS = (bundle, join, stream, branch, hour, long)


async def measure(plan: Plan) -> list[Figure]:
    # The browser is driven from a thread that has no event loop.
    return await asyncio.to_thread(_measured, plan)


def _measured(plan: Plan) -> list[Figure]:
    # A browser is many processes, and people do not tie them to a core.
    with on_cores(set(CORES)), studio(plan.folder) as made:
        return [figure for part in PARTS for figure in part(made, plan)]

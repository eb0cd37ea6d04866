"""Ready: how long the hub takes from the start of its process until it serves."""

from __future__ import annotations

import subprocess
import sys
from time import perf_counter

from benchmarks.figure import Figure, Plan, Target
from benchmarks.machine import SERVER_CORES, on_cores
from benchmarks.servers import hub


def _import_library() -> None:
    subprocess.run([sys.executable, "-c", "import aiohttp"], check=True)


async def measure(plan: Plan) -> list[Figure]:
    ours, bare = [], []
    folder = plan.folder / "ready"
    # The first start compiles what is imported, and makes the file.
    for _ in range(1 + plan.pick(7, 2)):
        began = perf_counter()
        with on_cores(SERVER_CORES):
            _import_library()
        bare.append(perf_counter() - began)
        began = perf_counter()
        server = hub(folder)
        ours.append(perf_counter() - began)
        server.stop()
    return [
        Figure(
            "ready",
            "from the start of the process to the line that says so, on a folder of its own",
            "s",
            ours[1:],
            bare[1:],
            'python -c "import aiohttp"',
            Target("value", "at most", 1.0),
        )
    ]

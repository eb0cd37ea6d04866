"""`python -m benchmarks`: every figure, each beside the same measure of a peer."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import traceback
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks import (
    appends,
    disk,
    fan_out,
    folding,
    history,
    idle,
    latency,
    painting,
    piping,
    ready,
    report,
)
from benchmarks.bare import run
from benchmarks.figure import Figure, Plan
from benchmarks.machine import LOAD_CORES, description, on_cores

MEASURES: dict[str, Callable[[Plan], Awaitable[list[Figure]]]] = {
    "fan-out": fan_out.measure,
    "appends": appends.measure,
    "latency": latency.measure,
    "history": history.measure,
    "idle": idle.measure,
    "disk": disk.measure,
    "ready": ready.measure,
    "folding": folding.measure,
    "piping": piping.measure,
    "painting": painting.measure,
}
# No measure takes longer than this many seconds.
LONGEST = 900


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 0 if every target was met, 1 if one was missed, 2 if something failed."""
    given = _parser().parse_args(arguments)
    began = perf_counter()
    machine = description()
    figures: list[Figure] = []
    failed = []
    with tempfile.TemporaryDirectory(dir=given.folder, ignore_cleanup_errors=True) as folder:
        for name in given.only or MEASURES:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
            plan = Plan(given.quick, Path(folder, name))
            plan.folder.mkdir()
            try:
                figures += _measured(name, plan)
            except Exception:
                traceback.print_exc()
                failed.append(name)
    print(report.heading(machine))
    print(report.table(figures, judged=not given.quick))
    if given.quick:
        print(
            "\nThis was --quick: too short to judge by, and with less to do than the targets say."
        )
    if given.json is not None:
        seconds = perf_counter() - began
        report.write_json(given.json, figures, machine, quick=given.quick, seconds=seconds)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
        return 2
    return int(not given.quick and not all(figure.passed for figure in figures))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=MEASURES, metavar="NAME", help=f"{', '.join(MEASURES)}"
    )
    parser.add_argument("--quick", action="store_true", help="only see that everything works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write JSON")
    parser.add_argument(
        "--folder", type=Path, help="where the hubs' data goes meanwhile, on the disk to measure"
    )
    return parser


def _measured(name: str, plan: Plan) -> list[Figure]:
    figures: list[Figure] = []

    async def measure() -> None:
        task = asyncio.current_task()
        assert task is not None
        faults: list[str] = []

        def fail(_: object, context: dict[str, Any]) -> None:
            # A client that breaks would leave everything waiting for it.
            faults.append(repr(context.get("exception") or context["message"]))
            task.cancel()

        asyncio.get_running_loop().set_exception_handler(fail)
        try:
            async with asyncio.timeout(LONGEST):
                figures.extend(await MEASURES[name](plan))
        except asyncio.CancelledError:
            raise RuntimeError(f"{name}: {'; '.join(faults)}") from None

    with on_cores(LOAD_CORES):
        run(measure())
    return figures


if __name__ == "__main__":
    sys.exit(main())

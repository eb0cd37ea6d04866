"""Runs Ably's own test suites against `hub --sandbox`, and exits with 1 on an unexplained failure.

The suites are checkouts that you fetched and prepared. In ably-js's: the submodule
test/common/ably-common; the client as the npm package `ably` has it built, that package's build/
as the checkout's build/; and installed in node_modules, the client's dependencies and what the
tests import (mocha 8, chai 4, async 1, source-map-support, mocha-junit-reporter,
@ably/vcdiff-decoder). In ably-python's: the submodule `submodules`, and a virtual environment
with its dependencies and its extras crypto, dev and vcdiff.
docs/compatibility.md says which revisions the recorded run had.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from tests.compatibility.report import SuiteRun, line_of
from tests.compatibility.runs import run_suite
from tests.compatibility.suites import Suite, javascript, python


def main() -> int:
    arguments = _parser().parse_args()
    suites = _suites(arguments)
    runs = [asyncio.run(_run(suite, arguments.jobs)) for suite in suites]
    for run in runs:
        _say(f"\n{run}")
    if arguments.json:
        text = json.dumps([run.as_json() for run in runs], indent=1)
        arguments.json.write_text(text + "\n", "utf-8")
    return 1 if any(run.unexplained() for run in runs) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.compatibility",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--ably-js", type=Path, metavar="DIR", help="ably-js's checkout")
    parser.add_argument("--ably-python", type=Path, metavar="DIR", help="ably-python's checkout")
    parser.add_argument(
        "--python",
        type=Path,
        metavar="FILE",
        help="the interpreter for ably-python's suite (its checkout's .venv/bin/python)",
    )
    parser.add_argument(
        "--tls",
        action="store_true",
        help="let ably-js's suite take Ably's own addresses, over TLS, in place of the hub's",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="FILE",
        help="files to run, as the summary names them: realtime/auth, or auth for every such one",
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write all results there")
    parser.add_argument("--jobs", type=int, default=2, help="files at a time (%(default)s)")
    return parser


def _suites(arguments: argparse.Namespace) -> list[Suite]:
    if not arguments.ably_js and not arguments.ably_python:
        raise SystemExit("there is nothing to run: give --ably-js, --ably-python or both")
    suites = []
    if arguments.ably_js:
        suites.append(javascript(arguments.ably_js.resolve(), arguments.tls))
    if arguments.ably_python:
        suites.append(python(arguments.ably_python.resolve(), arguments.python))
    if arguments.only:
        suites = [chosen for suite in suites if (chosen := suite.only(arguments.only)).files]
        if not suites:
            raise SystemExit(f"no file is called {' or '.join(arguments.only)}")
    return suites


async def _run(suite: Suite, jobs: int) -> SuiteRun:
    _say(f"\n{suite.name} {suite.revision()}")
    return SuiteRun(
        suite, await run_suite(suite, max(1, jobs), lambda file: _say(f"  {line_of(file)}"))
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""The recorded cases, and a long run of others.

    python -m tests.cases record
    python -m tests.cases fuzz --seeds 1-300

`record` plays and makes up all cases anew, and notes what our fold in Python shows of them, whose
equality to the official SDK `python -m tests.differential` proves. `fuzz` takes the cases apart,
and others that it makes up, seed by seed: messages go missing, come twice and out of order, and say
what nobody would say. Both folds are told of that, and have to show the same at each moment. The
exit status is 1 if they do not.
"""

from __future__ import annotations

import argparse
import sys

from tests.cases import files
from tests.cases.fuzz import differences
from tests.cases.recording import all_cases


def main() -> int:
    arguments = _parser().parse_args()
    try:
        return _record() if arguments.command == "record" else _fuzz(arguments)
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.cases",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("record", help="make all cases anew")
    fuzzing = commands.add_parser("fuzz", help="compare both folds on others")
    fuzzing.add_argument("--seeds", type=_seeds, default=range(1, 301), metavar="FIRST-LAST")
    fuzzing.add_argument("--most", type=int, default=5, help="differences to show (%(default)s)")
    return parser


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def _record() -> int:
    cases = list(all_cases())
    for name in {*files.names()} - {case.name for case in cases}:
        (files.FOLDER / f"{name}.json").unlink()
    for case in cases:
        files.write(case)
    sys.stdout.write(f"{len(cases)} cases\n")
    return 0


def _fuzz(arguments: argparse.Namespace) -> int:
    found = 0
    for seed, difference in differences(arguments.seeds):
        if difference is not None:
            found += 1
            sys.stdout.write(f"seed {seed}: {difference}\n")
        if found == arguments.most:
            break
    sys.stdout.write(f"{found} different\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

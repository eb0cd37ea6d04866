"""The long run: python -m tests.codec.conformance --seeds 1-5000

Each seed is a script that both codecs write and fold. A failure is shown with the least of its
script that still fails.
"""

from __future__ import annotations

import argparse
import json
import sys

from tests.codec.conformance.channel import Script
from tests.codec.conformance.comparison import Official, OfficialEnded, check_script
from tests.codec.conformance.scripts import script_of


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1-1000", help="one, or from-to (%(default)s)")
    parser.add_argument("--most", type=int, default=3, help="failures to show (%(default)s)")
    arguments = parser.parse_args()
    first, _, last = arguments.seeds.partition("-")
    failed = 0
    with Official() as official:
        for seed in range(int(first), int(last or first) + 1):
            script = script_of(seed)
            if difference(official, script, seed) is None:
                continue
            failed += 1
            script = least(official, script, seed)
            sys.stdout.write(f"seed {seed}: {json.dumps(script, ensure_ascii=False, indent=1)}\n")
            sys.stdout.write(f"{difference(official, script, seed)}\n")
            if failed == arguments.most:
                break
    sys.stdout.write(f"{failed} failed\n")
    return 1 if failed else 0


def difference(official: Official, script: Script, seed: int) -> Exception | None:
    try:
        check_script(official, script, seed)
    except OfficialEnded:
        raise
    except Exception as error:
        return error
    return None


def told(found: Exception | None) -> str:
    return str(found).partition("\n")[0]


def least(official: Official, script: Script, seed: int) -> Script:
    """Leave out whatever is not needed to fail in the same way."""
    wanted = told(difference(official, script, seed))
    size = len(script["steps"]) // 2
    while size:
        for begin in reversed(range(0, len(script["steps"]), size)):
            steps = [*script["steps"][:begin], *script["steps"][begin + size :]]
            smaller = {**script, "steps": steps}
            if told(difference(official, smaller, seed)) == wanted:
                script = smaller
        size //= 2
    return script


if __name__ == "__main__":
    sys.exit(main())

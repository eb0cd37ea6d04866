"""What `lab` runs beside itself: JupyterLab, the demo agent, and the customers of the demo.

    python -m aitransport_notebook.lab.child WHAT [ARGUMENT...]

A child ends when its standard input does. What it prints is for the user, a line each.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

from aitransport_notebook.lab import lifeline


def main(what: str, arguments: Sequence[str]) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    lifeline.hold()
    match what:
        case "jupyter":
            from aitransport_notebook.lab import jupyter

            jupyter.run(arguments)
        case "agent":
            from aitransport_notebook.lab.people import agent

            agent.serve(arguments)
        case "seed":
            from aitransport_notebook.lab.people import seeding

            return seeding.run()
        case "talk":
            from aitransport_notebook.lab.people import talking

            talking.run()
        case _:
            raise SystemExit(f"there is no child {what!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))

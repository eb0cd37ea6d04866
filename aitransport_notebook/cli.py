"""The `aitransport-notebook` command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from aitransport_notebook._version import __version__
from aitransport_notebook.hub import cli as hub_cli


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="aitransport-notebook",
        description="Durable sessions between people and AI agents, in Python.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    hub = commands.add_parser(
        "hub", help="run the embedded hub, which official Ably clients can use"
    )
    hub_cli.add_arguments(hub)
    hub.set_defaults(run=lambda given: hub_cli.run(given, __version__))
    given = parser.parse_args(arguments)
    status: int = given.run(given)
    return status


if __name__ == "__main__":
    sys.exit(main())

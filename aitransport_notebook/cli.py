"""The `aitransport-notebook` command."""

from __future__ import annotations

import argparse
import sys
import webbrowser
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from aitransport_notebook._version import __version__
from aitransport_notebook.errors import AITransportError, RequestError
from aitransport_notebook.hub import cli as hub_cli
from aitransport_notebook.lab import command as lab
from aitransport_notebook.session.connection import Connection, connect, connection_to

SLOWEST = 1000
# Who is at a page of a session, where nobody is named.
VISITORS = {"console": "operator", "customer": "customer"}
# What a hub's address looks like.
EXAMPLE = "http://127.0.0.1:8080"


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
    hub.set_defaults(run=_hub)
    page = commands.add_parser("open", help="open a page of your hub, or of another, signed in")
    _add_page_arguments(page)
    page.set_defaults(run=_open)
    notebooks = commands.add_parser("lab", help="run the hub and JupyterLab on the notebooks")
    lab.add_arguments(notebooks)
    notebooks.set_defaults(run=lab.run)
    agent = commands.add_parser("agent", help="run the demo agent, which follows a script")
    _add_agent_arguments(agent)
    agent.set_defaults(run=_agent)
    given = parser.parse_args(arguments)
    try:
        status: int = given.run(given)
    except AITransportError as error:
        print(f"aitransport-notebook {given.command}: {error}", file=sys.stderr)
        return 1
    return status


def _hub(given: argparse.Namespace) -> int:
    hub_cli.run(given, __version__)
    return 0


def _add_page_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-browser", action="store_true", help="print the one-time link instead")
    parser.add_argument(
        "--page",
        choices=("hub", *VISITORS),
        default="hub",
        help="all channels, or an operator's or a customer's page of one session (%(default)s)",
    )
    parser.add_argument("--session", type=_session, metavar="NAME", help="the session it shows")
    parser.add_argument(
        "--codec",
        choices=("uimessage", "responses", "text"),
        default="uimessage",
        help="what the session's messages are written in (%(default)s)",
    )
    parser.add_argument("--as", dest="client_id", metavar="CLIENT_ID", help="whose page it is")
    parser.add_argument("--role", help="what they may do: user, operator or lead")
    parser.add_argument(
        "--url",
        type=_address,
        metavar="ADDRESS",
        help=f"the hub, where it is not your own, such as {EXAMPLE}; it takes --key",
    )
    parser.add_argument("--key", metavar="APP.ID:SECRET", help="a key of the hub at --url")


def _open(given: argparse.Namespace) -> int:
    connection = _hub_of(given)
    if given.page == "hub":
        link = connection.link()
    else:
        if given.session is None:
            raise RequestError(
                f"the {given.page} page shows one session",
                code=40000,
                hint="Name it with --session.",
            )
        link = connection.link(
            given.page,
            session=given.session,
            codec=given.codec,
            client_id=given.client_id or VISITORS[given.page],
            role=given.role,
        )
    if given.no_browser or not webbrowser.open(link):
        print(link)
    return 0


def _hub_of(given: argparse.Namespace) -> Connection:
    """Return the hub whose page is asked for, and say which it is."""
    if (given.url is None) != (given.key is None):
        raise RequestError(
            "a hub that is not your own is named by its address and its key",
            code=40000,
            hint=f"Give both --url, such as {EXAMPLE}, and --key; or neither.",
        )
    if given.url is None:
        connection, others = connect(), "; for another, give --url and --key"
    else:
        where, others = given.url, ""
        connection = connection_to(
            key=given.key, endpoint=where.hostname, port=where.port, tls=where.scheme == "https"
        )
    print(f"opening the hub at {connection.url}{others}", file=sys.stderr)
    return connection


def _address(text: str) -> SplitResult:
    try:
        where = urlsplit(text)
        is_whole = where.scheme in ("http", "https") and where.hostname and where.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or where.path.strip("/") or where.query or where.fragment or where.username:
        raise argparse.ArgumentTypeError(f"{text!r} is no hub's address: use one like {EXAMPLE}")
    return where


def _add_agent_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sessions",
        nargs="+",
        type=_session,
        metavar="SESSION",
        help="a session to answer in; 'demo:*' stands for all whose names begin with demo:",
    )
    parser.add_argument(
        "--pace",
        type=_pace,
        default=1.0,
        metavar="FACTOR",
        help="how long its pauses are: 0 for none, 2 for twice as long (%(default)s)",
    )


def _session(text: str) -> str:
    if not text or text[0] in ":,[":
        raise argparse.ArgumentTypeError(
            f"{text!r} names no session: a name is not empty, and begins with none of : , ["
        )
    return text


def _pace(text: str) -> float:
    value = float(text)
    if not 0 <= value < SLOWEST:
        raise argparse.ArgumentTypeError(f"{text} is not a factor: use 0 or more, such as 0.5")
    return value


def _agent(given: argparse.Namespace) -> int:
    # Agents take a while to import, and the other commands do without.
    from aitransport_notebook.agents.demo import command

    command.run(given.sessions, given.pace)
    return 0


if __name__ == "__main__":
    sys.exit(main())

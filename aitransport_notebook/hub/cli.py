"""The `hub` command."""

from __future__ import annotations

import argparse
import logging
import sys
from dataclasses import replace
from pathlib import Path

from aitransport_notebook.errors import HubError, error_for, how_to_install
from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.keys import Key, parse_key
from aitransport_notebook.hub.http.parts import Settings
from aitransport_notebook.hub.protocol.apps import App, Rule
from aitransport_notebook.hub.protocol.limits import HOSTED, LOCAL

LOOPBACK = "127.0.0.1"
MOST_PORT = 65535
# A thousand years, in seconds.
LONGEST = 3.2e10


def seconds(text: str) -> float:
    """Read a length of time from the command line."""
    value = float(text)
    if not 0 < value < LONGEST:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")
    return value


def port(text: str) -> int:
    """Read a port from the command line."""
    value = int(text)
    if not 0 <= value <= MOST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port: use 0 to {MOST_PORT}")
    return value


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=port, default=0, help="port; 0 picks a free one (default)")
    parser.add_argument("--data", type=Path, help="folder to keep messages in (default: memory)")
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="APP.ID:SECRET[=CAPABILITY]",
        help="an API key, with its capability as JSON if it has not every one; repeatable",
    )
    parser.add_argument(
        "--rule",
        action="append",
        default=[],
        metavar="NAMESPACE[=persisted,mutable]",
        help="what a namespace's channels keep and allow; others do both; repeatable",
    )
    parser.add_argument(
        "--presence-grace",
        type=seconds,
        metavar="SECONDS",
        help="how long a member who vanishes is still present (default: 15)",
    )
    parser.add_argument(
        "--power-safe",
        action="store_true",
        help="acknowledge only what a power cut cannot take either; slower",
    )
    parser.add_argument("--sandbox", action="store_true", help="let test apps be provisioned")
    parser.add_argument("--limits", choices=["ably"], help="impose a hosted account's limits")
    parser.add_argument(
        "--retention",
        type=seconds,
        metavar="SECONDS",
        help="keep messages this long, but for those of persisted namespaces (default: ever)",
    )
    parser.add_argument(
        "--idle-end", type=seconds, metavar="SECONDS", help="end when nobody used it this long"
    )
    parser.add_argument("--record", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--verbose", action="store_true", help="log what happens to stderr")


def run(arguments: argparse.Namespace, version: str) -> None:
    """Run a hub until it is interrupted."""
    logging.basicConfig(
        level=logging.INFO if arguments.verbose else logging.WARNING, stream=sys.stderr
    )
    try:
        from aitransport_notebook.hub.http.run import run_until_ended
    except ModuleNotFoundError as missing:
        raise HubError(
            f"the hub needs {missing.name}, which is not installed",
            hint=how_to_install("hub"),
        ) from None
    run_until_ended(settings_of(arguments, version), arguments.record, arguments.idle_end)


def settings_of(arguments: argparse.Namespace, version: str) -> Settings:
    """Make settings of the command's arguments; raise on what makes no sense."""
    limits = HOSTED if arguments.limits == "ably" else LOCAL
    if arguments.retention is not None:
        limits = replace(limits, retention=int(arguments.retention * 1000))
    if arguments.presence_grace is not None:
        limits = replace(limits, presence_grace=int(arguments.presence_grace * 1000))
    rules = dict(_rule(text) for text in arguments.rule)
    hosted = arguments.limits is not None
    default = Rule(persisted=not hosted and arguments.retention is None, mutable=not hosted)
    keys = [_key(text) for text in arguments.key]
    names = [key.name for key in keys]
    if len(set(names)) < len(names):
        raise error_for(
            40003, f"the same key is given twice: {', '.join(names)}", hint="Give each key once."
        )
    apps = {
        app_id: App(app_id, {key.name: key for key in keys if key.app_id == app_id}, rules, default)
        for app_id in dict.fromkeys(key.app_id for key in keys)
    }
    return Settings(
        host=arguments.host,
        port=arguments.port,
        data=arguments.data,
        apps=tuple(apps.values()),
        rules=rules,
        default_rule=default,
        limits=limits,
        sandbox=arguments.sandbox,
        power_safe=arguments.power_safe,
        version=version,
    )


def _key(text: str) -> Key:
    # A secret may have "=" in it; a capability is an object.
    given, mark, rest = text.partition("={")
    app_id, key_id, secret = parse_key(given)
    return Key(app_id, key_id, secret, Capability.parse(f"{{{rest}" if mark else None))


def _rule(text: str) -> tuple[str, Rule]:
    namespace, _, words = text.partition("=")
    given = {word.strip() for word in words.split(",") if word.strip()}
    if not namespace or ":" in namespace or given - {"persisted", "mutable"}:
        raise error_for(
            40003,
            f"invalid rule {text!r}",
            hint="Write NAMESPACE=persisted,mutable or less; a namespace has no colon in it.",
        )
    return namespace, Rule(persisted="persisted" in given, mutable="mutable" in given)

"""The tokens of a console: narrow, short-lived, in time, and pushed."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from aitransport_notebook import Connection, connect
from aitransport_notebook.agents.tokens import TokenEndpoint
from aitransport_notebook.console.minting import GAP
from aitransport_notebook.console.seat import LIFE
from aitransport_notebook.errors import AITransportError, AuthError
from tests.agents.people import authenticate, keyed, signed_in
from tests.console.conftest import Open
from tests.console.page import Page, until
from tests.support.hub_process import HubProcess
from tests.support.web import serving

TALK = ["history", "presence", "publish", "subscribe"]
ANSWER = [*TALK, "message-update-own"]
SURVEY = [*ANSWER, "channel-metadata"]


def claims_of(told: Any) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(told["token"], options={"verify_signature": False})
    assert told["expires"] == claims["exp"] * 1000
    return claims


@pytest.mark.parametrize(
    ("role", "here", "notes"),
    [("user", TALK, None), ("operator", ANSWER, ANSWER), ("lead", SURVEY, SURVEY)],
)
def test_a_token_allows_what_the_role_may_do_in_this_session_and_no_more(
    hub: HubProcess, name: str, open_console: Open, role: str, here: Any, notes: Any
) -> None:
    console = open_console(connection=hub.connection("ann", role=role))
    claims = claims_of(Page(console).wait_for("token"))
    allowed = json.loads(claims["x-ably-capability"])
    assert allowed == ({name: here, f"ops:{name}": notes} if notes else {name: here})
    claim = json.loads(claims["ably.channel.*"])
    assert claim == {"role": role, "console": claim["console"]}
    assert claims["x-ably-clientId"] == "ann"
    assert claims["exp"] - claims["iat"] == 600


def test_who_says_nothing_is_an_operator_with_a_name(hub: HubProcess, open_console: Open) -> None:
    first, second = (open_console(connection=hub.connection()) for _ in range(2))
    claims = [claims_of(Page(console).wait_for("token")) for console in (first, second)]
    assert claims[0]["x-ably-clientId"] == claims[1]["x-ably-clientId"] == first.client_id
    assert (first.client_id or "").startswith("operator-")
    told = [json.loads(each["ably.channel.*"]) for each in claims]
    assert [each["role"] for each in told] == ["operator", "operator"]
    # Each knows what its own page says.
    assert told[0]["console"] != told[1]["console"]


def test_a_hub_takes_the_token_here_and_nowhere_else(
    hub: HubProcess, name: str, open_console: Open
) -> None:
    page = Page(open_console())
    bearer = {"Authorization": f"Bearer {page.wait_for('token')['token']}"}
    with httpx.Client(base_url=hub.url, headers=bearer, trust_env=False) as rest:
        assert rest.get(f"/channels/{name}/messages").status_code == 200
        assert rest.get("/channels/another/messages").status_code == 401


def test_the_next_token_comes_before_the_last_one_expires(open_console: Open) -> None:
    page = Page(open_console(token_life=5))
    first, second = page.wait_for("token"), page.wait_for("token", 2)
    assert claims_of(second)["iat"] * 1000 < first["expires"] < second["expires"]
    assert len(page.told("token")) == 2


def test_a_page_that_asks_has_a_token_at_once(open_console: Open) -> None:
    page = Page(open_console())
    first = page.wait_for("token")
    # A token says in whole seconds when it expires.
    until(lambda: time.time() * 1000 > first["expires"] - LIFE * 1000 + 1000)
    page.say(kind="token please")
    # By itself the next would come after minutes.
    assert page.wait_for("token", 2)["expires"] > first["expires"]


def test_a_page_that_asks_all_the_time_does_not_get_all_the_time(open_console: Open) -> None:
    begun = time.monotonic()
    page = Page(open_console())
    page.wait_for("token")
    while len(page.told("token")) < 3:
        page.say(kind="token please")
        time.sleep(0.001)
    assert time.monotonic() - begun >= 2 * GAP


@asynccontextmanager
async def door(hub: HubProcess) -> AsyncIterator[tuple[str, dict[str, bool]]]:
    """Serve tokens, or not, as it is told."""
    endpoint, state = TokenEndpoint(authenticate, connection=keyed(hub)), {"open": False}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if state["open"]:
            return await endpoint(scope, receive, send)
        body = json.dumps({"error": {"message": "closed today", "hint": "Come later."}}).encode()
        await send({"type": "http.response.start", "status": 503, "headers": []})
        await send({"type": "http.response.body", "body": body})

    async with serving(app) as url:
        yield url, state


def at(hub: HubProcess, url: str, who: str) -> Connection:
    return connect(
        token_url=url, token_headers=signed_in(who), endpoint=hub.host, port=hub.port, tls=False
    )


async def test_a_token_url_is_asked_and_what_it_says_comes_to_the_page(
    hub: HubProcess, open_console: Open
) -> None:
    async with door(hub) as (url, state):
        console = open_console("rooms:1", connection=at(hub, url, "lea"))
        page = Page(console)
        problems: list[AITransportError] = []
        console.on("problem", problems.append)
        told = await asyncio.to_thread(page.wait_for, "no token")
        assert "closed today" in told["message"]
        assert told["hint"] == "Come later."
        state["open"] = True
        token = await asyncio.to_thread(page.wait_for, "token")
        claims = claims_of(token)
        assert json.loads(claims["ably.channel.*"]) == {"role": "lead"}
        assert claims["x-ably-clientId"] == "lea"
        state["open"] = False
        failures = len(page.told("no token"))
        page.say(kind="token please")
        await asyncio.to_thread(page.wait_for, "no token", failures + 1)
        await asyncio.to_thread(until, lambda: problems)
        assert all(isinstance(problem, AuthError) for problem in problems)


# The README's first cell as a program, and one that opens its console when it is about to end.
PROGRAM = """
import threading, time
import aitransport_notebook as ait
from aitransport_notebook.console import frontend
frontend.STATIC = frontend.Path({static!r})

connection = ait.connect(
    key={key!r}, endpoint={host!r}, port={port}, tls=False, client_id="operator-1", role="operator"
)

def late():
    threading.main_thread().join()
    console = ait.Console("demo:late")
    time.sleep(1)

{last}
"""


@pytest.mark.parametrize(
    "last", ['console = ait.Console("demo:streaming")', "threading.Thread(target=late).start()"]
)
def test_a_program_ends_silently_where_there_is_no_time_for_a_token(
    hub: HubProcess, built: Path, last: str
) -> None:
    program = PROGRAM.format(
        static=str(built), key=hub.key, host=hub.host, port=hub.port, last=last
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.parametrize("life", [0, -1, 4, 25 * 3600, "10"])
def test_a_life_that_makes_no_sense_is_refused(open_console: Open, life: Any) -> None:
    with pytest.raises(AITransportError, match="token_life="):
        open_console(token_life=life)


@pytest.mark.parametrize("role", ["king", "agent"])
def test_a_role_that_no_console_has_is_refused_at_once(
    hub: HubProcess, open_console: Open, role: str
) -> None:
    with pytest.raises(AITransportError, match=f"no role '{role}'") as caught:
        open_console(connection=hub.connection("ann", role=role))
    assert "operator, lead, user" in caught.value.hint

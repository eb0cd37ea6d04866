"""What keeps a console from its session is told to Python, and not on the page alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aitransport_notebook import Console
from aitransport_notebook.errors import AITransportError, AuthError, LinkError, NotFoundError
from tests.console.conftest import Open
from tests.console.page import Page, until
from tests.support.hub_process import HubProcess

OUTAGE = 30.0


def problems_of(console: Console) -> list[AITransportError]:
    heard: list[AITransportError] = []
    console.on("problem", heard.append)
    return heard


@pytest.mark.parametrize(
    ("code", "family"), [(40400, NotFoundError), (40144, AuthError), (40160, AuthError)]
)
def test_a_page_that_is_refused_is_heard_of_once(
    open_console: Open, caplog: pytest.LogCaptureFixture, code: int, family: type[AITransportError]
) -> None:
    console = open_console()
    problems = problems_of(console)
    said = {"message": "Unable to connect: no such key.", "code": code, "hint": "Check the key."}
    Page(console).say(kind="problem", **said)
    until(lambda: problems)
    [problem] = problems
    assert isinstance(problem, family)
    assert (problem.code, problem.hint) == (code, "Check the key.")
    assert problem.message == "the page is not connected: Unable to connect: no such key."
    assert "no such key" in caplog.text
    # It goes on: what the page says next is heard.
    Page(console).say(kind="selection", messageIds=["m1"], focused=None, runIds=[])
    assert console.selection.message_ids == ("m1",)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"message": 5, "code": "40400", "hint": ["x"]},
        {"message": "", "code": True},
        {"message": None, "code": -7, "hint": None},
        {"message": {}, "code": 10**30},
    ],
)
def test_a_page_that_does_not_say_why_is_heard_of_all_the_same(
    open_console: Open, said: Any
) -> None:
    console = open_console()
    problems = problems_of(console)
    Page(console).say(kind="problem", **said)
    until(lambda: problems)
    assert isinstance(problems[0], LinkError)
    assert problems[0].message == "the page is not connected: nobody said why"
    assert problems[0].hint == ""


def test_a_page_that_says_too_much_is_cut_short(open_console: Open) -> None:
    console = open_console()
    problems = problems_of(console)
    Page(console).say(kind="problem", message="x" * 100_000, hint="y" * 100_000)
    until(lambda: problems)
    assert len(str(problems[0])) < 1200


@pytest.mark.parametrize("key", ["app.another:secret", "app.key:another", "elsewhere.key:secret"])
def test_a_kernel_that_is_refused_is_heard_of(
    tmp_path: Path, open_console: Open, name: str, key: str
) -> None:
    """The server comes back, and knows the key no more."""
    with HubProcess(data=tmp_path / "hub") as hub:
        console = open_console(connection=hub.connection("op-1", role="operator"))
        console.on("message", lambda told: None)
        problems = problems_of(console)
        hub.kill()
        with HubProcess("--key", key, data=tmp_path / "hub", port=hub.port):
            until(lambda: problems, OUTAGE)
            assert "key" in problems[0].message
            assert "key" in problems[0].hint

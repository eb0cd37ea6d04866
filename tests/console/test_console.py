"""The console as Jupyter has it: what is synced, what is saved, what is refused, how it ends."""

from __future__ import annotations

import json
import logging
import re
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import get_exporter
from nbformat.v4 import new_code_cell, new_notebook, new_output

from aitransport_notebook import Console, connect
from aitransport_notebook.console import frontend
from aitransport_notebook.errors import AITransportError, RequestError, SessionError
from aitransport_notebook.session.connection import _Latest
from tests.console.conftest import Open
from tests.console.page import Page, until
from tests.support.hub_process import HubProcess

DOCS = Path(__file__).parents[2] / "docs" / "console.md"
WIDGET = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
BADGE, SECRET = "badge-7f3a91", "5cf0e2a7d14b"
SILENT: dict[str, Any] = {"endpoint": "127.0.0.1", "tls": False}


@pytest.fixture(scope="module")
def hub() -> Iterator[HubProcess]:
    with HubProcess("--key", f"app.key:{SECRET}") as hub:
        yield hub


def test_the_traits_say_what_is_shown_and_where(hub: HubProcess, open_console: Open) -> None:
    console = open_console(height=480)
    state = console.widget.get_state()
    assert {key: state[key] for key in ("session", "codec", "who", "invokes", "height")} == {
        "session": console.name,
        "codec": "uimessage",
        "who": "op-1",
        "invokes": False,
        "height": 480,
    }
    where = state["where"]
    assert where.pop("instance")
    assert where == {"endpoint": hub.host, "port": hub.port, "tls": False, "isLocal": True}
    synced = {key for key in state if not key.startswith("_")}
    assert synced <= {*("session", "codec", "where", "who", "cell", "invokes", "height")} | {
        *("layout", "tabbable", "tooltip"),
    }
    assert "export default" in state["_esm"]
    assert ".console" in state["_css"]


@pytest.mark.parametrize(("role", "who"), [(None, "operator"), ("lead", "lead")])
def test_a_name_that_was_made_up_does_not_tell_who_is_there(
    hub: HubProcess, open_console: Open, role: str | None, who: str
) -> None:
    """It is another in another kernel, and the person is the same."""
    console = open_console(connection=hub.connection(role=role))
    assert console.client_id
    assert console.widget.who == who


def test_the_output_is_the_widget_and_a_transcript_where_no_frontend_runs(
    open_console: Open,
) -> None:
    console = open_console()
    for text in ("hello", "<b>world</b>"):
        console.send(text)
    data, _ = console._repr_mimebundle_()
    assert data[WIDGET]["model_id"] == console.widget.model_id
    assert "hello" in data["text/plain"]
    assert f"ait.Console({console.name!r})" in data["text/plain"]
    assert "&lt;b&gt;world" in data["text/html"]
    assert "<b>" not in data["text/html"]
    assert "hello" in console.transcript("text")
    assert console.transcript().startswith("# conversations")
    assert "&lt;b&gt;world" in console.transcript("html")
    unknown: list[Any] = ["pdf", []]
    for format in unknown:
        with pytest.raises(RequestError, match="md"):
            console.transcript(format)


def test_a_notebook_that_is_converted_shows_the_transcript(open_console: Open) -> None:
    console = open_console()
    console.send("<b>hello</b>")
    data, metadata = console._repr_mimebundle_()
    output = new_output("display_data", data, metadata=metadata)
    notebook = new_notebook(cells=[new_code_cell(f"Console({console.name!r})", outputs=[output])])
    html, markdown = (get_exporter(name)() for name in ("html", "markdown"))
    page, _ = html.from_notebook_node(notebook)
    assert "&lt;b&gt;hello" in page
    text, _ = markdown.from_notebook_node(notebook)
    assert "hello" in text


def test_the_docs_say_how_a_notebook_with_saved_widgets_is_converted(
    open_console: Open, tmp_path: Path
) -> None:
    console = open_console()
    console.send("hello")
    data, metadata = console._repr_mimebundle_()
    output = new_output("display_data", data, metadata=metadata)
    states = {WIDGET_STATE: type(console.widget).get_manager_state()}
    cells = [new_code_cell(f"Console({console.name!r})", outputs=[output])]
    notebook = new_notebook(cells=cells, metadata={"widgets": states})
    (tmp_path / "operator.ipynb").write_text(nbformat.writes(notebook), "utf-8")
    [command] = re.findall(r"^    jupyter (nbconvert .*)$", DOCS.read_text("utf-8"), re.M)
    subprocess.run([sys.executable, "-m", *command.split()], cwd=tmp_path, check=True, timeout=60)
    page = (tmp_path / "operator.html").read_text("utf-8")
    assert "hello" in page
    assert "unpkg.com" not in page


def test_nobody_waits_for_a_server_that_does_not_answer(open_console: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        begun = time.monotonic()
        console = open_console(connection=connect(key="a.b:c", port=port, **SILENT))
        data, _ = console._repr_mimebundle_()
        console.close()
        # One that is waited for as usual takes 10 s each time that it is asked something.
        assert time.monotonic() - begun < 8
    assert f"ait.Console({console.name!r})" in data["text/plain"]
    assert WIDGET in data


def test_an_output_without_a_server_is_there_all_the_same(name: str) -> None:
    gone = HubProcess()
    with gone:
        console = Console(name, connection=gone.connection("op", role="operator"))
    data, _ = console._repr_mimebundle_()
    assert WIDGET in data
    assert name in data["text/plain"]
    assert "instance" in console.widget.where
    console.close()


def test_no_secret_is_in_anything_that_is_shown_or_saved(
    hub: HubProcess, open_console: Open, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    console = open_console(
        agent=f"{hub.url}/nothing?{BADGE}", agent_headers={"Authorization": BADGE}
    )
    page = Page(console)
    console.send("hello")
    page.wait_for("invoked")
    page.say(kind="token please")
    page.wait_for("token", 2)
    kinds = {"comm_open", "comm_close"}
    shown = [
        repr(console),
        repr(console.widget),
        repr(console.view),
        repr(console.members),
        repr(console._seat),
        repr(console._kernel),
        json.dumps(console.widget.get_state(), default=repr),
        json.dumps(type(console.widget).get_manager_state(), default=repr),
        json.dumps(console._repr_mimebundle_()),
        *(console.transcript(format) for format in ("md", "text", "html")),
        repr([data for kind, data in page.raw if kind in kinds]),
        repr([data for _, data in page.raw if (data or {}).get("method") == "update"]),
        repr(page.told("invoked")),
        caplog.text,
    ]
    tokens = [told["token"] for told in page.told("token")]
    assert len(set(tokens)) >= 1
    for text in shown:
        for hidden in (SECRET, BADGE, *tokens, *(token.split(".")[2] for token in tokens)):
            assert hidden not in text


def test_closing_takes_it_off_the_page_and_out_of_the_session(
    hub: HubProcess, open_console: Open
) -> None:
    watcher, console = open_console(), open_console(token_life=5)
    page = Page(console)
    console.send("hello")
    kernel = console._kernel
    console.close()
    console.close()
    assert "closed" in repr(console)
    assert page.told("close") == [{"kind": "close"}]
    assert page.raw[-1][0] == "comm_close"
    tokens = len(page.told("token"))
    time.sleep(3.5)
    assert len(page.told("token")) == tokens
    assert kernel._client.connection.state.value == "closed"
    assert console._repr_mimebundle_() == {"text/plain": repr(console)}
    for ask in (
        lambda: console.send("too late"),
        lambda: console.on("selection", print),
        lambda: console.reveal("m1"),
        console.link,
    ):
        with pytest.raises(SessionError, match="the console is closed") as caught:
            ask()
        assert caught.value.code == 104004
    assert [message["parts"][0]["text"] for message in watcher.messages] == ["hello"]


def test_a_page_that_gives_the_widget_up_closes_it(open_console: Open) -> None:
    console = open_console()
    Page(console).leave()
    until(lambda: "closed" in repr(console))


def test_closing_the_widget_closes_the_console(open_console: Open) -> None:
    console = open_console()
    page = Page(console)
    console.widget.close()
    assert "closed" in repr(console)
    assert page.told("close")


def test_a_process_that_ends_says_nothing_to_the_page(hub: HubProcess, tmp_path: Path) -> None:
    """A page outlives its kernel, which may come back."""
    program = tmp_path / "program.py"
    program.write_text(
        f"""
import atexit, sys
from pathlib import Path
import comm
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.console.page import Page, RecordedComm
from aitransport_notebook import Console, connect
from aitransport_notebook.console import frontend
frontend.STATIC = Path({str(frontend.STATIC)!r})
comm.create_comm = RecordedComm
connect(key={hub.key!r}, endpoint={hub.host!r}, port={hub.port}, tls=False)
# What is registered first is called last.
atexit.register(lambda: print(page.told("close"), console))
console = Console("room")
page = Page(console)
console.send("hello")
""",
        "utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"\[\] <Console 'room' as 'operator-\w+': closed>\n", done.stdout)
    assert done.stderr == ""


def test_what_a_page_says_that_nobody_knows_is_logged(
    open_console: Open, caplog: pytest.LogCaptureFixture
) -> None:
    console = open_console()
    Page(console).say(kind="dance")
    assert "dance" in caplog.text


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ({"session": ""}, "conversations:42"),
        ({"session": 5}, "conversations:42"),
        ({"session": "conversations:*"}, "without a *"),
        ({"session": "[meta]room"}, "parameters"),
        ({"session": "\ud800"}, "half of a pair"),
        ({"session": "a\x00b"}, "control character"),
        ({"session": "a\nb"}, "control character"),
        ({"session": "a\x9fb"}, "control character"),
        ({"session": ":"}, "neither ':' nor ','"),
        ({"session": ",a"}, "neither ':' nor ','"),
        ({"session": "x" * 2049}, "up to 2048"),
        ({"session": "é" * 400}, "a shorter name"),
        ({"codec": "markdown"}, "'uimessage', 'responses', 'text'"),
        ({"codec": object()}, "'uimessage', 'responses', 'text'"),
        ({"connection": "hub"}, "connect()"),
        ({"agent": "agent"}, "https://"),
        ({"agent": 5}, "agent="),
        ({"agent_headers": {"A": "b"}}, "agent="),
        ({"agent": "http://x", "agent_headers": 5}, "Authorization"),
        ({"agent": "http://x", "agent_headers": {"a": 5}}, "Authorization"),
        ({"agent": "http://x", "agent_headers": {5: "a"}}, "Authorization"),
        ({"height": 0}, "over 0"),
        ({"height": "tall"}, "over 0"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_hint(
    open_console: Open, given: dict[str, Any], hint: str
) -> None:
    with pytest.raises(AITransportError) as caught:
        open_console(**given)
    assert hint in caught.value.hint


@pytest.mark.parametrize("session", ["a room", "a/b", "räume:🧑‍🚀", "a:", "a,b[c]", "x" * 600])
def test_a_name_may_be_most_things(open_console: Open, session: str) -> None:
    console = open_console(session)
    sent = console.send("hello")
    assert sent in [message.codec_message_id for message in console.view.messages]


def test_it_needs_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Latest, "connection", None)
    with pytest.raises(RequestError, match=r"connect\(\)"):
        Console("room")


def test_the_default_connection_will_do(hub: HubProcess) -> None:
    connect(key=hub.key, endpoint=hub.host, port=hub.port, tls=False, client_id="ann", role="lead")
    console = Console("room")
    assert console.client_id == "ann"
    console.close()


def test_a_frontend_that_is_not_built_is_told_of(open_console: Open, built: Path) -> None:
    (built / frontend.SCRIPT).unlink()
    with pytest.raises(RequestError, match="npm run build") as caught:
        open_console()
    assert "console.js" in caught.value.message


def test_jupyters_widgets_that_are_not_installed_are_told_of(
    open_console: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "aitransport_notebook.console.widget", raising=False)
    with pytest.raises(RequestError, match=r"aitransport-notebook\[lab\]"):
        open_console()


def test_the_package_is_quick_to_import_and_needs_no_widgets() -> None:
    program = (
        "import sys, aitransport_notebook as ait\n"
        "assert not {'anywidget', 'ipywidgets', 'ably'} & set(sys.modules)\n"
        "ait.Console\n"
        "assert not {'anywidget', 'ipywidgets'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)


def test_a_cell_that_shows_a_session_waits_for_no_client(hub: HubProcess, name: str) -> None:
    where = {"key": hub.key, "endpoint": hub.host, "port": hub.port, "tls": False}
    program = (
        "import sys, aitransport_notebook as ait\n"
        f"ait.connect(**{where!r}, client_id='op-1', role='operator')\n"
        f"data, _ = ait.Console({name!r})._repr_mimebundle_()\n"
        "assert 'text/html' in data\n"
        "assert not {'ably', 'httpx', 'jwt'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)


def test_a_link_opens_the_same_console_for_the_same_person(
    hub: HubProcess, open_console: Open
) -> None:
    console = open_console()
    link = console.link()
    assert link.startswith(f"{hub.url}/console#")
    assert hub.key.partition(":")[2] not in link


def test_the_docs_say_how_a_link_is_followed_by_way_of_jupyter(
    hub: HubProcess, open_console: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    console = open_console()
    text = DOCS.read_text("utf-8")
    lines = text[text.index("    jupyter = ") :].split("\n\n")[0]
    exec(textwrap.dedent(lines), {"console": console, "connection": hub.connection("op-1")})
    base = f"https://jupyter.example/user/ann/proxy/{hub.port}/console#"
    assert capsys.readouterr().out.startswith(base)

"""What the command line makes of its arguments."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import jwt
import pytest

from aitransport_notebook import cli
from aitransport_notebook.cli import main
from tests.support.hub_process import HubProcess


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "99999"], "not a port"),
        (["--port", "-1"], "not a port"),
        (["--retention", "-5"], "above 0"),
        (["--retention", "0"], "above 0"),
        (["--retention", "nan"], "above 0"),
        (["--presence-grace", "inf"], "above 0"),
        (["--presence-grace", "-3"], "above 0"),
        (["--idle-end", "nan"], "above 0"),
        (["--limits", "generous"], "invalid choice"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_before_anything_happens(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    with pytest.raises(SystemExit) as ended:
        main(["hub", "--data", str(data), *arguments])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
    assert not data.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--key", "a.b:c", "--key", "a.b:d"], "given twice"),
        (["--key", "nonsense"], "[40005]"),
        (["--key", "a.b:c={"], "[40000]"),
        (["--rule", "x:y=mutable"], "no colon"),
        (["--rule", "x=eternal"], "invalid rule"),
    ],
)
def test_keys_and_rules_are_checked_and_the_mend_is_named(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    assert main(["hub", "--data", str(data), *arguments]) == 1
    told = capsys.readouterr().err
    assert said in told and "Hint:" in told
    assert not data.exists()


@pytest.mark.parametrize("key", ["app.id:secret=", "app.id:se=cret"])
def test_a_secret_may_have_an_equals_sign(key: str) -> None:
    with HubProcess("--key", key) as hub:
        assert hub.key == key
    with HubProcess("--key", f'{key}={{"room":["subscribe"]}}') as hub:
        assert hub.key == key


def test_a_folder_for_data_that_cannot_be_made_has_its_mend(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    # A hub that begins to serve takes its process for its own: signals, umask and all.
    hub = [sys.executable, "-m", "aitransport_notebook.cli", "hub"]
    command = [*hub, "--data", str(file / "data")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert f"cannot make the folder {file / 'data'}" in done.stderr
    assert "where you can write" in done.stderr


def test_a_folder_for_notebooks_that_is_a_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.touch()
    assert main(["lab", "--folder", str(file)]) == 1
    assert "--folder" in capsys.readouterr().err


def test_a_page_of_a_session_is_opened_as_whom_and_for_what_it_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with HubProcess() as hub:
        monkeypatch.setattr(cli, "connect", hub.connection)
        for options, path, who, role in (
            (("--page", "console"), "/console", "operator", "operator"),
            (("--page", "customer"), "/customer", "customer", "user"),
            (("--page", "console", "--as", "lena", "--role", "lead"), "/console", "lena", "lead"),
        ):
            assert main(["open", "--no-browser", "--session", "room", *options]) == 0
            link = capsys.readouterr().out.strip()
            assert link.startswith(f"{hub.url}{path}#link=")
            body = json.dumps({"link": link.partition("#link=")[2]}).encode()
            sign_in = Request(f"{hub.url}/hub/sign-in", body, {"Content-Type": "application/json"})
            with urlopen(sign_in) as answer:
                token = json.load(answer)["token"]["token"]
            claims = jwt.decode(token, options={"verify_signature": False})
            assert claims["x-ably-clientId"] == who
            assert json.loads(claims["ably.channel.*"]) == {"role": role}
        assert main(["open", "--no-browser"]) == 0
        assert capsys.readouterr().out.startswith(f"{hub.url}/#link=")
        assert main(["open", "--no-browser", "--page", "console"]) == 1
        assert "--session" in capsys.readouterr().err


def test_a_page_of_a_hub_that_was_started_by_hand_is_opened_by_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AITRANSPORT_HOME", str(tmp_path / "home"))
    with HubProcess() as hub:
        page = ("--page", "console", "--session", "room")
        where = ("--url", f"{hub.url}/", "--key", hub.key)
        assert main(["open", "--no-browser", *page, *where]) == 0
        said = capsys.readouterr()
        assert said.out.startswith(f"{hub.url}/console#link=")
        assert f"opening the hub at {hub.url}" in said.err and hub.key not in said.err
        assert main(["open", "--no-browser", "--url", hub.url, "--key", "app.key:wrong"]) == 1
        assert "--key" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


def test_which_hub_is_opened_where_none_is_named_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with HubProcess() as hub:
        monkeypatch.setattr(cli, "connect", hub.connection)
        assert main(["open", "--no-browser"]) == 0
        said = capsys.readouterr()
    assert said.out.startswith(hub.url)
    assert f"opening the hub at {hub.url}" in said.err and "--url" in said.err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--url", "127.0.0.1:8080", "--key", "a.b:c"], "http://127.0.0.1:8080"),
        (["--url", "http://127.0.0.1:x", "--key", "a.b:c"], "http://127.0.0.1:8080"),
        (["--url", "http://127.0.0.1:8080/console", "--key", "a.b:c"], "http://127.0.0.1:8080"),
        (["--url", "http://127.0.0.1:8080"], "--key"),
        (["--key", "a.b:c"], "--url"),
    ],
)
def test_a_hub_is_named_by_its_address_and_its_key(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main(["open", "--no-browser", *given])
    except SystemExit as ended:
        status = int(ended.code or 0)
    assert status != 0
    assert said in capsys.readouterr().err

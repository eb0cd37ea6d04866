"""What the command line makes of its arguments."""

from __future__ import annotations

from pathlib import Path

import pytest

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


def test_a_folder_for_notebooks_that_is_a_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.touch()
    assert main(["lab", "--folder", str(file)]) == 1
    assert "--folder" in capsys.readouterr().err

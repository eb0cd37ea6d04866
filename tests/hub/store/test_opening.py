from __future__ import annotations

import errno
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from aitransport_notebook.errors import HubError
from aitransport_notebook.hub import lock
from aitransport_notebook.hub.protocol.serials import parse_serial
from aitransport_notebook.hub.store import Store
from tests.hub.store.support import NOW, Publisher, everything, one_serial

HOLD = """
import sys, time
from pathlib import Path
from aitransport_notebook.hub.store import Store
store = Store.open(Path(sys.argv[1]))
print("open", flush=True)
time.sleep(60)
"""


def refused(folder: Path) -> HubError:
    with pytest.raises(HubError) as caught:
        Store.open(folder)
    assert caught.value.hint
    return caught.value


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "hub"
    store = Store.open(folder)
    assert (folder / "hub.sqlite3").exists()
    if sys.platform != "win32":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    store.close()


def test_a_series_is_made_once_for_a_folder(tmp_path: Path) -> None:
    opened = []
    for folder in (tmp_path / "a", tmp_path / "a", tmp_path / "b", None, None):
        store = Store.open(folder)
        opened.append(store.series)
        store.close()
    assert opened[0] == opened[1]
    assert len(set(opened)) == 4
    assert all(len(series) == 10 and set(series) <= set("0123456789abcdef") for series in opened)


def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    fleeting = Publisher(store)
    kept = fleeting.create("kept")
    last = one_serial(fleeting.send(fleeting.message("x", extras={"ephemeral": True})))
    assert last > kept
    store.commit()
    store.close()
    store = Store.open(tmp_path)
    assert parse_serial(Publisher(store, connection="b", start=5).create("x")) == (
        parse_serial(last) + 1
    )
    store.close()


def test_closing_drops_the_open_batch(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    Publisher(store).create("x")
    store.close()
    store = Store.open(tmp_path)
    assert everything(store) == []
    store.close()


@pytest.mark.parametrize(("synchronous", "number"), [("FULL", 2), ("NORMAL", 1)])
def test_commits_are_as_durable_as_asked(tmp_path: Path, synchronous: str, number: int) -> None:
    store = Store.open(tmp_path, synchronous=synchronous)  # type: ignore[arg-type]
    pragma = store._connection.execute
    assert pragma("PRAGMA synchronous").fetchone() == (number,)
    assert pragma("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()


def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "hub.sqlite3"
    file.write_bytes(b"not a database, but a letter" * 100)
    error = refused(tmp_path)
    assert str(file) in error.message
    assert file.read_bytes() == b"not a database, but a letter" * 100
    file.unlink()
    Store.open(tmp_path).close()


def test_the_database_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "hub.sqlite3"
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE birds (name)")
    other.close()
    before = file.read_bytes()
    assert "something else" in refused(tmp_path).message
    assert file.read_bytes() == before


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    newer = sqlite3.connect(tmp_path / "hub.sqlite3")
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    error = refused(tmp_path)
    assert "newer version" in error.message
    assert "pip install -U" in error.hint


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert str(tmp_path / "file") in refused(tmp_path / "file" / "hub").message


def test_a_folder_is_open_once(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    error = refused(tmp_path)
    assert f"process {os.getpid()}" in error.message
    store.close()
    Store.open(tmp_path).close()


def test_another_process_keeps_its_folder_until_it_is_killed(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        error = refused(tmp_path)
        assert f"process {holder.pid}" in error.message
        assert f"stop process {holder.pid}" in error.hint
        holder.kill()
    Store.open(tmp_path).close()


def test_a_disk_without_locks_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(descriptor: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock, "_lock", no_locks)
    error = refused(tmp_path)
    assert "No locks available" in error.message
    assert "local disk" in error.hint


def test_a_refused_opening_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "hub.sqlite3").write_bytes(b"x" * 4096)
    refused(tmp_path)
    (tmp_path / "hub.sqlite3").unlink()
    store = Store.open(tmp_path)
    Publisher(store, start=NOW).create("x")
    store.commit()
    store.close()

"""Nonces, apps and secrets."""

from __future__ import annotations

from pathlib import Path

from aitransport_notebook.hub.store import Store
from tests.hub.store.support import NOW


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


def test_a_nonce_is_good_once(tmp_path: Path) -> None:
    clock = Clock()
    store = Store.open(tmp_path, clock=clock)
    assert store.use_nonce("a", NOW + 1000)
    assert not store.use_nonce("a", NOW + 1000)
    assert store.use_nonce("b", NOW + 2000)
    store.commit()
    store.close()
    store = Store.open(tmp_path, clock=clock)
    assert not store.use_nonce("a", NOW + 1000)
    clock.now = NOW + 1500
    assert store.use_nonce("c", NOW + 9000)
    kept = store._connection.execute("SELECT key FROM nonce ORDER BY key").fetchall()
    assert kept == [("b",), ("c",)], "what has expired is not kept"
    assert not store.use_nonce("b", NOW + 2000)
    store.close()


def test_apps_are_kept(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    assert store.apps() == []
    store.save_app("b", b"\x00old")
    store.save_app("a", b"A")
    store.save_app("b", b"\x00new")
    store.commit()
    store.save_app("lost", b"")
    store.close()
    store = Store.open(tmp_path)
    assert store.apps() == [("a", b"A"), ("b", b"\x00new")]
    store.close()


def test_secrets_stay_the_same(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    secret, other = store.secret("keys"), store.secret("other")
    assert len(secret) == len(other) == 32
    assert secret != other
    # Nobody has committed: a secret is stored by itself.
    store.close()
    store = Store.open(tmp_path)
    assert (store.secret("keys"), store.secret("other")) == (secret, other)
    store.close()
    elsewhere = Store.open(None)
    assert elsewhere.secret("keys") == elsewhere.secret("keys") != secret
    elsewhere.close()


def test_a_secret_made_within_a_batch_is_stored_with_it(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store.save_app("a", b"")
    store.secret("keys")
    store.rollback()
    assert store.apps() == []
    store.close()

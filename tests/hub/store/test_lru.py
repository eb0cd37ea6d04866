from __future__ import annotations

from aitransport_notebook.hub.store.lru import Lru


def test_what_was_used_longest_ago_goes_first() -> None:
    lru: Lru[str, int] = Lru(2)
    lru.put("a", 1)
    lru.put("b", 2)
    assert lru.get("a") == 1
    lru.put("c", 3)
    assert [lru.get(key) for key in "abc"] == [1, None, 3]
    assert len(lru) == 2


def test_sizes_are_bounded_too() -> None:
    lru: Lru[str, str] = Lru(100, 10, lambda _, value: len(value))
    lru.put("a", "12345")
    lru.put("b", "1234")
    assert (len(lru), lru.size) == (2, 9)
    lru.put("a", "123456")
    assert (len(lru), lru.size) == (2, 10)
    lru.put("c", "1")
    assert (lru.get("b"), lru.size) == (None, 7)
    lru.put("d", "x" * 11)
    assert (len(lru), lru.size) == (0, 0), "what is too large for all of it is not kept"


def test_what_is_dropped_or_cleared_takes_no_room() -> None:
    lru: Lru[str, str] = Lru(100, 10, lambda _, value: len(value))
    lru.put("a", "12345")
    lru.drop("a")
    lru.drop("never")
    assert (lru.get("a"), lru.size) == (None, 0)
    lru.put("a", "12345")
    lru.clear()
    assert (len(lru), lru.size) == (0, 0)

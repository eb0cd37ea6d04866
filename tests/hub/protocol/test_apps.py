from __future__ import annotations

import pytest

from aitransport_notebook.hub.protocol.apps import App, Apps, Rule
from tests.hub.protocol.harness import key_of

KEY = key_of("app1")
KEPT, CHANGING = Rule(persisted=True), Rule(mutable=True)
RULED = App("app1", {KEY.name: KEY}, {"kept": KEPT, "ai": CHANGING})


@pytest.mark.parametrize(
    ("channel", "rule"),
    [
        ("kept:a", KEPT),
        ("kept", KEPT),
        ("ai:a:kept", CHANGING),
        ("keptx:a", RULED.default),
        ("a:kept", RULED.default),
        ("", RULED.default),
    ],
)
def test_a_rule_is_for_what_stands_before_the_first_colon(channel: str, rule: Rule) -> None:
    assert RULED.rule_for(channel) == rule


def test_without_a_rule_everything_is_kept_and_may_change() -> None:
    assert RULED.default == Rule(persisted=True, mutable=True)
    assert Rule() == Rule(persisted=False, mutable=False)


def test_a_key_is_found_by_its_whole_name_for_as_long_as_its_app_is_there() -> None:
    apps = Apps()
    apps.add(RULED)
    assert apps.find_key("app1.k1") is KEY
    assert apps.get("app1") is RULED
    assert [apps.find_key(name) for name in ("app1.k2", "app2.k1", "app1", "k1", "")] == [None] * 5
    assert apps.remove("app1") is RULED
    assert apps.remove("app1") is None
    assert apps.find_key("app1.k1") is None

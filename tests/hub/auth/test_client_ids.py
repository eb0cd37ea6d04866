from __future__ import annotations

import pytest

from aitransport_notebook.hub.auth.client_ids import read_client_id, read_own_client_id
from tests.hub.auth.support import refused


@pytest.mark.parametrize("value", [None, "ann", "ann with spaces", "*", "**", "ä"])
def test_credentials_may_be_for_anyone(value: str | None) -> None:
    assert read_client_id(value) == value


@pytest.mark.parametrize("value", ["", 1, True, ["ann"], b"ann", "\ud800"])
def test_what_is_no_name_is_refused(value: object) -> None:
    with refused(40012, 400):
        read_client_id(value)


def test_nobody_goes_by_the_wildcard() -> None:
    assert read_own_client_id("**") == "**"
    with refused(40012, 400):
        read_own_client_id("*")

"""No token is in a log, whatever level somebody sets."""

from __future__ import annotations

import logging

import pytest

from tests.support.company import Room


async def test_no_token_is_logged(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ann = await room.user()
        await ann.view.send("hello")
        await ann.view.load_older()
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "accessToken=..." in logged, "the client logs where it connects to"
    # What JSON Web Tokens begin with.
    assert "eyJ" not in logged

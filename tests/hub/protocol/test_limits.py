from __future__ import annotations

from aitransport_notebook.hub.protocol.limits import HOSTED, LOCAL


def test_clients_are_told_the_same_sizes_wherever_they_are() -> None:
    assert (LOCAL.message_size, LOCAL.frame_size) == (65536, 262144)
    assert (HOSTED.message_size, HOSTED.frame_size) == (65536, 262144)


def test_a_local_hub_is_generous_and_a_hosted_account_is_not() -> None:
    assert (LOCAL.inbound_rate, LOCAL.channels_per_connection, LOCAL.retention) == (None,) * 3
    assert (HOSTED.inbound_rate, HOSTED.channels_per_connection) == (50, 200)
    assert (HOSTED.members_per_channel, HOSTED.retention) == (250, 120_000)
    assert HOSTED.active_only and not LOCAL.active_only


def test_a_connection_survives_a_short_absence() -> None:
    assert LOCAL.connection_ttl == 120_000
    assert LOCAL.idle_interval == LOCAL.presence_grace == 15_000

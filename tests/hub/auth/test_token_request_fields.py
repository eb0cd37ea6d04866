"""The fields of a token request, one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.auth.grant import Grant
from tests.hub.auth.support import HOUR, refused
from tests.hub.auth.token_requests import BASIC, FIELDS, NARROW, REVOCABLE, request, signed


@pytest.mark.parametrize(
    ("requested", "granted"),
    [
        ('{"channel2":["presence","subscribe"]}', '{"channel2":["subscribe"]}'),
        ('{"channel2":["*"]}', '{"channel2":["publish","subscribe"]}'),
        ('{"channel6":["publish"],"x":["publish"]}', '{"channel6":["publish"]}'),
        ("", NARROW.capability.to_json()),
    ],
)
def test_the_capability_is_what_the_key_allows_of_it(requested: str, granted: str) -> None:
    details = request(signed({"capability": requested}, key=NARROW), key=NARROW)
    assert details.capability.to_json() == granted


def test_a_request_of_nothing_that_is_allowed_is_refused() -> None:
    for capability in ('{"channelx":["publish"]}', "{}"):
        with refused(40160, 401):
            request(signed({"capability": capability}, key=NARROW), key=NARROW)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("capability", '{"channel0":["publish_"]}', 40000),
        ("capability", '{"channel0":["*","publish"]}', 40000),
        ("capability", '{"channel0":[]}', 40000),
        ("capability", 7, 40000),
        ("ttl", "notanumber", 40003),
        ("ttl", -1, 40003),
        ("ttl", 0, 40003),
        ("ttl", 1.5, 40003),
        ("ttl", float("nan"), 40003),
        ("ttl", float("inf"), 40003),
        ("ttl", True, 40003),
        ("ttl", [1], 40003),
        pytest.param("ttl", 10**5000, 40003, id="more digits than Python writes"),
        ("ttl", "9" * 5000, 40003),
        ("ttl", "\u0663", 40003),
        ("ttl", 365 * 24 * HOUR, 40003),
        ("timestamp", "yesterday", 40003),
        ("nonce", "123456789012345", 40003),
        ("nonce", None, 40003),
        ("nonce", 1234567890123456, 40003),
        ("mac", 5, 40003),
        ("keyName", 5, 40003),
        ("clientId", "", 40012),
        ("clientId", 5, 40012),
        ("clientId", "\ud800", 40012),
    ],
)
@pytest.mark.parametrize("basic", [None, BASIC])
def test_a_wrong_field_is_refused(
    field: str, value: object, code: int, basic: Grant | None
) -> None:
    # Signing it properly does not help, where it can be signed at all.
    signable = not isinstance(value, int) or value < 10**100
    body = signed({field: value}) if signable else signed()
    with refused(code, 400):
        request({**body, field: value}, basic=basic)


def test_a_revocable_key_gives_tokens_of_an_hour_at_most() -> None:
    with refused(40003, 400):
        request(signed({"ttl": HOUR + 1}, key=REVOCABLE), key=REVOCABLE)


values = st.one_of(
    st.none(), st.text(), st.integers(), st.floats(), st.booleans(), st.lists(st.integers())
)


@given(st.dictionaries(st.sampled_from([*FIELDS, "mac"]), values))
def test_no_body_breaks_it(body: dict[str, object]) -> None:
    with pytest.raises(AITransportError):
        request(body)
    with pytest.raises(AITransportError):
        request({**signed(), "mac": "x", **body})

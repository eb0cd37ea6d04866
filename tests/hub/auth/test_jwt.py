from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.auth.jwt import verify_jwt
from aitransport_notebook.hub.auth.tokens import token_id_of
from tests.hub.auth.support import (
    APP,
    HOUR,
    HOUR_S,
    KEY,
    MINUTE,
    NOW,
    NOW_S,
    finder,
    has_app,
    key_with,
    refused,
    sign_jwt,
)

NARROW = key_with('{"room:*":["publish"]}', "narrow")
REVOCABLE = key_with(key_id="revocable", revocable=True)


def verify(text: str, now: int = NOW) -> Grant:
    return verify_jwt(text, finder(KEY, NARROW, REVOCABLE), now, has_app=has_app)


def test_a_jwt_grants_what_it_says() -> None:
    text = sign_jwt(
        {
            "x-ably-clientId": "ann",
            "x-ably-capability": '{"room:*":["publish","subscribe"]}',
            "x-ably-revocation-key": "group",
            "ably.channel.chat:lobby": '{"role":"moderator"}',
            "ably.channel.*": "guest",
            "ably.limits.publish.perAttachment.maxRate.chat:*": 10,
            "sub": 5,
            "aud": "somebody else",
        }
    )
    grant = verify(text)
    assert (grant.app_id, grant.key_name, grant.client_id) == (APP, KEY.name, "ann")
    assert (grant.issued, grant.expires) == (NOW, NOW + HOUR)
    assert grant.capability.to_json() == '{"room:*":["publish","subscribe"]}'
    assert (grant.token_id, grant.is_basic) == (token_id_of(text), False)
    assert grant.claim_for("chat:lobby") == '{"role":"moderator"}'
    assert grant.claim_for("room") == "guest"
    assert grant.publish_rate_for("chat:lobby") == 10
    assert grant.revocation_key == "group"


def test_a_jwt_that_says_little_grants_what_its_key_does() -> None:
    grant = verify(sign_jwt(key=NARROW))
    assert grant.capability == NARROW.capability
    assert grant.client_id is None
    assert grant.revocation_key is None


@pytest.mark.parametrize(
    ("requested", "granted"),
    [
        ('{"*":["*"]}', '{"room:*":["publish"]}'),
        ({"room:a": ["*"]}, '{"room:a":["publish"]}'),
        ("", '{"room:*":["publish"]}'),
    ],
)
def test_the_key_bounds_the_capability(requested: object, granted: str) -> None:
    text = sign_jwt({"x-ably-capability": requested}, key=NARROW)
    assert verify(text).capability.to_json() == granted


@pytest.mark.parametrize(
    ("claims", "code", "status"),
    [
        ({"x-ably-capability": '{"other":["publish"]}'}, 40160, 401),
        ({"x-ably-capability": "{}"}, 40160, 401),
        ({"x-ably-capability": '{"room:a":["fly"]}'}, 40000, 400),
        ({"x-ably-capability": 5}, 40144, 400),
        ({"x-ably-clientId": ""}, 40012, 400),
        ({"x-ably-clientId": 5}, 40012, 400),
        ({"x-ably-clientId": "\ud800"}, 40144, 401),
        ({"x-ably-revocation-key": 5}, 40144, 400),
        ({"ably.channel.a": {"role": "moderator"}}, 40144, 400),
        ({"ably.limits.publish.perAttachment.maxRate.*": "10"}, 40144, 400),
        ({"ably.limits.publish.perAttachment.maxRate.*": -1}, 40144, 400),
        ({"iat": None}, 40144, 400),
        ({"exp": None}, 40144, 400),
        ({"iat": "now"}, 40144, 400),
        ({"iat": True}, 40144, 400),
        ({"exp": "later"}, 40144, 400),
        ({"iat": float("nan")}, 40144, 401),
        ({"exp": float("inf")}, 40144, 401),
        ({"exp": 10**400}, 40144, 400),
        ({"exp": 10**15}, 40144, 400),
        ({"iat": -(10**15)}, 40144, 400),
        ({"iat": NOW_S + 61}, 40144, 400),
        ({"nbf": NOW_S + 61}, 40144, 400),
        ({"exp": NOW_S}, 40142, 401),
        ({"iat": NOW_S - 70, "exp": NOW_S - 5}, 40142, 401),
        ({"iat": NOW_S, "exp": NOW_S + 24 * HOUR_S + 1}, 40003, 400),
        ({"iat": NOW_S + 30, "exp": NOW_S + 30}, 40003, 400),
    ],
)
def test_wrong_claims_are_refused(claims: dict[str, object], code: int, status: int) -> None:
    with refused(code, status):
        verify(sign_jwt(claims, key=NARROW))


def test_a_jwt_expires_to_the_millisecond() -> None:
    text = sign_jwt({"exp": NOW_S + 3.5})
    assert verify(text, NOW + 3499).expires == NOW + 3500
    with refused(40142, 401):
        verify(text, NOW + 3500)


def test_the_clock_of_the_signer_may_be_a_minute_ahead() -> None:
    text = sign_jwt({"iat": NOW_S + 60, "nbf": NOW_S + 60})
    assert verify(text).issued == NOW + MINUTE


def test_a_revocable_jwt_lives_an_hour_at_most() -> None:
    assert verify(sign_jwt(key=REVOCABLE)).expires == NOW + HOUR
    with refused(40003, 400):
        verify(sign_jwt({"exp": NOW_S + HOUR_S + 1}, key=REVOCABLE))


@pytest.mark.parametrize(
    ("kid", "status"),
    [("invalid.invalid", 404), (f"{APP}.gone", 401), ("hushhush", 404), ("", 404)],
)
def test_an_unknown_key_is_told_from_an_unknown_app(kid: str, status: int) -> None:
    with refused(40400, status) as caught:
        verify(sign_jwt(header={"kid": kid}, secret="invalidinvalidinvalidinvalidinvalid"))
    assert "hushhush" not in str(caught.value)


def test_without_knowing_the_apps_an_unknown_key_is_an_unknown_app() -> None:
    with refused(40400, 404) as caught:
        verify_jwt(sign_jwt(), finder(), NOW)
    assert caught.value.message == f"No application found with id {APP}"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
claim_names = st.sampled_from(
    [
        "iat",
        "exp",
        "nbf",
        "x-ably-capability",
        "x-ably-clientId",
        "x-ably-token",
        "x-ably-revocation-key",
        "ably.channel.*",
        "ably.limits.publish.perAttachment.maxRate.*",
    ]
)


@given(st.dictionaries(claim_names, json_values))
def test_no_signed_claims_break_it(claims: dict[str, object]) -> None:
    # Even the holder of a key gets an answer and never a crash.
    try:
        grant = verify(sign_jwt(claims, key=NARROW))
    except AITransportError:
        return
    assert grant.capability == NARROW.capability.intersect(grant.capability)
    assert grant.expires is not None and NOW < grant.expires <= NOW + 25 * HOUR

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.auth.credentials import Credentials, claimed_client_id
from tests.hub.auth.support import base64_of, refused

TOKEN = "app.opaque-token"
JWT = "head.claims.signature"


@pytest.mark.parametrize(
    ("headers", "params", "kind", "value"),
    [
        ({"authorization": f"Basic {base64_of('app.id:secret')}"}, {}, "basic", "app.id:secret"),
        ({"authorization": f"basic  {base64_of('app.id:secret')} "}, {}, "basic", "app.id:secret"),
        ({"authorization": f"Bearer {base64_of(TOKEN)}"}, {}, "bearer", TOKEN),
        ({"authorization": f"Bearer {base64_of(JWT)}"}, {}, "bearer", JWT),
        ({"authorization": f"Bearer {TOKEN}"}, {}, "bearer", TOKEN),
        ({"authorization": f"Bearer {JWT}"}, {}, "bearer", JWT),
        ({"authorization": "Bearer not-a-token"}, {}, "bearer", "not-a-token"),
        ({"authorization": "Bearer"}, {}, "bearer", ""),
        ({}, {"key": "app.id:secret"}, "basic", "app.id:secret"),
        ({}, {"access_token": JWT}, "bearer", JWT),
        ({}, {"accessToken": TOKEN}, "bearer", TOKEN),
        ({"authorization": f"Bearer {TOKEN}"}, {"key": "app.id:secret"}, "bearer", TOKEN),
        ({}, {"key": "", "access_token": ""}, "none", ""),
        ({}, {}, "none", ""),
    ],
)
def test_credentials_are_read(
    headers: dict[str, str], params: dict[str, str], kind: str, value: str
) -> None:
    credentials = Credentials.from_request(headers, params)
    assert (credentials.kind, credentials.value) == (kind, value)


@pytest.mark.parametrize(
    "header", ["Basic app.id:hush", "Basic !!!!", "Basic gA==", "Digest hush", "hush"]
)
def test_what_makes_no_sense_is_refused_and_not_repeated(header: str) -> None:
    with refused(40101, 401) as caught:
        Credentials.from_request({"authorization": header})
    assert "hush" not in str(caught.value)


def test_the_repr_has_no_value() -> None:
    assert "hush" not in repr(Credentials("basic", "app.id:hush"))


@pytest.mark.parametrize(
    ("headers", "params", "client_id"),
    [
        ({"x-ably-clientid": base64_of("ann ä")}, {}, "ann ä"),
        ({}, {"clientId": "ann"}, "ann"),
        ({"x-ably-clientid": base64_of("ann")}, {"clientId": "bob"}, "ann"),
        ({}, {}, None),
    ],
)
def test_the_claimed_client_id_is_read(
    headers: dict[str, str], params: dict[str, str], client_id: str | None
) -> None:
    assert claimed_client_id(headers, params) == client_id


def test_an_unreadable_client_id_is_refused() -> None:
    with refused(40012, 400):
        claimed_client_id({"x-ably-clientid": "ann!"})


@given(st.text())
def test_no_header_breaks_it(text: str) -> None:
    for header in (text, f"Basic {text}", f"Bearer {text}"):
        try:
            Credentials.from_request({"authorization": header})
        except AITransportError as error:
            assert error.code == 40101
    try:
        claimed_client_id({"x-ably-clientid": text})
    except AITransportError as error:
        assert error.code == 40012

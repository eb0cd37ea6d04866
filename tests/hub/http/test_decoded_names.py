"""Names with a slash in them, as clients encode them and as some proxies pass them on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.hub.http.asking import Answer, ask
from tests.support.hub_process import HubProcess

NAMES = ("a/b", "a/b/c d", "/a", "a/", "a/messages/b", "shop/history", "ü/%2F")


@pytest.fixture(scope="module")
def hub() -> Iterator[HubProcess]:
    with HubProcess() as running:
        yield running


def bare(name: str) -> str:
    """The name as jupyter-server-proxy passes it on."""
    return quote(name, safe=":/?#[]@!$&'()*+,;=-._~")


def encoded(name: str) -> str:
    return quote(name, safe="")


def asked(hub: HubProcess, path: str, body: object = None) -> Answer:
    return ask(hub, path, body, key=hub.key)


def data_of(answer: Answer) -> list[Any]:
    assert answer.status == 200, answer
    return [message["data"] for message in answer.body]


@pytest.mark.parametrize("name", NAMES)
def test_a_bare_slash_is_part_of_the_name(hub: HubProcess, name: str) -> None:
    published = asked(hub, f"/channels/{encoded(name)}/messages", {"data": "encoded"})
    serial = published.body["serials"][0]
    path = f"/channels/{bare(name)}"
    assert asked(hub, f"{path}/messages", {"data": "bare"}).status == 201
    for end in ("messages", "history"):
        assert data_of(asked(hub, f"{path}/{end}?limit=10")) == ["bare", "encoded"]
    assert asked(hub, f"{path}/messages/{serial}").body["data"] == "encoded"
    assert data_of(asked(hub, f"{path}/messages/{serial}/versions")) == ["encoded"]
    assert data_of(asked(hub, f"{path}/presence/history")) == []
    assert data_of(asked(hub, f"{path}/presence")) == []
    assert data_of(asked(hub, f"/channels/{encoded(name)}/messages")) == ["bare", "encoded"]


def test_pages_of_it_lead_to_each_other(hub: HubProcess) -> None:
    for number in range(3):
        asked(hub, "/channels/paged/name/messages", {"data": str(number)})
    first = asked(hub, "/channels/paged/name/messages?limit=2&envelope=json")
    link: str = first.body["headers"]["Link"]
    following = next(part for part in link.split(",") if 'rel="next"' in part)
    path = following[following.index("./") + 2 : following.index(">")]
    second = asked(hub, f"/channels/paged/name/{path}")
    assert [message["data"] for message in second.body["response"]] == ["0"]


def test_what_is_encoded_means_what_it_did(hub: HubProcess) -> None:
    serial = asked(hub, "/channels/a/messages", {"data": "of a"}).body["serials"][0]
    assert asked(hub, f"/channels/a/messages/{serial}").body["data"] == "of a"
    assert data_of(asked(hub, f"/channels/a/messages/{serial}/versions")) == ["of a"]
    assert asked(hub, "/channels/a").body["name"] == "a"
    assert asked(hub, "/channels/a%2Fmessages").body["name"] == "a/messages"
    assert asked(hub, "/channels/a/nothing/messages", {"data": 1}).status == 201
    for nowhere in ("/channels/", "/channels/a/b", "/channels/a/nowhere", "/a/b/messages"):
        assert asked(hub, nowhere).status == 404
    assert ask(hub, "/channels/a/b/messages").status == 401

from __future__ import annotations

import re
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.hub.http.paging import limit_of, links, number, range_of
from aitransport_notebook.hub.protocol.log import Range
from tests.hub.auth.support import refused

SERIAL = "01795185759595-007@s:000"
# As ably-js reads a link: nothing else is followed.
ABLYS_URL = re.compile(r"^\./(\w+)\?(.*)$")
ABLYS_LINK = re.compile(r'^\s*<(.+)>;\s*rel="(\w+)"$')
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


def read(header: str) -> dict[str, dict[str, str]]:
    """Read a Link header as ably-js does: by relation, the parameters of each link."""
    found = {}
    for part in header.split(","):
        link = ABLYS_LINK.match(part)
        assert link, part
        url = ABLYS_URL.match(link[1])
        assert url, link[1]
        query = parse_qs(url[2], keep_blank_values=True)
        found[link[2]] = {name: value for name, [value] in query.items()}
    return found


def test_without_a_word_it_is_the_newest_hundred() -> None:
    assert range_of({}) == Range(direction="backwards", limit=100)
    assert range_of({}, "forwards").direction == "forwards"


def test_everything_that_is_asked_for_is_read() -> None:
    query = {"start": "5", "end": "7", "direction": "forwards", "limit": "3", "cursor": "9"}
    assert range_of({**query, "from_serial": SERIAL}) == Range(
        start=5, end=7, until=1795185759595007, cursor=9, direction="forwards", limit=3
    )
    assert range_of({"fromSerial": SERIAL}).until == 1795185759595007
    assert range_of({"start": "", "end": "", "direction": "", "from_serial": ""}) == Range()
    assert range_of({"start": "7", "end": "7"}).start == 7


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "1001"},
        {"limit": "-1"},
        {"limit": "ten"},
        {"limit": "1.5"},
        {"start": "now"},
        {"end": "-"},
        {"end": "--1"},
        {"start": "٣"},
        {"start": "8", "end": "7"},
        {"cursor": "x"},
        {"cursor": "9" * 19},
        {"direction": "sideways"},
        {"from_serial": "nonsense"},
    ],
)
def test_what_makes_no_sense_is_refused(query: dict[str, str]) -> None:
    with refused(40003, 400):
        range_of(query)


@pytest.mark.parametrize(("text", "limit"), [("1", 1), ("1000", 1000), ("", 100), (None, 100)])
def test_a_limit_has_bounds(text: str | None, limit: int) -> None:
    assert limit_of({} if text is None else {"limit": text}) == limit


def test_a_number_may_be_negative_or_missing() -> None:
    assert number({"n": "-5"}, "n") == -5
    assert number({}, "n") is None
    assert number({}, "n", 7) == 7
    assert number({"n": "9" * 18}, "n") == 10**18 - 1


def test_links_lead_to_the_first_this_and_the_next_page() -> None:
    query = {"limit": "2", "direction": "forwards", "cursor": "5"}
    assert read(links("messages", query, 9)["Link"]) == {
        "first": {"limit": "2", "direction": "forwards"},
        "current": {"limit": "2", "direction": "forwards", "cursor": "5"},
        "next": {"limit": "2", "direction": "forwards", "cursor": "9"},
    }


def test_the_last_page_has_no_next_one() -> None:
    assert set(read(links("messages", {"limit": "2"}, None)["Link"])) == {"first", "current"}


def test_no_credentials_are_in_a_link() -> None:
    query = {"key": "app.id:secret", "access_token": "token", "rnd": "1", "limit": "1"}
    header = links("messages", query, 9)["Link"]
    assert not [word for word in ("secret", "token", "rnd") if word in header]


@given(st.dictionaries(st.sampled_from(["start", "end", "x,y", "prefix"]), TEXTS), TEXTS)
def test_a_link_can_be_read_whatever_is_in_it(query: dict[str, str], cursor: str) -> None:
    found = read(links("channels", query, cursor)["Link"])
    assert found["first"] == query
    assert found["next"] == {**query, "cursor": cursor}

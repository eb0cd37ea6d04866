from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.auth.encoding import decode_base64url, encode_base64url
from aitransport_notebook.hub.auth.passes import ANSWER_LOST, RENEWAL_LIFE, Pass, seal, unseal
from tests.hub.auth.support import ALPHABET, NOW, RANDOM, MemoryNonces, refused

SECRET = b"s" * 32
ANN = Pass(
    "app.k1", "ann", {"room": ["publish", "subscribe"]}, {"role": "user"}, "room", "uimessage"
)
SEALED = seal(ANN, SECRET, now=NOW, randomness=RANDOM)


def opened(text: str, secret: bytes = SECRET, now: int = NOW) -> Pass:
    return unseal(text, secret, MemoryNonces(), now)


def test_what_was_sealed_comes_out_of_it() -> None:
    assert opened(SEALED) == ANN
    nobody = Pass("app.k1", "hub-page", {"*": ["subscribe"]})
    assert opened(seal(nobody, SECRET, now=NOW, randomness=RANDOM)) == nobody


def test_it_is_good_for_one_use() -> None:
    used = MemoryNonces()
    assert unseal(SEALED, SECRET, used, NOW) == ANN
    used.now = NOW + ANSWER_LOST
    for _ in range(2):
        with refused(40101, 401):
            unseal(SEALED, SECRET, used, used.now)
    another = seal(ANN, SECRET, now=NOW, randomness=RANDOM[::-1])
    assert unseal(another, SECRET, used, NOW) == ANN


def test_it_is_good_again_for_a_moment_as_its_answer_may_be_lost() -> None:
    used = MemoryNonces()
    for later in (0, 1, ANSWER_LOST - 1):
        used.now = NOW + later
        assert unseal(SEALED, SECRET, used, used.now) == ANN


def test_it_is_good_for_its_time() -> None:
    assert opened(SEALED, now=NOW + RENEWAL_LIFE - 1) == ANN
    with refused(40101, 401):
        opened(SEALED, now=NOW + RENEWAL_LIFE)


def test_one_that_is_late_is_not_used_up() -> None:
    used = MemoryNonces()
    with refused(40101, 401):
        unseal(SEALED, SECRET, used, NOW + RENEWAL_LIFE)
    assert used.used == {}


def test_only_the_hub_that_sealed_it_opens_it() -> None:
    with refused(40101, 401):
        opened(SEALED, b"t" * 32)


@pytest.mark.parametrize("text", ["", "x", "guess-of-somebody", "é", "A" * 9000])
def test_what_was_never_sealed_is_refused_without_being_repeated(text: str) -> None:
    with refused(40101, 401) as caught:
        opened(text)
    assert "guess" not in str(caught.value)


@given(st.data())
def test_nothing_that_differs_in_a_character_is_good(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(SEALED) - 1))
    other = data.draw(st.sampled_from(ALPHABET).filter(lambda letter: letter != SEALED[place]))
    with pytest.raises(AITransportError) as caught:
        opened(SEALED[:place] + other + SEALED[place + 1 :])
    assert caught.value.code == 40101


def test_nobody_becomes_somebody_else_in_it() -> None:
    raw = decode_base64url(SEALED)
    assert raw is not None and b"ann" in raw
    with refused(40101, 401):
        opened(encode_base64url(raw.replace(b"ann", b"eve")))


def test_little_randomness_is_refused() -> None:
    with pytest.raises(ValueError, match="12"):
        seal(ANN, SECRET, now=NOW, randomness=b"short")

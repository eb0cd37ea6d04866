"""A sample of the seeds of `python -m tests.codec.conformance`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aitransport_notebook.codec.uimessage.table import INPUTS, OUTPUTS
from aitransport_notebook.wire.inbound import Action
from tests.codec.conformance.comparison import (
    Difference,
    Official,
    calls_in,
    check,
    check_script,
    messages_of,
    says_more_after_its_end,
)
from tests.codec.conformance.scripts import script_of

SAMPLE = range(1, 151)


@pytest.fixture(scope="module")
def official() -> Iterator[Official]:
    with Official() as process:
        yield process


@pytest.mark.parametrize("seed", SAMPLE)
def test_both_codecs_write_and_fold_the_same(official: Official, seed: int) -> None:
    check(official, seed)


def test_the_sample_has_everything_that_can_be_said() -> None:
    steps = [step for seed in SAMPLE for step in script_of(seed)["steps"]]
    types = {step["output"]["type"] for step in steps if "output" in step}
    streamed = OUTPUTS.streamed.values()
    phases = {type for group in streamed for type in (group.start, group.delta, group.end)}
    assert types == {*OUTPUTS.said, *phases, "data-note", "data-"}
    assert {step["input"]["kind"] for step in steps if "input" in step} == set(INPUTS.kinds)
    assert any("cancel" in step for step in steps)


def test_the_sample_has_streams_that_grow_and_steps_that_fail(official: Official) -> None:
    written = [official.encode(script_of(seed)) for seed in range(1, 30)]
    deliveries = [delivery for one in written for delivery in one["deliveries"]]
    assert any(delivery["action"] == Action.APPEND for delivery in deliveries)
    assert any(one["failed"] for one in written)
    assert 3 < sum(says_more_after_its_end(one["deliveries"]) for one in written) < 15


def test_the_sample_has_calls_that_wait(official: Official) -> None:
    nodes = [official.fold(official.encode(script_of(seed))["deliveries"]) for seed in SAMPLE]
    calls = [calls_in(messages) for one in nodes for messages in messages_of(one)]
    assert sum(bool(call["pending"]) for call in calls) > 10
    assert sum(bool(call["approved"]) for call in calls) > 2


def test_a_difference_is_found(official: Official, monkeypatch: pytest.MonkeyPatch) -> None:
    script = script_of(1)
    chunk = {"type": "file", "mediaType": "image/png", "url": "https://files.test"}
    script["steps"] = [{"encoder": "encoder-0", "output": chunk}]
    check_script(official, script, 1)
    monkeypatch.setitem(OUTPUTS.said, "file", OUTPUTS.said["start-step"])
    with pytest.raises(Difference):
        check_script(official, script, 1)

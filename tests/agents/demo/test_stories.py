"""The conversations in which the demo agent plays a part."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aitransport_notebook.agents.demo.beats import Beat, Pause
from aitransport_notebook.agents.demo.performance import perform
from aitransport_notebook.agents.demo.stories import evening, parcel, trip
from aitransport_notebook.agents.demo.stories.story import Story
from aitransport_notebook.agents.demo.turn import Turn
from tests.agents.demo.plays import agent, asked, chunks_of, message_of, text_of, user

STORIES = [*trip.STORIES, *parcel.STORIES, *evening.STORIES]
COMPLETE = [story for story in STORIES if not story.fails]


def told(turn: Turn) -> str:
    return text_of(message_of(chunks_of(perform(turn))))


@pytest.mark.parametrize("story", COMPLETE, ids=lambda story: story.question[:20])
def test_a_story_is_told_word_for_word_in_each_of_its_versions(story: Story) -> None:
    turn = asked(story.question)
    for version, text in enumerate(story.versions):
        again = replace(turn, version=version, again=version > 0)
        assert told(again) == text
    assert told(replace(turn, version=len(story.versions), again=True)) == story.versions[0]


@pytest.mark.parametrize("story", evening.STORIES, ids=lambda story: story.question[:20])
def test_a_long_answer_is_long_enough_to_be_found_in_the_middle(story: Story) -> None:
    beats = perform(asked(story.question))
    assert 25 < sum(beat.seconds for beat in beats if isinstance(beat, Pause)) < 60


def test_the_story_of_the_payment_breaks_off() -> None:
    said: list[Beat] = []
    with pytest.raises(Exception, match="nothing is broken"):
        for beat in perform(asked(parcel.PAYMENT)):
            said.append(beat)
    words = [beat["delta"] for beat in said if isinstance(beat, dict) and "delta" in beat]
    assert "".join(words) == parcel.STORIES[0].versions[0]


def test_other_words_call_no_story() -> None:
    known = [user("hello"), agent({"type": "text", "text": "Hello!"})]
    said = told(Turn([*known, user(f"{trip.CASTLE} And when?")]))
    assert "You said" in said

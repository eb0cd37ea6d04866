"""All the stories, by what is asked."""

from __future__ import annotations

from aitransport_notebook.agents.demo.stories import evening, parcel, trip
from aitransport_notebook.agents.demo.stories.story import Story

_BY_QUESTION = {story.question: story for part in (trip, parcel, evening) for story in part.STORIES}


def story_of(text: str) -> Story | None:
    """Return the story that is told to exactly this question, if any.

    >>> story_of("Hello? Are you still there?").fails
    False
    """
    return _BY_QUESTION.get(text)

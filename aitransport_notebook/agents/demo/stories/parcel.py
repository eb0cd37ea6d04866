"""A customer who has no luck: an answer that fails, one he stops, one whose agent is gone."""

from __future__ import annotations

from aitransport_notebook.agents.demo.stories.story import Story

PAYMENT = "Good morning! Why did my payment not go through yesterday?"
ORDERS = "Could you list all that I have ordered since January, then?"
PARCEL = "Never mind, I have found it. Where is my parcel now?"
HELLO = "Hello? Are you still there?"

STORIES = (
    Story(
        PAYMENT,
        (
            "Good morning! I am sorry about that. Let me ask your bank what it says about the "
            "payment of 59.90: it was",
        ),
        fails=True,
    ),
    Story(
        ORDERS,
        (
            "Gladly, month by month. In January you ordered two pairs of socks, a tea pot, and the "
            "lid for it. In February there was the lamp, which you sent back, and the other lamp, "
            "which you kept. In March you bought nothing but bulbs, four of them. In April there "
            "were a garden hose, a pair of gloves, and seeds for sweet peas. In May you were away, "
            "as far as I can see. In June came the folding chairs, first two and then two more. In "
            "July there was the parasol that is on its way to you now.",
        ),
        word=0.08,
    ),
    Story(
        PARCEL,
        (
            "Let me follow it for you. It left the warehouse on Monday at twenty to ten, and "
            "reached the depot of your town the same night. On Tuesday it was on the van, and came "
            "back, as nobody was at home. Since then it has been waiting at the shop on the "
            "corner, which is open until eight, and on Saturdays until two. You need the number in "
            "the mail that we sent you, and something with your name on it. If you would rather "
            "have it brought again, I can arrange that: tomorrow between nine and twelve, or on "
            "Thursday in the afternoon. Which would you like?",
        ),
        word=0.08,
    ),
    Story(
        HELLO,
        (
            "I am here again, and I am sorry: the process that answered you had stopped in the "
            "middle of a sentence. Nothing of what we said is lost. Shall we go on?",
        ),
    ),
)

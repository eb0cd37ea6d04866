"""What the customers say, step by step. What is answered stands in the stories."""

from __future__ import annotations

from aitransport_notebook.agents.demo.stories import trip
from aitransport_notebook.lab.people.script import Again, Edit, Say, Script

PLANNING: Script = (
    Say(trip.BEGIN),
    Again(trip.BEGIN),
    Say(trip.TIRES),
    Say(trip.CASTLE),
    Edit(trip.TIRES, trip.TRAINS),
    Edit(trip.TRAINS, trip.WHEELCHAIR),
    Say(trip.DINNER),
    Again(trip.DINNER),
    Again(trip.DINNER),
    Say(trip.QUIET),
    Edit(trip.QUIET, trip.FISH),
    Say(trip.CASCAIS),
    Edit(trip.CASCAIS, trip.SINTRA),
    Say(trip.SUMMARY),
)
ASKING: Script = (
    Say("Hello! I am new here. What does markdown look like in this chat?"),
    Say("And some code, please."),
    Say("Could you think before you answer? How many words do three people say?"),
    Say("Which tools do you have?"),
    Say("Do you have any files for me?"),
    Say("Thank you! And what are your sources?"),
    Say("Last one: is there any data for components of my own?"),
)
TELLING_THE_TEAM = Say(
    "It all works! Please write that to the team. I would like to approve the message first."
)

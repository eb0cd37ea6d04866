"""A customer plans a journey with her father, and changes her mind now and then."""

from __future__ import annotations

from aitransport_notebook.agents.demo.stories.story import Story

BEGIN = "Hi! I would like to take my father to Lisbon for three days in May. Where do we begin?"
TIRES = "He tires easily, so not too many hills, please."
TRAINS = "He tires easily and loves trains. Not too many hills, please."
WHEELCHAIR = "He loves trains, and uses a wheelchair on long days. Not too many hills, please."
CASTLE = "Which day would be best for the castle?"
DINNER = "Where could we have dinner by the river?"
QUIET = "Somewhere without loud music, if there is such a place."
FISH = "Somewhere quiet, where they grill fish."
CASCAIS = "Could we take the train to Cascais on the second day?"
SINTRA = "Could we take the train to Sintra on the second day?"
SUMMARY = "Perfect. Could you sum it up for him?"

STORIES = (
    Story(
        BEGIN,
        (
            "What a lovely idea. May is kind there: some 22 °C, and the jacarandas are in bloom. "
            "I would fly on a Tuesday, stay near the river, and keep the first evening for a slow "
            "walk along it. What does your father like?",
            "With pleasure! Three days are enough to see Lisbon without hurrying:\n\n"
            "1. **Day one:** Alfama, and the castle\n"
            "2. **Day two:** a train to the sea\n"
            "3. **Day three:** tiles, trams, and a long lunch\n\n"
            "Tell me what your father enjoys, and I will fill in the rest.",
        ),
    ),
    Story(
        TIRES,
        (
            "Then we let the city do the climbing: there are lifts and funiculars, and the ground "
            "along the river is flat from Belém to the station of Santa Apolónia. No more than two "
            "outings a day, with a bench in sight.",
        ),
    ),
    Story(
        CASTLE,
        (
            "The first one, and early: at nine it is cool, and nearly empty. Take a taxi up and "
            "walk down, never the other way round.",
        ),
    ),
    Story(
        TRAINS,
        (
            "Then he is in luck! Two lines leave from the middle of the city, one along the water "
            "and one into the hills, and each is a pleasure of its own. Between them he can sit in "
            "tram 28, which climbs so that he need not.",
        ),
    ),
    Story(
        WHEELCHAIR,
        (
            "Good to know. The trains to the sea have level boarding at the larger stations, the "
            "trams do not. I have left out Alfama's steps, and put in the gardens at Belém: they "
            "are flat, shady, and have a café at either end.",
        ),
    ),
    Story(
        DINNER,
        (
            "In Alcântara, in the old warehouses under the bridge. There is a table outside for "
            "every taste, and music until late.",
            "Across the water, in Cacilhas. The ferry takes ten minutes, boarding is level, and "
            "the city lights up just as the coffee comes. It does get lively.",
            "At Belém, next to the gardens: you would not have to move again after an afternoon "
            "there. It is simple, and it closes at ten.",
        ),
    ),
    Story(
        QUIET,
        (
            "There is. Ask for a table at the back, in the courtyard: all that you hear there is "
            "the fountain.",
        ),
    ),
    Story(
        FISH,
        (
            "Then walk two streets inland, where the people of the quarter eat: sardines from the "
            "grill, paper on the tables, and nobody in a hurry. It is level all the way.",
        ),
    ),
    Story(
        CASCAIS,
        (
            "Yes: 40 minutes from Cais do Sodré, by the water all the way. Sit on the left. A "
            "train leaves every 20 minutes, so you need not plan anything.",
        ),
    ),
    Story(
        SINTRA,
        (
            "You could: 40 minutes from Rossio. The palaces are up in the hills, though, and the "
            "way to them is steep. If the train is what he looks forward to, I would take the one "
            "to Cascais, by the sea, and come back the same way.",
        ),
    ),
    Story(
        SUMMARY,
        (
            "Gladly:\n\n"
            "| Day | In the morning | In the evening |\n|:--|:--|:--|\n"
            "| one | the castle, up by taxi | a walk along the river |\n"
            "| two | the train, and the sea | grilled fish, two streets inland |\n"
            "| three | the gardens at Belém | home, with a box of pastries |\n\n"
            "Tell him that there will be a bench wherever he wants one. Have a wonderful time, "
            "both of you!",
        ),
    ),
)

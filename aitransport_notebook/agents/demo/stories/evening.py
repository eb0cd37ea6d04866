"""Long answers, told slowly: whoever comes finds one of them in the middle."""

from __future__ import annotations

from aitransport_notebook.agents.demo.stories.story import Story

_SLOWLY = 0.18

TRAM = "While I pack: what is so special about tram 28?"
TILES = "And why are there tiles on so many houses?"
SEA = "What will we see from the train to the sea?"

STORIES = (
    Story(
        TRAM,
        (
            "It is the one that refused to retire. When the city bought long new trams for the "
            "flat streets by the river, nobody found one that could climb Graça or turn round in "
            "Alfama, where a tram has to fold in its elbows. So the small yellow ones stayed, with "
            "their wooden benches and brass handles, built before the war and mended ever since."
            "\n\n"
            "The line begins at Martim Moniz and takes the hills one after the other. First it "
            "goes up to Graça, past laundry that one could touch. Then it drops towards the "
            "cathedral so steeply that everybody holds on to somebody. Down in the Baixa it is "
            "suddenly an ordinary tram in an ordinary street, with banks on either side, as if "
            "nothing had happened. After that it climbs again, through Chiado and on to Estrela, "
            "where a white dome stands over a garden with old trees.\n\n"
            "Go early, before nine, or after supper, when those who live there ride home. Take a "
            "seat on the right for the views, and keep your bag in front of you. And if it stops "
            "because a car is parked on the rails, stay calm: the driver rings the bell, a "
            "neighbour fetches another neighbour, and in the end four people lift the car aside.",
        ),
        _SLOWLY,
    ),
    Story(
        TILES,
        (
            "Because of a king's journey, an earthquake, and the rain. The king was Manuel, who "
            "saw the palaces of Andalusia five hundred years ago and wanted walls like those at "
            "home. For a long time only palaces and churches had them: whole stories in blue and "
            "white, which those who could not read could follow along the wall.\n\n"
            "Then came the earthquake of 1755. Half the city had to be built again, quickly and "
            "for little money, and plain tiles were cheaper than painted plaster. They went into "
            "stairwells and kitchens, up to the height of a shoulder. Hundreds of them still show "
            "a small saint over the door, who was to keep the next earthquake away.\n\n"
            "They moved to the outside only in the nineteenth century. People who had made their "
            "fortune in Brazil came home with a fashion from there: a front of tiles keeps out the "
            "rain, throws back the heat, and never needs paint. So every house got a pattern of "
            "its own, and the whole street glitters after a shower.\n\n"
            "If your father likes such things, take him to the tile museum. It is in an old "
            "convent, it has a lift, and in its café fish and hares hang on the walls, in blue.",
        ),
        _SLOWLY,
    ),
    Story(
        SEA,
        (
            "Sit on the left, and you will hardly look away. For the first minutes there are only "
            "docks and cranes, and the red bridge comes closer until it hums right over the roof. "
            "Then the river opens. You pass the monument with the stone ship, and the white tower "
            "that once stood in the middle of the water and has been on the shore ever since the "
            "river was moved.\n\n"
            "After Algés the train runs so close to the edge that there is nothing between you and "
            "the water but a wall with fishermen on it. Every few minutes there is a beach: small "
            "ones at first, with a café and a row of striped tents, then wider ones where people "
            "are learning to surf. At Carcavelos stands a fortress as broad as a village. It "
            "watched the mouth of the river for four hundred years, and mostly saw sardine boats."
            "\n\n"
            "By then it is no longer a river. The water has turned from brown to green, there are "
            "real waves, and the lighthouse of Bugio stands far out on a sandbank of its own. At "
            "Estoril you see palm trees and a casino in which spies used to sit and lose other "
            "people's money. Then come villas, a bay full of boats, and the last station.\n\n"
            "From the platform it is five minutes to the beach, all of it flat. There is ice cream "
            "on the way.",
        ),
        _SLOWLY,
    ),
)

"""A host mirrors every recorded event into a table of its own, once and in order.

The follower begins where the mirror ended; personal values stay sealed on the way.

Prints:

    mirrored 6 events
    mirrored 1 more
    the text in the mirror is sealed: True
"""

from itertools import takewhile

import mentorcore
from mentorcore import Actor, RegisterPerson, Sealed


def main() -> None:
    us = Actor("example", "coordinator", "system")
    mirror: list[tuple[int, str, object]] = []
    with mentorcore.open(":memory:") as engine:
        for name in ("Ada", "Lin", "Sol", "Kay", "Bo", "Mia"):
            engine.handle(RegisterPerson(name=name), actor=us)

        print("mirrored", catch_up(engine, mirror), "events")
        engine.handle(RegisterPerson(name="Eli"), actor=us)
        print("mirrored", catch_up(engine, mirror), "more")
        print("the text in the mirror is sealed:", isinstance(mirror[-1][2], Sealed))


def catch_up(engine: mentorcore.Engine, mirror: list[tuple[int, str, object]]) -> int:
    """Read what is new; `engine.follow` would go on and wait for more."""
    last = mirror[-1][0] if mirror else 0
    end = engine.position
    new = list(takewhile(lambda r: r.position <= end, engine.events(after=last)))
    mirror.extend((r.position, r.stream, r.event.name) for r in new)
    return len(new)


if __name__ == "__main__":
    main()

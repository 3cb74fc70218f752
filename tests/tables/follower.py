"""A process that records and keeps tables up to date until somebody kills it.

It is given the address of the log, its keys and the address of the host's database.
"""

import sys
from itertools import count

from engine.world import COORDINATOR

import mentorcore


def main(log: str, keys: str, host: str) -> None:
    with mentorcore.open(log, keys=keys) as engine, engine.tables(host) as tables:
        for n in count():
            command = mentorcore.RegisterPerson(name=f"Somebody {n}")
            person = engine.handle(command, actor=COORDINATOR).stream
            details = mentorcore.ChangePersonDetails(
                person_id=person, since=engine.now().date(), name=f"Another {n}"
            )
            told = engine.handle(details, actor=COORDINATOR).events[0]
            amended = mentorcore.AmendRecord(
                stream=person, target=told.version, changes={"name": f"A third {n}"}
            )
            engine.handle(amended, actor=COORDINATOR)
            if n % 3 == 2:
                tables.rebuild()
            else:
                tables.update()
            print(n, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

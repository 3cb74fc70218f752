"""Who and what is meant by the words that somebody typed: ids, names, addresses, pairs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NoReturn

import mentorcore
from mentorcore.cli.arguments import Usage
from mentorcore.cli.near_names import perhaps_of
from mentorcore.cli.proposal_names import proposals_called
from mentorcore.render.people import pairing_said, person_said

__all__ = [
    "ID",
    "enrolled",
    "lasting",
    "only_proposal",
    "pairing_called",
    "program",
    "subject",
    "subjects",
]

ID = re.compile(r"[a-z][a-z0-9-]*:[0-9a-f]{32}")
WAITING = ("applied", "waitlisted", "approved")
AND = re.compile(r"\s+&\s+")


def program(engine: mentorcore.Engine, named: str | None) -> str | None:
    """The id of a program that was named by its name or id, if it was named.

    Raises:
        Refused: Several programs bear the name, or none does.
    """
    if named is None or ID.fullmatch(named):
        return named
    lines = engine.programs()
    called = [line.program for line in lines if line.name == named]
    called = called or [line.program for line in lines if line.name.casefold() == named.casefold()]
    if len(called) == 1:
        return called[0]
    if called:
        raise mentorcore.Refused(
            f"{len(called)} programs are called {named!r}, say which by its id: "
            + "; ".join(called),
            "which_program",
        )
    known = ", ".join(repr(line.name) for line in lines)
    raise mentorcore.Refused(
        f"no program is called {named!r}" + (f"; there are {known}" if known else ""),
        "no_such_program",
    )


def subject(
    engine: mentorcore.Engine,
    named: str,
    who: mentorcore.Viewer,
    *,
    among: str | None = None,
    as_known: Any = None,
    alone: bool = False,
) -> str:
    """The id of what is asked about: a participant or a pairing; see `subjects`.

    Of somebody who left and came back it is the enrolment that lasts, or else the last one.

    Raises:
        Refused: Nobody is called so, or several are.
    """
    found = subjects(engine, named, who, among=among, as_known=as_known, alone=alone)
    return found[0]


def subjects(
    engine: mentorcore.Engine,
    named: str,
    who: mentorcore.Viewer,
    *,
    among: str | None = None,
    as_known: Any = None,
    alone: bool = False,
) -> tuple[str, ...]:
    """The ids of what is asked about: a pairing, or all enrolments of a person in one role.

    Args:
        engine: The engine on the log.
        named: An id, a name or an address that they have or had, or people with ``&`` between.
        who: Who is asking.
        among: The program in which they take part, if that was said.
        as_known: What the log knew then.
        alone: Whether a person who takes part in no program will do.

    Raises:
        Refused: Nobody is called so, or several are.
    """
    if ID.fullmatch(named):
        return (named,)
    asked: dict[str, Any] = {"viewer": who}
    if as_known is not None:
        asked["as_known"] = as_known
    found = engine.find(named, program=among, **asked)
    people = engine.find_people(named, **asked) if alone else ()
    takes_part = named.rstrip().endswith(")")  # such as Ada Byron (mentor)
    enrolled_here = {f.person for f in found}
    unclear = found and among is None and not takes_part
    others = [p for p in people if unclear and p.person not in enrolled_here]
    if not others and (mine := enrolled(engine, found, **asked)):
        return mine
    if found:
        programs = len({f.program for f in found}) > 1
        said = [person_said(f, programs=programs) for f in found]
        several(named, (*said, *map(person_said, others)), len(said) + len(others))
    _refuse_unseen(engine, who, asked, among)
    if AND.search(named):
        return (pairing_called(engine, named, among=among, **asked),)
    if len(people) == 1:
        return (people[0].person,)
    if people:
        several(named, (person_said(p) for p in people), len(people))
    where = "this program" if among else "a program"
    near = perhaps_of(engine, named, asked, among=among)
    raise mentorcore.Refused(f"nobody called {named!r} takes part in {where}{near}", "nobody")


def _refuse_unseen(
    engine: mentorcore.Engine,
    who: mentorcore.Viewer,
    asked: Mapping[str, Any],
    among: str | None,
) -> None:
    """Say that nobody can be told by name where names are not seen, and how else people are named.

    Raises:
        Usage: There are names, and this viewer is shown none of them.
    """
    if who.kind == "member":
        return  # who sees no others is not told of them
    programs = [p.program for p in engine.programs(**asked) if among in (None, p.program)]
    people = [p for program in programs for p in engine.status(program, **asked).participants]
    if people and all(isinstance(p.who.name, mentorcore.Withheld) for p in people):
        raise Usage(
            "names are withheld here, so nobody can be found by one: name people and pairings by "
            "their ids, which `mentorcore status LOG --ids` lists"
        )


def enrolled(
    engine: mentorcore.Engine,
    found: Sequence[mentorcore.Found],
    day: date | None = None,
    **asked: Any,
) -> tuple[str, ...]:
    """The enrolments of whoever was found, if they are one person's in one role of a program.

    That of the day comes first, or the one that lasts; nothing where several people are meant.
    """
    if len({(f.person, f.program, f.role) for f in found}) != 1:
        return ()
    if len(found) == 1:
        return (found[0].participant,)
    status = engine.status(found[0].program, **asked)
    mine = {f.participant for f in found}

    def nearest(row: mentorcore.ParticipantRow) -> tuple[bool, bool, date]:
        last = row.ended_on or date.max
        return day is not None and row.since <= day <= last, row.ended_on is None, row.since

    rows = [row for row in status.participants if row.who.participant in mine]
    applied = [row for row in status.applications if row.who.participant in mine]
    # Of several applications the one that waits comes first, then the latest one.
    applied.sort(key=lambda a: (a.state in WAITING, a.applied_on), reverse=True)
    taking_part = sorted(rows, key=nearest, reverse=True)
    return (*(r.participant for r in taking_part), *(a.participant for a in applied))


def lasting(
    engine: mentorcore.Engine, found: Sequence[mentorcore.FoundPairing], day: date | None
) -> Sequence[mentorcore.FoundPairing]:
    """Of some pairings that which was there on a day, where it is one; else all of them."""
    if day is None or len(found) < 2 or len({f.program for f in found}) > 1:  # noqa: PLR2004
        return found
    status = engine.status(found[0].program, viewer=mentorcore.Viewer.coordinator())
    ends = {row.pairing: row.ended.on for row in status.pairings if row.ended is not None}
    there = [f for f in found if (f.formed_on or day) <= day <= ends.get(f.pairing, day)]
    return there if len(there) == 1 else found


def pairing_called(
    engine: mentorcore.Engine,
    named: str,
    *,
    among: str | None = None,
    day: date | None = None,
    **asked: Any,
) -> str:
    """The pairing of people who are named with ``&`` between them, as pairings are printed.

    Where the same people were paired twice, a *day* says which.

    Raises:
        Refused: There is none, or there are several.
    """
    names = AND.split(named.strip())
    found = engine.find_pairings(*names, program=among, **asked)
    if not found:
        ways = [way for way in _groupings(names) if len(way) < len(names)]
        sets = (engine.find_pairings(*way, program=among, **asked) for way in ways)
        found = tuple({f.pairing: f for pairings in sets for f in pairings}.values())
    if len({frozenset(w.person for w in f.people) for f in found}) == 1:
        found = tuple(lasting(engine, found, day))
    if len(found) == 1:
        return found[0].pairing
    if found:
        several(named, (pairing_said(f) for f in found), len(found))
    if proposed := proposals_called(engine, names, among=among, **asked):
        return only_proposal(named, proposed)
    for name in names:
        if not engine.find(name, program=among, **asked):
            near = perhaps_of(engine, name, asked, among=among)
            raise mentorcore.Refused(
                f"nobody called {name!r} takes part in a program{near}", "nobody"
            )
    raise mentorcore.Refused(f"there is no pairing of {' and '.join(names)}", "nobody")


def only_proposal(named: str, found: Sequence[mentorcore.ProposalRow]) -> str:
    """The one proposal that was found.

    Raises:
        Refused: There are several.
    """
    if len(found) > 1:
        several(named, (f"{row.proposed_on}: {row.pairing}" for row in found), len(found))
    return found[0].pairing


def _groupings(words: list[str]) -> Iterator[list[str]]:
    """The ways in which words with ``&`` between may be two names or more; a name may hold one."""
    for size in range(1, len(words)):
        first = " & ".join(words[:size])
        yield [first, " & ".join(words[size:])]
        yield from ([first, *others] for others in _groupings(words[size:]))


def several(named: str, fitting: Iterable[str], number: int) -> NoReturn:
    """Refuse a name that fits several, who are listed with what tells them apart."""
    listed = "; ".join(fitting)
    raise mentorcore.Refused(f"{named!r} may be {number} of them, say which: {listed}", "several")

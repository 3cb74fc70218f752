"""Two ids prove to be one human being: every old reference leads to the survivor (INV-62).

The absorbed id takes no new facts. What was recorded under it stays on its own stream, sealed under
its own key, so whoever decides about the person looks at all their lives.
"""

from collections.abc import Iterator, Sequence

from mentorcore.domain.aggregate import Decision, Situation, decides
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.participant.applying import Application
from mentorcore.domain.participant.events import ParticipantReassigned
from mentorcore.domain.participant.state import NotEnrolled, Participant
from mentorcore.domain.person.merge_events import MergePersons, PersonAbsorbed, PersonsMerged
from mentorcore.domain.person.state import Person
from mentorcore.domain.program import program_of
from mentorcore.domain.values import ParticipantId, PersonId, Stream
from mentorcore.errors import Refused

__all__ = [
    "applications_of",
    "check_takes_facts",
    "enrolments_of",
    "lives",
    "merge",
    "merge_reads",
    "survivor_of",
]


def survivor_of(seen: Situation, person: PersonId) -> PersonId:
    """The person to whom an id leads, as far as the streams read tell."""
    while seen.has(Stream(person)):
        into: PersonId | None = seen.state(Stream(person)).merged_into
        if into is None:
            break
        person = into
    return person


def lives(seen: Situation, person: PersonId) -> tuple[PersonId, ...]:
    """The survivor and all ids that lead to them, as far as the streams read tell."""
    me = Stream(person)
    if seen.has(me) and (state := seen.state(me)).merged_into is None and not state.absorbed:
        return (person,)  # nearly everybody
    found = [survivor_of(seen, person)]
    for one in found:
        if seen.has(Stream(one)):
            found.extend(a for a in seen.state(Stream(one)).absorbed if a not in found)
    return tuple(found)


def enrolments_of(seen: Situation, person: PersonId) -> tuple[ParticipantId, ...]:
    """The enrolments of all lives of a person, as far as the streams read tell."""
    return tuple(
        participant
        for one in lives(seen, person)
        if seen.has(Stream(one))
        for participant in seen.state(Stream(one)).enrolments
    )


def applications_of(seen: Situation, person: PersonId) -> tuple[ParticipantId, ...]:
    """What all lives of a person applied for, as far as the streams read tell."""
    return tuple(
        participant
        for one in lives(seen, person)
        if seen.has(Stream(one))
        for participant in seen.state(Stream(one)).applications
    )


def check_takes_facts(now: Situation, person: PersonId) -> None:
    """Refuse a new fact about an id that was absorbed (INV-62); a correction of an old one is none.

    Raises:
        Refused: ``merged``, with the survivor.
    """
    survivor = survivor_of(now, person)
    if survivor != person and now.corrects is None:
        raise Refused(
            f"{person} is {survivor}, with whom they were merged; record it there",
            "merged",
            survivor=survivor,
        )


def merge_reads(command: MergePersons, seen: Situation) -> tuple[Stream, ...]:
    """The streams of both with all their lives, their enrolments and the programs of those."""
    found: list[Stream] = []
    for person in (command.survivor, command.absorbed):
        taking_part = (*enrolments_of(seen, person), *applications_of(seen, person))
        enrolments = [Stream(p) for p in dict.fromkeys(taking_part)]
        states = [seen.state(p) for p in enrolments if seen.has(p)]
        programs = [Stream(s.program_id) for s in states if isinstance(s, Participant)]
        found += [*map(Stream, lives(seen, person)), Stream(person), *enrolments, *programs]
    return tuple(dict.fromkeys(found))


@decides(MergePersons)
def merge(
    now: Situation, state: Person, command: MergePersons, survivor: PersonId
) -> Decision | None:
    """Let the absorbed id lead to the survivor from now on, over all time."""
    absorbed = command.absorbed
    if survivor == absorbed:
        raise Refused("nobody is merged with themself", "same_person")
    other: Person = now.state(Stream(absorbed))
    if not other.registered:
        raise Refused(f"nobody is registered under {absorbed}", "no_such_person")
    if other.merged_into == survivor:
        return None
    for one, known in ((survivor, state), (absorbed, other)):
        if known.merged_into is not None:
            raise Refused(
                f"{one} was merged into {known.merged_into} already; name that one",
                "merged",
                survivor=known.merged_into,
            )
    mine = tuple(_enrolled(now, survivor))
    theirs = tuple(_enrolled(now, absorbed))
    for one_of_mine in mine:
        for one_of_theirs in theirs:
            _check_together(now, one_of_mine, one_of_theirs)
    applied = tuple(_applied(now, absorbed))
    _check_applications(tuple(_applied(now, survivor)), applied)
    stream = Stream(survivor)
    version = now.next_version(stream)
    return (
        (stream, recorded_as(PersonsMerged, command, subjects=(survivor,))),
        (
            Stream(absorbed),
            PersonAbsorbed(survivor=survivor, principal_stream=stream, principal=version),
        ),
        *(
            (
                Stream(p.participant_id),
                ParticipantReassigned(
                    person_id=survivor, since=p.since, principal_stream=stream, principal=version
                ),
            )
            for p in theirs
        ),
        *(
            (
                Stream(a.participant_id),
                ParticipantReassigned(
                    person_id=survivor, since=a.on, principal_stream=stream, principal=version
                ),
            )
            for a in applied
        ),
    )


def _enrolled(now: Situation, person: PersonId) -> Iterator[Participant]:
    states = (now.state(Stream(p)) for p in enrolments_of(now, person))
    return (state for state in states if isinstance(state, Participant))


def _applied(now: Situation, person: PersonId) -> Iterator[Application]:
    """The applications of a person that led to no enrolment."""
    states = (now.state(Stream(p)) for p in applications_of(now, person))
    return (s.application for s in states if isinstance(s, NotEnrolled) and s.application)


def _check_applications(mine: Sequence[Application], theirs: Sequence[Application]) -> None:
    """Refuse to let one person wait twice for the same.

    Raises:
        Refused: ``already_applied``.
    """
    for one in mine:
        for other in theirs:
            same = (one.program_id, one.role) == (other.program_id, other.role)
            if same and one.waits and other.waits:
                raise Refused(
                    f"both have applied as {one.role} in one program; decide about one, or let it "
                    "be withdrawn, first",
                    "already_applied",
                    participant=other.participant_id,
                )


def _check_together(now: Situation, mine: Participant, theirs: Participant) -> None:
    """Refuse what two people may do and one may not, until one of the two has ended.

    Raises:
        Refused: ``same_person``, ``already_enrolled`` or ``both_roles``.
    """
    live = {j.pairing_id for j in mine.live_pairings()}
    shared = sorted(live & {j.pairing_id for j in theirs.live_pairings()})
    if shared:
        raise Refused(
            "they are in one pairing, and nobody mentors themself; end the pairing first",
            "same_person",
            pairing=shared[0],
        )
    ended = mine.ended_on is not None or theirs.ended_on is not None
    if ended or mine.program_id != theirs.program_id:
        return
    program = program_of(now, mine.program_id)
    settings = program.settings_on(now.today(program))
    one, other = settings.part(mine.role), settings.part(theirs.role)
    if mine.role == theirs.role or (one == other and one not in {None, "none"}):
        raise Refused(
            "both are enrolled in this part of one program now; end one of the enrolments first",
            "already_enrolled",
            participant=theirs.participant_id,
        )
    if {one, other} == {"mentor", "mentee"} and not settings.both_roles:
        raise Refused(
            "in this program nobody is mentor and mentee at once; end one of the enrolments first",
            "both_roles",
            participant=theirs.participant_id,
        )

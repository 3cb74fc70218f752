"""What pairings take of a participant: places, one primary mentor at a time, days of the enrolment.

Rival decisions about pairings meet on the streams of their members, so this is held both when one
is decided and when a correction changes what an earlier one had taken (INV-06, INV-12).
"""

from collections.abc import Iterable
from datetime import date

from mentorcore.domain.aggregate import Situation, replaced
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.person.merging import enrolments_of
from mentorcore.domain.program import Program, program_of
from mentorcore.domain.settings import Settings
from mentorcore.domain.values import PairingId, Stream
from mentorcore.errors import Refused

__all__ = ["check_place", "check_places", "check_primary", "person_places", "whole_person"]


def check_place(participant: Participant, places: int, settings: Settings, today: date) -> None:
    """Refuse when *places* more do not fit the mentor's capacity.

    Load is about the present, whatever the day from which the pairing is dated (INV-06).

    Raises:
        Refused: ``no_free_place``, with load, capacity and hard limit.
    """
    bound, load = bound_of(participant, settings, today), participant.load()
    if bound is not None and load + places > bound:
        raise Refused(
            f"the mentor has no free place: {load} of {bound} are taken and {places} needed",
            "no_free_place",
            participant=participant.participant_id,
            load=load,
            capacity=bound,
            hard_limit=settings.capacity.hard_limit,
        )


def whole_person(now: Situation, participant: Participant, program: Program) -> Participant:
    """An enrolment with what the person's other ones in the program bring along.

    Trainings are of the person, and so are places and load in the same part: who is enrolled twice
    has them once. Only streams that were read are looked at.
    """
    others: list[Participant] = []
    for other_id in enrolments_of(now, participant.person_id):
        other = now.state(Stream(other_id)) if now.has(Stream(other_id)) else None
        if isinstance(other, Participant) and other_id != participant.participant_id:
            others.append(other)
    others = [p for p in others if p.program_id == participant.program_id]
    if not others:
        return participant
    today = now.today(program)
    settings = program.settings_on(today)
    part = settings.part(participant.role)
    alike = [p for p in others if settings.part(p.role) == part and p.ended_on is None]
    places = person_places((participant, *alike), today, settings.capacity.places)
    return replaced(
        participant,
        trainings=(*participant.trainings, *(t for p in others for t in p.trainings)),
        pairings=(*participant.pairings, *(j for p in alike for j in p.pairings)),
        capacities=() if places is None else ((date.min, places),),
    )


def person_places(enrolments: Iterable[Participant], day: date, usual: int | None) -> int | None:
    """The places of a person on *day*: the most recorded for any enrolment, else the usual ones."""
    stated = (p.places_on(day, None) for p in enrolments)
    return max((n for n in stated if n is not None), default=usual)


def bound_of(participant: Participant, settings: Settings, today: date) -> int | None:
    """The places of a mentor today: the capacity, but not above the program's hard limit."""
    capacity = participant.places_on(today, settings.capacity.places)
    bounds = (capacity, settings.capacity.hard_limit)
    return min((n for n in bounds if n is not None), default=None)


def check_primary(
    mentee: Participant, pairing: PairingId | None, since: date, until: date | None
) -> None:
    """Refuse a second primary mentor for the same mentee at the same time (INV-12).

    Raises:
        Refused: ``primary_mentor_exists``, with the pairing and its dates.
    """
    for other in mentee.pairings:
        if other.pairing_id == pairing or not other.primary:
            continue
        begins_before_end = until is None or other.since < until
        # Whoever left on the day of joining was primary at no instant.
        ends_after_start = other.until is None or max(since, other.since) < other.until
        if begins_before_end and ends_after_start:
            raise Refused(
                "this mentee has a primary mentor at that time already",
                "primary_mentor_exists",
                pairing=other.pairing_id,
                since=other.since,
                until=other.until,
            )


def check_places(now: Situation, stream: Stream, state: Participant) -> None:
    """Refuse an enrolment into which its pairings would not fit, after a correction.

    They lie inside it, take no more places than there are, and have one primary mentor at a time.

    Args:
        now: The situation before the correction.
        stream: The stream of the participant.
        state: The enrolment as it would be.

    Raises:
        Refused: The code is that of the rule that would be broken.
    """
    if state.ended_on is not None and state.ended_on < state.since:
        raise Refused(
            f"the enrolment ended on {state.ended_on}, and cannot have begun on {state.since}",
            "ends_before_start",
        )
    before = now.state(stream)
    program = program_of(now, state.program_id)
    today = now.today(program)
    settings = program.settings_on(today)
    for joined in state.pairings:
        if joined.role != state.role:
            raise Refused("a pairing rests on this role", "others_rest_on_it")
        until, ended_on = joined.until, state.ended_on
        late = ended_on is not None and (until is None or until > ended_on)
        if joined.since < state.since or late:
            raise Refused(
                "a pairing of this participant would lie outside the enrolment",
                "outside_enrolment",
                pairing=joined.pairing_id,
            )
        if joined.primary and settings.part(state.role) == "mentee":
            check_primary(state, joined.pairing_id, joined.since, until)
    bound, load = bound_of(state, settings, today), state.load()
    if bound is not None and load > bound and load > before.load():
        raise Refused(
            f"the mentor has no free place for it: {load - 1} of {bound} are taken",
            "no_free_place",
            participant=state.participant_id,
            load=before.load(),
            capacity=bound,
            hard_limit=settings.capacity.hard_limit,
        )

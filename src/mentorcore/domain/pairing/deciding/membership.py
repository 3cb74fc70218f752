"""Places are taken and given back on the streams of the members, where rival decisions meet.

Capacity (INV-06), the one primary mentor (INV-12) and enrolment (INV-07, INV-13) are checked
here, for forming, resuming and reopening alike, and for taking back an end.
"""

from collections.abc import Iterable
from datetime import date

from mentorcore.domain.aggregate import Decision, Situation
from mentorcore.domain.declarations import evolve
from mentorcore.domain.effective import effective
from mentorcore.domain.pairing.events.forming import Member
from mentorcore.domain.pairing.state import Facts
from mentorcore.domain.participant.events import PairingJoined, PairingLeft, PlaceChanged
from mentorcore.domain.participant.places import check_place, check_primary, whole_person
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import Program
from mentorcore.domain.settings import MENTORING, SUPPORTED, Settings
from mentorcore.domain.values import ParticipantId, Stream
from mentorcore.errors import Refused


def enrolled(now: Situation, participant: ParticipantId) -> Participant:
    """The enrolment of *participant*.

    Raises:
        Refused: Nobody is enrolled under that id.
    """
    state = now.state(Stream(participant))
    if not isinstance(state, Participant):
        raise Refused(f"nobody is enrolled as {participant}", "no_such_participant")
    return state


def members_of(now: Situation, facts: Facts) -> dict[ParticipantId, Participant]:
    """The enrolments of a pairing's members."""
    return {m.participant: enrolled(now, m.participant) for m in facts.members}


def places_of(member: Member, members: Iterable[Member], settings: Settings) -> int:
    """The places that *member* gives to a pairing: one a mentee, or one a pairing by setting."""
    if settings.part(member.role) not in MENTORING:
        return 0
    if settings.capacity.counted_by == "pairing":
        return 1
    supported = (settings.part(m.role) for m in members if m != member)
    return sum(part in SUPPORTED for part in supported)


def has_primary(members: Iterable[Member], settings: Settings) -> bool:
    """Whether a primary mentor is among the members."""
    return any(m.primary and settings.part(m.role) in MENTORING for m in members)


def join(now: Situation, facts: Facts, program: Program, on: date, principal: int) -> Decision:
    """The companions with which all members take their places again, or a refusal.

    What a correction does to places is counted on what comes of it (`corrections.consequences`).
    """
    settings = program.settings_on(on)
    with_primary = has_primary(facts.members, settings)
    decided = []
    for stay in facts.stays:
        member = stay.member
        if stay.until is not None:
            continue
        participant = enrolled(now, member.participant)
        places = places_of(member, facts.members, settings)
        mentee = settings.part(member.role) == "mentee"
        if now.corrects is None and participant.ended_on is not None:
            raise Refused(
                f"a member's enrolment ended on {participant.ended_on}",
                "enrolment_ended",
                participant=participant.participant_id,
            )
        participant = whole_person(now, participant, program)
        if now.corrects is None:
            check_place(participant, places, settings, now.today(program))
        if now.corrects is None and mentee and with_primary:
            check_primary(participant, facts.pairing_id, on, None)
        joined = PairingJoined(
            pairing_id=facts.pairing_id,
            role=member.role,
            primary=member.primary or (mentee and with_primary),
            since=max(on, stay.since),
            places=places,
            principal_stream=Stream(facts.pairing_id),
            principal=principal,
        )
        place = Stream(member.participant)
        places = places_then(now, place, joined, joined.since)
        decided.append((place, evolve(joined, places=places)))
    return tuple(decided)


def places_then(now: Situation, place: Stream, joined: PairingJoined, day: date) -> int:
    """How many places a member takes on a day, so that in the end they are those of *joined*.

    What others change about them after that day may be recorded already: of a joining that was
    taken back since, or before the pairing went on. On the day itself it counts what was recorded
    after a place that is decided again.
    """
    decided = None if now.corrects is None else now.corrects.version

    def later(event: PlaceChanged) -> bool:
        again = decided is not None and event.principal > decided
        return event.since > day or (again and event.since == day)

    return joined.places - sum(
        p.event.places
        for p in effective(now.history[place])
        if isinstance(p.event, PlaceChanged)
        and p.event.pairing_id == joined.pairing_id
        and later(p.event)
    )


def leave(facts: Facts, until: date, *, for_good: bool, principal: int) -> Decision:
    """The companions with which all members give their places back.

    They say whether the pairing itself goes on: it does in a pause and does not once it ended.
    """
    return tuple(
        (
            Stream(stay.member.participant),
            PairingLeft(
                pairing_id=facts.pairing_id,
                until=max(until, stay.since),
                pairing_goes_on=not for_good,
                principal_stream=Stream(facts.pairing_id),
                principal=principal,
            ),
        )
        for stay in facts.stays
        if stay.until is None
    )

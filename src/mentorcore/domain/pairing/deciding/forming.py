"""Two or more participants are brought together, if the rules of their program allow it."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations, permutations

from mentorcore.domain.aggregate import Decision, Situation, decides
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.pairing.deciding.life import check_cohort_open
from mentorcore.domain.pairing.deciding.membership import (
    enrolled,
    has_primary,
    places_of,
)
from mentorcore.domain.pairing.deciding.together import check_together, earlier_together
from mentorcore.domain.pairing.events.ending import PairingEnded
from mentorcore.domain.pairing.events.forming import (
    Ending,
    FormPairing,
    Member,
    PairingFormed,
    Unmet,
)
from mentorcore.domain.pairing.state import NotFormed, Pairing
from mentorcore.domain.participant.events import PairingJoined, PairingLeft
from mentorcore.domain.participant.places import check_place, check_primary, whole_person
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.person.events import Line
from mentorcore.domain.person.merging import lives
from mentorcore.domain.program import Program, check_past, cohort_of
from mentorcore.domain.settings import ADVISING, MENTORING, SUPPORTED, Settings, Shape, ShapeBounds
from mentorcore.domain.values import CohortId, ParticipantId, PersonId, Sealed, Stream
from mentorcore.errors import Refused


@decides(FormPairing)
def form(now: Situation, _state: NotFormed, program: Program, command: FormPairing) -> Decision:
    """Form a pairing, if every rule allows it; each check names its own."""
    settings = program.settings_on(command.on)
    check_past(now, program, command.on)
    if not program.runs_on(command.on):
        raise Refused(f"the program does not run on {command.on}", "program_not_running")
    cohort_of(program, command.cohort_id)
    closing = program.closing(command.cohort_id)
    if closing is not None and (command.ended is None or command.ended.on > closing.on):
        check_cohort_open(now, program, command.cohort_id)
    if command.ended is not None:
        _check_ending(now, command, command.ended, program)
    people = {m.participant: enrolled(now, m.participant) for m in command.members}
    bounds = bounds_of(now, command.shape, settings)
    check_composition(command.members, people, settings, bounds)
    leaves = command.ended.on if command.ended else None
    for participant in people.values():
        check_enrolment(now, participant, program, command.on, leaves)
    if now.corrects is None:
        check_cohort(command.cohort_id, people, settings)
    # A correction looks at the lines of its own day only.
    until = leaves or (command.on if now.corrects else None)
    check_lines(now, command.members, people, settings, on=command.on, until=until)
    check_wishes(command.unmet_soft, settings, of_packs=bool(program.packs))
    if not command.override_reason:
        over = command.ended is not None or now.corrects is not None
        check_mismatch(now, people, command.on, over=over)
    if now.corrects is None:
        check_together(
            now, people, settings, bounds.shape, (command.pairing_id, command.on, leaves)
        )
    people = {m: whole_person(now, p, program) for m, p in people.items()}
    needs = settings.start_needs
    if not needs and command.ended is None:
        check_readiness(people.values(), settings, command.on)
    if now.corrects is None:
        _check_places(command, people, settings, now.today(program))
    return _decided(now, command, people, settings, bounds.shape)


def bounds_of(now: Situation, shape: Shape | None, settings: Settings) -> ShapeBounds:
    """The shape that a pairing is to have, with its bounds.

    A record that is corrected keeps its shape where the settings of its day have another one.
    """
    bounds = settings.bounds(shape or settings.shape)
    if bounds is None and now.corrects is not None:
        bounds = settings.bounds(settings.shape)
    if bounds is None:
        raise Refused(f"this program has no {shape} pairings", "no_such_shape")
    return bounds


def _check_ending(now: Situation, command: FormPairing, ended: Ending, program: Program) -> None:
    check_past(now, program, ended.on)
    if ended.on < command.on:
        raise Refused(
            f"the pairing would end on {ended.on}, before it was formed", "ends_before_start"
        )
    members = {m.participant for m in command.members}
    if ended.initiated_by != "program" and ended.initiated_by not in members:
        raise Refused(
            "whoever ended this pairing is not a member of it",
            "not_a_member",
            participant=ended.initiated_by,
        )


def check_composition(
    members: tuple[Member, ...],
    people: dict[ParticipantId, Participant],
    settings: Settings,
    bounds: ShapeBounds,
) -> None:
    """Size within bounds, each in the enrolled role, nobody with themself (INV-17, INV-02)."""
    if len(people) != len(members):
        raise Refused("a participant stands twice among the members", "member_twice")
    check_size(len(members), bounds)
    for one, other in combinations(people.values(), 2):
        if one.person_id == other.person_id:
            raise Refused("nobody mentors themself", "same_person")
    for member in members:
        if member.role != people[member.participant].role:
            raise Refused(
                f"a member is enrolled as {people[member.participant].role}, not {member.role}",
                "role_differs",
                participant=member.participant,
            )
    check_shape(members, settings, bounds.shape)


def check_cohort(
    cohort: CohortId, people: dict[ParticipantId, Participant], settings: Settings
) -> None:
    """A pairing stands in a cohort in which somebody it supports is enrolled (INV-86).

    Whoever supports them may be enrolled in any.
    """
    supported = [p for p in people.values() if settings.part(p.role) in SUPPORTED]
    if cohort not in {p.cohort_id for p in supported}:
        roles = " and no ".join(sorted({p.role for p in supported}))
        raise Refused(
            f"no {roles} of this pairing is enrolled in that cohort; a pairing stands in the "
            "cohort of those whom it supports",
            "other_cohort",
            participant=supported[0].participant_id,
        )


def check_size(members: int, bounds: ShapeBounds, standing_in: int = 0) -> None:
    """A pairing has as many members as its shape wants (INV-17).

    Those of them who stand in for another take nobody's seat: they come on top of the largest size.
    """
    if not bounds.smallest <= members <= bounds.largest + standing_in:
        what = {"one_to_one": "one-to-one pairing", "reciprocal": "reciprocal pairing"}
        raise Refused(
            f"a {what.get(bounds.shape, 'group')} of this program has {bounds.smallest} to "
            f"{bounds.largest} members, not {members}",
            "size_out_of_bounds",
        )


def check_shape(members: tuple[Member, ...], settings: Settings, shape: Shape) -> None:
    """Roles as the shape wants them, and one primary mentor at most (INV-17, INV-12)."""
    for member in members:
        if member.primary and settings.part(member.role) not in MENTORING:
            raise Refused("only a mentor can be primary", "shape_broken")
    if sum(m.primary for m in members) > 1:
        raise Refused("a pairing has one primary mentor at most", "primary_mentor_exists")
    parts = [settings.part(m.role) for m in members]
    if shape == "reciprocal":
        if any(part != "peer" for part in parts):
            raise Refused("in a reciprocal pairing every member is a peer", "shape_broken")
        return
    leaders = sum(part in MENTORING for part in parts)
    supported = sum(part in SUPPORTED for part in parts)
    if leaders + supported != len(parts):
        raise Refused("a member's role has no part in a pairing", "shape_broken")
    if shape == "one_to_one" and (supported != 1 or leaders < 1):
        raise Refused("a one-to-one pairing has one mentee and a mentor", "shape_broken")
    if shape == "group" and (leaders < 1 or supported < 1):
        raise Refused("a group has a mentor or facilitator and those it supports", "shape_broken")


def check_enrolment(
    now: Situation, participant: Participant, program: Program, on: date, leaves: date | None
) -> None:
    """Whoever is put in a pairing is enrolled, and not suspended (INV-07, INV-13).

    Args:
        now: The situation.
        participant: The enrolment.
        program: The program of the pairing.
        on: From when somebody is a member.
        leaves: When the pairing or the membership ended, where that is known.
    """
    if participant.program_id != program.program_id:
        raise Refused(
            "a member is enrolled in another program",
            "other_program",
            participant=participant.participant_id,
        )
    if on < participant.since:
        raise Refused(
            f"a member is enrolled since {participant.since} only, after {on}",
            "outside_enrolment",
            participant=participant.participant_id,
        )
    ended = participant.ended_on
    lasting = leaves is None and now.corrects is None
    if ended is not None and (lasting or on >= ended or (leaves and leaves > ended)):
        raise Refused(
            f"a member's enrolment ended on {ended}",
            "enrolment_ended",
            participant=participant.participant_id,
        )
    if participant.suspended_on(on):
        raise Refused(
            f"a member is suspended or no longer qualified on {on}",
            "not_qualified",
            participant=participant.participant_id,
        )


def check_readiness(people: Iterable[Participant], settings: Settings, on: date) -> None:
    """Training and qualification hold on the day a pairing becomes active (INV-04, INV-05)."""
    for participant in people:
        for training in settings.trainings:
            if training.role == participant.role and not participant.trained(training.kind, on):
                raise Refused(
                    f"a {participant.role} lacks a valid training {training.kind!r} on {on}",
                    "training_missing",
                    participant=participant.participant_id,
                    training=training.kind,
                )
        mentors = settings.part(participant.role) in MENTORING
        if mentors and settings.qualified_mentors and not participant.qualified_on(on):
            raise Refused(
                f"a mentor is not qualified on {on}",
                "not_qualified",
                participant=participant.participant_id,
            )


def check_lines(
    now: Situation,
    members: Iterable[Member],
    people: dict[ParticipantId, Participant],
    settings: Settings,
    *,
    on: date,
    until: date | None,
) -> None:
    """No mentor stands above a mentee of the same pairing (INV-03).

    What is known then counts, lines to come included; a line that arises later is a fact and is
    recorded.

    Args:
        now: The situation.
        members: Who is together.
        people: Their enrolments.
        settings: The settings of the day.
        on: From when they are together.
        until: Until when, where that is known.
    """
    for upper, lower in permutations(members, 2):
        mentors = settings.part(upper.role) in ADVISING
        if not mentors or settings.part(lower.role) not in SUPPORTED:
            continue
        superiors = lives(now, people[upper.participant].person_id)
        for line in _lines(now, people[lower.participant].person_id):
            begun = line.since <= on or until is None or line.since < until
            runs = begun and (line.until is None or on < line.until)
            if line.superior in superiors and line.kind in settings.prohibited_lines and runs:
                raise Refused(
                    f"one member is the {line.kind} of another",
                    "reporting_line",
                    kind=line.kind,
                    since=line.since,
                )


def _lines(now: Situation, person: PersonId) -> Iterator[Line]:
    """Who answers for somebody, whichever of their ids it was recorded under."""
    for one in lives(now, person):
        yield from now.state(Stream(one)).lines


def check_wishes(
    unmet_soft: tuple[Unmet, ...] | Sealed, settings: Settings, *, of_packs: bool
) -> None:
    """Every reason is one for a wish: of the program's own (INV-10), or of a pack it goes by.

    What packs wish for is not known here.
    """
    if isinstance(unmet_soft, Sealed):
        # The reasons of a record that is decided again for a correction are never read here.
        return
    for unmet in unmet_soft:
        if unmet.criterion not in settings.soft_criteria and not of_packs:
            raise Refused(f"{unmet.criterion!r} is not a wish of this program", "no_such_criterion")
        if not unmet.reason.strip():
            raise Refused(f"the unmet wish {unmet.criterion!r} needs a reason", "reason_needed")


def check_mismatch(
    now: Situation, people: dict[ParticipantId, Participant], on: date, *, over: bool
) -> None:
    """Who parted for mismatch is not put together again (INV-16).

    Args:
        now: The situation.
        people: The enrolments of those who would be together.
        on: From when.
        over: Whether they were together in the past only, perhaps before they parted.
    """
    for pairing in earlier_together(people):
        state: Pairing = now.state(Stream(pairing))
        parted = None if isinstance(state, NotFormed) else state.facts.parted_on(people)
        if parted is not None and not (over and on < parted):
            raise Refused(
                f"these members parted for mismatch on {parted}; "
                "putting them together again needs a reason",
                "ended_for_mismatch",
                pairing=pairing,
            )


def _check_places(
    command: FormPairing,
    people: dict[ParticipantId, Participant],
    settings: Settings,
    today: date,
) -> None:
    until = command.ended.on if command.ended else None
    with_primary = has_primary(command.members, settings)
    for member in command.members:
        participant = people[member.participant]
        if until is None:
            places = places_of(member, command.members, settings)
            check_place(participant, places, settings, today)
        if with_primary and settings.part(member.role) == "mentee":
            check_primary(participant, command.pairing_id, command.on, until)


def _decided(
    now: Situation,
    command: FormPairing,
    people: dict[ParticipantId, Participant],
    settings: Settings,
    shape: Shape,
) -> Decision:
    assert command.pairing_id is not None
    stream = Stream(command.pairing_id)
    principal = now.next_version(stream)
    over = command.ended is not None and not command.ended.waited
    needs = () if over else settings.start_needs
    formed = recorded_as(
        PairingFormed,
        command,
        shape=shape,
        subjects=tuple(people[m.participant].person_id for m in command.members),
        start_needs=needs,
        unmet_soft=command.unmet_soft or None,
    )
    decided: list[tuple[Stream, object]] = [(stream, formed)]
    with_primary = has_primary(command.members, settings)
    for member in command.members:
        mentee = settings.part(member.role) == "mentee"
        joined = PairingJoined(
            pairing_id=command.pairing_id,
            role=member.role,
            primary=member.primary or (mentee and with_primary),
            since=command.on,
            places=places_of(member, command.members, settings),
            principal_stream=stream,
            principal=principal,
        )
        decided.append((Stream(member.participant), joined))
    if command.ended is not None:
        ended = recorded_as(PairingEnded, command.ended)
        left = PairingLeft(
            pairing_id=command.pairing_id,
            until=command.ended.on,
            pairing_goes_on=False,
            principal_stream=stream,
            principal=principal + 1,
        )
        decided.append((stream, ended))
        decided.extend((Stream(m.participant), left) for m in command.members)
    return tuple(decided)

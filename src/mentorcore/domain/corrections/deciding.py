"""A correction is decided like the fact it corrects, and takes its companions along.

The original stays readable; the correction says who made it and why, and acts from its recorded
time on, over all valid time (INV-50, INV-65, INV-66, INV-67).
"""

from collections.abc import Callable
from typing import Any

import attrs

from mentorcore.domain.corrections.commands import AmendRecord, CorrectionCommand, RetractRecord
from mentorcore.domain.corrections.consequences import check_consequences
from mentorcore.domain.corrections.events import Cause, RecordAmended, RecordRetracted
from mentorcore.domain.corrections.rebuilding import LIFE, after, rebuild, together_with
from mentorcore.domain.decider import Decision, Situation, kind_of
from mentorcore.domain.effective import Placed, effective
from mentorcore.domain.marks import changed, event_info, misfits, personal_fields
from mentorcore.domain.pairing.events import PairingPaused
from mentorcore.domain.participant.events import EnrolmentEnded
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import CohortOpened
from mentorcore.domain.values import PersonId, Stream
from mentorcore.domain.visibility import narrows
from mentorcore.errors import Invalid, Refused

Reads = Callable[[Any, Situation], tuple[Stream, ...]]
Decide = Callable[[Situation, Any], Decision]

FIXED = {"subjects", "author", "principal", "members", "signer", "by", "logged_by"}
FOLLOWING = {"subjects", "held_at", "held_on"}
"""Fields that may follow from others that are corrected; all else stays as it was."""


def reads(command: CorrectionCommand, seen: Situation, rules: Reads) -> tuple[Stream, ...]:
    """The streams that a correction needs to see: those of the decision it corrects."""
    stream = command.stream
    placed = _recorded(seen, command) if seen.has(stream) else None
    if placed is None:
        return (stream,)
    changes = command.changes if isinstance(command, AmendRecord) else {}
    if misfits(type(placed.event), changes):
        return (stream,)
    # As it was recorded, as it stands by now, and as it is to be.
    standing = [p for p in effective(seen.history[stream]) if p.version == command.target]
    told = [(placed, {}), *((p, stated) for p in standing for stated in ({}, changes))]
    wanted = [stream, *_rivals(seen, stream, placed.event)]
    for record, stated in told:
        rebuilt = rebuild(seen, stream, record, stated)
        if rebuilt is not None:
            wanted.extend(rules(rebuilt, seen))
    return tuple(dict.fromkeys(wanted))


def _rivals(seen: Situation, stream: Stream, event: Any) -> tuple[Stream, ...]:
    """Taking back the end of an enrolment depends on the person's other enrolments (INV-01)."""
    if not isinstance(event, EnrolmentEnded):
        return ()
    state = seen.state(stream)
    assert isinstance(state, Participant)
    person = Stream(state.person_id)
    others = seen.state(person).enrolments if seen.has(person) else ()
    return (person, *map(Stream, others))


def decide(now: Situation, command: CorrectionCommand, rules: Decide) -> Decision:
    """What a correction leads to."""
    standing = _standing(now, command)
    if standing is None:
        return ()
    if isinstance(command, AmendRecord):
        answer = _amend(now, command, standing, rules)
    else:
        answer = _retract(now, command, standing)
    check_consequences(now, command.stream, answer)
    return answer


def _recorded(now: Situation, command: CorrectionCommand) -> Placed | None:
    found = (p for p in now.history[command.stream] if p.version == command.target)
    return next(found, None)


def _standing(now: Situation, command: CorrectionCommand) -> Placed | None:
    """The target with the corrections made so far, ``None`` when it is retracted already."""
    placed = _recorded(now, command)
    if placed is None:
        raise Refused(f"there is no record {command.target} on {command.stream}", "no_such_record")
    if isinstance(placed.event, RecordAmended | RecordRetracted):
        raise Refused(
            "a correction cannot be corrected itself; correct its target again",
            "correction_of_correction",
        )
    if event_info(type(placed.event)).companion:
        raise Refused("this record is corrected together with its principal", "companion")
    for item in effective(now.history[command.stream]):
        if item.version == command.target:
            return item
    if isinstance(command, RetractRecord):
        return None
    raise Refused("this record is retracted", "retracted")


def _amend(now: Situation, command: AmendRecord, standing: Placed, rules: Decide) -> Decision:
    event, stream, target = standing.event, command.stream, command.target
    _check_changes(event, command)
    rebuilt = rebuild(now, stream, standing, command.changes)
    if rebuilt is None:
        raise Refused(
            "a record of this kind is not amended; retract it and record it again", "not_amendable"
        )
    gone = together_with(now, stream, target)
    later = after(now, stream, target) if isinstance(event, LIFE) else gone
    if isinstance(event, PairingPaused) and "frees_place" in command.changes and later != gone:
        raise Refused("what came after the pause rests on it", "others_rest_on_it")
    again = now.again(standing, later)
    decided = rules(again, rebuilt)
    corrected = next((e for s, e in decided if s == stream and type(e) is type(event)), None)
    if corrected is None:
        raise Refused("with these changes the record would say nothing", "nothing_left")
    principal = again.next_version(stream)
    return (
        *_amendment(now, command, event, _confined(event, corrected, command)),
        *_companions(now, command, gone, _companions_of(decided, principal)),
    )


def _check_changes(event: Any, command: AmendRecord) -> None:
    if problems := misfits(type(event), command.changes):
        raise Invalid(f"the changes do not fit {event_info(type(event)).name}", problems)
    for name, new in command.changes.items():
        if (name.endswith("_id") or name in FIXED) and new != getattr(event, name):
            raise _fixed(name)
        if name == "visibility" and not narrows(event.visibility, new):
            raise Refused(
                f"visibility may be narrowed, and {new} is not narrower than {event.visibility}",
                "visibility_widened",
            )
    cohort = command.changes.get("cohort")
    if isinstance(event, CohortOpened) and cohort and cohort.cohort_id != event.cohort.cohort_id:
        raise _fixed("cohort_id")


def _fixed(name: str) -> Refused:
    return Refused(
        f"{name} cannot be amended so; retract the record and record it again where it belongs",
        "not_amendable",
    )


def _confined(event: Any, corrected: Any, command: AmendRecord) -> Any:
    """The corrected record, with nothing changed but what was asked and what follows from it."""
    for name, new in command.changes.items():
        if (getattr(corrected, name) or None) != (new or None):
            raise _fixed(name)
    free = FOLLOWING | set(command.changes)
    names = (f.name for f in attrs.fields(type(event)))
    return changed(corrected, **{n: getattr(event, n) for n in names if n not in free})


def _amendment(now: Situation, command: AmendRecord, event: Any, corrected: Any) -> Decision:
    marks = personal_fields(type(event))
    different = [
        (f.name, getattr(corrected, f.name))
        for f in attrs.fields(type(event))
        if getattr(corrected, f.name) != getattr(event, f.name)
    ]
    if not different:
        return ()
    private = tuple((n, v) for n, v in different if n in marks)
    amendment = RecordAmended(
        target=command.target,
        target_name=event_info(type(event)).name,
        public_changes=tuple((n, v) for n, v in different if n not in marks),
        personal_names=tuple(n for n, _ in private),
        personal_changes=private or None,
        subjects=_subjects(now, command, corrected),
        reason=command.reason,
        authority=command.authority,
    )
    return ((command.stream, amendment),)


def _subjects(now: Situation, command: CorrectionCommand, event: Any) -> tuple[PersonId, ...]:
    """Under whose keys a correction's texts are sealed: those of its target, or of its stream.

    Raises:
        Refused: ``reason_not_kept``.
    """
    stated: tuple[PersonId, ...] = getattr(event, "subjects", ())
    if stated:
        return stated
    state = now.state(command.stream)
    match kind_of(command.stream):
        case "person":
            return (PersonId(command.stream),)
        case "participant":
            return (state.person_id,)
        case "pairing":
            persons: tuple[PersonId, ...] = state.facts.persons
            return persons
    if command.reason is not None:
        raise Refused(
            "no person's key could seal the reason for this correction; give an authority instead",
            "reason_not_kept",
        )
    return ()


def _companions_of(decided: Decision, principal: int) -> dict[tuple[Stream, type], Any]:
    """The companions of one decided record, by the place where each belongs."""
    return {
        (stream, type(event)): event
        for stream, event in decided
        if event_info(type(event)).companion and event.principal == principal
    }


def _companions(
    now: Situation,
    command: AmendRecord,
    gone: dict[Stream, frozenset[int]],
    new: dict[tuple[Stream, type], Any],
) -> Decision:
    """Companions amended, retracted and added, so that they say what the corrected record says."""
    old = {(stream, type(placed.event)): placed for stream, placed in _along(now, command, gone)}
    answer: list[tuple[Stream, Any]] = []
    for place, placed in old.items():
        if place not in new:
            answer.append((place[0], _taken_back(placed, "entered_in_error")))
            continue
        told = changed(new[place], principal=command.target)
        different = tuple(
            (f.name, getattr(told, f.name))
            for f in attrs.fields(type(told))
            if getattr(told, f.name) != getattr(placed.event, f.name)
        )
        if different:
            amendment = RecordAmended(
                target=placed.version,
                target_name=event_info(type(told)).name,
                public_changes=different,
                subjects=(),
            )
            answer.append((place[0], amendment))
    answer.extend(
        (place[0], changed(event, principal=command.target))
        for place, event in new.items()
        if place not in old
    )
    return tuple(answer)


def _along(
    now: Situation, command: CorrectionCommand, gone: dict[Stream, frozenset[int]]
) -> list[tuple[Stream, Placed]]:
    """The companions that stand, each with its stream."""
    return [
        (stream, placed)
        for stream, versions in gone.items()
        if stream != command.stream
        for placed in effective(now.history[stream])
        if placed.version in versions
    ]


def _retract(now: Situation, command: RetractRecord, standing: Placed) -> Decision:
    stream, event = command.stream, standing.event
    if event_info(type(event)).founding:
        rest = [p for p in effective(now.history[stream]) if p.version != command.target]
        if rest:
            raise Refused(
                "other records rest on this one; retract those first",
                "others_rest_on_it",
                versions=tuple(p.version for p in rest),
            )
    retraction = RecordRetracted(
        target=command.target,
        target_name=event_info(type(event)).name,
        cause=command.cause,
        duplicate_of=command.duplicate_of,
        reason=command.reason,
        authority=command.authority,
        subjects=_subjects(now, command, event),
    )
    gone = together_with(now, stream, command.target)
    along = (
        (other, _taken_back(placed, command.cause)) for other, placed in _along(now, command, gone)
    )
    return ((stream, retraction), *along)


def _taken_back(placed: Placed, cause: Cause) -> RecordRetracted:
    return RecordRetracted(
        target=placed.version,
        target_name=event_info(type(placed.event)).name,
        cause=cause,
        subjects=(),
    )

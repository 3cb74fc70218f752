"""A correction is decided like the fact it corrects, and takes its companions along.

The original stays readable; the correction says who made it and why, and acts from its recorded
time on, over all valid time (INV-50, INV-65, INV-66, INV-67).
"""

from collections.abc import Callable
from typing import Any

import attrs

from mentorcore.domain.corrections.commands import AmendRecord, CorrectionCommand, RetractRecord
from mentorcore.domain.corrections.events import RecordAmended, RecordRetracted
from mentorcore.domain.corrections.rebuilding import LIFE, after, rebuild, together_with
from mentorcore.domain.decider import Decision, Situation, fold, kind_of
from mentorcore.domain.effective import Placed, effective
from mentorcore.domain.marks import event_info, misfits, personal_fields
from mentorcore.domain.pairing.events import PairingEnded, PairingPaused
from mentorcore.domain.pairing.life import check_life
from mentorcore.domain.pairing.membership import check_primary, enrolled, program_of
from mentorcore.domain.pairing.state import EndedPairing, NotFormed, Pairing
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.person.events import ExternalIdentityLinked
from mentorcore.domain.values import Stream
from mentorcore.domain.visibility import narrows
from mentorcore.errors import Invalid, Refused

Reads = Callable[[Any, Situation], tuple[Stream, ...]]
Decide = Callable[[Situation, Any], Decision]

FIXED = {"subjects", "author", "principal", "members", "signer", "by", "logged_by"}


def reads(command: CorrectionCommand, seen: Situation, rules: Reads) -> tuple[Stream, ...]:
    """The streams that a correction needs to see: those of the decision it corrects."""
    if not seen.has(command.stream):
        return (command.stream,)
    placed = _recorded(seen, command)
    if placed is None:
        return (command.stream,)
    changes = command.changes if isinstance(command, AmendRecord) else {}
    wanted = [command.stream]
    for rebuilt in (
        rebuild(command.stream, placed.event, {}),
        rebuild(command.stream, placed.event, changes) if changes else None,
    ):
        if rebuilt is not None:
            wanted.extend(rules(rebuilt, seen))
    return tuple(dict.fromkeys(wanted))


def decide(now: Situation, command: CorrectionCommand, rules: Decide) -> Decision:
    """What a correction leads to."""
    standing = _standing(now, command)
    if standing is None:
        return ()
    match command:
        case AmendRecord():
            return _amend(now, command, standing, rules)
        case RetractRecord():
            return _retract(now, command, standing)


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
    event, stream = standing.event, command.stream
    _check_changes(event, command)
    rebuilt = rebuild(stream, event, command.changes)
    if rebuilt is None or isinstance(event, ExternalIdentityLinked):
        raise Refused(
            "a record of this kind is not amended; retract it and record it again", "not_amendable"
        )
    moved = isinstance(event, LIFE)
    gone = together_with(now, stream, command.target)
    without = now.without(after(now, stream, command.target) if moved else gone)
    decided = rules(without, rebuilt)
    corrected = next((e for s, e in decided if s == stream and type(e) is type(event)), None)
    if corrected is None:
        raise Refused("with these changes the record would say nothing", "nothing_left")
    amendment = _difference(event, corrected, command)
    if amendment is None:
        return ()
    companions = _companions(now, stream, command.target, gone, decided)
    answer = ((stream, amendment), *companions)
    if moved:
        _check_consequences(now, answer)
    return answer


def _check_changes(event: Any, command: AmendRecord) -> None:
    if problems := misfits(type(event), command.changes):
        raise Invalid(f"the changes do not fit {event_info(type(event)).name}", problems)
    for name, new in command.changes.items():
        if (name.endswith("_id") or name in FIXED) and new != getattr(event, name):
            raise Refused(
                f"{name} cannot be amended; retract the record and record it again where it "
                "belongs",
                "not_amendable",
            )
        if name == "visibility" and not narrows(event.visibility, new):
            raise Refused(
                f"visibility may be narrowed, and {new} is not narrower than {event.visibility}",
                "visibility_widened",
            )


def _difference(event: Any, corrected: Any, command: AmendRecord) -> RecordAmended | None:
    marks = personal_fields(type(event))
    changed = [
        (f.name, getattr(corrected, f.name))
        for f in attrs.fields(type(event))
        if f.name != "principal" and getattr(corrected, f.name) != getattr(event, f.name)
    ]
    if not changed:
        return None
    private = tuple((n, v) for n, v in changed if n in marks)
    return RecordAmended(
        target=command.target,
        target_name=event_info(type(event)).name,
        public_changes=tuple((n, v) for n, v in changed if n not in marks),
        personal_names=tuple(n for n, _ in private),
        personal_changes=private or None,
        subjects=getattr(corrected, "subjects", ()),
        reason=command.reason if getattr(corrected, "subjects", ()) else None,
        authority=command.authority,
    )


def _companions(
    now: Situation,
    stream: Stream,
    target: int,
    gone: dict[Stream, frozenset[int]],
    decided: Decision,
) -> Decision:
    """Companions amended, retracted and added, so that they say what the corrected record says."""
    old = {
        (other, type(p.event)): p
        for other, versions in gone.items()
        if other != stream
        for p in effective(now.history[other])
        if p.version in versions
    }
    new = {
        (other, type(e)): attrs.evolve(e, principal=target)
        for other, e in decided
        if event_info(type(e)).companion
    }
    answer: list[tuple[Stream, Any]] = []
    for place, placed in old.items():
        if place not in new:
            answer.append((place[0], _taken_back(placed, "entered_in_error")))
            continue
        fields = attrs.fields(type(placed.event))
        changed = tuple(
            (f.name, getattr(new[place], f.name))
            for f in fields
            if getattr(new[place], f.name) != getattr(placed.event, f.name)
        )
        if changed:
            amendment = RecordAmended(
                target=placed.version,
                target_name=event_info(type(placed.event)).name,
                public_changes=changed,
                subjects=(),
            )
            answer.append((place[0], amendment))
    answer.extend((place[0], e) for place, e in new.items() if place not in old)
    return tuple(answer)


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
    gone = together_with(now, stream, command.target)
    subjects = getattr(event, "subjects", ())
    retraction = RecordRetracted(
        target=command.target,
        target_name=event_info(type(event)).name,
        cause=command.cause,
        duplicate_of=command.duplicate_of,
        reason=command.reason if subjects else None,
        authority=command.authority,
        subjects=subjects,
    )
    answer: list[tuple[Stream, Any]] = [(stream, retraction)]
    for other, versions in gone.items():
        if other != stream:
            answer.extend(
                (other, _taken_back(placed, command.cause))
                for placed in effective(now.history[other])
                if placed.version in versions
            )
    if isinstance(event, LIFE):
        _check_consequences(now, tuple(answer))
    if isinstance(event, PairingEnded | PairingPaused):
        _check_room(now, stream, now.without(gone))
    return tuple(answer)


def _taken_back(placed: Placed, cause: Any) -> RecordRetracted:
    return RecordRetracted(
        target=placed.version,
        target_name=event_info(type(placed.event)).name,
        cause=cause,
        subjects=getattr(placed.event, "subjects", ()),
    )


def _check_consequences(now: Situation, answer: Decision) -> None:
    """Fold the corrected streams and refuse what would lie outside its frame (INV-65, INV-13)."""
    for stream in dict.fromkeys(s for s, _ in answer):
        placed = list(now.history[stream])
        for version, (_, event) in enumerate(
            (a for a in answer if a[0] == stream), now.next_version(stream)
        ):
            placed.append(Placed(version, now.now, event))
        state = fold(now.deciders[kind_of(stream)], placed)
        if kind_of(stream) == "pairing":
            check_life(state)
        if isinstance(state, Participant):
            for joined in state.pairings:
                late = state.ended_on is not None and (
                    joined.until is None or joined.until > state.ended_on
                )
                if joined.since < state.since or late:
                    raise Refused(
                        "a pairing of this participant would lie outside the enrolment",
                        "outside_enrolment",
                        pairing=joined.pairing_id,
                    )


def _check_room(now: Situation, stream: Stream, without: Situation) -> None:
    """Taking back an end needs the places that the end had freed (INV-06, INV-12)."""
    state: Pairing = without.state(stream)
    if isinstance(state, NotFormed | EndedPairing):
        return
    program = program_of(now, state.facts.program_id)
    today = now.today(program)
    settings = program.settings_on(today)
    for member in state.facts.members:
        participant = enrolled(without, member.participant)
        if participant.ended_on is not None:
            raise Refused(
                f"a member's enrolment ended on {participant.ended_on}", "enrolment_ended"
            )
        bound = participant.places_on(today, settings.capacity.places)
        here = [j for j in participant.pairings if Stream(j.pairing_id) == stream]
        taken = any(j.places for j in here)
        if taken and bound is not None and participant.load() > bound:
            raise Refused(
                "the place of this pairing is taken by another now",
                "no_free_place",
                participant=member.participant,
                load=participant.load(),
                capacity=bound,
            )
        mine = [j for j in here if j.primary]
        if mine and settings.part(member.role) == "mentee":
            check_primary(participant, state.facts.pairing_id, mine[-1].since, None)

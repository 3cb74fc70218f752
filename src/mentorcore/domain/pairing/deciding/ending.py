"""A pairing is signed, starts, pauses, goes on, ends, and may be taken up again."""

from datetime import date
from typing import TypeGuard

from mentorcore.domain.aggregate import Decision, Situation, decides
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.pairing.deciding.forming import check_readiness
from mentorcore.domain.pairing.deciding.late import as_it_stood, check_fits
from mentorcore.domain.pairing.deciding.life import (
    check_cohort_open,
    check_life,
    check_members,
)
from mentorcore.domain.pairing.deciding.members import check_sizes
from mentorcore.domain.pairing.deciding.membership import join, leave, members_of
from mentorcore.domain.pairing.deciding.together import check_together
from mentorcore.domain.pairing.events.ending import (
    ContinuePairing,
    EndPairing,
    PairingContinued,
    PairingEnded,
    PairingPaused,
    PairingReopened,
    PairingResumed,
    PausePairing,
    ReopenPairing,
    ResumePairing,
)
from mentorcore.domain.pairing.events.forming import (
    AgreementSigned,
    PairingStarted,
    SignAgreement,
    StartPairing,
)
from mentorcore.domain.pairing.state import (
    ActivePairing,
    EndedPairing,
    Facts,
    FormedPairing,
    NotFormed,
    Pairing,
    PausedPairing,
    evolve,
)
from mentorcore.domain.participant.places import whole_person
from mentorcore.domain.program import Program, check_past, cohort_of
from mentorcore.domain.values import Stream
from mentorcore.errors import Refused


@decides(SignAgreement)
def sign(now: Situation, state: Pairing, program: Program, command: SignAgreement) -> Decision:
    """Record a signature; a revised agreement is a new revision, never a change of the old one."""
    assert not isinstance(state, NotFormed)
    facts = state.facts
    check_past(now, program, command.on)
    if command.on < facts.formed_on:
        raise Refused(f"this pairing was formed on {facts.formed_on}", "before_start")
    if isinstance(state, EndedPairing) and command.on > state.on:
        raise Refused(f"this pairing ended on {state.on}", "after_end", ended_on=state.on)
    check_members(facts, (command.signer,), command.on)
    before = facts.signatures.get(command.signer)
    if before is not None and before.revision >= command.revision:
        if before.revision == command.revision:
            return ()
        raise Refused(
            f"revision {before.revision} is signed; {command.revision} is older", "older_revision"
        )
    person = facts.person_of(command.signer)
    assert person is not None
    signed = recorded_as(AgreementSigned, command, subjects=(person,))
    return ((Stream(command.pairing_id), signed),)


@decides(StartPairing)
def start(now: Situation, state: Pairing, program: Program, command: StartPairing) -> Decision:
    """Make a formed pairing active, when all it needs is there (INV-14, INV-98)."""
    assert not isinstance(state, NotFormed)
    stream, started = Stream(command.pairing_id), recorded_as(PairingStarted, command)
    if state.facts.started == command.on:
        return ()
    then = as_it_stood(now, state, command.on)
    if state.facts.started is not None or not may_start(then, program):
        raise Refused(_not_waiting(state.facts), "not_waiting")
    facts = then.facts
    check_past(now, program, command.on)
    if command.on < facts.formed_on:
        raise Refused(f"this pairing was formed on {facts.formed_on}", "before_start")
    if not program.runs_on(command.on):
        raise Refused(f"the program does not run on {command.on}", "program_not_running")
    if "agreement" in facts.start_needs:
        signed = {signer for signer, day in facts.signed_on.items() if day <= command.on}
        missing = [m for m in facts.members_on(command.on) if m not in signed]
        if missing:
            raise Refused(
                "the agreement is not signed by everybody", "agreement_missing", missing=missing
            )
    over = isinstance(state, EndedPairing)
    if "authorization" in facts.start_needs and not (command.authorized or over):
        raise Refused("this pairing starts only when it is authorized", "not_authorized")
    if isinstance(then, FormedPairing) and not over:
        _check_ready(now, facts, program, command.on)
    check_fits(now, stream, started)
    return ((stream, started),)


def may_start(state: Pairing, program: Program) -> TypeGuard[FormedPairing | ActivePairing]:
    """Whether a pairing waits, or nobody has told yet since when it is active.

    Of one that was recorded only once it had ended, no needs were asked; when it had started can
    be told later.
    """
    if isinstance(state, ActivePairing):
        asked = program.settings_on(state.facts.formed_on).start_needs
        return bool(asked) and not state.facts.start_needs
    return isinstance(state, FormedPairing)


def _not_waiting(facts: Facts) -> str:
    if facts.started is not None:
        return f"this pairing started on {facts.started}"
    return "only a formed pairing that waits can be started"


@decides(PausePairing)
def pause(now: Situation, state: Pairing, program: Program, command: PausePairing) -> Decision:
    """Pause a pairing; its place is kept or given back (INV-98)."""
    assert not isinstance(state, NotFormed)
    more = command.frees_place or command.planned_until or command.reason
    if not more and any(since == command.since for since, _ in state.facts.pauses):
        return ()
    later, then = state, as_it_stood(now, state, command.since)
    if isinstance(then, ActivePairing) and not command.frees_place:
        state = then
    if not isinstance(state, ActivePairing):
        raise Refused("only an active pairing can pause", "not_active")
    check_past(now, program, command.since)
    _not_before(state.facts, state.since, command.since)
    if command.planned_until is not None and command.planned_until <= command.since:
        raise Refused("the pause would end before it begins", "ends_before_start")
    stream = Stream(command.pairing_id)
    paused = recorded_as(PairingPaused, command, subjects=state.facts.persons_on(command.since))
    if later is not state:
        check_fits(now, stream, paused)
    if not command.frees_place:
        return ((stream, paused),)
    left = leave(state.facts, command.since, for_good=False, principal=now.next_version(stream))
    return ((stream, paused), *left)


@decides(ResumePairing)
def resume(now: Situation, state: Pairing, program: Program, command: ResumePairing) -> Decision:
    """Let a paused pairing go on; a freed place is taken again, if one is free (INV-98)."""
    assert not isinstance(state, NotFormed)
    if any(until == command.on for _, until in state.facts.pauses):
        return ()
    later, then = state, as_it_stood(now, state, command.on)
    if isinstance(then, PausedPairing) and not then.frees_place:
        state = then
    if not isinstance(state, PausedPairing):
        raise Refused("only a paused pairing can go on", "not_paused")
    check_past(now, program, command.on)
    if command.on < state.since:
        raise Refused(f"it has paused only since {state.since}", "ends_before_start")
    _check_ready(now, state.facts, program, command.on)
    stream = Stream(command.pairing_id)
    resumed = (stream, PairingResumed(on=command.on))
    if later is not state:
        check_fits(now, *resumed)
    if not state.frees_place:
        return (resumed,)
    principal = now.next_version(stream)
    return (resumed, *join(now, state.facts, program, command.on, principal))


@decides(EndPairing)
def end(now: Situation, state: Pairing, program: Program, command: EndPairing) -> Decision:
    """End a pairing, with reason and initiator (INV-15)."""
    assert not isinstance(state, NotFormed)
    if isinstance(state, EndedPairing):
        if (state.on, state.reason) == (command.on, command.reason):
            return ()
        why = f"not on {command.on}" if state.on != command.on else f"as {state.reason}"
        raise Refused(
            f"this pairing ended on {state.on} already, {why}", "already_ended", ended_on=state.on
        )
    facts = state.facts
    check_past(now, program, command.on)
    since = state.since if isinstance(state, ActivePairing | PausedPairing) else facts.formed_on
    _not_before(facts, since, command.on)
    if command.initiated_by != "program":
        check_members(facts, (command.initiated_by,), command.on)
    later = [
        m.held.held_on for m in facts.meetings.values() if m.held and m.held.held_on > command.on
    ]
    if later:
        raise Refused(
            f"a meeting on {max(later)} is recorded; the pairing cannot end before it",
            "meeting_after_end",
        )
    stream = Stream(command.pairing_id)
    ended = recorded_as(PairingEnded, command)
    check_life(evolve(state, ended))
    left = leave(facts, command.on, for_good=True, principal=now.next_version(stream))
    return ((stream, ended), *left)


@decides(ContinuePairing)
def go_on(now: Situation, state: Pairing, program: Program, command: ContinuePairing) -> Decision:
    """Let a pairing go on beyond its cohort: in a successor, or until a later day (INV-71)."""
    assert not isinstance(state, NotFormed)
    if isinstance(state, EndedPairing) and now.corrects is None:
        raise Refused(f"this pairing ended on {state.on}", "already_ended", ended_on=state.on)
    facts = state.facts
    check_past(now, program, command.on)
    if command.on < facts.formed_on:
        raise Refused(f"this pairing was formed on {facts.formed_on}", "before_start")
    if command.planned_end is not None and command.planned_end <= command.on:
        raise Refused("it would be planned to end before it goes on", "ends_before_start")
    if command.cohort_id is not None:
        cohort_of(program, command.cohort_id)
        check_cohort_open(now, program, command.cohort_id)
    stays = command.cohort_id == facts.cohort_id or (command.cohort_id is None and facts.extended)
    if stays and command.planned_end in {None, facts.planned_end}:
        return ()
    return ((Stream(command.pairing_id), recorded_as(PairingContinued, command)),)


@decides(ReopenPairing)
def reopen(now: Situation, state: Pairing, program: Program, command: ReopenPairing) -> Decision:
    """Take up an ended pairing again; it needs a free place, like forming (INV-15)."""
    if not isinstance(state, EndedPairing):
        raise Refused("only an ended pairing can be reopened", "not_ended")
    check_past(now, program, command.on)
    if command.on < state.on:
        raise Refused(f"this pairing ended on {state.on}", "ends_before_start")
    if not program.runs_on(command.on):
        raise Refused(f"the program does not run on {command.on}", "program_not_running")
    cohort = program.cohort(state.facts.cohort_id)
    if cohort is not None and command.on >= cohort.ends_on:
        raise Refused(f"its cohort ended on {cohort.ends_on}", "cohort_closed")
    check_cohort_open(now, program, state.facts.cohort_id)
    mismatched = state.facts.mismatched_on
    if mismatched is not None and not command.reason:
        raise Refused(
            f"these members parted for mismatch on {mismatched}; "
            "putting them together again needs a reason",
            "ended_for_mismatch",
            pairing=command.pairing_id,
        )
    _check_ready(now, state.facts, program, command.on)
    settings, people = program.settings_on(command.on), members_of(now, state.facts)
    check_together(now, people, settings, state.facts.shape, (command.pairing_id, command.on, None))
    stream = Stream(command.pairing_id)
    reopened = recorded_as(PairingReopened, command, subjects=state.facts.persons_on(command.on))
    check_sizes(evolve(state, reopened), program, state.on)
    joined = join(now, state.facts, program, command.on, now.next_version(stream))
    return ((stream, reopened), *joined)


def _check_ready(now: Situation, facts: Facts, program: Program, on: date) -> None:
    """Whoever becomes active is enrolled, trained, qualified and not suspended (INV-04, 05, 07)."""
    people = members_of(now, facts).values()
    for person in people:
        if not person.enrolled_on(on):
            since, until = person.since, person.ended_on
            raise Refused(
                f"a member was enrolled from {since} until before {until}, and not on {on}",
                "enrolment_ended",
                participant=person.participant_id,
            )
        if person.suspended_on(on):
            raise Refused(
                f"a member is suspended or no longer qualified on {on}",
                "not_qualified",
                participant=person.participant_id,
            )
    ready = [whole_person(now, person, program) for person in people]
    check_readiness(ready, program.settings_on(on), on)


def _not_before(facts: Facts, since: date, day: date) -> None:
    begins = max(since, facts.active_from or facts.formed_on)
    if day < begins:
        raise Refused(f"this pairing is in its present state since {begins}", "before_start")

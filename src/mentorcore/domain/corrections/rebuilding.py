"""Which command would have led to a recorded fact, so that a correction can be decided like it.

A corrected record has to pass the guards of the original (INV-65). So the command behind the
record is rebuilt with the corrected fields and decided again, as if the record were not there.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from mentorcore.domain.decider import Situation, kind_of
from mentorcore.domain.effective import Placed, effective
from mentorcore.domain.marks import event_info, unchecked
from mentorcore.domain.pairing import commands as pairing_commands
from mentorcore.domain.pairing import events as pairing
from mentorcore.domain.pairing.state import NotFormed
from mentorcore.domain.participant import commands as participant_commands
from mentorcore.domain.participant import events as participant
from mentorcore.domain.person import commands as person_commands
from mentorcore.domain.person import events as person
from mentorcore.domain.program import (
    CloseProgram,
    CohortOpened,
    DesignProgram,
    LaunchProgram,
    OpenCohort,
    ProgramClosed,
    ProgramDesigned,
    ProgramLaunched,
    ProgramRevised,
    ReviseProgram,
)
from mentorcore.domain.values import Stream

COMMANDS: dict[type, type] = {
    person.PersonRegistered: person_commands.RegisterPerson,
    person.PersonDetailsChanged: person_commands.ChangePersonDetails,
    person.EmploymentRecorded: person_commands.RecordEmployment,
    person.CredentialRecorded: person_commands.RecordCredential,
    person.ReportingLineRecorded: person_commands.RecordReportingLine,
    ProgramDesigned: DesignProgram,
    ProgramRevised: ReviseProgram,
    ProgramLaunched: LaunchProgram,
    CohortOpened: OpenCohort,
    ProgramClosed: CloseProgram,
    participant.ParticipantEnrolled: participant_commands.EnrolParticipant,
    participant.TrainingCompleted: participant_commands.RecordTraining,
    participant.MentorQualified: participant_commands.QualifyMentor,
    participant.MentorQualificationEnded: participant_commands.EndMentorQualification,
    participant.MentorCapacitySet: participant_commands.SetMentorCapacity,
    participant.EnrolmentEnded: participant_commands.EndEnrolment,
    pairing.PairingFormed: pairing_commands.FormPairing,
    pairing.AgreementSigned: pairing_commands.SignAgreement,
    pairing.PairingStarted: pairing_commands.StartPairing,
    pairing.MeetingScheduled: pairing_commands.ScheduleMeeting,
    pairing.MeetingCancelled: pairing_commands.CancelMeeting,
    pairing.MeetingHeld: pairing_commands.HoldMeeting,
    pairing.MeetingVerified: pairing_commands.VerifyMeeting,
    pairing.GoalSet: pairing_commands.SetGoal,
    pairing.GoalProgressRecorded: pairing_commands.RecordGoalProgress,
    pairing.ActionItemAgreed: pairing_commands.AgreeActionItem,
    pairing.ActionItemClosed: pairing_commands.CloseActionItem,
    pairing.NoteWritten: pairing_commands.WriteNote,
    pairing.FeedbackGiven: pairing_commands.GiveFeedback,
    pairing.MismatchReported: pairing_commands.ReportMismatch,
    pairing.MismatchSettled: pairing_commands.SettleMismatch,
    pairing.PairingPaused: pairing_commands.PausePairing,
    pairing.PairingResumed: pairing_commands.ResumePairing,
    pairing.PairingEnded: pairing_commands.EndPairing,
    pairing.PairingReopened: pairing_commands.ReopenPairing,
}
"""The command whose rules a record of each class has to pass.

An identity elsewhere is not among them: it is looked up by a digest beside the log, so a wrong
one is retracted and the right one linked.
"""

STREAM_FIELDS = {
    "pairing": "pairing_id",
    "participant": "participant_id",
    "person": "person_id",
    "program": "program_id",
}


def rebuild(now: Situation, stream: Stream, placed: Placed, changes: Mapping[str, Any]) -> Any:
    """The command that would lead to a record with *changes* in place, or ``None`` for no such.

    Its sealed texts stay sealed: nothing is read for a correction.
    """
    event = placed.event
    command_class = COMMANDS.get(type(event))
    if command_class is None:
        return None
    names = {f.name for f in attrs.fields(command_class)}
    stated = {f.name: getattr(event, f.name) for f in attrs.fields(type(event))} | {**changes}
    fields = {n: v for n, v in stated.items() if n in names}
    fields[STREAM_FIELDS[kind_of(stream)]] = stream
    fields.update(_beyond(now, stream, placed, changes))
    return unchecked(command_class, **fields)


def _beyond(
    now: Situation,
    stream: Stream,
    placed: Placed,
    changes: Mapping[str, Any],
) -> dict[str, Any]:
    """What a command says otherwise than, or beyond, the fields of its event."""
    match placed.event:
        case pairing.MeetingHeld() if changes.get("held_at") is not None:
            # The day follows from the instant: whichever of the two is corrected decides.
            return {"held_on": changes.get("held_on")}
        case pairing.MeetingHeld() if "held_on" in changes:
            return {"held_at": None}
        case CohortOpened():
            cohort = changes.get("cohort", placed.event.cohort)
            return {f.name: getattr(cohort, f.name) for f in attrs.fields(type(cohort))}
        case pairing.GoalSet():
            return {"owner": _owner(now, stream, placed.event)}
        case pairing.PairingStarted():
            return {"authorized": True}
        case pairing.PairingFormed():
            unmet = changes.get("unmet_soft", placed.event.unmet_soft)
            return {"ended": _ended_with(now, stream, placed), "unmet_soft": unmet or ()}
        case _:
            return {}


def _owner(now: Situation, stream: Stream, goal: pairing.GoalSet) -> Any:
    state = now.state(stream)
    if isinstance(state, NotFormed):
        return None
    return next((m for m, person in state.facts.seats.items() if person in goal.subjects), None)


def _ended_with(now: Situation, stream: Stream, formed: Placed) -> Any:
    """The end that was recorded together with the forming: the pairing lay in the past."""
    for item in effective(now.history[stream]):
        event = item.event
        together = item.version == formed.version + 1 and item.recorded_at == formed.recorded_at
        if together and isinstance(event, pairing.PairingEnded):
            return pairing_commands.Ending(
                on=event.on,
                reason=event.reason,
                initiated_by=event.initiated_by,
                closing_conversation=event.closing_conversation,
            )
    return None


def principal_of(event: Any) -> tuple[Stream, int] | None:
    """The stream and version of a companion's principal event, ``None`` for other events."""
    if not event_info(type(event)).companion:
        return None
    return event.principal_stream, event.principal


def together_with(now: Situation, stream: Stream, target: int) -> dict[Stream, frozenset[int]]:
    """The record and its companions on the streams read, as versions by stream."""
    found: dict[Stream, set[int]] = {stream: {target}}
    for other, placed in now.history.items():
        for item in placed:
            if principal_of(item.event) == (stream, target):
                found.setdefault(other, set()).add(item.version)
    return {s: frozenset(v) for s, v in found.items()}


def after(now: Situation, stream: Stream, target: int) -> dict[Stream, frozenset[int]]:
    """A record that moves its stream on, all that moved it later, and all their companions."""
    later = [
        item.version
        for item in now.history[stream]
        if item.version > target and event_info(type(item.event)).transition
    ]
    merged: dict[Stream, frozenset[int]] = {}
    for version in (target, *later):
        for other, versions in together_with(now, stream, version).items():
            merged[other] = merged.get(other, frozenset()) | versions
    return merged

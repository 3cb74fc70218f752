"""Which command would have led to a recorded fact, so that a correction can be decided like it.

A corrected record has to pass the guards of the original (INV-65). So the command behind the
record is rebuilt with the corrected fields and decided again, as if the record were not there.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from mentorcore.domain.decider import Situation
from mentorcore.domain.marks import event_info, unchecked
from mentorcore.domain.pairing import commands as pairing_commands
from mentorcore.domain.pairing import events as pairing
from mentorcore.domain.participant import commands as participant_commands
from mentorcore.domain.participant import events as participant
from mentorcore.domain.person import commands as person_commands
from mentorcore.domain.person import events as person
from mentorcore.domain.program import (
    CloseProgram,
    DesignProgram,
    LaunchProgram,
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
    person.ExternalIdentityLinked: person_commands.LinkExternalIdentity,
    person.EmploymentRecorded: person_commands.RecordEmployment,
    person.CredentialRecorded: person_commands.RecordCredential,
    person.ReportingLineRecorded: person_commands.RecordReportingLine,
    ProgramDesigned: DesignProgram,
    ProgramRevised: ReviseProgram,
    ProgramLaunched: LaunchProgram,
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
"""The command whose rules a record of each class has to pass."""

STREAM_FIELDS = ("pairing_id", "participant_id", "person_id", "program_id")
LIFE = (
    pairing.PairingFormed,
    pairing.PairingStarted,
    pairing.PairingPaused,
    pairing.PairingResumed,
    pairing.PairingEnded,
    pairing.PairingReopened,
    participant.ParticipantEnrolled,
    participant.EnrolmentEnded,
    person.PersonRegistered,
    ProgramDesigned,
    ProgramLaunched,
    ProgramClosed,
)
"""Records that move a stream from one situation to the next."""


def rebuild(stream: Stream, event: Any, changes: Mapping[str, Any]) -> Any:
    """The command that would lead to *event* with *changes* in place, or ``None`` for no such.

    Its sealed texts stay sealed: nothing is read for a correction.
    """
    command_class = COMMANDS.get(type(event))
    if command_class is None:
        return None
    names = {f.name for f in attrs.fields(command_class)}
    stated = {f.name: getattr(event, f.name) for f in attrs.fields(type(event))}
    own = next((n for n in STREAM_FIELDS if n.split("_")[0] == stream.partition(":")[0]), None)
    fields = {n: v for n, v in stated.items() if n in names}
    if own in names:
        fields[own] = stream
    fields.update((n, v) for n, v in changes.items() if n in names)
    if isinstance(event, pairing.MeetingHeld):
        # The day follows from the instant: whichever of the two is corrected decides.
        if "held_at" in changes and changes["held_at"] is not None:
            fields["held_on"] = changes.get("held_on")
        elif "held_on" in changes:
            fields["held_at"] = None
    if isinstance(event, pairing.GoalSet):
        fields["owner"] = None
    if isinstance(event, pairing.PairingStarted):
        fields["authorized"] = True
    if isinstance(event, pairing.PairingFormed):
        fields["unmet_soft"] = fields.get("unmet_soft") or ()
    return unchecked(command_class, **fields)


def principal_of(event: Any) -> tuple[Stream, int] | None:
    """The stream and version of a companion's principal event, ``None`` for other events."""
    if not event_info(type(event)).companion:
        return None
    if isinstance(event, person.PersonEnrolled):
        return Stream(event.participant_id), event.principal
    return Stream(event.pairing_id), event.principal


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
        if item.version > target and isinstance(item.event, LIFE)
    ]
    merged: dict[Stream, frozenset[int]] = {}
    for version in (target, *later):
        for other, versions in together_with(now, stream, version).items():
            merged[other] = merged.get(other, frozenset()) | versions
    return merged

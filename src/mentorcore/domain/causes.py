"""Which command leads to which event, and which event each companion is recorded with.

Written down for whoever reads a log; a test asks for everything there is to ask for and compares.
No rule of the domain asks in which role somebody acts: whoever may record in a log may ask for
all of it, and the envelope of every event says who did.
"""

from collections.abc import Mapping
from types import MappingProxyType

from mentorcore.domain import auditing, program, responses
from mentorcore.domain.corrections import commands as correcting
from mentorcore.domain.corrections import events as corrections
from mentorcore.domain.pairing import commands as pairing_commands
from mentorcore.domain.pairing import events as pairing
from mentorcore.domain.participant import commands as participant_commands
from mentorcore.domain.participant import events as participant
from mentorcore.domain.person import commands as person_commands
from mentorcore.domain.person import events as person

__all__ = ["CAUSES", "PRINCIPALS"]

CAUSES: Mapping[type, tuple[type, ...]] = MappingProxyType(
    {
        person.PersonRegistered: (person_commands.RegisterPerson,),
        person.PersonDetailsChanged: (person_commands.ChangePersonDetails,),
        person.ExternalIdentityLinked: (person_commands.LinkExternalIdentity,),
        person.EmploymentRecorded: (person_commands.RecordEmployment,),
        person.CredentialRecorded: (person_commands.RecordCredential,),
        person.ReportingLineRecorded: (person_commands.RecordReportingLine,),
        person.PersonEnrolled: (participant_commands.EnrolParticipant,),
        person.MeetingAttended: (pairing_commands.HoldMeeting, correcting.AmendRecord),
        program.ProgramDesigned: (program.DesignProgram,),
        program.ProgramRevised: (program.ReviseProgram,),
        program.ProgramLaunched: (program.LaunchProgram,),
        program.CohortOpened: (program.OpenCohort,),
        program.ProgramClosed: (program.CloseProgram,),
        participant.ParticipantEnrolled: (participant_commands.EnrolParticipant,),
        participant.TrainingCompleted: (participant_commands.RecordTraining,),
        participant.MentorQualified: (participant_commands.QualifyMentor,),
        participant.MentorQualificationEnded: (participant_commands.EndMentorQualification,),
        participant.MentorCapacitySet: (participant_commands.SetMentorCapacity,),
        participant.EnrolmentEnded: (participant_commands.EndEnrolment,),
        participant.PairingJoined: (
            pairing_commands.FormPairing,
            pairing_commands.ResumePairing,
            pairing_commands.ReopenPairing,
        ),
        participant.PairingLeft: (
            pairing_commands.EndPairing,
            pairing_commands.PausePairing,
            pairing_commands.FormPairing,
            correcting.AmendRecord,
        ),
        pairing.PairingFormed: (pairing_commands.FormPairing,),
        pairing.AgreementSigned: (pairing_commands.SignAgreement,),
        pairing.PairingStarted: (pairing_commands.StartPairing,),
        pairing.MeetingScheduled: (pairing_commands.ScheduleMeeting,),
        pairing.MeetingCancelled: (pairing_commands.CancelMeeting,),
        pairing.MeetingHeld: (pairing_commands.HoldMeeting,),
        pairing.MeetingVerified: (pairing_commands.VerifyMeeting,),
        pairing.DuplicatesRuledOut: (pairing_commands.RuleOutDuplicates,),
        pairing.GoalSet: (pairing_commands.SetGoal,),
        pairing.GoalProgressRecorded: (pairing_commands.RecordGoalProgress,),
        pairing.ActionItemAgreed: (pairing_commands.AgreeActionItem,),
        pairing.ActionItemClosed: (pairing_commands.CloseActionItem,),
        pairing.NoteWritten: (pairing_commands.WriteNote,),
        pairing.FeedbackGiven: (pairing_commands.GiveFeedback,),
        pairing.MismatchReported: (pairing_commands.ReportMismatch,),
        pairing.MismatchSettled: (pairing_commands.SettleMismatch,),
        pairing.PairingPaused: (pairing_commands.PausePairing,),
        pairing.PairingResumed: (pairing_commands.ResumePairing,),
        pairing.PairingEnded: (pairing_commands.EndPairing, pairing_commands.FormPairing),
        pairing.PairingReopened: (pairing_commands.ReopenPairing,),
        responses.ImportStarted: (responses.StartImport,),
        responses.ImportCompleted: (responses.CompleteImport,),
        responses.ResponseTaken: (responses.TakeResponse,),
        responses.ResponseSettled: (responses.SettleResponse,),
        responses.ImportReversed: (responses.ReverseImport,),
        auditing.LogChallenged: (auditing.RecordChallenge,),
        auditing.LogExported: (auditing.RecordExport,),
        auditing.SigningKeyRotated: (auditing.RotateSigningKey,),
        auditing.LogSucceeded: (auditing.SucceedLog,),
        auditing.StatesRedacted: (auditing.RedactStates,),
        corrections.RecordAmended: (correcting.AmendRecord,),
        corrections.RecordRetracted: (
            correcting.RetractRecord,
            correcting.AmendRecord,
            correcting.AttributeRecord,
            responses.ReverseImport,
        ),
    }
)
"""The commands that lead to each event.

A record that was put where it belongs is recorded there again, by ``AttributeRecord`` and because
of its retraction; that is not said again of every kind of record.
"""

PRINCIPALS: Mapping[type, tuple[type, ...]] = MappingProxyType(
    {
        person.PersonEnrolled: (participant.ParticipantEnrolled,),
        person.MeetingAttended: (pairing.MeetingHeld,),
        participant.PairingJoined: (
            pairing.PairingFormed,
            pairing.PairingResumed,
            pairing.PairingReopened,
        ),
        participant.PairingLeft: (pairing.PairingEnded, pairing.PairingPaused),
    }
)
"""The events that each companion is recorded with, in the same append."""

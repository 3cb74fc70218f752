# Written by docs/build.py from the model: do not edit it.

from typing import TypeAlias

from mentorcore.domain.auditing import (
    LogChallenged,
    LogExported,
    LogSucceeded,
    RecordChallenge,
    RecordExport,
    RedactStates,
    RotateSigningKey,
    SigningKeyRotated,
    StatesRedacted,
    SucceedLog,
)
from mentorcore.domain.cohort import (
    CloseCohort,
    CohortClosed,
    CohortOpened,
    OpenCohort,
)
from mentorcore.domain.corrections.commands import (
    AmendRecord,
    MoveRecord,
    RetractRecord,
)
from mentorcore.domain.corrections.events import (
    RecordAmended,
    RecordRetracted,
)
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
    FormPairing,
    PairingFormed,
    PairingStarted,
    SignAgreement,
    StartPairing,
)
from mentorcore.domain.pairing.events.meetings import (
    CancelMeeting,
    DuplicatesRuledOut,
    HoldMeeting,
    MeetingCancelled,
    MeetingHeld,
    MeetingScheduled,
    MeetingVerified,
    RuleOutDuplicates,
    ScheduleMeeting,
    VerifyMeeting,
)
from mentorcore.domain.pairing.events.members import (
    MemberJoined,
    MemberLeft,
    SubstituteNamed,
)
from mentorcore.domain.pairing.events.membership import (
    AddMember,
    NameSubstitute,
    RemoveMember,
)
from mentorcore.domain.pairing.events.proposals import (
    AcceptPairing,
    DeclinePairing,
    PairingAccepted,
    PairingDeclined,
    PairingProposed,
    ProposePairing,
)
from mentorcore.domain.pairing.events.sharing import (
    EndNoteSharing,
    NoteShared,
    NoteSharingEnded,
    ShareNote,
)
from mentorcore.domain.pairing.events.work import (
    ActionItemAgreed,
    ActionItemClosed,
    AgreeActionItem,
    CloseActionItem,
    FeedbackGiven,
    GiveFeedback,
    GoalHandedOver,
    GoalProgressRecorded,
    GoalSet,
    MismatchReported,
    MismatchSettled,
    NoteWritten,
    RecordGoalProgress,
    ReportMismatch,
    SetGoal,
    SettleMismatch,
    WriteNote,
)
from mentorcore.domain.participant.applying import (
    ApplicationDecided,
    ApplicationScreened,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    DecideApplication,
    RecordReference,
    ReferenceReceived,
    ScreenApplication,
    SubmitApplication,
    WithdrawApplication,
)
from mentorcore.domain.participant.events import (
    EndEnrolment,
    EndMentorQualification,
    EnrolParticipant,
    EnrolmentEnded,
    MentorCapacitySet,
    MentorQualificationEnded,
    MentorQualified,
    PairingJoined,
    PairingLeft,
    PairingOffered,
    ParticipantEnrolled,
    ParticipantReassigned,
    PlaceChanged,
    QualifyMentor,
    RecordTraining,
    SetMentorCapacity,
    TrainingCompleted,
)
from mentorcore.domain.participant.visiting import (
    AdmitVisitor,
    VisitorAdmitted,
)
from mentorcore.domain.person.events import (
    ChangePersonDetails,
    CredentialRecorded,
    EmploymentOutcomeRecorded,
    EmploymentRecorded,
    ExternalIdentityLinked,
    LinkExternalIdentity,
    MeetingAttended,
    PersonApplied,
    PersonDetailsChanged,
    PersonEnrolled,
    PersonRegistered,
    RecordCredential,
    RecordEmployment,
    RecordEmploymentOutcome,
    RecordReportingLine,
    RegisterPerson,
    ReportingLineRecorded,
)
from mentorcore.domain.person.merge_events import (
    MergePersons,
    PersonAbsorbed,
    PersonsMerged,
)
from mentorcore.domain.program import (
    AcademicCalendarSet,
    CloseProgram,
    DesignProgram,
    LaunchProgram,
    ProgramClosed,
    ProgramDesigned,
    ProgramLaunched,
    ProgramRevised,
    ReviseProgram,
    SetAcademicCalendar,
)
from mentorcore.domain.requirements.adoption import (
    AdoptPolicyPack,
    PolicyPackAdopted,
)
from mentorcore.domain.requirements.case_events import (
    CaseRaised,
    NotesOpenedForCase,
    OpenNotesForCase,
)
from mentorcore.domain.requirements.evidence_events import (
    AttachEvidence,
    AttachParticipantEvidence,
    ConfidentialityExceptionInvoked,
    EvidenceAttached,
    InvokeConfidentialityException,
    ParticipantEvidenceAttached,
)
from mentorcore.domain.requirements.participant_events import (
    CreditService,
    FactStated,
    RequirementWaived,
    ServiceCredited,
    StateFact,
    WaiveRequirement,
)
from mentorcore.domain.requirements.program_events import (
    DocumentReferenced,
    JustifyRequirement,
    ReferenceDocument,
    RequirementJustified,
)
from mentorcore.domain.responses import (
    CompleteImport,
    ImportCompleted,
    ImportReversed,
    ImportStarted,
    ResponseSettled,
    ResponseTaken,
    ReverseImport,
    SettleResponse,
    StartImport,
    TakeResponse,
)
from mentorcore.domain.sustaining.improvement import (
    AdoptImprovementAction,
    ImprovementActionAdopted,
    ImprovementReviewed,
    ReviewImprovement,
)
from mentorcore.domain.sustaining.support import (
    AllocateSupport,
    RecordSupportUse,
    SupportAllocated,
    SupportUsed,
)

Command: TypeAlias = (
    AcceptPairing
    | AddMember
    | AdmitVisitor
    | AdoptImprovementAction
    | AdoptPolicyPack
    | AgreeActionItem
    | AllocateSupport
    | AmendRecord
    | AttachEvidence
    | AttachParticipantEvidence
    | CancelMeeting
    | ChangePersonDetails
    | CloseActionItem
    | CloseCohort
    | CloseProgram
    | CompleteImport
    | ContinuePairing
    | CreditService
    | DecideApplication
    | DeclinePairing
    | DesignProgram
    | EndEnrolment
    | EndMentorQualification
    | EndNoteSharing
    | EndPairing
    | EnrolParticipant
    | FormPairing
    | GiveFeedback
    | HoldMeeting
    | InvokeConfidentialityException
    | JustifyRequirement
    | LaunchProgram
    | LinkExternalIdentity
    | MergePersons
    | MoveRecord
    | NameSubstitute
    | OpenCohort
    | OpenNotesForCase
    | PausePairing
    | ProposePairing
    | QualifyMentor
    | RecordChallenge
    | RecordCredential
    | RecordEmployment
    | RecordEmploymentOutcome
    | RecordExport
    | RecordGoalProgress
    | RecordReference
    | RecordReportingLine
    | RecordSupportUse
    | RecordTraining
    | RedactStates
    | ReferenceDocument
    | RegisterPerson
    | RemoveMember
    | ReopenPairing
    | ReportMismatch
    | ResumePairing
    | RetractRecord
    | ReverseImport
    | ReviewImprovement
    | ReviseProgram
    | RotateSigningKey
    | RuleOutDuplicates
    | ScheduleMeeting
    | ScreenApplication
    | SetAcademicCalendar
    | SetGoal
    | SetMentorCapacity
    | SettleMismatch
    | SettleResponse
    | ShareNote
    | SignAgreement
    | StartImport
    | StartPairing
    | StateFact
    | SubmitApplication
    | SucceedLog
    | TakeResponse
    | VerifyMeeting
    | WaiveRequirement
    | WithdrawApplication
    | WriteNote
)

Event: TypeAlias = (
    AcademicCalendarSet
    | ActionItemAgreed
    | ActionItemClosed
    | AgreementSigned
    | ApplicationDecided
    | ApplicationScreened
    | ApplicationSubmitted
    | ApplicationWithdrawn
    | CaseRaised
    | CohortClosed
    | CohortOpened
    | ConfidentialityExceptionInvoked
    | CredentialRecorded
    | DocumentReferenced
    | DuplicatesRuledOut
    | EmploymentOutcomeRecorded
    | EmploymentRecorded
    | EnrolmentEnded
    | EvidenceAttached
    | ExternalIdentityLinked
    | FactStated
    | FeedbackGiven
    | GoalHandedOver
    | GoalProgressRecorded
    | GoalSet
    | ImportCompleted
    | ImportReversed
    | ImportStarted
    | ImprovementActionAdopted
    | ImprovementReviewed
    | LogChallenged
    | LogExported
    | LogSucceeded
    | MeetingAttended
    | MeetingCancelled
    | MeetingHeld
    | MeetingScheduled
    | MeetingVerified
    | MemberJoined
    | MemberLeft
    | MentorCapacitySet
    | MentorQualificationEnded
    | MentorQualified
    | MismatchReported
    | MismatchSettled
    | NoteShared
    | NoteSharingEnded
    | NoteWritten
    | NotesOpenedForCase
    | PairingAccepted
    | PairingContinued
    | PairingDeclined
    | PairingEnded
    | PairingFormed
    | PairingJoined
    | PairingLeft
    | PairingOffered
    | PairingPaused
    | PairingProposed
    | PairingReopened
    | PairingResumed
    | PairingStarted
    | ParticipantEnrolled
    | ParticipantEvidenceAttached
    | ParticipantReassigned
    | PersonAbsorbed
    | PersonApplied
    | PersonDetailsChanged
    | PersonEnrolled
    | PersonRegistered
    | PersonsMerged
    | PlaceChanged
    | PolicyPackAdopted
    | ProgramClosed
    | ProgramDesigned
    | ProgramLaunched
    | ProgramRevised
    | RecordAmended
    | RecordRetracted
    | ReferenceReceived
    | ReportingLineRecorded
    | RequirementJustified
    | RequirementWaived
    | ResponseSettled
    | ResponseTaken
    | ServiceCredited
    | SigningKeyRotated
    | StatesRedacted
    | SubstituteNamed
    | SupportAllocated
    | SupportUsed
    | TrainingCompleted
    | VisitorAdmitted
)

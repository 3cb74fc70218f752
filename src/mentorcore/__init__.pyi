# Written by docs/build.py from mentorcore.public and the model: do not edit it.

from mentorcore.adapters.accounts import (
    ServiceAccount,
)
from mentorcore.adapters.records import (
    Notice,
    Options,
    Response,
    Answer as SurveyAnswer,
    Unreadable,
    Where,
)
from mentorcore.adapters.registry import (
    Listed,
    Registry,
)
from mentorcore.adapters.services import (
    ServiceConnection,
)
from mentorcore.adapters.sources import (
    Limits,
)
from mentorcore.adapters.template import (
    new_adapter,
)
from mentorcore.audit.bundle.export_kind import (
    is_export,
)
from mentorcore.audit.bundle.loading import (
    Loaded,
    load,
)
from mentorcore.audit.carrying.carried_file import (
    CarriedFile,
    EarlierCheckpoint,
)
from mentorcore.audit.carrying.checking import (
    CheckedRecord,
    check_carried,
)
from mentorcore.audit.carrying.record import (
    CarriedCompletion,
    CarriedRecord,
    CarriedSection,
)
from mentorcore.audit.merkle.leaf import (
    Leaf,
)
from mentorcore.audit.notes.alarms import (
    Alarm,
)
from mentorcore.audit.notes.checkpoint import (
    Checkpoint,
    Cosignature,
    read_checkpoint,
)
from mentorcore.audit.notes.checkpoint_file import (
    CheckpointFile,
)
from mentorcore.audit.notes.continuation import (
    Continued,
    verify_continued,
)
from mentorcore.audit.notes.signing import (
    Signing,
    Sink,
    sign_with,
)
from mentorcore.audit.notes.signing_keys import (
    begin_rotation,
    create_signing_key,
    end_rotation,
    read_signing_key,
)
from mentorcore.audit.notes.verifier_keys import (
    Signer,
    VerifierKey,
)
from mentorcore.audit.sequencing.publication import (
    Exposure,
    Publication,
)
from mentorcore.audit.sequencing.receipt import (
    Proven,
    Receipt,
    read_receipt,
    verify_receipt,
)
from mentorcore.audit.verification.held_notes import (
    held_note,
)
from mentorcore.audit.verification.stamps import (
    time_stamps,
)
from mentorcore.audit.verification.verdicts import (
    Fault,
    Verdict,
    VerificationPolicy,
)
from mentorcore.audit.verification.verification import (
    verify_log,
)
from mentorcore.audit.witness.client import (
    WitnessSink,
)
from mentorcore.audit.witness.server import (
    WitnessServer,
)
from mentorcore.audit.witness.timestamps import (
    TimeStamp,
    TimestampSink,
    stamped_at,
)
from mentorcore.audit.witness.witness import (
    RefusedCheckpoint,
    Witness,
    Reply as WitnessReply,
)
from mentorcore.blueprints.shipped import (
    BlueprintStep,
    ShippedBlueprint,
    shipped_blueprints,
)
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
    Remaining,
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
from mentorcore.domain.model_types import (
    Command,
    Event,
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
    Ending,
    FormPairing,
    Member,
    PairingFormed,
    PairingStarted,
    SignAgreement,
    StartPairing,
    Terms,
    Unmet,
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
    Rating,
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
    CriterionCheck,
    DecideApplication,
    RecordReference,
    ReferenceReceived,
    ScreenApplication,
    SubmitApplication,
    WithdrawApplication,
)
from mentorcore.domain.participant.carried import (
    brought_stream,
    origin_stream,
)
from mentorcore.domain.participant.events import (
    Criterion,
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
    Contact,
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
    CaseCause,
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
    Caused,
    CompleteImport,
    Counts,
    ImportCompleted,
    ImportReversed,
    ImportStarted,
    Left,
    RawAnswer,
    ResponseSettled,
    ResponseTaken,
    ReverseImport,
    SettleResponse,
    StartImport,
    TakeResponse,
)
from mentorcore.domain.school_calendar import (
    DaysOff,
    SchoolTime,
    Term,
)
from mentorcore.domain.settings import (
    Cadence,
    Capacity,
    ProgramGoal,
    RequiredTraining,
    Role,
    Scale,
    Settings,
    ShapeBounds,
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
from mentorcore.domain.values import (
    ActionItemId,
    AuditId,
    BatchId,
    CaseId,
    Code,
    CohortId,
    Erased,
    EvidenceId,
    FeedbackId,
    GoalId,
    ImprovementId,
    JointMeetingId,
    MeetingId,
    MismatchId,
    NoteId,
    PairingId,
    ParticipantId,
    PersonId,
    ProgramId,
    ResponseId,
    Sealed,
    Stream,
    SupportId,
    Withheld,
    made,
)
from mentorcore.engine.auditing.backups import (
    BackedUp,
    Restored,
    restore,
)
from mentorcore.engine.auditing.beside_the_log import (
    RebuiltView,
)
from mentorcore.engine.auditing.exports import (
    Exported,
)
from mentorcore.engine.auditing.proofs import (
    Checkpointed,
    Known,
)
from mentorcore.engine.carrying.receiving import (
    ReceivedRecord,
)
from mentorcore.engine.commands.idempotency import (
    Outcome as Answer,
)
from mentorcore.engine.derived_copies import (
    DerivedCopy,
    Purged,
)
from mentorcore.engine.diagnosis import (
    Diagnosis,
    DiagnosisLine,
    diagnose,
)
from mentorcore.engine.engine import (
    Engine,
)
from mentorcore.engine.export_opening import (
    open_export,
)
from mentorcore.engine.health import (
    Health,
    ViewLag,
)
from mentorcore.engine.importing.file_check import (
    CheckedFile,
)
from mentorcore.engine.indexes.imported_files import (
    ImportedFile,
)
from mentorcore.engine.indexes.mapping_comparison import (
    MappingDifference,
)
from mentorcore.engine.indexes.mappings import (
    KeptMapping,
)
from mentorcore.engine.opening import (
    open_engine as open,
)
from mentorcore.engine.pack_files import (
    CheckedPack,
    check_pack,
    new_pack,
    read_pack,
)
from mentorcore.engine.queries.attestation_rows import (
    AttestationCheck,
    ChangedResult,
)
from mentorcore.engine.queries.audit_rows import (
    CorrectionRow,
    LateEntry,
    SettingInForce,
    Trace,
)
from mentorcore.engine.queries.pack_queries import (
    AdoptedPolicyPack,
)
from mentorcore.engine.queries.recomputing import (
    Recomputed,
    RecomputedFigure,
)
from mentorcore.engine.zone_tables import (
    zone_tables,
)
from mentorcore.errors import (
    AdapterError,
    Asked,
    Conflict,
    EventError,
    EventRefused,
    EventsDiffer,
    ExportInvalid,
    FollowerStopped,
    HeadDiffers,
    IntegrityError,
    Invalid,
    KeyMissing,
    KeyReused,
    LateInsertion,
    LogAway,
    LogBusy,
    LogError,
    MalformedEvent,
    MentorcoreError,
    MissingExtra,
    NewerEvent,
    NotALog,
    NoteInvalid,
    OpenedElsewhere,
    OpenedReadOnly,
    PracticeError,
    Problem,
    ProofInvalid,
    ReceiverAway,
    ReceiverGone,
    Refused,
    RollbackRefused,
    RowsMissing,
    SourceRefused,
    SourceUnreadable,
    SubscriptionBusy,
    TablesError,
    UnfitRow,
    UnknownEvent,
)
from mentorcore.feeds.attempts import (
    Attempt,
)
from mentorcore.feeds.feed import (
    Feed,
)
from mentorcore.feeds.positions import (
    Parked,
)
from mentorcore.feeds.signature import (
    verify_webhook,
)
from mentorcore.feeds.subscription import (
    Subscription,
    SubscriptionHealth,
)
from mentorcore.feeds.webhook import (
    Webhook,
)
from mentorcore.intake.blueprint import (
    Blueprint,
    PlannedCohort,
    PlannedGoal,
    read_blueprint,
)
from mentorcore.intake.calendar_tables import (
    PlannedYear,
)
from mentorcore.intake.form_kind import (
    FormKind,
)
from mentorcore.intake.forms.built_in import (
    MAPPINGS as MAPPING_TEMPLATES,
)
from mentorcore.intake.mappings.discovery import (
    check_service,
    discover,
    discover_service,
)
from mentorcore.intake.mappings.mapping import (
    FormMapping,
    NumberMarks,
)
from mentorcore.intake.mappings.mapping_reader import (
    read_mapping,
)
from mentorcore.intake.mappings.templates import (
    BLUEPRINT as BLUEPRINT_TEMPLATE,
)
from mentorcore.intake.pack_tables import (
    PlannedPack,
)
from mentorcore.intake.rejects import (
    Reject,
)
from mentorcore.intake.report import (
    Finding,
    Missing,
    Question,
    Report,
    Row,
)
from mentorcore.intake.source_file import (
    ServiceSource,
    read_source,
)
from mentorcore.log.recorded import (
    Actor,
    LeftOut,
    Recorded,
    Provenance as Source,
    UnknownHere,
)
from mentorcore.log.sealing.keys import (
    Keys,
)
from mentorcore.log.sealing.keys_in_postgres import (
    KeysInPostgres,
)
from mentorcore.log.sealing.no_keys import (
    NoKeys,
)
from mentorcore.log.stores.migrating import (
    Migrated,
    migrate,
)
from mentorcore.log.stores.postgres.pool import (
    Pool,
)
from mentorcore.log.stores.postgres.privileges import (
    postgres_rights,
)
from mentorcore.policy.grammar import (
    Rule,
)
from mentorcore.policy.pack import (
    Pack,
)
from mentorcore.policy.stated import (
    named_roles,
)
from mentorcore.practices.practice import (
    Here as InstalledPractice,
    LeftOut as LeftOutPractice,
    Practice,
    PracticeLine,
)
from mentorcore.practices.registry import (
    Practices,
)
from mentorcore.practices.template import (
    new_practice,
)
from mentorcore.projections.access.redactor import (
    Viewer,
)
from mentorcore.projections.attention.needs import (
    Attention,
    Need,
)
from mentorcore.projections.compliance.rows import (
    Compliance,
    PackLine,
    RequirementRow,
    StateCounts,
)
from mentorcore.projections.compliance.statement import (
    Statement,
)
from mentorcore.projections.diff.rows import (
    ChangeCause,
    Diff,
    Difference,
    FieldChange,
    ViewDifference,
)
from mentorcore.projections.explain.explanation import (
    Explanation,
    Figure,
    Ground,
    Origin,
    ReadAnswer,
)
from mentorcore.projections.folding.lacking import (
    Lacking,
)
from mentorcore.projections.folding.moment import (
    Moment,
)
from mentorcore.projections.folding.projection import (
    Evidence,
)
from mentorcore.projections.folding.view_comparison import (
    StoredViewDifference,
)
from mentorcore.projections.history.rows import (
    Change,
    Corrected,
    Entry,
    History,
    Said,
)
from mentorcore.projections.plain import (
    plain,
)
from mentorcore.projections.program_view import (
    View,
)
from mentorcore.projections.status.applications import (
    ApplicationRow,
)
from mentorcore.projections.status.pairing_figures import (
    EndRow,
    FeedbackRow,
    GoalCounts,
    GoalRow,
    ItemRow,
    LateRow,
    Mark,
    MismatchRow,
    PairingRow,
    Score,
    SubstituteRow,
)
from mentorcore.projections.status.proposals import (
    ProposalRow,
)
from mentorcore.projections.status.rows import (
    CohortRow,
    Numbers,
    PairingCounts,
    ParticipantRow,
    Places,
    RoleCount,
    Status,
    TrainingRow,
)
from mentorcore.projections.summary.effective_records import (
    Effective,
)
from mentorcore.projections.summary.finding import (
    Found,
    FoundPairing,
)
from mentorcore.projections.summary.people import (
    Who,
)
from mentorcore.projections.views import (
    ProgramLine,
)
from mentorcore.reference.catalog import (
    Catalog,
    CatalogEvent,
    CatalogField,
    catalog,
)
from mentorcore.reference.compat import (
    Compatibility,
    HeldEvents,
    Incompatible,
)
from mentorcore.reference.older import (
    compat,
)
from mentorcore.tables.checking import (
    TableDifference,
)
from mentorcore.tables.copying import (
    TableCopy,
)
from mentorcore.tables.held_tables import (
    TableState,
)
from mentorcore.tables.mentor_hours import (
    MentorMonth,
    mentor_hours_sql,
)
from mentorcore.tables.tables import (
    Tables,
)
from mentorcore.telemetry.instrumentation import (
    Instrumentation,
    instrument,
)

__version__: str
__all__ = [
    "AcademicCalendarSet",
    "AcceptPairing",
    "ActionItemAgreed",
    "ActionItemClosed",
    "ActionItemId",
    "Actor",
    "AdapterError",
    "AddMember",
    "AdmitVisitor",
    "AdoptImprovementAction",
    "AdoptPolicyPack",
    "AdoptedPolicyPack",
    "AgreeActionItem",
    "AgreementSigned",
    "Alarm",
    "AllocateSupport",
    "AmendRecord",
    "Answer",
    "ApplicationDecided",
    "ApplicationRow",
    "ApplicationScreened",
    "ApplicationSubmitted",
    "ApplicationWithdrawn",
    "Asked",
    "AttachEvidence",
    "AttachParticipantEvidence",
    "Attempt",
    "Attention",
    "AttestationCheck",
    "AuditId",
    "BLUEPRINT_TEMPLATE",
    "BackedUp",
    "BatchId",
    "Blueprint",
    "BlueprintStep",
    "Cadence",
    "CancelMeeting",
    "Capacity",
    "CarriedCompletion",
    "CarriedFile",
    "CarriedRecord",
    "CarriedSection",
    "CaseCause",
    "CaseId",
    "CaseRaised",
    "Catalog",
    "CatalogEvent",
    "CatalogField",
    "Caused",
    "Change",
    "ChangeCause",
    "ChangePersonDetails",
    "ChangedResult",
    "CheckedFile",
    "CheckedPack",
    "CheckedRecord",
    "Checkpoint",
    "CheckpointFile",
    "Checkpointed",
    "CloseActionItem",
    "CloseCohort",
    "CloseProgram",
    "Code",
    "CohortClosed",
    "CohortId",
    "CohortOpened",
    "CohortRow",
    "Command",
    "Compatibility",
    "CompleteImport",
    "Compliance",
    "ConfidentialityExceptionInvoked",
    "Conflict",
    "Contact",
    "ContinuePairing",
    "Continued",
    "Corrected",
    "CorrectionRow",
    "Cosignature",
    "Counts",
    "CredentialRecorded",
    "CreditService",
    "Criterion",
    "CriterionCheck",
    "DaysOff",
    "DecideApplication",
    "DeclinePairing",
    "DerivedCopy",
    "DesignProgram",
    "Diagnosis",
    "DiagnosisLine",
    "Diff",
    "Difference",
    "DocumentReferenced",
    "DuplicatesRuledOut",
    "EarlierCheckpoint",
    "Effective",
    "EmploymentOutcomeRecorded",
    "EmploymentRecorded",
    "EndEnrolment",
    "EndMentorQualification",
    "EndNoteSharing",
    "EndPairing",
    "EndRow",
    "Ending",
    "Engine",
    "EnrolParticipant",
    "EnrolmentEnded",
    "Entry",
    "Erased",
    "Event",
    "EventError",
    "EventRefused",
    "EventsDiffer",
    "Evidence",
    "EvidenceAttached",
    "EvidenceId",
    "Explanation",
    "ExportInvalid",
    "Exported",
    "Exposure",
    "ExternalIdentityLinked",
    "FactStated",
    "Fault",
    "Feed",
    "FeedbackGiven",
    "FeedbackId",
    "FeedbackRow",
    "FieldChange",
    "Figure",
    "Finding",
    "FollowerStopped",
    "FormKind",
    "FormMapping",
    "FormPairing",
    "Found",
    "FoundPairing",
    "GiveFeedback",
    "GoalCounts",
    "GoalHandedOver",
    "GoalId",
    "GoalProgressRecorded",
    "GoalRow",
    "GoalSet",
    "Ground",
    "HeadDiffers",
    "Health",
    "HeldEvents",
    "History",
    "HoldMeeting",
    "ImportCompleted",
    "ImportReversed",
    "ImportStarted",
    "ImportedFile",
    "ImprovementActionAdopted",
    "ImprovementId",
    "ImprovementReviewed",
    "Incompatible",
    "InstalledPractice",
    "Instrumentation",
    "IntegrityError",
    "Invalid",
    "InvokeConfidentialityException",
    "ItemRow",
    "JointMeetingId",
    "JustifyRequirement",
    "KeptMapping",
    "KeyMissing",
    "KeyReused",
    "Keys",
    "KeysInPostgres",
    "Known",
    "Lacking",
    "LateEntry",
    "LateInsertion",
    "LateRow",
    "LaunchProgram",
    "Leaf",
    "Left",
    "LeftOut",
    "LeftOutPractice",
    "Limits",
    "LinkExternalIdentity",
    "Listed",
    "Loaded",
    "LogAway",
    "LogBusy",
    "LogChallenged",
    "LogError",
    "LogExported",
    "LogSucceeded",
    "MAPPING_TEMPLATES",
    "MalformedEvent",
    "MappingDifference",
    "Mark",
    "MeetingAttended",
    "MeetingCancelled",
    "MeetingHeld",
    "MeetingId",
    "MeetingScheduled",
    "MeetingVerified",
    "Member",
    "MemberJoined",
    "MemberLeft",
    "MentorCapacitySet",
    "MentorMonth",
    "MentorQualificationEnded",
    "MentorQualified",
    "MentorcoreError",
    "MergePersons",
    "Migrated",
    "MismatchId",
    "MismatchReported",
    "MismatchRow",
    "MismatchSettled",
    "Missing",
    "MissingExtra",
    "Moment",
    "MoveRecord",
    "NameSubstitute",
    "Need",
    "NewerEvent",
    "NoKeys",
    "NotALog",
    "NoteId",
    "NoteInvalid",
    "NoteShared",
    "NoteSharingEnded",
    "NoteWritten",
    "NotesOpenedForCase",
    "Notice",
    "NumberMarks",
    "Numbers",
    "OpenCohort",
    "OpenNotesForCase",
    "OpenedElsewhere",
    "OpenedReadOnly",
    "Options",
    "Origin",
    "Pack",
    "PackLine",
    "PairingAccepted",
    "PairingContinued",
    "PairingCounts",
    "PairingDeclined",
    "PairingEnded",
    "PairingFormed",
    "PairingId",
    "PairingJoined",
    "PairingLeft",
    "PairingOffered",
    "PairingPaused",
    "PairingProposed",
    "PairingReopened",
    "PairingResumed",
    "PairingRow",
    "PairingStarted",
    "Parked",
    "ParticipantEnrolled",
    "ParticipantEvidenceAttached",
    "ParticipantId",
    "ParticipantReassigned",
    "ParticipantRow",
    "PausePairing",
    "PersonAbsorbed",
    "PersonApplied",
    "PersonDetailsChanged",
    "PersonEnrolled",
    "PersonId",
    "PersonRegistered",
    "PersonsMerged",
    "PlaceChanged",
    "Places",
    "PlannedCohort",
    "PlannedGoal",
    "PlannedPack",
    "PlannedYear",
    "PolicyPackAdopted",
    "Pool",
    "Practice",
    "PracticeError",
    "PracticeLine",
    "Practices",
    "Problem",
    "ProgramClosed",
    "ProgramDesigned",
    "ProgramGoal",
    "ProgramId",
    "ProgramLaunched",
    "ProgramLine",
    "ProgramRevised",
    "ProofInvalid",
    "ProposalRow",
    "ProposePairing",
    "Proven",
    "Publication",
    "Purged",
    "QualifyMentor",
    "Question",
    "Rating",
    "RawAnswer",
    "ReadAnswer",
    "RebuiltView",
    "Receipt",
    "ReceivedRecord",
    "ReceiverAway",
    "ReceiverGone",
    "Recomputed",
    "RecomputedFigure",
    "RecordAmended",
    "RecordChallenge",
    "RecordCredential",
    "RecordEmployment",
    "RecordEmploymentOutcome",
    "RecordExport",
    "RecordGoalProgress",
    "RecordReference",
    "RecordReportingLine",
    "RecordRetracted",
    "RecordSupportUse",
    "RecordTraining",
    "Recorded",
    "RedactStates",
    "ReferenceDocument",
    "ReferenceReceived",
    "Refused",
    "RefusedCheckpoint",
    "RegisterPerson",
    "Registry",
    "Reject",
    "Remaining",
    "RemoveMember",
    "ReopenPairing",
    "Report",
    "ReportMismatch",
    "ReportingLineRecorded",
    "RequiredTraining",
    "RequirementJustified",
    "RequirementRow",
    "RequirementWaived",
    "Response",
    "ResponseId",
    "ResponseSettled",
    "ResponseTaken",
    "Restored",
    "ResumePairing",
    "RetractRecord",
    "ReverseImport",
    "ReviewImprovement",
    "ReviseProgram",
    "Role",
    "RoleCount",
    "RollbackRefused",
    "RotateSigningKey",
    "Row",
    "RowsMissing",
    "Rule",
    "RuleOutDuplicates",
    "Said",
    "Scale",
    "ScheduleMeeting",
    "SchoolTime",
    "Score",
    "ScreenApplication",
    "Sealed",
    "ServiceAccount",
    "ServiceConnection",
    "ServiceCredited",
    "ServiceSource",
    "SetAcademicCalendar",
    "SetGoal",
    "SetMentorCapacity",
    "SettingInForce",
    "Settings",
    "SettleMismatch",
    "SettleResponse",
    "ShapeBounds",
    "ShareNote",
    "ShippedBlueprint",
    "SignAgreement",
    "Signer",
    "Signing",
    "SigningKeyRotated",
    "Sink",
    "Source",
    "SourceRefused",
    "SourceUnreadable",
    "StartImport",
    "StartPairing",
    "StateCounts",
    "StateFact",
    "Statement",
    "StatesRedacted",
    "Status",
    "StoredViewDifference",
    "Stream",
    "SubmitApplication",
    "Subscription",
    "SubscriptionBusy",
    "SubscriptionHealth",
    "SubstituteNamed",
    "SubstituteRow",
    "SucceedLog",
    "SupportAllocated",
    "SupportId",
    "SupportUsed",
    "SurveyAnswer",
    "TableCopy",
    "TableDifference",
    "TableState",
    "Tables",
    "TablesError",
    "TakeResponse",
    "Term",
    "Terms",
    "TimeStamp",
    "TimestampSink",
    "Trace",
    "TrainingCompleted",
    "TrainingRow",
    "UnfitRow",
    "UnknownEvent",
    "UnknownHere",
    "Unmet",
    "Unreadable",
    "Verdict",
    "VerificationPolicy",
    "VerifierKey",
    "VerifyMeeting",
    "View",
    "ViewDifference",
    "ViewLag",
    "Viewer",
    "VisitorAdmitted",
    "WaiveRequirement",
    "Webhook",
    "Where",
    "Who",
    "WithdrawApplication",
    "Withheld",
    "Witness",
    "WitnessReply",
    "WitnessServer",
    "WitnessSink",
    "WriteNote",
    "__version__",
    "begin_rotation",
    "brought_stream",
    "catalog",
    "check_carried",
    "check_pack",
    "check_service",
    "compat",
    "create_signing_key",
    "diagnose",
    "discover",
    "discover_service",
    "end_rotation",
    "held_note",
    "instrument",
    "is_export",
    "load",
    "made",
    "mentor_hours_sql",
    "migrate",
    "named_roles",
    "new_adapter",
    "new_pack",
    "new_practice",
    "open",
    "open_export",
    "origin_stream",
    "plain",
    "postgres_rights",
    "read_blueprint",
    "read_checkpoint",
    "read_mapping",
    "read_pack",
    "read_receipt",
    "read_signing_key",
    "read_source",
    "restore",
    "shipped_blueprints",
    "sign_with",
    "stamped_at",
    "time_stamps",
    "verify_continued",
    "verify_log",
    "verify_receipt",
    "verify_webhook",
    "zone_tables",
]

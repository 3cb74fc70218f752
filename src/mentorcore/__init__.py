"""The event-sourced system of record of peer-mentoring programs.

Open a log with `mentorcore.open`, ask with commands, read with a viewer:

    with mentorcore.open("program.db") as engine:
        engine.handle(mentorcore.HoldMeeting(...), actor=mentorcore.Actor(...))
        engine.status(program, viewer=mentorcore.Viewer.coordinator())
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mentorcore.public import HOMES as _HOMES
from mentorcore.public import INSIDE as _INSIDE

if TYPE_CHECKING:
    from mentorcore.adapters.accounts import ServiceAccount
    from mentorcore.adapters.records import Notice
    from mentorcore.adapters.registry import Listed, Registry
    from mentorcore.adapters.template import new_adapter
    from mentorcore.audit.checkpoint_file import CheckpointFile
    from mentorcore.audit.continuing import Continued, verify_continued
    from mentorcore.audit.leaf import Leaf
    from mentorcore.audit.loading import Loaded, load
    from mentorcore.audit.note import Checkpoint, Cosignature, read_checkpoint
    from mentorcore.audit.publishing import Exposure, Publication
    from mentorcore.audit.receipt import Proven, Receipt, read_receipt, verify_receipt
    from mentorcore.audit.signing import Signing, Sink, sign_with
    from mentorcore.audit.signing_keys import (
        begin_rotation,
        create_signing_key,
        end_rotation,
        read_signing_key,
    )
    from mentorcore.audit.timestamps import TimestampSink, stamped_at
    from mentorcore.audit.verdicts import Demands, Fault, Verdict
    from mentorcore.audit.verification import verify_log
    from mentorcore.audit.vkeys import Signer, VerifierKey
    from mentorcore.audit.witness import RefusedCheckpoint, Witness
    from mentorcore.audit.witness_client import WitnessSink
    from mentorcore.audit.witness_server import WitnessServer
    from mentorcore.domain.auditing import (
        RecordChallenge,
        RecordExport,
        RedactStates,
        RotateSigningKey,
        SucceedLog,
    )
    from mentorcore.domain.corrections.commands import AmendRecord, AttributeRecord, RetractRecord
    from mentorcore.domain.pairing.commands import (
        AgreeActionItem,
        CancelMeeting,
        CloseActionItem,
        Ending,
        EndPairing,
        FormPairing,
        GiveFeedback,
        HoldMeeting,
        PausePairing,
        RecordGoalProgress,
        ReopenPairing,
        ReportMismatch,
        ResumePairing,
        RuleOutDuplicates,
        ScheduleMeeting,
        SetGoal,
        SettleMismatch,
        SignAgreement,
        StartPairing,
        VerifyMeeting,
        WriteNote,
    )
    from mentorcore.domain.pairing.events import Member, Rating, Terms, Unmet
    from mentorcore.domain.participant.commands import (
        EndEnrolment,
        EndMentorQualification,
        EnrolParticipant,
        QualifyMentor,
        RecordTraining,
        SetMentorCapacity,
    )
    from mentorcore.domain.participant.events import Criterion
    from mentorcore.domain.person.commands import (
        ChangePersonDetails,
        LinkExternalIdentity,
        RecordCredential,
        RecordEmployment,
        RecordReportingLine,
        RegisterPerson,
    )
    from mentorcore.domain.person.events import Contact
    from mentorcore.domain.program import (
        CloseProgram,
        DesignProgram,
        LaunchProgram,
        OpenCohort,
        ReviseProgram,
    )
    from mentorcore.domain.responses import ReverseImport, SettleResponse
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
    from mentorcore.domain.values import Erased, Sealed, Withheld
    from mentorcore.engine.asking import COMMAND_NAMES, command_from
    from mentorcore.engine.engine import Engine
    from mentorcore.engine.exporting import Exported
    from mentorcore.engine.integrity import Checkpointed
    from mentorcore.engine.kept_mappings import KeptMapping
    from mentorcore.engine.opening import open_engine as open  # noqa: A004 - read as mentorcore.open
    from mentorcore.engine.requests import Answer
    from mentorcore.errors import (
        AdapterError,
        Asked,
        Conflict,
        ExportInvalid,
        FollowerStopped,
        HeadDiffers,
        IntegrityError,
        Invalid,
        KeyMissing,
        KeyReused,
        LateInsertion,
        LogBusy,
        LogError,
        MalformedEvent,
        MentorcoreError,
        MissingExtra,
        NewerEvent,
        NotALog,
        NoteInvalid,
        Problem,
        ProofInvalid,
        Refused,
        RollbackRefused,
        RowsMissing,
        SchemaDiffers,
        SourceUnreadable,
        UnfitRow,
        UnknownEvent,
    )
    from mentorcore.intake.blueprint import Blueprint, read_blueprint
    from mentorcore.intake.discovery import check_service, discover, discover_service
    from mentorcore.intake.form_kind import FormKind
    from mentorcore.intake.forms.built_in import MAPPINGS as MAPPING_TEMPLATES
    from mentorcore.intake.mapping import FormMapping
    from mentorcore.intake.mapping_reader import read_mapping
    from mentorcore.intake.rejects import Reject
    from mentorcore.intake.report import Finding, Report
    from mentorcore.intake.source_file import ServiceSource, read_source
    from mentorcore.intake.templates import BLUEPRINT as BLUEPRINT_TEMPLATE
    from mentorcore.log.keys import Keys
    from mentorcore.log.no_keys import NoKeys
    from mentorcore.log.postgres_rights import postgres_rights
    from mentorcore.log.recorded import Actor, Recorded, Source
    from mentorcore.projections.diff_rows import Deed, Diff, Difference, FieldChange, Moment
    from mentorcore.projections.effective_records import Effective
    from mentorcore.projections.explanation import Explanation, Figure, Ground, Origin, ReadAnswer
    from mentorcore.projections.history_rows import Corrected, Entry, History
    from mentorcore.projections.needs import Attention, Need
    from mentorcore.projections.pairing_figures import PairingRow
    from mentorcore.projections.people import Who
    from mentorcore.projections.plain import plain
    from mentorcore.projections.projection import Evidence
    from mentorcore.projections.seeing import Viewer
    from mentorcore.projections.status_rows import ParticipantRow, Status
    from mentorcore.projections.views import ProgramLine
    from mentorcore.reference.catalog import Catalog, CatalogEvent, CatalogField, catalog
    from mentorcore.reference.compat import Compatibility, HeldEvents, Incompatible
    from mentorcore.reference.older import compat

__version__ = "0.1.0"

_NAMES = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Actor",
    "AdapterError",
    "AgreeActionItem",
    "AmendRecord",
    "Answer",
    "Asked",
    "Attention",
    "AttributeRecord",
    "BLUEPRINT_TEMPLATE",
    "Blueprint",
    "COMMAND_NAMES",
    "Cadence",
    "CancelMeeting",
    "Capacity",
    "Catalog",
    "CatalogEvent",
    "CatalogField",
    "ChangePersonDetails",
    "Checkpoint",
    "CheckpointFile",
    "Checkpointed",
    "CloseActionItem",
    "CloseProgram",
    "Compatibility",
    "Conflict",
    "Contact",
    "Continued",
    "Corrected",
    "Cosignature",
    "Criterion",
    "Deed",
    "Demands",
    "DesignProgram",
    "Diff",
    "Difference",
    "Effective",
    "EndEnrolment",
    "EndMentorQualification",
    "EndPairing",
    "Ending",
    "Engine",
    "EnrolParticipant",
    "Entry",
    "Erased",
    "Evidence",
    "Explanation",
    "ExportInvalid",
    "Exported",
    "Exposure",
    "Fault",
    "FieldChange",
    "Figure",
    "Finding",
    "FollowerStopped",
    "FormKind",
    "FormMapping",
    "FormPairing",
    "GiveFeedback",
    "Ground",
    "HeadDiffers",
    "HeldEvents",
    "History",
    "HoldMeeting",
    "Incompatible",
    "IntegrityError",
    "Invalid",
    "KeptMapping",
    "KeyMissing",
    "KeyReused",
    "Keys",
    "LateInsertion",
    "LaunchProgram",
    "Leaf",
    "LinkExternalIdentity",
    "Listed",
    "Loaded",
    "LogBusy",
    "LogError",
    "MAPPING_TEMPLATES",
    "MalformedEvent",
    "Member",
    "MentorcoreError",
    "MissingExtra",
    "Moment",
    "Need",
    "NewerEvent",
    "NoKeys",
    "NotALog",
    "NoteInvalid",
    "Notice",
    "OpenCohort",
    "Origin",
    "PairingRow",
    "ParticipantRow",
    "PausePairing",
    "Problem",
    "ProgramGoal",
    "ProgramLine",
    "ProofInvalid",
    "Proven",
    "Publication",
    "QualifyMentor",
    "Rating",
    "ReadAnswer",
    "Receipt",
    "RecordChallenge",
    "RecordCredential",
    "RecordEmployment",
    "RecordExport",
    "RecordGoalProgress",
    "RecordReportingLine",
    "RecordTraining",
    "Recorded",
    "RedactStates",
    "Refused",
    "RefusedCheckpoint",
    "RegisterPerson",
    "Registry",
    "Reject",
    "ReopenPairing",
    "Report",
    "ReportMismatch",
    "RequiredTraining",
    "ResumePairing",
    "RetractRecord",
    "ReverseImport",
    "ReviseProgram",
    "Role",
    "RollbackRefused",
    "RotateSigningKey",
    "RowsMissing",
    "RuleOutDuplicates",
    "Scale",
    "ScheduleMeeting",
    "SchemaDiffers",
    "Sealed",
    "ServiceAccount",
    "ServiceSource",
    "SetGoal",
    "SetMentorCapacity",
    "Settings",
    "SettleMismatch",
    "SettleResponse",
    "ShapeBounds",
    "SignAgreement",
    "Signer",
    "Signing",
    "Sink",
    "Source",
    "SourceUnreadable",
    "StartPairing",
    "Status",
    "SucceedLog",
    "Terms",
    "TimestampSink",
    "UnfitRow",
    "UnknownEvent",
    "Unmet",
    "Verdict",
    "VerifierKey",
    "VerifyMeeting",
    "Viewer",
    "Who",
    "Withheld",
    "Witness",
    "WitnessServer",
    "WitnessSink",
    "WriteNote",
    "__version__",
    "begin_rotation",
    "catalog",
    "check_service",
    "command_from",
    "compat",
    "create_signing_key",
    "discover",
    "discover_service",
    "end_rotation",
    "load",
    "new_adapter",
    "open",
    "plain",
    "postgres_rights",
    "read_blueprint",
    "read_checkpoint",
    "read_mapping",
    "read_receipt",
    "read_signing_key",
    "read_source",
    "sign_with",
    "stamped_at",
    "verify_continued",
    "verify_log",
    "verify_receipt",
]


def __getattr__(name: str) -> Any:
    home = _NAMES.get(name)
    if home is None:
        raise AttributeError(f"mentorcore has no public name {name!r}")
    found = getattr(import_module(home), _INSIDE.get(name, name))
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__

"""What is public: each name with the module it lives in, imported when it is first asked for.

The table is the only list that is kept by hand, and it leaves out the commands and events of the
core: they are public because they are in the model. `docs/build.py` writes ``__init__.pyi`` from
both, for type checkers. The commands and events of a practice are imported from its own package.
"""

from importlib import import_module
from typing import Any

__all__ = ["HOMES", "INSIDE", "all_names", "found", "of_the_model"]

HOMES = {
    "mentorcore.adapters.accounts": ("ServiceAccount",),
    "mentorcore.adapters.records": (
        "Notice",
        "Options",
        "Response",
        "SurveyAnswer",
        "Unreadable",
        "Where",
    ),
    "mentorcore.adapters.registry": ("Listed", "Registry"),
    "mentorcore.adapters.services": ("ServiceConnection",),
    "mentorcore.adapters.sources": ("Limits",),
    "mentorcore.adapters.template": ("new_adapter",),
    "mentorcore.audit.notes.alarms": ("Alarm",),
    "mentorcore.audit.notes.checkpoint_file": ("CheckpointFile",),
    "mentorcore.audit.notes.continuation": ("Continued", "verify_continued"),
    "mentorcore.audit.merkle.leaf": ("Leaf",),
    "mentorcore.audit.bundle.export_kind": ("is_export",),
    "mentorcore.audit.bundle.loading": ("Loaded", "load"),
    "mentorcore.audit.notes.checkpoint": ("Checkpoint", "Cosignature", "read_checkpoint"),
    "mentorcore.audit.sequencing.publication": ("Exposure", "Publication"),
    "mentorcore.audit.sequencing.receipt": ("Proven", "Receipt", "read_receipt", "verify_receipt"),
    "mentorcore.audit.notes.signing": ("Signing", "Sink", "sign_with"),
    "mentorcore.audit.notes.signing_keys": (
        "begin_rotation",
        "create_signing_key",
        "end_rotation",
        "read_signing_key",
    ),
    "mentorcore.audit.witness.timestamps": ("TimeStamp", "TimestampSink", "stamped_at"),
    "mentorcore.audit.verification.stamps": ("time_stamps",),
    "mentorcore.audit.verification.verdicts": ("Fault", "Verdict", "VerificationPolicy"),
    "mentorcore.audit.verification.held_notes": ("held_note",),
    "mentorcore.audit.verification.verification": ("verify_log",),
    "mentorcore.audit.notes.verifier_keys": ("Signer", "VerifierKey"),
    "mentorcore.audit.witness.witness": ("RefusedCheckpoint", "Witness", "WitnessReply"),
    "mentorcore.audit.witness.client": ("WitnessSink",),
    "mentorcore.audit.witness.server": ("WitnessServer",),
    "mentorcore.blueprints.shipped": (
        "BlueprintStep",
        "ShippedBlueprint",
        "shipped_blueprints",
    ),
    "mentorcore.domain.cohort": ("Remaining",),
    "mentorcore.domain.model_types": ("Command", "Event"),
    "mentorcore.domain.pairing.events.forming": ("Ending", "Member", "Terms", "Unmet"),
    "mentorcore.domain.pairing.events.work": ("Rating",),
    "mentorcore.domain.participant.events": ("Criterion",),
    "mentorcore.domain.person.events": ("Contact",),
    "mentorcore.domain.responses": ("Caused", "Counts", "Left", "RawAnswer"),
    "mentorcore.domain.school_calendar": ("DaysOff", "SchoolTime", "Term"),
    "mentorcore.domain.settings": (
        "Cadence",
        "Capacity",
        "ProgramGoal",
        "RequiredTraining",
        "Role",
        "Scale",
        "Settings",
        "ShapeBounds",
    ),
    "mentorcore.domain.values": (
        "ActionItemId",
        "AuditId",
        "BatchId",
        "Code",
        "CohortId",
        "Erased",
        "EvidenceId",
        "FeedbackId",
        "GoalId",
        "ImprovementId",
        "JointMeetingId",
        "MeetingId",
        "MismatchId",
        "NoteId",
        "PairingId",
        "ParticipantId",
        "PersonId",
        "ProgramId",
        "ResponseId",
        "Sealed",
        "Stream",
        "SupportId",
        "Withheld",
        "made",
    ),
    "mentorcore.engine.diagnosis": ("Diagnosis", "DiagnosisLine", "diagnose"),
    "mentorcore.engine.engine": ("Engine",),
    "mentorcore.engine.derived_copies": ("DerivedCopy", "Purged"),
    "mentorcore.engine.health": ("Health", "ViewLag"),
    "mentorcore.engine.auditing.beside_the_log": ("RebuiltView",),
    "mentorcore.engine.auditing.backups": ("BackedUp", "Restored", "restore"),
    "mentorcore.engine.auditing.exports": ("Exported",),
    "mentorcore.engine.auditing.proofs": ("Checkpointed", "Known"),
    "mentorcore.engine.indexes.mapping_comparison": ("MappingDifference",),
    "mentorcore.engine.indexes.mappings": ("KeptMapping",),
    "mentorcore.engine.export_opening": ("open_export",),
    "mentorcore.engine.opening": ("open",),
    "mentorcore.engine.queries.recomputing": ("Recomputed", "RecomputedFigure"),
    "mentorcore.engine.zone_tables": ("zone_tables",),
    "mentorcore.engine.importing.file_check": ("CheckedFile",),
    "mentorcore.engine.indexes.imported_files": ("ImportedFile",),
    "mentorcore.engine.queries.audit_rows": (
        "CorrectionRow",
        "LateEntry",
        "SettingInForce",
        "Trace",
    ),
    "mentorcore.engine.commands.idempotency": ("Answer",),
    "mentorcore.errors": (
        "AdapterError",
        "Asked",
        "Conflict",
        "EventError",
        "EventRefused",
        "ExportInvalid",
        "FollowerStopped",
        "EventsDiffer",
        "HeadDiffers",
        "IntegrityError",
        "Invalid",
        "KeyMissing",
        "KeyReused",
        "LateInsertion",
        "LogAway",
        "LogBusy",
        "LogError",
        "MalformedEvent",
        "MentorcoreError",
        "MissingExtra",
        "NewerEvent",
        "NotALog",
        "NoteInvalid",
        "OpenedElsewhere",
        "OpenedReadOnly",
        "PracticeError",
        "Problem",
        "ProofInvalid",
        "ReceiverAway",
        "ReceiverGone",
        "Refused",
        "RollbackRefused",
        "RowsMissing",
        "SourceRefused",
        "SourceUnreadable",
        "TablesError",
        "SubscriptionBusy",
        "UnfitRow",
        "UnknownEvent",
    ),
    "mentorcore.feeds.attempts": ("Attempt",),
    "mentorcore.feeds.feed": ("Feed",),
    "mentorcore.feeds.positions": ("Parked",),
    "mentorcore.feeds.signature": ("verify_webhook",),
    "mentorcore.feeds.subscription": ("Subscription", "SubscriptionHealth"),
    "mentorcore.feeds.webhook": ("Webhook",),
    "mentorcore.intake.blueprint": ("Blueprint", "PlannedCohort", "PlannedGoal", "read_blueprint"),
    "mentorcore.intake.calendar_tables": ("PlannedYear",),
    "mentorcore.intake.mappings.discovery": ("check_service", "discover", "discover_service"),
    "mentorcore.intake.form_kind": ("FormKind",),
    "mentorcore.intake.forms.built_in": ("MAPPING_TEMPLATES",),
    "mentorcore.intake.mappings.mapping": ("FormMapping", "NumberMarks"),
    "mentorcore.intake.mappings.mapping_reader": ("read_mapping",),
    "mentorcore.intake.rejects": ("Reject",),
    "mentorcore.intake.report": ("Finding", "Missing", "Question", "Report", "Row"),
    "mentorcore.intake.source_file": ("ServiceSource", "read_source"),
    "mentorcore.intake.mappings.templates": ("BLUEPRINT_TEMPLATE",),
    "mentorcore.log.sealing.keys": ("Keys",),
    "mentorcore.log.sealing.keys_in_postgres": ("KeysInPostgres",),
    "mentorcore.log.sealing.no_keys": ("NoKeys",),
    "mentorcore.log.stores.migrating": ("Migrated", "migrate"),
    "mentorcore.log.stores.postgres.pool": ("Pool",),
    "mentorcore.log.stores.postgres.privileges": ("postgres_rights",),
    "mentorcore.log.recorded": ("Actor", "LeftOut", "Recorded", "Source", "UnknownHere"),
    "mentorcore.practices.practice": (
        "InstalledPractice",
        "LeftOutPractice",
        "Practice",
        "PracticeLine",
    ),
    "mentorcore.practices.registry": ("Practices",),
    "mentorcore.practices.template": ("new_practice",),
    "mentorcore.projections.diff.rows": (
        "ChangeCause",
        "Diff",
        "Difference",
        "FieldChange",
        "ViewDifference",
    ),
    "mentorcore.projections.summary.effective_records": ("Effective",),
    "mentorcore.projections.explain.explanation": (
        "Explanation",
        "Figure",
        "Ground",
        "Origin",
        "ReadAnswer",
    ),
    "mentorcore.projections.folding.moment": ("Moment",),
    "mentorcore.projections.history.rows": ("Change", "Corrected", "Entry", "History", "Said"),
    "mentorcore.projections.attention.needs": ("Attention", "Need"),
    "mentorcore.projections.summary.finding": ("Found", "FoundPairing"),
    "mentorcore.projections.summary.people": ("Who",),
    "mentorcore.projections.plain": ("plain",),
    "mentorcore.projections.program_view": ("View",),
    "mentorcore.projections.folding.projection": ("Evidence",),
    "mentorcore.projections.folding.view_comparison": ("StoredViewDifference",),
    "mentorcore.projections.access.redactor": ("Viewer",),
    "mentorcore.projections.status.pairing_figures": (
        "EndRow",
        "FeedbackRow",
        "GoalCounts",
        "GoalRow",
        "ItemRow",
        "LateRow",
        "Mark",
        "MismatchRow",
        "PairingRow",
        "Score",
    ),
    "mentorcore.projections.status.rows": (
        "CohortRow",
        "Numbers",
        "PairingCounts",
        "ParticipantRow",
        "Places",
        "RoleCount",
        "Status",
        "TrainingRow",
    ),
    "mentorcore.projections.folding.lacking": ("Lacking",),
    "mentorcore.projections.views": ("ProgramLine",),
    "mentorcore.telemetry.instrumentation": ("Instrumentation", "instrument"),
    "mentorcore.reference.catalog": ("Catalog", "CatalogEvent", "CatalogField", "catalog"),
    "mentorcore.reference.compat": ("Compatibility", "HeldEvents", "Incompatible"),
    "mentorcore.reference.older": ("compat",),
    "mentorcore.tables.checking": ("TableDifference",),
    "mentorcore.tables.copying": ("TableCopy",),
    "mentorcore.tables.held_tables": ("TableState",),
    "mentorcore.tables.mentor_hours": ("MentorMonth", "mentor_hours_sql"),
    "mentorcore.tables.tables": ("Tables",),
}
INSIDE = {
    "open": "open_engine",
    "BLUEPRINT_TEMPLATE": "BLUEPRINT",
    "MAPPING_TEMPLATES": "MAPPINGS",
    "Answer": "Outcome",
    "Source": "Provenance",
    "SurveyAnswer": "Answer",
    "WitnessReply": "Reply",
    "InstalledPractice": "Here",
    "LeftOutPractice": "LeftOut",
}
"""What a public name is called at home, where that differs."""

_NAMES = {name: home for home, names in HOMES.items() for name in names}


def found(name: str) -> Any:
    """What a public name stands for.

    Raises:
        AttributeError: It is not public.
    """
    home = _NAMES.get(name)
    if home is not None:
        return getattr(import_module(home), INSIDE.get(name, name))
    if name[:1].isupper():  # all others, such as those that inspection tries, load nothing
        for cls in of_the_model():
            if cls.__name__ == name:
                return cls
    raise AttributeError(f"mentorcore has no public name {name!r}")


def of_the_model() -> tuple[type, ...]:
    """The commands and events of the core."""
    from mentorcore.domain.model import CORE_MODEL  # noqa: PLC0415 - when first needed

    return (*CORE_MODEL.commands, *CORE_MODEL.events)


def all_names() -> list[str]:
    """Every public name."""
    return sorted([*_NAMES, *(cls.__name__ for cls in of_the_model()), "__version__"])

"""The sixteen kinds of rules by the word that a file has for each."""

from collections.abc import Mapping

from mentorcore.policy.grammar import Rule
from mentorcore.policy.other_kinds import (
    Artifact,
    Count,
    Eligibility,
    Prerequisite,
    ProcessExists,
    ProhibitedRelation,
    ProhibitedUse,
    Ratio,
    Relief,
    Report,
    SoftMatch,
)
from mentorcore.policy.time_kinds import AverageDosage, Cadence, Deadline, Duration, TotalDosage

__all__ = ["GUARDING", "KINDS", "OF_PAIRINGS"]

KINDS: Mapping[str, type[Rule]] = {
    "deadline": Deadline,
    "cadence": Cadence,
    "average_dosage": AverageDosage,
    "total_dosage": TotalDosage,
    "duration": Duration,
    "ratio": Ratio,
    "eligibility": Eligibility,
    "prerequisite": Prerequisite,
    "prohibited_relation": ProhibitedRelation,
    "prohibited_use": ProhibitedUse,
    "soft_match": SoftMatch,
    "artifact": Artifact,
    "count": Count,
    "report": Report,
    "relief": Relief,
    "process_exists": ProcessExists,
}
"""The sixteen kinds by the word that a file has for each."""

GUARDING: frozenset[type[Rule]] = frozenset(
    {Ratio, Eligibility, Prerequisite, ProhibitedRelation, ProhibitedUse, Relief}
)
"""Kinds that can forbid; `Relief` always does."""

OF_PAIRINGS = frozenset(
    {
        "load",
        "matched_on",
        "meetings",
        "mentor",
        "mentoring_minutes",
        "observations",
        "started_on",
    }
)
"""The words for what all pairings of somebody tell together, by which nothing is forbidden."""

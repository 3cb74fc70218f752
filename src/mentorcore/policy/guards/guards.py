"""What packs forbid, without what decides it: that is loaded with the first command it is about.

Most processes ask questions or record what packs have nothing to say about, and a log is opened for
them as quickly as if there were no packs.
"""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from mentorcore.domain.aggregate import Decision, Situation
from mentorcore.domain.corrections.commands import AmendRecord, RetractRecord
from mentorcore.domain.model import Guard
from mentorcore.domain.pairing.events.ending import ReopenPairing, ResumePairing
from mentorcore.domain.pairing.events.forming import FormPairing, StartPairing
from mentorcore.domain.pairing.events.membership import AddMember
from mentorcore.domain.pairing.events.proposals import AcceptPairing, ProposePairing
from mentorcore.domain.participant.events import SetMentorCapacity
from mentorcore.domain.program import LaunchProgram
from mentorcore.domain.requirements.adoption import AdoptPolicyPack
from mentorcore.domain.requirements.case_events import OpenNotesForCase
from mentorcore.domain.requirements.evidence_events import (
    AttachEvidence,
    AttachParticipantEvidence,
    InvokeConfidentialityException,
)
from mentorcore.domain.requirements.participant_events import WaiveRequirement
from mentorcore.domain.requirements.program_events import JustifyRequirement
from mentorcore.domain.values import Stream
from mentorcore.policy.registry import Packs

__all__ = ["NARROWED", "pack_guards"]

NARROWED: tuple[type, ...] = (
    AcceptPairing,
    AddMember,
    AdoptPolicyPack,
    AmendRecord,
    AttachEvidence,
    AttachParticipantEvidence,
    FormPairing,
    InvokeConfidentialityException,
    JustifyRequirement,
    LaunchProgram,
    OpenNotesForCase,
    ProposePairing,
    ReopenPairing,
    ResumePairing,
    RetractRecord,
    SetMentorCapacity,
    StartPairing,
    WaiveRequirement,
)
"""The commands that packs may forbid, in the order of their names."""


def pack_guards(packs: Packs) -> tuple[Guard, ...]:
    """The guards by which a log is kept that these packs are registered with."""

    @cache
    def made() -> Mapping[type, tuple[Guard, ...]]:
        from mentorcore.policy.guards.every_guard import every_guard  # noqa: PLC0415 - see above

        return every_guard(packs)

    def reads(guarded: type, command: Any, seen: Situation) -> tuple[Stream, ...]:
        return tuple(stream for guard in made()[guarded] for stream in guard.reads(command, seen))

    def check(guarded: type, now: Situation, command: Any) -> None:
        for guard in made()[guarded]:
            guard.check(now, command)

    def outcome(guarded: type, now: Situation, command: Any, decided: Decision) -> None:
        for guard in made()[guarded]:
            if guard.outcome is not None:
                guard.outcome(now, command, decided)

    return tuple(
        Guard(c, partial(reads, c), partial(check, c), partial(outcome, c)) for c in NARROWED
    )

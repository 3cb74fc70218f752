"""A pack is adopted as it is registered, and a launch needs the calendar that it counts by."""

from mentorcore.domain.aggregate import Decision, Situation, kind_of
from mentorcore.domain.corrections.commands import RetractRecord
from mentorcore.domain.model import Guard
from mentorcore.domain.program import LaunchProgram, Program
from mentorcore.domain.requirements.adoption import AdoptPolicyPack
from mentorcore.domain.values import Stream
from mentorcore.errors import Refused
from mentorcore.policy.guards.missing import pack_missing, registered
from mentorcore.policy.registry import Packs
from mentorcore.policy.school_rules import counts_school_time

__all__ = ["adopting_guards"]


def adopting_guards(packs: Packs) -> tuple[Guard, ...]:
    """The guards of adopting a pack and of launching a program that adopted some."""

    def adopting(_now: Situation, asked: AdoptPolicyPack) -> None:
        found = packs.of(asked.digest)
        if found is None:
            raise pack_missing(asked.pack_id, asked.version, asked.digest)
        if (found.id, found.version) != (asked.pack_id, asked.version):
            raise Refused(
                f"this digest is that of version {found.version} of {found.id}, and not of version "
                f"{asked.version} of {asked.pack_id}",
                "another_pack",
                pack=found.id,
                version=found.version,
            )

    def launching(now: Situation, asked: LaunchProgram) -> None:
        program = now.state(Stream(asked.program_id))
        if isinstance(program, Program):
            _check_calendar(packs, program)

    def retracting(now: Situation, asked: RetractRecord, decided: Decision) -> None:
        stream = Stream(asked.stream)
        before = now.state(stream) if kind_of(stream) == "program" else None
        if isinstance(before, Program) and before.launched_on is not None and before.calendars:
            after = now.after(decided).state(stream)
            if isinstance(after, Program) and not after.calendars:
                _check_calendar(packs, after)

    return (
        Guard(AdoptPolicyPack, _its_program, adopting),
        Guard(LaunchProgram, _its_program, launching),
        Guard(RetractRecord, _nothing_more, outcome=retracting),
    )


def _check_calendar(packs: Packs, program: Program) -> None:
    """Refuse a launch without any calendar by which a pack of the program counts (INV-68)."""
    for adopted in program.packs:
        for rule in registered(packs, adopted).rules:
            if not program.calendars and counts_school_time(rule):
                raise Refused(
                    f"{rule.id} of {adopted.pack_id} counts school time, and no academic calendar "
                    "would be there; set one first",
                    "no_calendar",
                    pack=adopted.pack_id,
                    rule=rule.id,
                )


def _nothing_more(_command: RetractRecord, _seen: Situation) -> tuple[Stream, ...]:
    return ()


def _its_program(command: AdoptPolicyPack | LaunchProgram, _seen: Situation) -> tuple[Stream, ...]:
    return (Stream(command.program_id),)

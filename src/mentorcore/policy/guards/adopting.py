"""A pack is adopted as it is registered, and a launch needs the calendar that it counts by."""

from mentorcore.domain.aggregate import Situation
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
        if not isinstance(program, Program):
            return
        for adopted in program.packs:
            for rule in registered(packs, adopted).rules:
                if not program.calendars and counts_school_time(rule):
                    raise Refused(
                        f"{rule.id} of {adopted.pack_id} counts school time; set the academic "
                        "calendar before the program is launched",
                        "no_calendar",
                        pack=adopted.pack_id,
                        rule=rule.id,
                    )

    return (
        Guard(AdoptPolicyPack, _its_program, adopting),
        Guard(LaunchProgram, _its_program, launching),
    )


def _its_program(command: AdoptPolicyPack | LaunchProgram, _seen: Situation) -> tuple[Stream, ...]:
    return (Stream(command.program_id),)

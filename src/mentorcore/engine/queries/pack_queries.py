"""Which policy packs are registered here, and which ones a program goes by."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.requirements.adoption import AppliesTo, PolicyPackAdopted
from mentorcore.errors import Refused
from mentorcore.practices.registry import Practices
from mentorcore.projections.folding.projection import Evidence

if TYPE_CHECKING:
    from mentorcore.engine.auditing.proofs import Known
    from mentorcore.policy.pack import Pack
    from mentorcore.projections.access.redactor import Viewer

__all__ = ["AdoptedPolicyPack", "PackQueries"]


@attrs.frozen(kw_only=True)
class AdoptedPolicyPack:
    """A policy pack that a program goes by.

    Attributes:
        pack_id: The pack.
        version: Its version.
        digest: SHA-256 of its file, in hexadecimal digits.
        effective_from: The first day on which the program goes by it.
        effective_to: The first day on which a later version takes its place; nothing for none.
        applies_to: Everybody, or only those who enrol from that day on.
        pack: What it says; nothing where it is registered nowhere here.
        adopted_by: The record of it.
    """

    pack_id: str
    version: str
    digest: str
    effective_from: date
    effective_to: date | None
    applies_to: AppliesTo
    pack: Pack | None
    adopted_by: Evidence


class PackQueries:
    """What can be asked about policy packs; `Engine` answers it."""

    _practices: Practices

    def packs(self) -> tuple[Pack, ...]:
        """The policy packs that come with mentorcore and those that this log was opened with.

        Packs that programs adopted are found by `adopted_packs`, wherever they came from.
        """
        return self._practices.packs.every()

    def adopted_packs(
        self, program: str, *, viewer: Viewer, as_known: Known | None = None
    ) -> tuple[AdoptedPolicyPack, ...]:
        """The policy packs that a program goes by, went by or will, in the order of their days.

        Args:
            program: Its id.
            viewer: Who is asking; nothing of it is personal.
            as_known: Only what the log knew then.

        Raises:
            Refused: There is no such program.
        """
        if kind_of(program) != "program" or viewer.program not in (None, program):
            raise Refused(f"there is no program {program}", "no_such_program")
        engine: Any = self
        known = None if as_known is None else engine.position_at(as_known)
        records = engine.effective(stream=program, as_known=known)
        adopted = [r for r in records if isinstance(r.event, PolicyPackAdopted)]
        adopted.sort(key=lambda r: r.event.effective_from)
        followed = {(r.event.pack_id, r.event.replaces): r.event for r in adopted}
        return tuple(
            AdoptedPolicyPack(
                pack_id=record.event.pack_id,
                version=record.event.version,
                digest=record.event.digest,
                effective_from=record.event.effective_from,
                effective_to=next_one and next_one.effective_from,
                applies_to=record.event.applies_to,
                pack=self._practices.packs.adopted(
                    record.event.pack_id, record.event.version, record.event.digest
                ),
                adopted_by=Evidence(record.stream, record.version, record.position),
            )
            for record in adopted
            for next_one in [followed.get((record.event.pack_id, record.event.version))]
        )

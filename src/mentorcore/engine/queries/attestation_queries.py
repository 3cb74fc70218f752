"""Results that officers attest, and whether they still come out so (INV-80)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from mentorcore.engine.queries.compliance_queries import RESULTS
from mentorcore.errors import Refused
from mentorcore.projections.access.redactor import COORDINATOR, Viewer
from mentorcore.projections.folding.moment import Moment

if TYPE_CHECKING:
    from mentorcore.engine.auditing.proofs import Known
    from mentorcore.engine.queries.attestation_rows import AttestationCheck
    from mentorcore.projections.compliance.statement import Statement

__all__ = ["AttestationQueries"]

ATTESTATIONS = "cases.attestations"
"""The view of the practice that tells of attestations."""


class AttestationQueries:
    """Results that officers attest; `Engine` answers all of it."""

    _views: Any
    _store: Any
    _codec: Any
    _at: Any
    _program: Any
    view: Any
    now: Any

    def statement(
        self,
        pack: str,
        program: str | None = None,
        *,
        viewer: Viewer,
        as_of: date | None = None,
        as_known: Known | None = None,
        version: str | None = None,
        rule: str | None = None,
        about: str | None = None,
    ) -> Statement:
        """The results of a pack as of two dates, to be attested by an officer.

        `Statement.fields` are those of the command ``attest-compliance`` but for who attests it::

            stated = engine.statement("district", viewer=Viewer.coordinator())
            who = {"officer": person, "role": "superintendent", "on": "2026-11-23"}
            engine.handle(engine.command("attest-compliance", stated.fields() | who), actor=actor)

        Args:
            pack: The pack's id.
            program: As for `status`.
            viewer: Who is asking; the coordinator.
            as_of: The day that is looked at; today, if it is left out.
            as_known: Only what the log knew then; all of it, if it is left out.
            version: The version of the pack; the one in force for most of them, if it is left out.
            rule: Only this rule, by its id.
            about: Only what is about this cohort and who is in it, or this participant or pairing.

        Raises:
            Refused: As for `status`; or somebody else than a coordinator asks
                (``not_for_others``); or there are no such results (``nothing_to_attest``).
        """
        from mentorcore.projections.compliance.statement import drawn_up  # noqa: PLC0415 - seldom

        if viewer.kind != "coordinator":
            raise Refused("a statement is drawn up for the coordinator", "not_for_others")
        asked = self._at(as_of, as_known)
        which = self._program(program, viewer, asked)
        known = Moment(as_of, self._views.position(asked))
        told = self._views.view(RESULTS, which, known, viewer=COORDINATOR, today=self.now())
        if version is None:
            versions = [row.pack_version for row in told.rows if row.pack == pack]
            version = max(versions, key=versions.count, default="")
        found = drawn_up(told, pack=pack, version=version, rule=rule, about=about)
        if found.results == 0:
            which_pack = f"version {version} of {pack}" if version else f"a policy pack {pack}"
            raise Refused(
                f"there are no results of {which_pack} to be attested", "nothing_to_attest"
            )
        return found

    def attestations(
        self, program: str | None = None, *, viewer: Viewer, as_known: Known | None = None
    ) -> tuple[AttestationCheck, ...]:
        """What officers attested of a program, and whether the same still comes out.

        Each is worked out anew as of its day: as it was known then, and as it is known now. Where
        these differ, it was attested before a correction; the results that are others are told,
        with what was recorded since.

        Args:
            program: As for `status`.
            viewer: Who is asking; the coordinator or an auditor.
            as_known: Only what the log knew then, of attestations and of corrections.

        Raises:
            Refused: As for `status`; or a member asks (``not_for_others``).
        """
        from mentorcore.engine.queries.attestation_check import Checker  # noqa: PLC0415 - seldom

        if viewer.kind not in ("coordinator", "auditor"):
            raise Refused(
                "whether results still come out as they were attested is told to the coordinator "
                "and to auditors",
                "not_for_others",
            )
        asked = self._at(None, as_known)
        which = self._program(program, viewer, asked)
        now = self._views.position(asked)
        told = self.view(ATTESTATIONS, which, viewer=COORDINATOR, as_known=now)
        shown = self.view(ATTESTATIONS, which, viewer=viewer, as_known=now)
        checker = Checker(
            self._views,
            self._store,
            self._codec.recorded,
            told=told,
            viewer=viewer,
            today=self.now(),
        )
        return tuple(checker.checked(row, shown.row(row.attestation)) for row in told.rows)

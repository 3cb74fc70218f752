"""What can be asked of the policy packs that a program goes by; `Engine` answers it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from mentorcore.engine.auditing.proofs import Known
from mentorcore.engine.commands.collector import CollectorPause
from mentorcore.errors import Invalid, Problem
from mentorcore.projections.access.redactor import Viewer
from mentorcore.projections.views import Views

if TYPE_CHECKING:
    from mentorcore.projections.compliance.rows import Compliance, GroupedBy

__all__ = ["ComplianceQueries"]

RESULTS = "compliance.results"
BY = ("school", "cohort", "mentor", "rule")


class ComplianceQueries:
    """Whether every requirement was kept."""

    _views: Views
    _at: Any
    _program: Any
    now: Any

    def compliance(
        self,
        program: str | None = None,
        *,
        viewer: Viewer,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
        by: GroupedBy | None = None,
        rule: str | None = None,
        about: str | None = None,
        missing: bool = False,
    ) -> Compliance:
        """Whether what a program's policy packs ask for was kept, for each rule and subject.

        A rule that does not concern a subject by its attributes is left out for it. Of a pack that
        is not registered here one result says so, with the code ``pack_missing``.

        Args:
            program: As for `status`.
            viewer: Who is asking; a member is shown the results that name them, and a site
                administrator those of their school, with names and without content.
            as_of: The day that is looked at; today, if it is left out.
            as_known: Only what the log knew then, corrections among it.
            by: What the results are counted by: ``school``, ``cohort``, ``mentor`` or ``rule``.
            rule: Only this rule, by its id such as ``CA-2a``, or by ``pack/rule``.
            about: Only what is about this participant, person, pairing, cohort or program.
            missing: Only where something is missing that somebody can still do or say: what is
                breached or at risk, or cannot be told for want of data.

        Raises:
            Refused: As for `status`.
            Invalid: Results cannot be counted by that.
        """
        from mentorcore.projections.compliance.report import report  # noqa: PLC0415 - seldom asked

        if by not in (None, *BY):
            problem = Problem("by", f"{by!r} is unknown", ", ".join(BY))
            raise Invalid("results cannot be counted by that", [problem])
        asked = self._at(as_of, as_known)
        which = self._program(program, viewer, asked)
        with CollectorPause():
            told = self._views.view(RESULTS, which, asked, viewer=viewer, today=self.now())
            name = next(p.name for p in self._views.programs(asked) if p.program == which)
            narrowed: Any = {"by": by, "rule": rule, "about": about, "missing": missing}
            return report(told, name, school=viewer.school, **narrowed)

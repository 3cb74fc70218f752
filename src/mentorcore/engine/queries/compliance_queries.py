"""What can be asked of the policy packs that a program goes by; `Engine` answers it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from mentorcore.domain.aggregate import kind_of
from mentorcore.engine.auditing.proofs import Known
from mentorcore.engine.commands.collector import CollectorPause
from mentorcore.engine.queries.asked_for import stream_rows
from mentorcore.errors import Invalid, Problem, Refused
from mentorcore.near_words import did_you_mean
from mentorcore.projections.access.redactor import Viewer
from mentorcore.projections.folding.moment import Moment
from mentorcore.projections.views import Views

if TYPE_CHECKING:
    from mentorcore.policy.pack import Pack
    from mentorcore.projections.compliance.rows import Compliance, GroupedBy, RequirementRow

__all__ = ["RESULTS", "ComplianceQueries"]

RESULTS = "compliance.results"
"""The view of the practice that tells of compliance."""
BY = ("school", "cohort", "mentor", "rule")


class ComplianceQueries:
    """Whether every requirement was kept."""

    _views: Views
    _at: Any
    _program: Any
    _practices: Any
    _store: Any
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
            Refused: As for `status`; or nothing is recorded about what is asked for; or no pack
                that the program goes by has such a rule, or it is a relief, of which there are no
                results (``no_such_rule``).
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
            if rule is not None:
                here = self._practices.packs
                lines = getattr(told.totals, "packs", ())
                _confirm_rule(rule, [here.adopted(p.pack, p.version, p.digest) for p in lines])
            if about is not None and about not in getattr(told.totals, "cohorts", ()):
                about = self._found(about, told.rows, viewer, asked)
            name = next(p.name for p in self._views.programs(asked) if p.program == which)
            narrowed: Any = {"by": by, "rule": rule, "about": about, "missing": missing}
            return report(told, name, school=viewer.school, **narrowed)

    def _found(
        self, about: str, rows: Iterable[RequirementRow], viewer: Viewer, asked: Moment
    ) -> str:
        """What is asked about, as results name it: a person by the id that they bear now."""
        stream_rows(self._store, about, viewer)
        if (scope := self._views.scope(viewer)) is not None:
            scope.check(about, asked)
        if kind_of(about) != "person":
            return about
        lives = self._views.lives(about, asked)
        named = (who.person for row in rows for who in row.people if who.person in lives)
        return next(named, about)


def _confirm_rule(rule: str, packs: list[Pack | None]) -> None:
    """Make sure that there can be results of a rule, as far as the packs are known here."""
    from mentorcore.policy.other_kinds import Relief  # noqa: PLC0415 - asked of programs with packs

    rules = [(pack.id, found) for pack in packs if pack is not None for found in pack.rules]
    asked = [found for pack, found in rules if rule in (found.id, f"{pack}/{found.id}")]
    if None in packs or not packs or any(not isinstance(found, Relief) for found in asked):
        return
    if asked:
        reason = f"{rule} says which reliefs may be granted, and of that there are no results"
        raise Refused(reason, "no_such_rule")
    named = {found.id for _, found in rules if not isinstance(found, Relief)}
    hint = did_you_mean(rule, named)
    raise Refused(
        f"no policy pack that the program goes by has a rule {rule}{hint}", "no_such_rule"
    )

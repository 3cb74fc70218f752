"""Questions that an engine answers: each is a fold of the log, shown to a named viewer."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, get_args

from mentorcore.cached_property import cached_property
from mentorcore.engine.auditing.proofs import Known
from mentorcore.engine.commands.collector import CollectorPause
from mentorcore.engine.commands.unit_of_work import CommandContext
from mentorcore.engine.queries.attestation_queries import AttestationQueries
from mentorcore.engine.queries.audit_questions import AuditQuestions
from mentorcore.engine.queries.compliance_queries import ComplianceQueries
from mentorcore.engine.queries.only_program import Designed, only_one
from mentorcore.engine.queries.pack_queries import PackQueries
from mentorcore.engine.queries.report_queries import ReportQueries
from mentorcore.errors import Invalid, Problem, Refused
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.sealing.no_keys import NoKeys
from mentorcore.log.sealing.sealing import Sealing
from mentorcore.practices.registry import Practices
from mentorcore.projections.access.program_asked import program_asked
from mentorcore.projections.access.redactor import COORDINATOR, Viewer
from mentorcore.projections.folding.moment import NOW, Moment
from mentorcore.projections.views import ProgramLine

if TYPE_CHECKING:
    from mentorcore.domain.person.events import Scheme
    from mentorcore.engine.indexes.mappings import KeptMapping, MappingIndex
    from mentorcore.engine.queries.explainer import Explainer
    from mentorcore.intake.rejects import Reject
    from mentorcore.projections.attention.needs import Attention, Need
    from mentorcore.projections.diff.rows import Diff
    from mentorcore.projections.explain.explanation import Explanation, Figure
    from mentorcore.projections.history.rows import History
    from mentorcore.projections.program_view import View
    from mentorcore.projections.status.rows import Status
    from mentorcore.projections.summary.finding import Found, FoundPairing

__all__ = ["Queries"]


class Queries(ReportQueries, ComplianceQueries, AttestationQueries, AuditQuestions, PackQueries):
    """What can be asked of an open log; `Engine` answers all of it."""

    _desk: CommandContext
    _designed: Designed
    _keys: Keys
    _sealing: Sealing
    _practices: Practices

    @cached_property
    def _mappings(self) -> MappingIndex:
        from mentorcore.engine.indexes.mappings import MappingIndex

        return MappingIndex(self._store, self._keys, self._practices.forms)

    @cached_property
    def _explaining(self) -> Explainer:
        from mentorcore.engine.queries.explainer import Explainer

        return Explainer(
            self._store,
            self._codec,
            self._views,
            self._sealing.open,
            self._mappings,
            model=self._model,
        )

    def programs(
        self,
        *,
        viewer: Viewer = COORDINATOR,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> tuple[ProgramLine, ...]:
        """The programs of the log, each with its name, zone and state; see `status`.

        Args:
            viewer: Who is asking; one of a program is told of no other.
            as_of: Only what was true then.
            as_known: Only what the log knew then.
        """
        lines = self._views.programs(self._at(as_of, as_known))
        return tuple(line for line in lines if viewer.program in (None, line.program))

    def person_of(self, scheme: Scheme, value: str, *, viewer: Viewer = COORDINATOR) -> str | None:
        """The id of the person to whom an identity in another system was linked.

        Spelling is compared as when it was linked. Nobody is found where none was, where the link
        was taken back, and where the viewer is of a program in which the person takes no part.

        Args:
            scheme: The kind of system, such as ``payroll``.
            value: The identity there, such as a staff number.
            viewer: Who is asking; a member finds themself only.

        Raises:
            Invalid: There is no such scheme.
            KeyMissing: It is looked up by a key of the log that is not here.
        """
        from mentorcore.domain.person.events import Scheme

        if scheme not in get_args(Scheme):
            problem = Problem("scheme", f"{scheme!r} is unknown", ", ".join(get_args(Scheme)))
            raise Invalid("there is no such kind of identity", [problem])
        linked = self._desk.identities.person(scheme, value)
        if linked is None:
            return None
        person, scope = self._views.survivor(linked), self._views.scope(viewer)
        if viewer.kind == "member" and person not in self._views.seer(viewer, NOW).mine:
            return None
        return person if scope is None or scope.holds(person, NOW) else None

    def refusal_for(self, refused: Refused, *, viewer: Viewer) -> Refused:
        """A refusal as it may be shown to a viewer of one program: it names no other.

        Whatever is not of the program goes out of the sentence and the facts; the code stays. To
        any other viewer it is the same. `explain` takes either.

        Args:
            refused: What a command or a question was answered with.
            viewer: To whom it is to be shown.
        """
        scope = self._views.scope(viewer)
        return refused if scope is None else scope.refusal(refused, NOW)

    def status(
        self,
        program: str | None = None,
        *,
        viewer: Viewer,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> Status:
        """The state of a program: in numbers, each participant, each pairing.

        Args:
            program: Its id; may be left out where the log holds one program.
            viewer: Who is asking; what they may not see is shown as `Withheld`, and so is what
                cannot be opened because somebody's key is missing.
            as_of: What was true then: a day of the program, or an instant.
            as_known: What the log knew then: an instant, a position, or a checkpoint that you hold.

        Raises:
            Refused: There is no such program, or several and none was named.
            FollowerStopped: An event of the log cannot be read or folded.
        """
        asked = self._at(as_of, as_known)
        about = self._program(program, viewer, asked)
        with CollectorPause():
            return self._views.status(about, asked, viewer=viewer, today=self.now())

    def attention(
        self,
        program: str | None = None,
        *,
        viewer: Viewer,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> Attention:
        """What needs a person today and why, the most urgent first; see `status`."""
        asked = self._at(as_of, as_known)
        about = self._program(program, viewer, asked)
        with CollectorPause():
            return self._views.attention(about, asked, viewer=viewer, today=self.now())

    def view(
        self,
        name: str,
        program: str | None = None,
        *,
        viewer: Viewer,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> View:
        """What a view of a practice tells of a program; see `status`.

        Args:
            name: The view's name, such as ``observation.matrix``.
            program: As for `status`.
            viewer: Who is asking; a member is shown the rows that name them.
            as_of: Only what was true then.
            as_known: Only what the log knew then.

        Raises:
            Refused: There is no such view, or it is of a practice that is not here
                (``practice_missing``); else as for `status`.
            PracticeError: The practice that brings the view failed.
        """
        asked = self._at(as_of, as_known)
        about = self._program(program, viewer, asked)
        try:
            return self._views.view(name, about, asked, viewer=viewer, today=self.now())
        except Refused as refused:
            note = self._notes.bringing(name.partition(".")[0])
            if refused.code != "no_such_view" or note is None or self._notes.is_here(note.kind):
                raise
            raise self._notes.missing(note.kind) from None

    def history(
        self,
        subject: str,
        *,
        viewer: Viewer,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> History:
        """Everything recorded about a participant, pairing, person or program, as a timeline.

        So has every stream of a practice; it is also told with the participants it is about.

        Args:
            subject: The id of what it is about; `find` tells it from a name.
            viewer: Who is asking.
            as_of: Only what was true then.
            as_known: Only what the log knew then.

        Raises:
            Refused: Nothing is recorded under that id.
        """
        asked = self._at(as_of, as_known)
        return self._views.history(subject, asked, viewer=viewer, today=self.now())

    def figures(
        self,
        subject: str,
        *,
        viewer: Viewer,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> tuple[Figure, ...]:
        """The figures of a program, cohort, pairing or participant that `explain` can explain."""
        asked = self._at(as_of, as_known)
        return self._views.figures(subject, asked, viewer=viewer, today=self.now())

    def explain(
        self,
        subject: str | Need | Refused | Reject,
        figure: str | None = None,
        *,
        viewer: Viewer,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> Explanation:
        """Why a figure is what it is, why something needs a person, or why it was refused.

        Args:
            subject: The id of a program, cohort, pairing, participant or person with a *figure*;
                or by itself a need of `attention`, a `Refused`, or a rejected row of a report.
            figure: Its name: a member of a row of `status` such as ``minutes``, a path such as
                ``goal_counts.overdue``, or a kind of need; `figures` lists them.
            viewer: Who is asking.
            as_of: Only what was true then; not for refusals, which have their own time.
            as_known: Only what the log knew then; the same.

        Raises:
            Refused: There is no such subject, figure or need.
        """
        asked = self._at(as_of, as_known)
        return self._explaining.explain(subject, figure, asked, viewer=viewer, today=self.now())

    def mappings(self) -> tuple[KeptMapping, ...]:
        """The mappings by which survey responses were read, as far as the log kept them."""
        return self._mappings.all()

    def diff(
        self,
        then: Moment,
        now: Moment = NOW,
        *,
        program: str | None = None,
        viewer: Viewer,
    ) -> Diff:
        """What changed in a program between two moments, and which events did it.

        Args:
            then: The moment to begin with, on either axis of time or both.
            now: The moment to compare it with; the present one when it is left out.
            program: As for `status`.
            viewer: Who is asking.

        Raises:
            Refused: As for `status`; a program that was there at one of the moments will do.
        """
        then, now = (self._at(moment.as_of, moment.as_known) for moment in (then, now))
        about = self._program(program, viewer, then, now)
        return self._views.diff(about, then, now, viewer=viewer, today=self.now())

    def find(
        self,
        name: str,
        *,
        viewer: Viewer,
        program: str | None = None,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> tuple[Found, ...]:
        """The participants who bear a name or an address, or ever bore it; else who applied.

        Each is told with what tells them apart from others of the same name. Only what the viewer
        may see is looked at. Case and extra spaces make no difference; a part of a name finds those
        who bear it as one of their names, and ``NAME <address>`` or ``NAME (role)`` those whom both
        fit. Addresses are those of contacts and of identities elsewhere.

        Args:
            name: The name or the address.
            viewer: Who is asking.
            program: Only those who take part in it; in any program, if not given.
            as_of: Only those who took part then, by whatever name: it narrows no names.
            as_known: Only what the log knew then, names among it.

        Raises:
            Refused: There is no such program, or the log was opened without people's keys, as an
                export is, so that no name can be read (``names_sealed``).
        """
        from mentorcore.intake.held_names import folded

        self._names_have_to_be_read()
        asked, about = self._at(as_of, as_known), self._among(viewer, program)
        found = self._views.finder.participants(
            name, folded, asked, viewer=viewer, program=about, today=self.now()
        )
        return tuple(found)

    def find_people(
        self, name: str, *, viewer: Viewer, as_known: Known | None = None
    ) -> tuple[Found, ...]:
        """The persons of the log who bear a name or an address, or ever bore it; see `find`.

        They need not take part in a program: their rows name no participant and no role.
        """
        from mentorcore.intake.directory import folded

        self._names_have_to_be_read()
        asked = self._at(None, as_known)
        return tuple(self._views.finder.people(name, folded, asked, viewer=viewer))

    def find_pairings(
        self,
        *names: str,
        viewer: Viewer,
        program: str | None = None,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> tuple[FoundPairing, ...]:
        """The pairings in which all these people are, each named as for `find`.

        Those that have no other members, where there are any; else all.
        """
        from mentorcore.intake.directory import folded

        self._names_have_to_be_read()
        asked, about = self._at(as_of, as_known), self._among(viewer, program)
        found = self._views.finder.pairings(
            names, folded, asked, viewer=viewer, program=about, today=self.now()
        )
        return tuple(found)

    def _names_have_to_be_read(self) -> None:
        """Refuse to look for a name where none can be read: nobody found would look like nobody."""
        if isinstance(self._keys, NoKeys):
            raise Refused(
                "names are withheld here, so nobody can be found by one: name people and pairings "
                "by their ids, which `mentorcore status LOG --ids` lists",
                "names_sealed",
            )

    def _one_program(self) -> str:
        """The only program, found without folding the log."""
        return self._designed.only() or self._program(None, COORDINATOR, NOW)

    def _among(self, viewer: Viewer, program: str | None) -> str | None:
        """The program in which people are looked for, if one was named or is the viewer's."""
        about = program_asked(viewer, program)
        if about is not None and not self._store.stream(about):
            raise Refused(f"there is no program {about}", "no_such_program")
        return about

    def _program(self, program: str | None, viewer: Viewer, *asked: Moment) -> str:
        """The program that is asked about: that named, or the only one known at these moments."""
        program = program_asked(viewer, program)
        if program is not None:
            return program
        known = dict.fromkeys(Moment(as_known=moment.as_known) for moment in asked)
        lines = {line.program: line for moment in known for line in self._views.programs(moment)}
        then = all(moment.as_known is not None for moment in known)
        return only_one(tuple(lines.values()), then=then)

"""Questions of auditors about what was recorded: corrections, late entries, traces, settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import valid_time
from mentorcore.domain.values import Withheld
from mentorcore.engine.auditing.proofs import Known
from mentorcore.engine.queries.asked_for import stream_rows
from mentorcore.engine.queries.audit_rows import CorrectionRow, LateEntry, SettingInForce, Trace
from mentorcore.engine.queries.event_queries import EventQueries
from mentorcore.engine.queries.trace_search import TraceSearch
from mentorcore.errors import Invalid, Problem, Refused
from mentorcore.log.sealing.keys import Keys, digest
from mentorcore.log.serialization.left_out import left_out_of, refuse_untold, whole_of
from mentorcore.projections.folding.moment import NOW, day_in
from mentorcore.projections.folding.projection import Evidence

if TYPE_CHECKING:
    from mentorcore.log.recorded import Recorded
    from mentorcore.log.storage.store import Row
    from mentorcore.projections.access.redactor import Viewer
    from mentorcore.projections.history.rows import Corrected, History
    from mentorcore.projections.summary.effective_records import Effective
    from mentorcore.projections.summary.people import Who

__all__ = ["AuditQuestions"]

ENROLLED = "participant.enrolled"
CORRECTIONS = ("record.amended", "record.retracted")
PAGE = 500


class AuditQuestions(EventQueries):
    """What whoever audits asks of a log; `Engine` answers all of it."""

    _keys: Keys

    def history(
        self,
        subject: str,
        *,
        viewer: Viewer,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> History:
        """Everything recorded about something; see `Queries`."""
        raise NotImplementedError

    def account_id(self, account: str) -> str:
        """The id under which an account of the host's is recorded as who asked (``asked_by``).

        It looks like a random one, and is the same each time: made of the key of the index, so that
        whoever has it finds out which of their accounts it was, and nobody else.

        Args:
            account: The account as the host calls it, such as ``amara@office-7``.

        Raises:
            KeyMissing: The key of the index is not here.
        """
        return f"account:{digest(self._keys, 'account', account).hex()[:32]}"

    def position_at(self, as_known: Known | None) -> int:
        """The position of the last event that the log knew at a moment; the last one of all now.

        Args:
            as_known: An instant, a position, or a checkpoint that you hold.

        Raises:
            Refused: It is beyond the last position, or still to come.
            NoteInvalid, HeadDiffers, RollbackRefused: As of `known_at`.
        """
        return self._views.position(self._at(None, as_known))

    def corrections(
        self,
        *,
        viewer: Viewer,
        known_from: Known | None = None,
        known_to: Known | None = None,
    ) -> tuple[CorrectionRow, ...]:
        """Every correction that was recorded in a period, in the order of the log.

        Args:
            viewer: Who is asking; whose texts they may not see, they are shown as withheld.
            known_from: Only those recorded behind this moment, such as a checkpoint of the last
                audit.
            known_to: Only those recorded until then. What became of a record later is not told.

        Raises:
            Invalid: The period ends before it begins.
            Refused: As for `position_at`.
        """
        after, upto = self._period(known_from, known_to)
        left_out = left_out_of(self._store)
        refuse_untold(left_out, "the corrections", upto, after=after, names=CORRECTIONS)
        recorded: dict[str, dict[int, Row]] = {}
        for row in self._rows_between(after, upto, CORRECTIONS):
            recorded.setdefault(row.stream, {})[row.position] = row
        found: list[CorrectionRow] = []
        zone_of = self._zones()
        for stream, rows in recorded.items():
            found.extend(self._corrections_of(stream, rows, upto, viewer, zone_of(stream)))
        return tuple(sorted(found, key=lambda row: row.correction.evidence.position))

    def _corrections_of(
        self, stream: str, rows: dict[int, Row], upto: int, viewer: Viewer, zone: ZoneInfo
    ) -> Iterator[CorrectionRow]:
        """Those of one stream, of which these were recorded in the period."""
        told = {p: self._codec.recorded(row) for p, row in rows.items()}
        waiting = {p for p, one in told.items() if self._may_see(one, viewer)}
        if not waiting:
            return
        people = self._people_of(stream, viewer, upto)
        seer = self._views.seer(viewer, NOW)
        for entry in self._views.records.corrected(stream, upto, zone, seer):
            for correction in entry.all_corrections:
                position = correction.evidence.position
                if position in waiting:
                    waiting.discard(position)
                    beside = self._principal(entry.evidence, entry.name)
                    yield CorrectionRow(
                        entry.evidence, entry.name, entry.on, correction, people, beside
                    )
        for position in waiting:  # of a practice that is not here
            yield self._untold(rows[position])

    def _principal(self, record: Evidence, name: str) -> str | None:
        """The record that one only accompanies."""
        if name not in self._model.companions:
            return None
        [row] = self._store.stream(record.stream, record.version - 1)[:1]
        event: Any = self._codec.recorded(row).event
        return f"{event.principal_stream}#{event.principal}"

    def _untold(self, row: Row) -> CorrectionRow:
        from mentorcore.projections.history.rows import Corrected

        told = self._codec.recorded(row)
        event: Any = told.event
        held = self._store.stream(row.stream)
        target = next((r for r in held if r.version == event.target), row)
        shown: Corrected = Corrected(
            kind=row.name.partition(".")[2],
            evidence=_evidence(told),
            recorded_at=told.recorded_at,
            actor=told.actor,
            changes=(),
            reason=Withheld("reason", "the practice whose record it corrects is not here"),
            authority=event.authority,
            cause=getattr(event, "cause", None),
            duplicate_of=getattr(event, "duplicate_of", None),
            asked_by=told.asked_by,
        )
        record = Evidence(target.stream, target.version, target.position)
        return CorrectionRow(record, target.name, None, shown)

    def late_entries(
        self,
        days: int = 30,
        *,
        viewer: Viewer,
        names: Sequence[str] = (),
        known_from: Known | None = None,
        known_to: Known | None = None,
    ) -> tuple[LateEntry, ...]:
        """What was told more than so many days after it was true, the latest first.

        A record counts from the day on which it is true to the day on which it was sent, where
        that is known, and else to the day on which it was recorded, as for ``logged_late``.

        Args:
            days: More than so many days.
            viewer: Who is asking.
            names: Only records with these stored names, such as ``meeting-held``.
            known_from: Only what was recorded behind this moment.
            known_to: Only what was recorded until then, with what the log knew then.

        Raises:
            Invalid: The days are no number from 0 on, the period ends before it begins, or nothing
                of such a name has a day on which it is true.
            Refused: As for `position_at` and `events`.
        """
        if type(days) is not int or days < 0:
            problem = Problem("days", f"{days!r} is none", "a whole number from 0 on")
            raise Invalid("nothing can be so many days late", [problem])
        after, upto = self._period(known_from, known_to)
        for name in self._names(names):
            known = self._model.names.get(name)
            if known is not None and not event_info(known).occurred:
                problem = Problem("names", f"{name} has no day on which it is true", "another name")
                raise Invalid("nothing of it can be late", [problem])
        people: dict[str, tuple[Who, ...]] = {}
        zone_of = self._zones()
        found = []
        for record in self.effective(names=names, as_known=upto):
            if record.position <= after or not event_info(type(record.event)).occurred:
                continue
            on, _ = valid_time(record.event, record.recorded_at)
            if (record.told_at.date() - on).days < days:  # another zone makes a day's difference
                continue
            told_on = day_in(record.told_at, zone_of(record.stream))
            if (told_on - on).days <= days or not self._may_see(record, viewer):
                continue
            if record.stream not in people:
                people[record.stream] = self._people_of(record.stream, viewer, upto)
            found.append(_late(record, on, told_on, people[record.stream]))
        return tuple(sorted(found, key=lambda e: (-e.days, e.record.position)))

    def _zones(self) -> Callable[[str], ZoneInfo]:
        """Tells the zone of the program of a stream; that of the only program for a person."""
        zones = {line.program: ZoneInfo(line.time_zone) for line in self._views.programs()}
        alone = next(iter(zones.values())) if len(zones) == 1 else ZoneInfo("UTC")

        @cache
        def zone_of(stream: str) -> ZoneInfo:
            for row in self._store.stream(stream):
                program = getattr(self._codec.recorded(row).event, "program_id", None)
                if program is not None:
                    return zones.get(program, alone)
            return alone

        return zone_of

    def _people_of(self, stream: str, viewer: Viewer, upto: int) -> tuple[Who, ...]:
        try:
            return self.history(stream, viewer=viewer, as_known=upto).people
        except Refused:
            return ()

    def _may_see(self, told: Recorded[Any], viewer: Viewer) -> bool:
        """Whether a viewer may know of an event; of a companion, be it only in its correction."""
        beside = getattr(told.event, "target_name", told.name) in self._model.companions
        if viewer.kind != "member" and viewer.program is None and not beside:
            return True
        try:
            return not isinstance(self._views.shown(told, viewer)["event"], Withheld)
        except Refused:
            return False

    def traces(
        self, subject: str, *, viewer: Viewer, as_known: Known | None = None
    ) -> tuple[Trace, ...]:
        """Every event of the log in which somebody or something appears, in order.

        Of a person these are the events on their own streams and on those of their enrolments,
        pairings and practices, the answered forms behind them, every other event that names them,
        and those that they recorded, whoever they were merged with included. A stream that they
        share is told from its beginning, also where they joined later.

        Args:
            subject: The id of a person, or of anything else that a stream is about.
            viewer: Who is asking; a member is told of what they may know of, and of what names
                somebody where they may know whom it names. So is everybody of what is
                confidential, such as a case.
            as_known: Only what the log knew then.

        Raises:
            Refused: Nothing is recorded under that id.
        """
        rows = stream_rows(whole_of(self._store), subject, viewer)
        asked = self._at(None, as_known)
        upto = self._views.position(asked)
        refuse_untold(left_out_of(self._store), f"all about {subject}", upto)
        if rows[0].position > upto:
            raise Refused(f"nothing was recorded about {subject} by then", "no_such_subject")
        ids = frozenset({subject})
        if kind_of(subject) == "person":
            ids |= self._views.lives(subject, asked)
        search = TraceSearch(ids | self._enrolments_of(ids, upto))
        search.search(
            self._rows_between(0, upto, ()),
            lambda stream: (row for row in self._store.stream(stream) if row.position <= upto),
            self._codec.recorded,
        )
        found = (search.found[position] for position in sorted(search.found))
        told = [one for one in found if self._may_see(one, viewer)]
        hidden = self._hiding(told, search, viewer)
        traces = (Trace(search.how(one), one) for one in told if one.stream not in hidden)
        seen = tuple(t for t in traces if self._is_seen(t, search, viewer))
        if not seen and self._model.is_confidential(kind_of(subject)):  # as if there were none
            raise Refused(f"nothing is recorded about {subject}", "no_such_subject")
        return seen

    def _hiding(
        self, told: Sequence[Recorded[Any]], search: TraceSearch, viewer: Viewer
    ) -> frozenset[str]:
        """The confidential streams that show a viewer nothing of whom they are about."""
        kept = [one for one in told if self._model.is_confidential(kind_of(one.stream))]
        showing = {
            one.stream for one in kept if search.is_in(self._views.shown(one, viewer)["event"])
        }
        hidden = frozenset(one.stream for one in kept) - showing
        cases = [one for one in search.ids if self._model.is_confidential(kind_of(one))]
        if not all(map(self._views.seer(viewer, NOW).keeps, cases)):
            # what else it appears in would say whom it is about
            hidden |= {one.stream for one in told} - search.ids
        return hidden

    def _is_seen(self, trace: Trace, search: TraceSearch, viewer: Viewer) -> bool:
        """Whether a viewer sees that they appear in an event that they may know of."""
        if viewer.kind != "member" or trace.how not in {"named", "author"}:
            return True
        shown = self._views.shown(trace.told, viewer)
        if trace.how == "author":
            return not isinstance(shown["actor"], Withheld)
        return search.is_in(shown["event"])

    def _enrolments_of(self, ids: frozenset[str], upto: int) -> frozenset[str]:
        """The enrolments of people."""
        rows = self._rows_between(0, upto, (ENROLLED,))
        told = map(self._codec.recorded, rows)
        return frozenset(one.stream for one in told if one.event.person_id in ids)

    def settings_in_force(
        self,
        program: str,
        *,
        viewer: Viewer,
        on: date | None = None,
        as_known: Known | None = None,
    ) -> tuple[SettingInForce, ...]:
        """What the settings, goals and calendars of a program were, each from a day to another.

        Args:
            program: Its id.
            viewer: Who is asking; settings hold nothing personal.
            on: Only what was in force on this day of the program.
            as_known: Only what the log knew then.

        Raises:
            Invalid: This is no day.
            Refused: There is no such program.
        """
        from mentorcore.engine.queries.settings_by_day import in_force

        if on is not None and type(on) is not date:
            problem = Problem("on", f"{on!r} is no day", "a date, such as 2026-10-15")
            raise Invalid("settings are in force from one day to another", [problem])
        if kind_of(program) != "program" or viewer.program not in (None, program):
            raise Refused(f"there is no program {program}", "no_such_program")
        known = None if as_known is None else self.position_at(as_known)
        records = list(self.effective(stream=program, as_known=known))
        if not records:
            raise Refused(f"there is no program {program}", "no_such_program")
        rows = in_force(records)
        return tuple(row for row in rows if on is None or row.held_on(on))

    def _period(self, known_from: Known | None, known_to: Known | None) -> tuple[int, int]:
        after = 0 if known_from is None else self.position_at(known_from)
        upto = self.position_at(known_to)
        if after > upto:
            stated = f"it begins behind position {after} and ends at position {upto}"
            raise Invalid(
                "a period ends before it begins",
                [Problem("known_to", stated, "a moment not before `known_from`")],
            )
        return after, upto

    def _rows_between(self, after: int, upto: int, names: Sequence[str]) -> Iterator[Row]:
        while page := self._store.page(after, PAGE, names):
            for row in page:
                if row.position > upto:
                    return
                yield row
            after = page[-1].position


def _evidence(told: Recorded[Any]) -> Evidence:
    return Evidence(told.stream, told.version, told.position)


def _late(record: Effective[Any], on: date, told_on: date, people: tuple[Who, ...]) -> LateEntry:
    return LateEntry(
        record=_evidence(record),
        name=record.name,
        on=on,
        told_on=told_on,
        days=(told_on - on).days,
        sent_at=None if record.source is None else record.source.sent_at,
        recorded_at=record.recorded_at,
        actor=record.actor,
        asked_by=record.asked_by,
        people=people,
    )

"""Who sees what of a practice: measured on a log in which its world was lived through.

Whoever looks stands to a record in one of the ways that the columns of the page name. A practice
adds nothing here: the world of its contract is looked at, and somebody who has nothing to do with
it. Where its world has nobody in a column, the column says so with a dash.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs
from engine.world import COORDINATOR, STARTED, Clock, mc, numbers
from practices.worlds import lived_through

import mentorcore
from mentorcore.domain.aggregate import fold, kind_of
from mentorcore.domain.declarations import event_info, field_readers, personal_fields
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.values import Sealed, Withheld
from mentorcore.engine.engine import Engine
from mentorcore.errors import Refused
from mentorcore.log.recorded import Recorded
from mentorcore.practices.practice import Practice
from mentorcore.projections.program_view import key_of
from mentorcore.testing.practice_values import ids_in

COLUMNS = (
    "coordinator",
    "author",
    "subject",
    "handler",
    "concerned",
    "other member",
    "site administrator",
    "auditor",
    "export without keys",
)
"""Who looks: beside the viewers of a whole program, members as they stand to a record."""

LATER = (0, 30, 400)
"""Days after the world's last command on which needs are looked for."""

YES, WITHHELD, NO, NOBODY = "yes", "withheld", "no", "-"
RANK = {NO: 0, WITHHELD: 1, YES: 2}

WIDE = {
    "coordinator": mc.Viewer.coordinator(),
    "site administrator": mc.Viewer.site_administrator(),
    "auditor": mc.Viewer.auditor(),
}

Cells = dict[str, str]
"""By column, the words of what was found there."""


@attrs.define(slots=False)
class Looked:
    """A log of a practice that is looked at by everybody.

    Attributes:
        engine: With the keys.
        export: An export of it, opened without any.
        outsider: A person who takes part and has nothing to do with what the world did.
    """

    practice: Practice
    folder: Path
    clock: Clock
    engine: Engine
    export: Engine
    outsider: str

    @cached_property
    def every(self) -> list[Recorded[Any]]:
        return list(self.engine.events())

    @cached_property
    def records(self) -> list[Recorded[Any]]:
        """What the practice recorded."""
        return [r for r in self.every if kind_of(r.stream) in self.practice.kinds]

    @cached_property
    def programs(self) -> list[str]:
        return [line.program for line in self.engine.programs()]

    @cached_property
    def persons(self) -> dict[str, str]:
        """By participant, the person."""
        enrolled = (r.event for r in self.every if r.name == "participant.enrolled")
        return {e.participant_id: e.person_id for e in enrolled}

    @cached_property
    def _members(self) -> dict[str, frozenset[str]]:
        """By pairing, the persons of its members."""
        formed = (r for r in self.every if r.name == "pairing.formed")
        return {r.stream: self._people(ids_in(r.event.members)) for r in formed}

    def _people(self, ids: Iterable[str]) -> frozenset[str]:
        named = {self.persons.get(i, i) for i in ids}
        return frozenset(i for i in named if kind_of(i) == "person")

    def columns(self, stream: str, subjects: frozenset[str] | None = None) -> dict[str, list[Any]]:
        """Who stands in each column to what stands on a stream.

        Args:
            stream: A stream of the practice.
            subjects: The persons whom it is about, where only some of those named are.
        """
        told = self._on(stream)
        named = set().union(*(ids_in(r.event) for r in told))
        pairs = set().union(*(self._members.get(i, frozenset()) for i in named))
        people = (self._people(named) | pairs) - {self.outsider, COORDINATOR.id}
        handlers = self._handlers(stream)
        authors = self._people(set().union(*map(_author, told))) - handlers
        about = (self._people(named) if subjects is None else subjects) - authors - handlers
        found: dict[str, Any] = {name: [viewer] for name, viewer in WIDE.items()}
        for column, who in (
            ("author", authors),
            ("subject", about),
            ("handler", handlers),
            ("concerned", people - authors - about - handlers),
            ("other member", {self.outsider}),
        ):
            registered = (p for p in sorted(who) if self._is_known(p))
            found[column] = [mc.Viewer.member(person) for person in registered]
        return found

    def _handlers(self, stream: str) -> frozenset[str]:
        """The persons who handle a case, as it stands now."""
        told = [VersionedEvent(r.version, r.recorded_at, r.event) for r in self._on(stream)]
        for rules in self.practice.aggregates:
            if rules.kind == kind_of(stream) and rules.keepers is not None:
                return frozenset(rules.keepers(fold(rules, told)).handlers)
        return frozenset()

    @cached_property
    def _registered(self) -> frozenset[str]:
        return frozenset(r.stream for r in self.every if r.name == "person.registered")

    def _is_known(self, person: str) -> bool:
        return person in self._registered

    # What is measured, row by row.

    def rows(self) -> dict[str, Cells]:
        """By what is looked at, who was told it."""
        found: dict[str, dict[str, set[str]]] = {}

        def say(row: str, column: str, word: str) -> None:
            found.setdefault(row, {}).setdefault(column, set()).add(word)

        for record in self.records:
            self._record(record, say)
        for record in self.every:
            stream = getattr(record.event, "principal_stream", None)
            if stream is not None and kind_of(stream) in self.practice.kinds:
                self._companion(record, stream, say)
        for stream in dict.fromkeys(r.stream for r in self.records):
            self._stream(stream, say)
        for view in self.practice.views:
            self._view(view, say)
        for view in self.practice.views:
            for kind in view.kinds:
                self._need(kind, say)
        return {row: {c: _word(cells.get(c)) for c in COLUMNS} for row, cells in found.items()}

    def _record(self, record: Recorded[Any], say: Any) -> None:
        """An event: whether it is told, and what of each field that names its readers."""
        cls = type(record.event)
        fields = [f for f in field_readers(cls) if getattr(record.event, f) not in (None, (), "")]
        for column, viewers in self.columns(record.stream).items():
            for viewer in viewers:
                told, fed = self._entry(record, viewer, None), self._fed(record, viewer, None)
                say(f"event `{record.name}`", column, told)
                if fed != told:
                    say(f"feed `{record.name}`", column, fed)
        for field in fields:
            mark = personal_fields(cls).get(field)
            subjects = None if mark is None else frozenset(mark.subjects(record.event))
            for column, viewers in self.columns(record.stream, subjects).items():
                for viewer in viewers:
                    told = self._entry(record, viewer, field)
                    if field == "subjects":  # no timeline tells under whose keys a text is sealed
                        told = self._fed(record, viewer, field)
                    say(f"field `{record.name}` `{field}`", column, told)
                    fed = self._fed(record, viewer, field)
                    if fed != told:
                        say(f"feed `{record.name}` `{field}`", column, fed)
        (copied,) = [r for r in self.export.events() if r.position == record.position]
        say(f"event `{record.name}`", COLUMNS[-1], YES)
        for field in fields:
            is_sealed = isinstance(getattr(copied.event, field), Sealed)
            word = WITHHELD if is_sealed else YES
            say(f"field `{record.name}` `{field}`", COLUMNS[-1], word)

    def _companion(self, record: Recorded[Any], stream: str, say: Any) -> None:
        """What of the core goes along with an event; no timeline tells it, and feeds do."""
        theirs = frozenset({record.stream} & self._registered) or None
        for column, viewers in self.columns(stream, theirs).items():
            for viewer in viewers:
                row = f"companion `{kind_of(stream)}` `{record.name}`"
                say(row, column, self._fed(record, viewer, None))
                say(row, COLUMNS[-1], YES)

    def _entry(self, record: Recorded[Any], viewer: Any, field: str | None) -> str:
        """What the timelines tell of an event, or of a field of it."""
        names = (record.stream, *self.programs, *sorted(ids_in(record.event)))
        told = NO
        for subject in dict.fromkeys(names):
            try:
                history = self.engine.history(subject, viewer=viewer)
            except Refused:
                continue
            for entry in history.entries:
                if entry.evidence.position == record.position:
                    shown = entry.name if field is None else _value(entry.said, field)
                    told = max(told, _told(shown), key=RANK.__getitem__)
        return told

    def _fed(self, record: Recorded[Any], viewer: Any, field: str | None) -> str:
        """What a feed for a viewer tells of an event, or of a field of it."""
        try:
            event = self.engine.feed(viewer).event(record)
        except Refused:
            return NO
        if event is None:
            return NO
        return YES if field is None else _told(event["data"]["event"].get(field))

    def _stream(self, stream: str, say: Any) -> None:
        """The timeline of a stream itself."""
        row = f"history `{kind_of(stream)}`"
        named = self._people(_kept(self._on(stream)))
        for column, viewers in self.columns(stream).items():
            for viewer in viewers:
                say(row, column, self._history(self.engine, stream, viewer))
                for person in named & self._registered:
                    told = self._traced(person, stream, viewer)
                    say(f"about `{kind_of(stream)}`", column, told)
        say(f"about `{kind_of(stream)}`", COLUMNS[-1], YES)
        say(row, COLUMNS[-1], self._history(self.export, stream, mc.Viewer.auditor()))

    def _on(self, stream: str) -> list[Recorded[Any]]:
        return [r for r in self.every if r.stream == stream]

    def _traced(self, person: str, stream: str, viewer: Any) -> str:
        """Whether it is told that somebody appears in a stream."""
        try:
            traces = self.engine.traces(person, viewer=viewer)
        except Refused:
            return NO
        return YES if any(t.told.stream == stream for t in traces) else NO

    def _history(self, engine: Engine, stream: str, viewer: Any) -> str:
        try:
            told = engine.history(stream, viewer=viewer)
        except Refused:
            return NO
        return YES if told.entries else WITHHELD if told.others is not None else NO

    def _view(self, view: Any, say: Any) -> None:
        """A view: whose rows are shown to whom, and the figures of a row explained."""
        for program in self.programs:
            rows = self.engine.view(view.name, program, viewer=WIDE["coordinator"]).rows
            for key in map(key_of, rows):
                if self.persons.get(key) == self.outsider:
                    continue  # their own row, of a view that has one of everybody
                for column, viewers in self.columns(key).items():
                    for viewer in viewers:
                        say(f"view `{view.name}`", column, self._row(view, program, viewer, key))
                        say(f"why `{view.name}`", column, self._why(self.engine, key, viewer))
                auditor = WIDE["auditor"]
                shown = self.export.view(view.name, program, viewer=auditor).row(key)
                say(f"view `{view.name}`", COLUMNS[-1], NO if shown is None else YES)
                say(f"why `{view.name}`", COLUMNS[-1], self._why(self.export, key, auditor))

    def _row(self, view: Any, program: str, viewer: Any, key: str) -> str:
        try:
            told = self.engine.view(view.name, program, viewer=viewer)
        except Refused:
            return NO
        if told.row(key) is not None:
            return YES
        return WITHHELD if told.others is not None else NO

    def _why(self, engine: Engine, key: str, viewer: Any) -> str:
        try:
            figures = [
                figure
                for figure in engine.figures(key, viewer=viewer)
                if kind_of(key) in self.practice.kinds or figure.name not in self._of_the_core
            ]
            for figure in figures:
                engine.explain(key, figure.name, viewer=viewer)
        except Refused:
            return NO
        return YES if figures else NO

    @cached_property
    def _of_the_core(self) -> frozenset[str]:
        """The figures that the core has of whoever takes part, whom a row may be about."""
        theirs = next(p for p, person in self.persons.items() if person == self.outsider)
        told = self.engine.figures(theirs, viewer=WIDE["coordinator"])
        own = tuple(f"{view.name}." for view in self.practice.views)
        return frozenset(f.name for f in told if not f.name.startswith(own))

    def _need(self, kind: str, say: Any) -> None:
        """A need, on the first of the days on which it arises."""
        for days in LATER:
            self.clock.move(days=days)
            for program in self.programs:
                told = self.engine.attention(program, viewer=WIDE["coordinator"]).needs
                for need in (n for n in told if n.kind == kind):
                    people = frozenset(self.persons.get(w.participant, "") for w in need.people)
                    if self.outsider in people:
                        continue
                    for column, viewers in self.columns(need.subject, people).items():
                        for viewer in viewers:
                            word = self._needed(self.engine, program, viewer, need)
                            say(f"need `{kind}`", column, word)
                    word = self._needed(self.export, program, WIDE["auditor"], need)
                    say(f"need `{kind}`", COLUMNS[-1], word)
            self.clock.move(days=-days)

    def _needed(self, engine: Engine, program: str, viewer: Any, need: Any) -> str:
        try:
            told = engine.attention(program, viewer=viewer).needs
        except Refused:
            return NO
        same = (
            n for n in told if (n.kind, n.subject, n.why) == (need.kind, need.subject, need.why)
        )
        return NO if next(same, None) is None else YES


def _author(record: Recorded[Any]) -> set[str]:
    """Whoever an event comes from, where its class names the author."""
    field = event_info(type(record.event)).author
    return set() if field is None else ids_in(getattr(record.event, field))


def _kept(told: list[Recorded[Any]]) -> set[str]:
    """Whom a stream names; of a confidential one, those whom only fields with readers name."""
    kept: set[str] = set()
    openly: set[str] = set()
    for event in (record.event for record in told):
        readers = field_readers(type(event))
        for field in attrs.fields(type(event)):
            ids = ids_in(getattr(event, field.name))
            (kept if field.name in readers else openly).update(ids)
    is_confidential = any("subjects" in field_readers(type(r.event)) for r in told)
    return kept - openly if is_confidential else kept | openly


def _value(said: Any, field: str) -> Any:
    return next((s.value for s in said if s.field == field), None)


def _told(value: Any) -> str:
    if value is None:
        return NO
    is_kept = isinstance(value, Withheld) or (isinstance(value, dict) and "withheld" in value)
    return WITHHELD if is_kept else YES


def _word(words: set[str] | None) -> str:
    return " or ".join(sorted(words, key=RANK.__getitem__, reverse=True)) if words else NOBODY


def looked_at(
    practice: Practice, folder: Path, then: Callable[[Engine], None] = lambda _: None
) -> Iterator[Looked]:
    """A log of a practice's world, with an outsider, and an export of it without keys.

    Args:
        practice: Which.
        folder: Where the log is made.
        then: What happens after the world.
    """
    clock = Clock()
    with closing(mentorcore.open(folder / "program.db", clock=clock, ids=numbers())) as engine:
        lived_through(practice, engine)
        then(engine)
        outsider = _outsider(engine)
        engine.export(folder / "bundle", recipient="state-auditor", actor=COORDINATOR)
        with closing(mentorcore.open_export(folder / "bundle", clock=clock)) as export:
            yield Looked(practice, folder, clock, engine, export, outsider)


def _outsider(engine: Engine) -> str:
    """Somebody who takes part in the first program and is in no pairing."""
    (designed, *_) = engine.events(names=["program.designed"])
    (opened, *_) = engine.events(names=["program.cohort-opened"])
    program, cohort = designed.stream, opened.event.cohort.cohort_id
    role = designed.event.settings.roles[0].code

    def do(command: Any) -> str:
        return str(engine.handle(command, actor=COORDINATOR).stream)

    person = do(mc.RegisterPerson(name="Nobody Concerned"))
    do(
        mc.EnrolParticipant(
            person_id=person, program_id=program, cohort_id=cohort, role=role, since=STARTED
        )
    )
    return person

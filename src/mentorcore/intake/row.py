"""One response, cell by cell: what its texts say, with everything that is unclear collected.

Texts stay as they were typed; only what a field needs (a day, a number, a person) is read out of
them, by what the mapping declares and by nothing else.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from mentorcore.adapters.dates import (
    DateOrder,
    DateProblem,
    NoTime,
    parse_date,
    parse_instant,
    parse_time,
    to_utc,
)
from mentorcore.adapters.spec import Response
from mentorcore.domain.declarations import CODE
from mentorcore.domain.responses import Settled
from mentorcore.domain.values import Code, PersonId
from mentorcore.errors import Invalid
from mentorcore.intake.asking import Asking, StatedTime
from mentorcore.intake.cell_cache import CellCache
from mentorcore.intake.directory import Directory
from mentorcore.intake.intents import Intent, Intents, Reason, Rejected
from mentorcore.intake.lookup import NamedPerson, NotFound, SeveralFit, enrolled_as
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.mappings.mapping import SUBMITTED, FormMapping, spoken
from mentorcore.intake.quantities import Unclear, choices_in, read_number, yes_or_no

__all__ = ["Asking", "Interpreter", "Row", "StatedTime"]

T = TypeVar("T")
CANNOT_BE_TAKEN = "cannot be taken as it is; correct it where it was sent in, and export it again"
"""What is said of a cell of a confidential form, which is repeated nowhere."""
_DECLARE = "declare what it means under [values]"


class Row:
    """One response as it is read."""

    def __init__(
        self,
        response: Response,
        mapping: FormMapping,
        asking: Asking,
        places: Places,
        orders: Mapping[str, DateOrder],
        *,
        kept: CellCache,
    ) -> None:
        self.response, self.mapping = response, mapping
        self.known, self.ids = asking.known, asking.ids
        self.now, self.again, self.settled = asking.now, asking.again, asking.settled
        self.meant = asking.meant
        self.zone = ZoneInfo(asking.known.program.time_zone)
        self._layout = places.layout(response)
        self._orders = orders
        self._kept = kept
        self._wrong: dict[Reason, None] = {}
        self._facts: list[Intent] = []
        self._subjects: dict[PersonId, None] = {}
        self._unclear: dict[NamedPerson, str] = {}
        self._meant: dict[NamedPerson, NamedPerson] = {}
        self._notes: list[str] = []

    def wrong(self, field: str, sentence: str) -> None:
        """Note that a cell (or with no field the row) cannot be taken."""
        column = self.mapping.fields.get(field, "")
        if self.mapping.form_kind.confidential and self.raw(field):
            sentence = CANNOT_BE_TAKEN  # whatever sentence it is may repeat the cell
        if not column and field in self.mapping.defaults:
            sentence = f"the default of {field}: {sentence}"
        self._wrong[Reason(column, sentence)] = None

    def must(self, field: str, found: T | None) -> T | None:
        """*found*, after noting that it is missing where nothing else is wrong with its cell."""
        column = self.mapping.fields.get(field, "")
        if (found is None or found in ("", ())) and not self._is_wrong(column):
            self.wrong(field, "is empty" if column else f"nothing tells the {field}")
        return found

    def note_once(self, sentence: str) -> None:
        """Note something about the row, unless what is wrong already explains it."""
        if not self._wrong:
            self.wrong("", sentence)

    def check(self) -> None:
        """Stop here if anything is wrong so far.

        Raises:
            Rejected: With all that is wrong.
        """
        if self._wrong:
            raise Rejected(self._wrong)

    def concerns(self, *people: PersonId) -> None:
        """Count people among those whom the response concerns."""
        self._subjects.update(dict.fromkeys(people))

    def say(self, code: str, command: type, **fields: Any) -> None:
        """State a fact.

        Raises:
            Rejected: The command cannot hold what the row says.
        """
        try:
            self._facts.append(Intent(Code(code), command(**fields)))
        except Invalid as error:
            for problem in error.problems:
                self.wrong("", f"{problem.path.replace('_', ' ')}: {problem.problem}")
            self.check()

    def note(self, sentence: str) -> None:
        """Say something that somebody may want to know when the response is taken."""
        self._notes.append(sentence)

    def means(self, said: NamedPerson, meant: NamedPerson) -> NamedPerson:
        """Decide which one of several people of one name a cell means."""
        self._unclear.pop(said, None)
        self._meant[said] = meant
        self.concerns(meant.person.person)
        return meant

    def done(self) -> Intents:
        """All that the response says."""
        for said, field in self._unclear.items():
            self.wrong(field, str(SeveralFit(self.known, said.text, said.namesakes)))
        self.check()
        return Intents(tuple(self._facts), tuple(self._subjects), tuple(self._notes))

    def raw(self, field: str) -> tuple[str, ...]:
        """The texts of a cell; empty when nothing was answered or only what counts as missing."""
        place = self._layout.get(field)
        if place is None:
            return ()
        raw = self.response.answers[place].raw
        missing = self.mapping.missing
        return tuple([t for t in raw if t.strip() and (not missing or spoken(t) not in missing)])

    def text(self, field: str) -> str | None:
        """What was written, as it was written; ``None`` when nothing was."""
        raw = self.raw(field) if field in self._layout else ()
        return "\n".join(raw) if raw else self.mapping.defaults.get(field)

    def word(self, field: str) -> str | None:
        """What a cell comes down to: its meaning in the table of values, or its own text."""
        text = self.text(field)
        if text is None:
            return None
        meanings = self._meanings(field)
        return meanings.get(spoken(text), text.strip()) if meanings else text.strip()

    def tells(self, field: str) -> bool:
        """Whether a column or a default can tell a field at all."""
        return field in self._layout or field in self.mapping.defaults

    def texts(self, field: str) -> tuple[str, ...]:
        """Several things written in one cell, split only where a separator is declared."""
        raw = self.raw(field) if field in self._layout else ()
        if not raw:
            default = self.mapping.defaults.get(field)
            return () if default is None else (default,)
        found: tuple[str, ...] | None = self._kept.get((field, raw))
        if found is None:
            known = frozenset(self._meanings(field))
            split = [choices_in(t, self.mapping.separator, known) for t in raw]
            found = tuple(c for choices in split for c in choices)
            self._kept.put((field, raw), found)
        return found

    def choice(self, field: str, default: str = "") -> Any:
        """One of the field's words."""
        word = self.word(field) if self.tells(field) else None
        if word is None:
            return default
        choices = self.mapping.form_kind.by_name[field].choices
        found = word if word in choices else spoken(word).replace(" ", "_").replace("-", "_")
        if found not in choices:
            self.wrong(field, f"{word!r} is none of {', '.join(choices)}; {_DECLARE}")
            return default
        return found

    def code(self, field: str) -> Code | None:
        """A code word."""
        word = self.word(field)
        return None if word is None else self._as_code(field, word)

    def codes(self, field: str) -> tuple[Code, ...]:
        """Several code words."""
        if not self.tells(field):
            return ()
        words = (self._meanings(field).get(spoken(t), t) for t in self.texts(field))
        return tuple(c for w in words if (c := self._as_code(field, w)) is not None)

    def whole(self, field: str) -> int | None:
        """A whole number, of percent where the field holds percent."""
        holds = self.mapping.form_kind.field(field).holds
        return self._read(field, lambda text: read_number(text, holds, self.mapping))

    def yes(self, field: str, *, default: bool = False) -> bool:
        """Yes or no."""
        found = self._read(field, yes_or_no)
        return default if found is None else found

    def minutes(self, field: str) -> int | None:
        """A duration in minutes."""
        return self._read(field, lambda text: read_number(text, "minutes", self.mapping))

    def day(self, field: str) -> date | None:
        """A day, in the program's time zone."""
        text = self.text(field)
        if text is None:
            return None
        if text == SUBMITTED and not self.raw(field):
            return self._submitted(field)
        try:
            return parse_date(text, self._order(field))
        except DateProblem as problem:
            self.wrong(field, str(problem))
            return None

    def moment(self, field: str, clock: str) -> StatedTime | None:
        """A day with its time, from one cell or from two; a day alone where no time is told."""
        text, hour = self.text(field), self._clock(clock)
        if text is None or text == SUBMITTED:
            day = self.day(field)
            return None if day is None else self._at(field, day, hour)
        mapping = self.mapping
        zone = mapping.zone or self.zone.key
        try:
            if hour is None and not mapping.ignore_times:
                kept: StatedTime | None = self._kept.get((field, text))
                if kept is None:
                    labels = mapping.options.zone_labels
                    found = parse_instant(text, self._order(field), zone, mapping.fold, labels)
                    kept = StatedTime(found.at, None)
                    self._kept.put((field, text), kept)
                return kept
        except NoTime:
            pass
        except DateProblem as problem:
            self.wrong(field, str(problem))
            return None
        day = self.day(field)
        return None if day is None else self._at(field, day, hour)

    def minutes_until(self, field: str, clock: str) -> int | None:
        """The minutes from one time of the day to a later one."""
        start, end = self._clock(clock), self._clock(field)
        if end is None:
            return None
        if start is None:
            self.wrong(field, "says when it ended, and nothing says when it began")
            return None
        minutes = end.hour * 60 + end.minute - start.hour * 60 - start.minute
        if minutes <= 0:
            self.wrong(field, f"it would end at {end:%H:%M}, not after {start:%H:%M}")
            return None
        return minutes

    def person(self, field: str, parts: frozenset[str] = frozenset()) -> NamedPerson | None:
        """Somebody who takes part, in one of some parts."""
        word = self.word(field)
        return None if word is None else self._person(field, word, parts)

    def people(self, field: str, parts: frozenset[str] = frozenset()) -> tuple[NamedPerson, ...]:
        """Several people who take part."""
        if not self.tells(field):
            return ()
        meanings, words = self._meanings(field), self.texts(field)
        if meanings:
            words = tuple([meanings.get(spoken(t), t) for t in words])
        found = [self._person(field, word, parts) for word in words]
        return tuple([said for said in found if said is not None])

    def _person(self, field: str, text: str, parts: frozenset[str]) -> NamedPerson | None:
        mapping, revision = self.mapping, self.known.revision
        key = (field, text, parts)
        said: NamedPerson | None = None if revision is None else self._kept.get(key, revision)
        if said is None:
            try:
                said = enrolled_as(
                    self.known, mapping.naming(field), text.strip(), mapping.scheme, parts
                )
            except NotFound as problem:
                self.wrong(field, str(problem))
                return None
            if revision is not None:
                self._kept.put(key, said, revision)
        said = self._meant.get(said, said) if said.namesakes else said
        if said.namesakes:
            self._unclear[said] = field
        else:
            self.concerns(said.person.person)
        return said

    def _is_wrong(self, column: str) -> bool:
        return bool(column) and any(reason.column == column for reason in self._wrong)

    def _meanings(self, field: str) -> Mapping[str, str]:
        values = self.mapping.values
        if not values:
            return {}
        return values.get(field) or values.get(field.partition(".")[0], {})

    def _as_code(self, field: str, word: str) -> Code | None:
        if CODE.fullmatch(word):
            return Code(word)
        self.wrong(field, f"{word!r} is no code word; {_DECLARE}")
        return None

    def _read(self, field: str, reader: Callable[[str], T]) -> T | None:
        word = self.word(field)
        if word is None:
            return None
        try:
            return reader(word)
        except Unclear as problem:
            self.wrong(field, f"{word!r} {problem}")
            return None

    def _order(self, field: str) -> DateOrder | None:
        return self.mapping.date_order or self._orders.get(field)

    def _submitted(self, field: str) -> date | None:
        at = self.response.submitted_at
        if at is None:
            self.wrong(field, "is the day of sending, and nothing says when this was sent")
            return None
        return at.astimezone(self.zone).date()

    def _clock(self, field: str) -> time | None:
        text = self.text(field)
        if text is None:
            return None
        try:
            return parse_time(text)
        except DateProblem as problem:
            self.wrong(field, str(problem))
            return None

    def _at(self, field: str, day: date, hour: time | None) -> StatedTime | None:
        if hour is None:
            return StatedTime(None, day)
        zone = self.mapping.zone or self.zone.key
        try:
            return StatedTime(to_utc(datetime.combine(day, hour), zone, self.mapping.fold), None)
        except DateProblem as problem:
            self.wrong(field, str(problem))
            return None


class Interpreter:
    """Reads responses by a mapping; one serves a whole import.

    Args:
        mapping: What was declared about the form.
        orders: The order of dates in columns that prove one; see `DateOrders`.
    """

    def __init__(self, mapping: FormMapping, orders: Mapping[str, DateOrder] | None = None) -> None:
        self.mapping = mapping
        self._places = Places(mapping)
        self._orders = orders or {}
        self._kept = CellCache()

    def interpret(
        self,
        response: Response,
        known: Directory,
        *,
        ids: Callable[[str], str],
        now: datetime,
        again: bool = False,
        settled: Settled | None = None,
        meant: tuple[PersonId, ...] = (),
    ) -> Intents:
        """What a response says, as commands in order.

        Args:
            response: The response.
            known: Who is known.
            ids: Answers with a new id for a kind such as ``meeting``.
            now: The instant of the import.
            again: Whether the response was taken before and has been edited.
            settled: What somebody said of it.
            meant: The persons whom it concerned as it was read before.

        Raises:
            Rejected: With everything that is wrong with it.
        """
        asking = Asking(known, ids, now, again, settled or {}, meant)
        row = Row(response, self.mapping, asking, self._places, self._orders, kept=self._kept)
        return self.mapping.form_kind.read(row)

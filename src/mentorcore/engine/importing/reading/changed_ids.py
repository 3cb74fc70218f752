"""An export whose ids were changed is refused, before all of it is taken a second time.

Ids that a spreadsheet turned into numbers, powers of ten or dates are new to the index, and those
that they were have vanished. So what is new is held against what is held: an id that another one
may have become, and answers that are equal under ids that have nothing to do with each other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice, product

import attrs

from mentorcore.adapters.dates import DateOrder
from mentorcore.adapters.spec import Answer, Response, Where, normal_title
from mentorcore.domain.values import ResponseId
from mentorcore.engine.importing.reading.previous_answers import PreviousAnswers
from mentorcore.engine.importing.reading.renumbered_rows import check_renumbered
from mentorcore.engine.importing.reading.turned_dates import check_turned
from mentorcore.engine.indexes.digest_set import DigestSet
from mentorcore.engine.indexes.known_responses import KnownResponse
from mentorcore.engine.indexes.responses import IncomingResponse, Key, ResponseIndex
from mentorcore.errors import SourceRefused
from mentorcore.intake.mappings.columns import EXPORT_AGAIN, IdColumns, Places
from mentorcore.intake.mappings.mapping import FormMapping
from mentorcore.intake.spoilt_ids import (
    could_be_cut_from,
    could_have_been,
    looks_alike,
    old_forms,
    readings,
)

__all__ = ["ChangedIds", "NewRows"]

MOST = 20_000
"""How many new responses are kept to be held against those that vanished."""
LOOKED_AT = 500
"""How many of those that vanished are opened, and for how many new ones earlier ids are tried."""

_NOWHERE = Where("")


@attrs.frozen
class _New:
    """A response that the index does not know, by its id, its row and what else it says."""

    key: Key
    row: int | None
    said: int


@attrs.frozen
class _Changed:
    """An id as it was, and the response that seems to be the same one under another."""

    old: Key
    new: _New


class NewRows:
    """The responses of a reading that the index does not know.

    Args:
        mapping: What was declared about the form.

    Attributes:
        count: How many there are.
        rows: Those that are kept.
        there: The names in the index of all responses that the reading holds.
    """

    def __init__(self, mapping: FormMapping) -> None:
        self._places = Places(mapping)
        titles = {normal_title(key) for key in mapping.options.keys}
        self._compared = [f for f, t in mapping.fields.items() if normal_title(t) not in titles]
        self.count = 0
        self.rows: list[_New] = []
        self.there = DigestSet()

    def see(self, response: Response) -> None:
        """Take one into account; what took the place of another says so by itself."""
        self.count += 1
        if len(self.rows) < MOST and not response.replaces:
            said = self.said(response)
            if said is not None:
                self.rows.append(_New(response.key, response.where.record, said))

    def said(self, response: Response) -> int | None:
        """What a response says beside its id; ``None`` for nothing that the mapping reads."""
        layout = self._places.layout(response)
        told = [
            (field, raw)
            for field in self._compared
            if field in layout and (raw := response.answers[layout[field]].raw)
        ]
        return hash(tuple(told)) if told else None


class ChangedIds:
    """The comparison of an export's new responses with those that are held.

    Args:
        known: The index of the form's responses.
        earlier: Makes what reads some responses as they were last taken.
        mapping: What was declared about the form.
        name: What the source is called in messages.
    """

    def __init__(
        self,
        known: ResponseIndex,
        earlier: Callable[[], PreviousAnswers],
        mapping: FormMapping,
        name: str,
    ) -> None:
        self._known, self._earlier = known, earlier
        self._mapping, self._name = mapping, name
        self._titles = [normal_title(key) for key in mapping.options.keys]
        self._places = Places(mapping)

    def check(
        self,
        new: NewRows,
        differing: Sequence[IncomingResponse],
        before: int,
        *,
        of: int,
        settled: int,
        orders: dict[str, DateOrder],
        full: bool,
    ) -> None:
        """Refuse the export if its ids were changed.

        Args:
            new: Its responses that the index does not know.
            differing: Some of those that said something else before.
            before: The last position of the log before the reading.
            of: How many of those there are.
            settled: How many responses are held as they are.
            orders: The orders that its columns of dates prove.
            full: Whether it should hold all responses, so that others have vanished.

        Raises:
            SourceRefused: They were.
        """
        if self._mapping.trust_keys:
            return
        if differing:
            held = self._known.first([row.response.key for row in differing])
            earlier = self._earlier()
            earlier.expect([one.response for one in held.values()])
            self._check_fields(differing, held, earlier)
            if of == len(differing) and not settled:
                before_now = self._pairs(differing, held, earlier)
                check_turned(before_now, self._mapping, orders, self._name)
            if self._titles and not self._are_read():
                check_renumbered(
                    differing,
                    of,
                    held,
                    earlier,
                    said=lambda then, one: self._said(new, then.answers(then.latest(one.response))),
                    says=lambda row: new.said(row.response),
                    new=((row.key, row.row, row.said) for row in new.rows),
                    vanished=lambda: self._vanished(new, before) if full else (),
                    column=" and ".join(self._mapping.options.keys),
                    file=self._name,
                )
        if new.rows:
            self._check_earlier(new)
        if new.rows and full:
            self._check_vanished(new, before)

    def _check_earlier(self, new: NewRows) -> None:
        """Look for the ids, or the times with their seconds, that those of new ones may have been.

        A part cannot show what vanished; this finds it by what is there.
        """
        sure = self._held(new, could_have_been if len(self._titles) == 1 else _nothing)
        way = could_be_cut_from if len(self._titles) == 1 else _nothing
        maybe = self._held(new, way if self._titles else _with_seconds)
        if maybe:
            earlier = self._earlier()
            answers = {c: earlier.answers(earlier.latest(stream)) for c, stream in maybe.items()}
            for changed, told in answers.items():
                if told and new.said(_as_response(told)) == changed.new.said:
                    sure[changed] = maybe[changed]
        if sure:
            raise self._refusal(list(sure))

    def _held(
        self, new: NewRows, may_have_been: Callable[[str], Iterator[str]]
    ) -> dict[_Changed, ResponseId]:
        """The responses held under keys that those of new ones may have been, and not there."""
        tried: dict[Key, _New] = {}
        for row in new.rows[:LOOKED_AT]:
            for text in may_have_been(row.key[0]) if row.key else ():
                if text != row.key[0]:
                    tried.setdefault((text, *row.key[1:]), row)
            if len(tried) > MOST:
                break
        held = self._known.first(list(tried))
        return {
            _Changed(key, tried[key]): one.response
            for key, one in held.items()
            if self._known.name(key, 0) not in new.there
        }

    def _check_vanished(self, new: NewRows, before: int) -> None:
        """Hold new responses against those that vanished."""
        by_key: dict[Key, _New] = {}
        by_said: dict[int, list[_New]] = {}
        for row in new.rows:
            by_said.setdefault(row.said, []).append(row)
            for parts in product(*map(readings, row.key)):
                by_key[parts] = row
        alike: list[_Changed] = []
        equal: list[_Changed] = []
        gone = 0
        for old, said in self._vanished(new, before):
            gone += 1
            found = next((by_key[k] for k in _spoilt(old) if k in by_key), None)
            if self._titles and found is not None and found.key != old:
                alike.append(_Changed(old, found))
            elif said is not None and by_said.get(said):
                pair = _Changed(old, by_said[said].pop())
                (alike if self._may_be(pair) else equal).append(pair)
        if alike:
            raise self._refusal(alike)
        many = len(equal) > 1 and 2 * len(equal) >= min(new.count, MOST, gone)
        all_of_them = bool(self._titles and equal) and len(equal) == new.count == gone
        if (many or all_of_them) and not self._are_read():
            raise self._refusal(equal)

    def _vanished(self, new: NewRows, before: int) -> Iterator[tuple[Key, int | None]]:
        """Some responses that are held and not there: their keys, and what they said."""
        unseen = ((n, h) for n, h in self._known.unseen(new.there, before) if h.turn == 0)
        held = [h.response for _, h in islice(unseen, LOOKED_AT)]
        earlier = self._earlier()
        earlier.expect(held)
        for stream in held:
            latest = earlier.latest(stream)
            answers = earlier.answers(latest)
            if answers is None:
                continue
            key = self._key(answers, latest.submitted_at)
            yield key, new.said(_as_response(answers))

    def _key(self, answers: Sequence[Answer], sent: datetime | None) -> Key:
        """The key of a response that was taken before; empty where its answers do not tell it."""
        if not self._titles:
            return () if sent is None else (sent.isoformat(),)
        cells = [
            next((a.raw for a in answers if title in _titles(a)), None) for title in self._titles
        ]
        return tuple([" ".join(" ".join(raw or ()).split()) for raw in cells])

    def _may_be(self, pair: _Changed) -> bool:
        """Whether one id may have become the other, for responses that say the same."""
        old, new = pair.old, pair.new.key
        if not self._titles:
            return bool(old) and _lost_its_seconds(old[0], new[0] if new else "")
        pairs = list(zip(old, new, strict=False))
        return any(a != b for a, b in pairs) and all(a == b or looks_alike(a, b) for a, b in pairs)

    def _are_read(self) -> bool:
        """Whether the mapping reads what tells responses apart, so that it says something."""
        read = {normal_title(title) for title in self._mapping.fields.values()}
        return not read.isdisjoint(self._titles)

    def _pairs(
        self,
        rows: Sequence[IncomingResponse],
        held: Mapping[Key, KnownResponse],
        earlier: PreviousAnswers,
    ) -> list[tuple[Response, Response]]:
        """Responses as they were taken by the same mapping, where that can be read, and are now."""
        told = (
            (earlier.answers(earlier.latest(one.response)), row.response)
            for row in rows
            if (one := held.get(row.response.key)) is not None
            and one.mapping == self._known.mapping
        )
        return [(_as_response(answers), now) for answers, now in told if answers is not None]

    @staticmethod
    def _said(new: NewRows, answers: Sequence[Answer] | None) -> int | None:
        return None if answers is None else new.said(_as_response(answers))

    def _check_fields(
        self,
        differing: Sequence[IncomingResponse],
        held: Mapping[Key, KnownResponse],
        earlier: PreviousAnswers,
    ) -> None:
        """Hold the people's numbers of edited responses against those that they were."""
        fields = IdColumns.fields(self._mapping)
        for row in differing if fields else ():
            before = held.get(row.response.key)
            answers = before and earlier.answers(earlier.latest(before.response))
            if not answers:
                continue
            old = _as_response(answers)
            for field in fields:
                one, other = self._texts(old, field), self._texts(row.response, field)
                if one and other and one != other and old_forms(one) & readings(other):
                    new = _New((other,), row.response.where.record, 0)
                    raise self._refusal([_Changed((one,), new)], self._mapping.fields[field])

    def _texts(self, response: Response, field: str) -> str:
        answer = self._places.answer(response, field)
        return "" if answer is None else " ".join(answer.raw)

    def _refusal(self, changed: Sequence[_Changed], column: str = "") -> SourceRefused:
        example = changed[0]
        old, new = example.old, example.new.key
        row = "" if example.new.row is None else f" (row {example.new.row})"
        such, differ, place = "", list[int](), 0
        if not self._titles and not column:
            what = "the times of sending were changed"
            such = f", such as {old[0]} to {new[0]}{row}" if old and new else ""
        else:
            titles = [column] if column else list(self._mapping.options.keys)
            differ = [i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b]
            place = differ[0] if differ else 0
            what = f"the ids in {titles[place]} were changed"
            if differ and old[place]:
                such = f", such as {old[place]} to {new[place]}{row}"
        count = len(changed)
        twice = "one response that was" if count == 1 else f"{count:,} responses that were"
        consequence = f"{twice} taken in before would be taken a second time"
        way = EXPORT_AGAIN
        if differ and _is_mended(old[place], new[place]):
            way = f"If it was the earlier file, take its import back (reverse-import). {way}"
        if column:
            consequence = "people would be known by other numbers"
        return SourceRefused(f"{what}{such}, and {consequence}. {way}", file=self._name)


def _titles(answer: Answer) -> tuple[str, str]:
    return normal_title(answer.question), normal_title(answer.label)


def _is_mended(old: str, new: str) -> bool:
    """Whether the later of two ids is the one that no spreadsheet has touched."""
    if old.isdecimal() and new.isdecimal():
        return new.startswith("0") and not old.startswith("0")
    return new.isdecimal()


def _as_response(answers: Sequence[Answer]) -> Response:
    """Answers that were taken before, as a response that can be looked at like a new one."""
    return Response("", "", (), None, "", "", "", tuple(answers), _NOWHERE)


def _spoilt(old: Key) -> Iterator[Key]:
    """The keys that one may read as when one of its parts, or each, was spoilt."""
    plain = [sorted(readings(part)) for part in old]
    yield from product(*plain)
    for place, part in enumerate(old):
        for form in old_forms(part):
            yield (*(p[0] for p in plain[:place]), form, *(p[0] for p in plain[place + 1 :]))


def _nothing(_text: str) -> Iterator[str]:
    yield from ()


def _with_seconds(text: str) -> Iterator[str]:
    """The times of sending that one without seconds may have been."""
    try:
        sent = datetime.fromisoformat(text)
    except ValueError:
        return
    if not sent.second and not sent.microsecond:
        yield from (sent.replace(second=second).isoformat() for second in range(1, 60))


def _lost_its_seconds(old: str, new: str) -> bool:
    """Whether a time of sending is another one without its seconds."""
    try:
        before, after = datetime.fromisoformat(old), datetime.fromisoformat(new)
    except ValueError:
        return False
    return before != after and before.replace(second=0, microsecond=0) == after

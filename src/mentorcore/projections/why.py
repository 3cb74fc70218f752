"""Answers why a figure is what it is, from the streams that it can rest on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from mentorcore.domain.decider import kind_of
from mentorcore.domain.values import Erased, Withheld
from mentorcore.errors import Refused
from mentorcore.log.recorded import Recorded
from mentorcore.log.store import Store
from mentorcore.projections.explanation import Explanation, Figure, Ground
from mentorcore.projections.figures import ALIASES, figures_in
from mentorcore.projections.gathered import Gathered
from mentorcore.projections.grounds import chapter_of, effect, grounds_of
from mentorcore.projections.needs import KINDS, Need
from mentorcore.projections.past import AT_ONCE
from mentorcore.projections.people import Who, who
from mentorcore.projections.reading import Reading
from mentorcore.projections.seeing import METADATA, Seer
from mentorcore.projections.standpoints import (
    Standpoint,
    needs_about,
    of_figure,
    of_need,
    of_program,
    row_of,
)
from mentorcore.projections.status import live_pairings, others_withheld, shown_participant
from mentorcore.projections.status_rows import Status
from mentorcore.projections.trials import MISSING, Searched, Trial, candidates, search

__all__ = ["Why"]

MANY = (
    "there are so many events that what each of them does was not worked out; ask about a single "
    "pairing or participant for that"
)
NONE = "beside what founds it, nothing was recorded that would make it another"

Told = Mapping[str, Sequence[Recorded[Any]]]


class Why:
    """Explains figures at one moment for one viewer.

    Args:
        reading: What reads and folds events.
        store: The log.
        at: All that is known of the program at that moment.
        seer: Who is asking.
    """

    def __init__(self, reading: Reading, store: Store, at: Gathered, seer: Seer) -> None:
        self._reading = reading
        self._store = store
        self._at = at
        self._seer = seer

    def figures(self, subject: str) -> tuple[Figure, ...]:
        """Every figure of a subject, and what about it needs a person."""
        row = row_of(self._at, self._seer, subject)
        if row is MISSING:
            raise _unknown(subject)
        if isinstance(row, Withheld):
            return ()
        if isinstance(row, Status):
            # People and pairings are asked about by themselves; here only which there are.
            listed = [
                attrs.evolve(f, value=of_program(self._at, self._seer, (f.name,)))
                if f.name in {"participants", "pairings"}
                else f
                for f in figures_in(attrs.evolve(row, participants=(), pairings=()))
            ]
        else:
            listed = list(figures_in(row))
        counted: dict[str, int] = {}
        for need in needs_about(self._at, self._seer, subject):
            number = counted[need.kind] = counted.get(need.kind, 0) + 1
            name = need.kind if number == 1 else f"{need.kind}.{number}"
            listed.append(Figure(name, "what needs a person", need.why))
        return tuple(f for f in listed if not f.name.endswith("evidence"))

    def explain(self, subject: str, figure: str) -> Explanation:
        """Why a figure is what it is.

        Raises:
            Refused: There is no such subject or figure; says which there are.
        """
        for about, name in self._meant(subject, figure):
            standpoint = of_figure(self._at, self._seer, about, name)
            if standpoint is not None:
                return self._explained(about, standpoint)
        if figure.partition(".")[0] in KINDS:
            return self.need(self._need_meant(subject, figure))
        row = row_of(self._at, self._seer, subject)
        if row is MISSING:
            raise _unknown(subject)
        if isinstance(row, Withheld):
            return self._hidden(subject, figure, row)
        names = ", ".join(f.name for f in self.figures(subject))
        raise Refused(f"there is no figure {figure!r} of {subject}; there is {names}", "no_figure")

    def need(self, need: Need) -> Explanation:
        """Why something needs a person.

        Raises:
            Refused: It is not told at this moment to this viewer.
        """
        standpoint = of_need(self._at, need)
        if isinstance(standpoint.question(self._at, self._seer), Need):
            return self._explained(need.subject, standpoint)
        raise Refused(f"this need is not told here and now: {need.why}", "no_such_need")

    def _meant(self, subject: str, figure: str) -> Iterator[tuple[str, str]]:
        """What may be meant: the subject's figure, one of its numbers, or of its only pairing."""
        names = [figure, *([ALIASES[figure]] if figure in ALIASES else [])]
        yield from ((subject, name) for name in names)
        match kind_of(subject):
            case "program":
                yield subject, f"numbers.{figure}"
            case "participant":
                joined = live_pairings(self._at, subject) or self._at.joined.get(subject, ())
                if len(joined) == 1:
                    yield from ((joined[0], name) for name in names)

    def _need_meant(self, subject: str, figure: str) -> Need:
        kind, _, number = figure.partition(".")
        place = int(number) - 1 if number.isdecimal() else 0
        for about, _name in self._meant(subject, kind):
            told = needs_about(self._at, self._seer, about, kind)
            if 0 <= place < len(told):
                return told[place]
        raise Refused(f"{subject} has no such need at this moment: {figure}", "no_such_need")

    def _hidden(self, subject: str, figure: str, value: Withheld) -> Explanation:
        return self._answer(subject, figure, "", value, value)

    def _explained(self, subject: str, standpoint: Standpoint) -> Explanation:
        at, seer = self._at, self._seer
        value = standpoint.question(at, seer)
        if isinstance(value, Withheld | Erased):
            about = standpoint.rests.about
            return self._answer(subject, standpoint.figure, about, value, value)
        told = self._told(standpoint.streams)
        trial = Trial(
            self._reading.projection,
            standpoint.question,
            at,
            seer,
            told,
            late=standpoint.late,
        )
        done = search(trial, candidates(told, standpoint.rests.events))
        if done.value != value:
            done = search(trial, candidates(told, None))
        grounds, hidden = self._grounds(told, done)
        facts = any(g.part != "founding" for g in grounds)
        note = None if done.whole else MANY
        if not facts and not hidden:
            note = NONE
        return self._answer(
            subject,
            standpoint.figure,
            standpoint.rests.about,
            standpoint.shown(value),
            standpoint.shown(done.again),
            people=tuple(self._people(standpoint.streams)),
            grounds=grounds,
            others=others_withheld() if hidden else None,
            note=note,
        )

    def _answer(
        self, subject: str, figure: str, about: str, value: Any, again: Any, **more: Any
    ) -> Explanation:
        at = self._at
        return Explanation(
            subject=subject,
            figure=figure,
            about=about,
            value=value,
            again=again,
            day=at.day,
            position=at.position,
            as_of=at.as_of,
            as_known=at.as_known,
            viewer=self._seer.viewer.kind,
            **more,
        )

    def _told(self, streams: Sequence[str]) -> Told:
        found: dict[str, Sequence[Recorded[Any]]] = {}
        for start in range(0, len(streams), AT_ONCE):
            for stream, rows in self._store.streams(streams[start : start + AT_ONCE]).items():
                known = [r for r in rows if r.position <= self._at.position]
                found[stream] = self._reading.told(known)
        return found

    def _people(self, streams: Sequence[str]) -> Iterator[Who]:
        for stream in streams:
            state = self._at.participants.get(stream)
            if state is not None and shown_participant(self._at, self._seer, state):
                yield who(self._at, self._seer, stream)

    def _grounds(self, told: Told, done: Searched) -> tuple[tuple[Ground, ...], bool]:
        grounds: list[Ground] = []
        hidden = False
        for stream, versions in done.chosen.items():
            chapter = chapter_of(self._at, stream)
            # A program's own events are no secret.
            may = chapter.kind == "program" or self._seer.may(METADATA, members=chapter.members)
            if versions and not may:
                hidden = True
                continue
            effects = {
                v: effect(done.value, done.without[stream, v])
                for v in versions
                if (stream, v) in done.without
            }
            listed = grounds_of(
                chapter, told[stream], versions, effects, zone=self._at.zone, seer=self._seer
            )
            grounds.extend(listed)
        order = {"fact": 0, "correction": 1, "founding": 2}
        grounds.sort(key=lambda g: (order[g.part], g.record.evidence.position))
        return tuple(grounds), hidden


def _unknown(subject: str) -> Refused:
    return Refused(f"nothing is told about {subject} at this moment", "no_such_subject")

"""People and pairings of all programs are found by what people are called."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from mentorcore.projections.access.redactor import METADATA, Opener, Redactor, Viewer
from mentorcore.projections.folding.moment import NOW, Moment
from mentorcore.projections.summary.finding import (
    Fold,
    Found,
    FoundPairing,
    Sought,
    found_in,
    found_participant,
    found_person,
    together,
    whole,
    whole_person,
)
from mentorcore.projections.summary.partials import PersonPart
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot
from mentorcore.projections.summary.snapshots import Snapshots

__all__ = ["Finder"]


class Scope(Protocol):
    """What belongs to the only program that a viewer knows of."""

    def holds(self, subject: str, asked: Moment) -> bool:
        """Whether a stream, a person or a cohort belongs to it."""


class Finder:
    """Finds people and pairings, as far as a viewer may see them.

    Args:
        snapshots: The programs at a moment.
        opener: What opens sealed values.
        scope: What belongs to the program of a viewer, where they are of one.
    """

    def __init__(
        self, snapshots: Snapshots, opener: Opener, scope: Callable[[Viewer], Scope | None]
    ) -> None:
        self._snapshots = snapshots
        self._opener = opener
        self._scope = scope

    def participants(
        self,
        text: str,
        fold: Fold,
        asked: Moment = NOW,
        *,
        viewer: Viewer,
        program: str | None,
        today: date | datetime,
    ) -> Iterator[Found]:
        """The participants who bear a name or an address, or ever bore it; see `Queries.find`.

        Where it is nobody's who takes part, those who applied.
        """
        sought, seer = Sought.read(text, fold), self._seer(viewer, asked)
        programs = list(self._programs(program, asked, today))
        taking_part = [f for at, ever in programs for f in found_in(at, ever, seer, sought)]
        if taking_part:
            yield from taking_part
            return
        for at, ever in programs:
            yield from found_in(at, ever, seer, sought, applied=True)

    def people(
        self, text: str, fold: Fold, asked: Moment = NOW, *, viewer: Viewer
    ) -> Iterator[Found]:
        """The persons of the log who bear a name or an address, or ever bore it."""
        sought, seer = Sought.read(text, fold), self._seer(viewer, asked)
        scope = self._scope(viewer)
        position = self._snapshots.position(Moment(as_known=asked.as_known))
        everybody = dict(self._snapshots.everybody(position))
        for person, own in everybody.items():
            if own.merged_into is not None:
                continue
            part = whole_person(_lives(everybody, person))
            found = found_person(person, part, seer, sought)
            if found is not None and (scope is None or scope.holds(person, asked)):
                yield found

    def pairings(
        self,
        texts: Sequence[str],
        fold: Fold,
        asked: Moment = NOW,
        *,
        viewer: Viewer,
        program: str | None,
        today: date | datetime,
    ) -> Sequence[FoundPairing]:
        """The pairings in which all these people are; see `Queries.find_pairings`."""
        seer = self._seer(viewer, asked)
        everybody = [Sought.read(text, fold) for text in texts]
        pairings: list[FoundPairing] = []
        for at, ever in self._programs(program, asked, today):
            named = [
                frozenset(
                    stream
                    for stream in at.participants
                    if found_participant(at, ever, seer, stream, sought)
                )
                for sought in everybody
            ]
            pairings.extend(
                found
                for found in together(at, seer, named)
                if seer.may(METADATA, members=[w.person for w in found.people])
            )
        return whole(pairings, len(texts))

    def _seer(self, viewer: Viewer, asked: Moment) -> Redactor:
        return self._snapshots.seer(viewer, self._opener, asked)

    def _programs(
        self, program: str | None, asked: Moment, today: date | datetime
    ) -> Iterator[tuple[ProgramSnapshot, ProgramSnapshot]]:
        """Programs at a moment, each also with all that was known of it, whatever was true when."""
        known = Moment(as_known=asked.as_known)
        for state in self._snapshots.programs(asked):
            if program in (None, state.program_id):
                at = self._snapshots.gather(state.program_id, today, asked)
                if asked == known:
                    yield at, at
                else:
                    yield at, self._snapshots.gather(state.program_id, today, known)


def _lives(everybody: Mapping[str, PersonPart], person: str) -> Iterator[PersonPart]:
    """A person, and all who were merged into them."""
    waiting = [person]
    for one in waiting:
        if (part := everybody.get(one)) is not None:
            yield part
            waiting.extend(a for a in part.absorbed if a not in waiting)

"""Which figures can rest on events whose states were left out of an export.

It is asked of what figures declare that they rest on. A figure is named too often rather than too
seldom: of a pairing that nobody can tell the founding of, it is not known to which program it
belongs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import CORRECTIONS, Model
from mentorcore.log.serialization.left_out import LeftOutEvents
from mentorcore.projections.attention.attention import NEEDS
from mentorcore.projections.explain.figure_queries import around, of_streams
from mentorcore.projections.folding.figure import DependsOn, figures_of
from mentorcore.projections.folding.lacking import Lacking
from mentorcore.projections.program_view import ProgramView
from mentorcore.projections.status.pairing_figures import PairingRow
from mentorcore.projections.status.proposals import ProposalRow
from mentorcore.projections.status.rows import CohortRow, Numbers, ParticipantRow, Status
from mentorcore.projections.summary.event_groups import AT_HAND, MEMBERS
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot

__all__ = ["Gaps"]

APART = frozenset(
    {
        *("evidence", "lacking", "numbers", "others", "unknown"),
        *("program", "day", "position", "as_of", "as_known", "viewer"),
    }
)
"""Members that are told one by one, or that say what was asked."""
LISTS = {"participants": "participant", "pairings": "pairing", "proposals": "pairing"}
"""Members of the status that are rows, with the kind of stream that founds each."""
CORRECTING = frozenset(event_info(event).name for event in CORRECTIONS)
REGROUPING = frozenset(event_info(event).name for event in MEMBERS) | CORRECTING
"""What changes who is in a pairing."""
AROUND = frozenset({"program", "participant", "person", "pairing"})
"""Kinds of streams of which every view of a practice is told, besides those that it folds."""
TOLD_TO_VIEWS = frozenset(event_info(event).name for event in AT_HAND) | CORRECTING
"""What of them can make a row of any view another: who takes part, in which cohort and pairing."""


class Gaps:
    """What is missing of a program at one moment.

    Args:
        left_out: The events that are not told.
        model: The rules that the log is kept by.
        at: The program at that moment.
    """

    def __init__(self, left_out: LeftOutEvents, model: Model, at: ProgramSnapshot) -> None:
        self._names = model.names
        self._at = at
        self._counts: Mapping[str, Counter[str]] = {
            stream: found
            for stream, rows in left_out.rows.items()
            if (found := Counter(row.name for row in rows if row.position <= at.position))
        }
        self._regrouped = tuple(
            s for s, found in self._counts.items() if not REGROUPING.isdisjoint(found)
        )
        # A person's stream is known by whom it is about; all others could be of any program.
        self._anywhere = tuple(
            s for s in self._counts if s in left_out.unfounded and kind_of(s) != "person"
        )

    def status(self) -> Iterator[Lacking]:
        """Of every row of the status, the figures that are not whole."""
        at = self._at
        for name, told in figures_of(Status).items():
            if name not in APART:
                yield from self._figure(at.program_id, name, told, of_streams(at, name))
        for name, told in figures_of(Numbers).items():
            streams = of_streams(at, "numbers")
            yield from self._figure(at.program_id, f"numbers.{name}", told, streams)
        for cohort in at.program.cohorts:
            yield from self._row(cohort.cohort_id, CohortRow)
        for participant in at.participants:
            yield from self._row(participant, ParticipantRow)
        for pairing in at.pairings:
            yield from self._row(pairing, PairingRow)
        for proposal in at.proposals:
            yield from self._row(proposal, ProposalRow)

    def subject(self, subject: str) -> Iterator[Lacking]:
        """The figures of one subject that are not whole."""
        yield from (one for one in self.status() if one.subject == subject)

    def needs(self, views: Iterable[ProgramView]) -> Iterator[Lacking]:
        """The kinds of need of which some may be missing, or may need nobody."""
        streams = of_streams(self._at, "numbers")
        for kind, told in NEEDS.items():
            yield from self._figure(self._at.program_id, kind, told, streams)
        for view in views:
            for lacking in self.view(view):
                for kind in view.kinds:
                    yield Lacking(lacking.subject, kind, lacking.events)

    def view(self, view: ProgramView) -> Iterator[Lacking]:
        """What a practice's view lacks as a whole."""
        kinds = frozenset(view.projection.initial)
        found = Counter[str]()
        for stream, names in self._counts.items():
            if kind_of(stream) in kinds:
                found.update(names)
            elif kind_of(stream) in AROUND:
                found.update({n: count for n, count in names.items() if n in TOLD_TO_VIEWS})
        if found:
            yield Lacking(self._at.program_id, view.name, tuple(sorted(found.items())))

    def every(self) -> tuple[tuple[str, int], ...]:
        """All that is left out up to the moment, of whichever program."""
        found = Counter[str]()
        for names in self._counts.values():
            found.update(names)
        return tuple(sorted(found.items()))

    def _row(self, subject: str, row: type) -> Iterator[Lacking]:
        streams = around(self._at, subject)
        if kind_of(subject) == "participant":  # they may have been in any of those pairings
            streams = (*streams, *self._regrouped)
        for name, told in figures_of(row).items():
            if name not in APART:
                yield from self._figure(subject, name, told, streams)

    def _figure(
        self, subject: str, figure: str, told: DependsOn, streams: Iterable[str]
    ) -> Iterator[Lacking]:
        own = kind_of(subject)
        persons = [self._at.person(s) for s in streams if kind_of(s) == "participant"]
        more = self._anywhere if own != "pairing" else ()
        kinds = {event_info(e).name.partition(".")[0] for e in told.events} or {own}
        if own == "program" and figure in LISTS:
            kinds.add(LISTS[figure])
        found = Counter[str]()
        for stream in dict.fromkeys((*streams, *persons, *more)):
            for name, number in self._counts.get(stream, {}).items():
                if self._matters(name, stream, told, kinds):
                    found[name] += number
        if found:
            yield Lacking(subject, figure, tuple(sorted(found.items())))

    def _matters(self, name: str, stream: str, told: DependsOn, kinds: set[str]) -> bool:
        """Whether an event can make a figure another: as it declares, or as all of a stream can."""
        cls = self._names.get(name)
        if cls in told.events or kind_of(stream) == "program":
            return True
        founds = cls is None or name in CORRECTING or event_info(cls).founding
        return founds and kind_of(stream) in kinds

"""The rows of the matrix: a round with its cells, a visit, and all rounds together (INV-75)."""

from datetime import date

import attrs
from attrs import field

from mentorcore.practices.observation.events import (
    ObservationConducted,
    ObservationDebriefed,
    ObservationPlanned,
    ObservationRoundClosed,
    ObservationRoundOpened,
)
from mentorcore.practices.spec import Shown, Who, figure, without_text

__all__ = ["CellRow", "MatrixTotals", "RoundRow", "VisitRow"]

Opened, Closed = ObservationRoundOpened, ObservationRoundClosed
Planned, Conducted, Debriefed = ObservationPlanned, ObservationConducted, ObservationDebriefed
STEPS = (Planned, Conducted, Debriefed)


@attrs.frozen
class CellRow:
    """Who watches whom in a round, and how far that has come.

    Attributes:
        cell: Its number in the matrix, counted from 1.
        done: Whether as many visits took place as the round requires.
        reason: Why the round was closed without them.
    """

    cell: int = field(metadata=figure("the number of the cell"))
    observer: Who = field(metadata=figure("who watches", Opened))
    observed: Who = field(metadata=figure("who is watched", Opened))
    required: int = field(metadata=figure("visits that the round requires", Opened))
    planned: int = field(metadata=figure("visits that were planned", Planned))
    conducted: int = field(metadata=figure("visits that took place", Planned, Conducted))
    debriefed: int = field(metadata=figure("visits that were talked about", *STEPS))
    done: bool = field(metadata=figure("whether the cell is done", Opened, Planned, Conducted))
    reason: str | None = field(metadata=figure("why visits are missing", Opened, Closed))


@attrs.frozen
class VisitRow:
    """A visit as it is shown.

    Attributes:
        state: ``planned``, ``conducted`` or ``debriefed``.
        days_to_visit: Days from the conversation to the visit.
        days_to_debrief: Days from the visit to the debrief.
        shared_by: Who shared what the visit says of their own practice.
        outside: Whether it took place while its pairing did not live, as that was corrected since.
        focus: What the observer was to look at; for the members of the round and the coordinator.
        notes: What the observer saw; for the two of the visit, and for nobody else.
    """

    visit: str = field(metadata=figure("the visit's id"))
    observer: Who = field(metadata=figure("who watches", Planned))
    observed: Who = field(metadata=figure("who is watched", Planned))
    state: str = field(metadata=figure("how far the visit has come", *STEPS))
    conversation_on: date = field(metadata=figure("the day of the conversation", Planned))
    visit_on: date | None = field(metadata=figure("the day it is planned for", Planned))
    held_on: date | None = field(metadata=figure("the day it took place", Conducted))
    debriefed_on: date | None = field(metadata=figure("the day of the debrief", Debriefed))
    days_to_visit: int | None = field(
        metadata=figure("days from the conversation to the visit", Planned, Conducted)
    )
    days_to_debrief: int | None = field(
        metadata=figure("days from the visit to the debrief", Conducted, Debriefed)
    )
    minutes: int = field(metadata=figure("how long the visit took", Conducted))
    setting: str | None = field(metadata=figure("where somebody was watched", Conducted))
    shared_by: tuple[Who, ...] = field(metadata=figure("who shared reflections", Debriefed))
    outside: bool = field(metadata=figure("whether the pairing lived then", Conducted))
    focus: Shown = field(repr=without_text, metadata=figure("what was to be looked at", Planned))
    notes: Shown = field(repr=without_text, metadata=figure("what the observer saw", Conducted))


@attrs.frozen
class RoundRow:
    """A round as it is shown.

    Attributes:
        state: ``open``, ``overdue`` once its closing day has passed, or ``closed``.
        cells_done: Cells in which as many visits took place as required.
        cells: The matrix, cell by cell.
        visits: The visits, in the order of their conversations.
    """

    round: str = field(metadata=figure("the round's id"))
    pairing: str = field(metadata=figure("the pairing", Opened))
    members: tuple[Who, ...] = field(metadata=figure("the members of the round", Opened))
    state: str = field(metadata=figure("whether it is open", Opened, Closed))
    opened_on: date = field(metadata=figure("the day it was opened", Opened))
    closes_on: date = field(metadata=figure("the day by which it is to be done", Opened))
    closed_on: date | None = field(metadata=figure("the day it was closed", Closed))
    cells_done: int = field(metadata=figure("cells that are done", Opened, Planned, Conducted))
    required: int = field(metadata=figure("visits that the round requires", Opened))
    planned: int = field(metadata=figure("visits that were planned", Planned))
    conducted: int = field(metadata=figure("visits that took place", Planned, Conducted))
    debriefed: int = field(metadata=figure("visits that were talked about", *STEPS))
    cells: tuple[CellRow, ...] = field(metadata=figure("the matrix", Opened, Closed, *STEPS))
    visits: tuple[VisitRow, ...] = field(metadata=figure("the visits", *STEPS))


@attrs.frozen
class MatrixTotals:
    """All rounds of a program together.

    Attributes:
        longest_to_visit: The most days from a conversation to its visit.
        longest_to_debrief: The most days from a visit to its debrief.
    """

    rounds: int = field(metadata=figure("rounds", Opened))
    closed: int = field(metadata=figure("rounds that are closed", Opened, Closed))
    cells: int = field(metadata=figure("cells with required visits", Opened))
    cells_done: int = field(metadata=figure("cells that are done", Opened, Planned, Conducted))
    planned: int = field(metadata=figure("visits that were planned", Planned))
    conducted: int = field(metadata=figure("visits that took place", Planned, Conducted))
    debriefed: int = field(metadata=figure("visits that were talked about", *STEPS))
    minutes: int = field(metadata=figure("minutes of visits", Planned, Conducted))
    longest_to_visit: int | None = field(
        metadata=figure("the most days from a conversation to its visit", Planned, Conducted)
    )
    longest_to_debrief: int | None = field(
        metadata=figure("the most days from a visit to its debrief", *STEPS)
    )

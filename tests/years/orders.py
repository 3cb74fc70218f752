"""The same exports in other orders that a person could send them, and what the record says then.

Who takes part and who is paired are lists that are sent in their order; a list without times of
sending says what holds when it is sent. Everything else comes in any order: before the people that
it names, newest first, a month late. At the end the newest exports are sent once more, and what is
asked about an answer that only an older export holds is answered: take it, or leave it where it is
named beside the edit of it.
"""

import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from years.expected import instant, rows_of
from years.running import OFFICE, Office
from years.sheets import Export, Form, Year

__all__ = ["in_another_order", "record_of", "sound"]

LISTS: tuple[Form, ...] = ("people", "pairs")
TURNS = 6
END = datetime(2026, 6, 20, 3, tzinfo=UTC)


def sound(year: Year) -> list[Export]:
    """Every generation of every sheet once, as it is.

    Of two exports with the same newest answer nobody can tell which is older; one of them is left.
    """
    first: dict[tuple[Form, int | str], Export] = {}
    for export in year.imports:
        if not export.spoilt and not export.part:
            sent = [row["Sent"] for row in rows_of(export.content, export.form) if "Sent" in row]
            newest = max(sent, key=instant) if sent else export.generation
            first.setdefault((export.form, newest), export)
    return sorted(first.values(), key=lambda e: (e.generation, _turn(e.form)))


def _turn(form: Form) -> int:
    return LISTS.index(form) if form in LISTS else len(LISTS)


def in_another_order(exports: Sequence[Export], seed: int) -> list[Export]:
    """The exports in an order drawn from a seed, each list in its own order."""
    chance = random.Random(seed)
    places = chance.sample(range(len(exports)), len(exports))
    mixed = [exports[place] for place in places]
    for form in LISTS:
        queue = iter([e for e in exports if e.form == form])
        mixed = [next(queue) if e.form == form else e for e in mixed]
    return mixed


def record_of(exports: Sequence[Export]) -> dict[str, Any]:
    """What the record says once the exports were sent in this order, and its questions answered."""
    newest: dict[Form, Export] = {}
    for export in exports:
        if export.form not in newest or newest[export.form].generation < export.generation:
            newest[export.form] = export
    last = sorted(newest.values(), key=lambda e: _turn(e.form))
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder))
        clock = _Clock()
        _send(office, exports, clock, answer=False)
        for _ in range(TURNS):
            before = office.engine.position
            _send(office, [*last, *exports, *last], clock)
            if office.engine.position == before:
                break
        day = END.date()
        answers = {
            "participants": office.participants(),
            "meetings": office.held(),
            "goals": office.reached(day),
            **{f"pairings on {on}": office.told(on) for on in (date(2025, 12, 1), day)},
        }
        office.engine.close()
    return answers


class _Clock:
    def __init__(self) -> None:
        self.at = END

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def _send(office: Office, exports: Iterable[Export], clock: _Clock, *, answer: bool = True) -> None:
    for export in exports:
        report = office.take(replace(export, at=clock()))
        assert report is not None, f"{export.name} was refused as a whole"
        for question in report.questions:
            if answer and "take_it" in question.answers:
                # One that is named beside another is the earlier form of it.
                said = "take_it" if question.other is None else "leave_it"
                office.engine.settle(question.response, said, actor=OFFICE)

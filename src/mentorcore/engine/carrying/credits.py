"""What a carried file says at first hand, and what is credited of it, so that it counts once.

A later record takes the place of an earlier one of the same log and owner: where it says more, the
difference is credited on the day on which it came; where it says less, or is verified now, what was
credited is taken back and credited anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from mentorcore.audit.carrying.carried_file import CarriedFile
from mentorcore.audit.carrying.record import CarriedSection
from mentorcore.errors import Refused

__all__ = ["Credit", "Credits", "first_hand", "units_of", "what_it_says"]


def first_hand(file: CarriedFile, institution: str) -> tuple[CarriedSection, ...]:
    """The sections that the issuing log knows itself; of others, it only heard.

    Args:
        file: A file that was checked.
        institution: Whose log it is.

    Raises:
        Refused: There are none (``nothing_first_hand``), or of another institution.
    """
    record = file.record
    found = tuple(s for s in record.sections if s.origin == record.origin)
    if not found:
        raise Refused(
            "the record tells of nothing that its log knows itself; what other logs know is "
            "received from a record of theirs",
            "nothing_first_hand",
        )
    for section in found:
        if section.institution != institution:
            raise Refused(
                f"the log is that of {institution}, and the record tells of a program of "
                f"{section.institution}",
                "other_log",
            )
    return found


def what_it_says(file: CarriedFile, sections: Sequence[CarriedSection]) -> dict[str, Any]:
    """The fields by which it is recorded that a record was received."""
    ends = [s.until for s in sections]
    return {
        "record": file.record.stream,
        "index": file.receipt.leaf.index,
        "issued_on": file.record.issued_on,
        "since": min(s.since for s in sections),
        "until": None if None in ends else max(day for day in ends if day is not None),
        "meetings": sum(s.meetings for s in sections),
        "minutes": sum(s.minutes for s in sections),
        "roles": sorted({s.part for s in sections}),
        "completions": sorted({c.code for s in sections for c in s.completions}),
    }


def units_of(sections: Iterable[CarriedSection]) -> Mapping[str, int]:
    """What may be credited, by unit.

    Minutes add up. Weeks and longer units of programs that went on side by side do not make twice
    as many: of these the most count, and what came one after the other adds up.
    """
    total: Counter[str] = Counter()
    for group in _side_by_side(sorted(sections, key=lambda one: one.since)):
        most: Counter[str] = Counter()
        for section in group:
            total["minute"] += section.units.get("minute", 0)
            most |= Counter({u: n for u, n in section.units.items() if u != "minute"})
        total += most
    return +total


def _side_by_side(sections: Iterable[CarriedSection]) -> Iterator[list[CarriedSection]]:
    group: list[CarriedSection] = []
    until: date | None = None
    for section in sections:
        if group and until is not None and until <= section.since:
            yield group
            group, until = [], section.until
        elif not group:
            until = section.until
        else:
            until = None if until is None or section.until is None else max(until, section.until)
        group.append(section)
    if group:
        yield group


@attrs.frozen
class Credit:
    """Service that stands credited to a participant.

    Attributes:
        version: Its place on the participant's stream.
        ours: Whether it comes from an earlier record of the same log and owner.
    """

    version: int
    on: date
    unit: str
    amount: int
    verified: bool
    ours: bool


@attrs.frozen
class Credits:
    """All service that stands credited to a participant."""

    standing: tuple[Credit, ...]

    def changes(
        self, units: Mapping[str, int], on: date, *, verified: bool
    ) -> tuple[tuple[int, ...], dict[str, int]]:
        """What is taken back, by version, and what is credited on a day, by unit.

        The core takes a credit for one that stands if day, unit, amount and word are the same; so
        none is made that would be lost.

        Raises:
            Refused: An equal credit stands on that day (``equal_credit``).
        """
        ours = [one for one in self.standing if one.ours]
        before: Counter[str] = Counter()
        for one in ours:
            before[one.unit] += one.amount
        more = {unit: n for unit, amount in sorted(units.items()) if (n := amount - before[unit])}
        alike = all(one.verified == verified for one in ours)
        fits = not (+(before - Counter(units)))
        if alike and fits and not self._lost(self.standing, more, on, verified=verified):
            return (), more
        others = [one for one in self.standing if not one.ours]
        whole = dict(sorted(units.items()))
        if lost := self._lost(others, whole, on, verified=verified):
            raise Refused(
                f"{whole[lost]} {lost} stands credited on {on} already, and an equal credit on the "
                "same day would count for the same one; receive the record as of another day",
                "equal_credit",
            )
        return tuple(sorted(one.version for one in ours)), whole

    def _lost(
        self, standing: Iterable[Credit], credited: Mapping[str, int], on: date, *, verified: bool
    ) -> str | None:
        """The unit of a credit that would be taken for one that stands."""
        there = {(c.unit, c.amount) for c in standing if c.on == on and c.verified == verified}
        return next((unit for unit, n in credited.items() if (unit, n) in there), None)

"""The settings of a program from day to day: what each was, since when, and who said so."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import attrs

from mentorcore.domain.field_docs import meanings
from mentorcore.domain.program import AcademicCalendarSet, ProgramDesigned, ProgramRevised
from mentorcore.domain.requirements.adoption import PolicyPackAdopted
from mentorcore.domain.settings import Settings
from mentorcore.engine.queries.audit_rows import SettingInForce
from mentorcore.log.recorded import Recorded
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.plain import plain

__all__ = ["in_force"]

_SETTINGS: Any = Settings
SETTINGS = tuple(field.name for field in attrs.fields(_SETTINGS))
"""Every setting by its name."""

GOALS = "What the program as a whole wants to reach."
PACK = "The policy pack that the program goes by, and for whom."
CALENDAR = "The terms of the school year, its days of lessons and those without."

RULE = re.compile(r" \(INV-\d+\)")
"""The number of a rule says nothing to whoever reads what was in force."""


@attrs.frozen
class _Set:
    """A value that a record gave to something, from a day on."""

    value: Any
    since: date | None
    by: Recorded[Any]


def in_force(records: Sequence[Recorded[Any]]) -> Iterator[SettingInForce]:
    """What each setting was, in the order of the settings and then of days.

    Args:
        records: The records of the program that stand, in the order of valid time.
    """
    told: dict[str, list[_Set]] = {name: [] for name in SETTINGS}
    told["goals"] = []
    said = {**meanings(Settings), "goals": GOALS}
    for record in records:
        for name, value, since in _values(record.event):
            told.setdefault(name, []).append(_Set(value, since, record))
    for name, values in told.items():
        meaning = said.get(name, PACK if name.startswith("policy pack ") else CALENDAR)
        yield from _periods(name, RULE.sub("", meaning), values)


def _values(event: Any) -> Iterator[tuple[str, Any, date | None]]:
    """What a record sets, and from which day on."""
    match event:
        case ProgramDesigned():
            yield from _settings(event.settings, None)
            yield "goals", event.goals, None
        case ProgramRevised():
            if event.settings is not None:
                yield from _settings(event.settings, event.effective_from)
            if event.goals is not None:
                yield "goals", event.goals, event.effective_from
        case AcademicCalendarSet():
            whose = "" if event.cohort_id is None else f" of {event.cohort_id}"
            calendar = {
                "terms": event.terms,
                "instructional_weekdays": event.instructional_weekdays,
                "non_instructional": event.non_instructional,
            }
            yield f"calendar {event.school_year}{whose}", calendar, event.first_day
        case PolicyPackAdopted():
            pack = {
                "version": event.version,
                "digest": event.digest,
                "applies_to": event.applies_to,
            }
            yield f"policy pack {event.pack_id}", pack, event.effective_from


def _settings(settings: Settings, since: date | None) -> Iterator[tuple[str, Any, date | None]]:
    for name in SETTINGS:
        yield name, getattr(settings, name), since


def _periods(name: str, meaning: str, values: Sequence[_Set]) -> Iterator[SettingInForce]:
    """The periods of one setting: what is set again to the same goes on."""
    kept: list[_Set] = []
    for found in values:
        if kept and kept[-1].since == found.since:
            kept.pop()  # set anew for the same day: it never held
        if not kept or kept[-1].value != found.value:
            kept.append(found)
    for place, found in enumerate(kept):
        following = kept[place + 1] if place + 1 < len(kept) else None
        by = found.by
        yield SettingInForce(
            setting=name,
            meaning=meaning,
            value=plain(found.value),
            since=found.since,
            until=None if following is None else following.since,
            set_by=Evidence(by.stream, by.version, by.position),
            recorded_at=by.recorded_at,
            actor=by.actor,
            reason=getattr(by.event, "reason", "") or "",
            asked_by=by.asked_by,
        )

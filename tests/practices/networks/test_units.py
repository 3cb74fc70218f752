"""What several programs of one record may be credited with together."""

from datetime import date, timedelta

import pytest

from mentorcore.audit.carrying.record import CarriedSection
from mentorcore.engine.carrying.credits import units_of

FIRST = date(2024, 9, 2)


def section(begins: int, ends: int | None, minutes: int, weeks: int) -> CarriedSection:
    """A program in which somebody took part for a while; days are counted from the first."""
    return CarriedSection(
        origin="hill.example/log",
        owner=f"person:{1:032x}",
        index=None,
        institution="hill-high",
        program=f"program:{begins:032x}",
        title="Beacon",
        part="mentor",
        since=FIRST + timedelta(days=begins),
        until=None if ends is None else FIRST + timedelta(days=ends),
        meetings=weeks,
        minutes=minutes,
        units={"minute": minutes, "week": weeks},
    )


@pytest.mark.parametrize(
    ("sections", "minutes", "weeks"),
    [
        ([section(0, 100, 60, 3)], 60, 3),
        ([section(0, 100, 60, 3), section(100, 200, 30, 2)], 90, 5),
        ([section(0, 101, 60, 3), section(100, 200, 30, 2)], 90, 3),
        ([section(0, None, 60, 3), section(100, 200, 30, 7)], 90, 7),
        ([section(0, 300, 60, 4), section(50, 60, 5, 1), section(100, 200, 30, 2)], 95, 4),
        ([section(0, 10, 60, 4), section(5, 30, 5, 1), section(20, 40, 1, 2)], 66, 4),
        ([], 0, 0),
    ],
)
def test_minutes_add_up_and_weeks_side_by_side_do_not(
    sections: list[CarriedSection], minutes: int, weeks: int
) -> None:
    for told in (sections, sections[::-1]):
        units = units_of(told)

        assert (units.get("minute", 0), units.get("week", 0)) == (minutes, weeks)

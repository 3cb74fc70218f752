"""What is set aside, what of it is used, and what became of work are taken in from lists."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs
import pytest
from engine.harbor import Text
from engine.world import COORDINATOR, SETTINGS, World, engine, mc
from practices.life.world import seen

from mentorcore.practices.employment import PRACTICE as EMPLOYMENT
from mentorcore.practices.support import PRACTICE as SUPPORT

KINDS = (*SUPPORT.form_kinds, *EMPLOYMENT.form_kinds)
HEAD = """
form = "{kind}"
kind = "{kind}"
[people]
by = "name"
[source]
keys = ["No"]
[answers]
durations = "hours"
[fields]
"""
LIST = (
    HEAD.format(kind="support-list")
    + """
kind = "What"
who = "Mentor"
since = "From"
until = "Until"
minutes = "Hours"
days = "Days"
money = "Amount"
cohort = "Cohort"
funded_by = "From whom"
[defaults]
currency = "USD"
"""
)
LOG = (
    HEAD.format(kind="support-log")
    + """
kind = "What"
who = "Mentor"
on = "On"
minutes = "Hours"
days = "Days"
money = "Amount"
"""
)
WORK = (
    HEAD.format(kind="outcome-list")
    + """
who = "Teacher"
on = "As of"
school = "School"
district = "District"
profession = "Profession"
[values.school]
"Yes" = "retained"
[defaults]
source = "payroll"
"""
)
LISTED = "No,What,Mentor,From,Until,Hours,Days,Amount,Cohort,From whom\n"
LOGGED = "No,What,Mentor,On,Hours,Days,Amount\n"
WORKED = "No,Teacher,As of,School,District,Profession\n"


@pytest.fixture
def world() -> Iterator[World]:
    with engine() as opened:
        made = World(opened)
        made.mentor()
        made.mentor()
        yield made


def take(world: World, mapping: str, titles: str, *rows: str) -> Any:
    source: Any = Text(titles + "".join(f"{row}\n" for row in rows), "list.csv")
    read = mc.read_mapping(mapping, "list.toml", kinds=KINDS)
    return world.engine.take_in(source, read, actor=COORDINATOR)


def uptake(world: World) -> Any:
    return seen(world, "support.uptake").rows


SET_ASIDE = (
    "1,release_time,Somebody 0,2026-09-01,2026-12-19,10,,,,district",
    "2,release_time,,2026-09-01,,40,,,,",
    "3,stipend,Somebody 1,2026-09-01,,,,$1200.50,,",
    "4,staff,,2026-09-01,,,3,,2026,",
)


def test_a_list_of_support_sets_aside_what_each_row_tells(world: World) -> None:
    report = take(world, LIST, LISTED, *SET_ASIDE)

    told = {(r.kind, r.amount, r.unit, r.currency, r.whom and r.whom.name) for r in uptake(world)}
    assert not report.rejects
    assert told == {
        ("release_time", 600, "minutes", None, "Somebody 0"),
        ("release_time", 2400, "minutes", None, None),
        ("stipend", 120_050, "cents", "USD", "Somebody 1"),
        ("staff", 3, "days", None, None),
    }
    assert {r.cohort for r in uptake(world)} == {None, world.cohort}


def test_a_log_is_of_what_is_set_aside_for_whoever_used_it_or_for_all(world: World) -> None:
    take(world, LIST, LISTED, *SET_ASIDE)

    report = take(
        world,
        LOG,
        LOGGED,
        "1,release_time,Somebody 0,2026-09-10,1.5,,",
        "2,release_time,Somebody 1,2026-09-11,2,,",
        "3,release_time,,2026-09-12,1,,",
        "4,stipend,Somebody 1,2026-10-01,,,600",
        "5,staff,,2026-10-01,,1,",
    )

    used = {(r.kind, r.amount): (r.used, r.uses) for r in uptake(world)}
    assert not report.rejects
    assert used == {
        ("release_time", 600): (90, 1),
        ("release_time", 2400): (180, 2),
        ("stipend", 120_050): (60_000, 1),
        ("staff", 3): (1, 1),
    }


def test_the_same_lists_again_say_nothing_new_and_edits_amend(world: World) -> None:
    take(world, LIST, LISTED, *SET_ASIDE)
    take(world, LOG, LOGGED, "1,release_time,Somebody 0,2026-09-10,1.5,,")
    before = world.engine.position

    take(world, LIST, LISTED, *SET_ASIDE)
    take(world, LOG, LOGGED, "1,release_time,Somebody 0,2026-09-10,1.5,,")
    unchanged = world.engine.position
    take(world, LIST, LISTED, SET_ASIDE[0].replace(",10,", ",12,"), *SET_ASIDE[1:])
    take(world, LOG, LOGGED, "1,release_time,Somebody 0,2026-09-10,2,,")

    assert unchanged == before
    assert (720, 120) in {(r.amount, r.used) for r in uptake(world)}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("1,release_time,,2026-09-01,,,,,,", "no column tells how much"),
        ("1,release_time,,2026-09-01,,1,2,,,", "several columns tell how much"),
        ('1,stipend,,2026-09-01,,,,"1,200",,', "no amount of money such as 1200 or 1200.50"),
        ("1,stipend,,2026-09-01,,1,,,,", "stipend is counted in cents"),
        ("1,gift,,2026-09-01,,1,,,,", "gift"),
        ("1,staff,Nobody,2026-09-01,,1,,,,", "Nobody"),
        ("1,staff,,2026-09-01,,1,,,2031,", "the program has no cohort '2031'; it has 2026"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(world: World, row: str, problem: str) -> None:
    (reject,) = take(world, LIST, LISTED, row).rejects

    assert problem in reject.reason


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("1,budget,,2026-09-10,,,5", "no budget in cents is set aside for all"),
        ("1,stipend,Somebody 0,2026-09-10,,,5", "set aside for them or for all on 2026-09-10"),
        ("1,release_time,Somebody 0,2026-08-31,1,,", "no release time in minutes is set aside"),
    ],
)
def test_what_was_not_set_aside_is_not_used(world: World, row: str, problem: str) -> None:
    take(world, LIST, LISTED, *SET_ASIDE)

    (reject,) = take(world, LOG, LOGGED, row).rejects

    assert problem in reject.reason


def test_a_list_of_outcomes_tells_each_level_that_has_a_word(world: World) -> None:
    report = take(
        world,
        WORK,
        WORKED,
        "1,Somebody 0,2026-11-01,Yes,retained,",
        "2,Somebody 1,2026-11-01,transferred,,unknown",
    )

    told = {
        row.who.name: [(found.level, found.outcome, found.on, found.source) for found in row.levels]
        for row in seen(world, "employment.outcomes").rows
    }
    day = date(2026, 11, 1)
    assert not report.rejects
    assert told == {
        "Somebody 0": [
            ("school", "retained", day, "payroll"),
            ("district", "retained", day, "payroll"),
        ],
        "Somebody 1": [
            ("school", "transferred", day, "payroll"),
            ("profession", "unknown", day, "payroll"),
        ],
    }


def test_an_edited_outcome_amends_what_was_recorded(world: World) -> None:
    take(world, WORK, WORKED, "1,Somebody 0,2026-11-01,Yes,,")

    take(world, WORK, WORKED, "1,Somebody 0,2026-11-01,left,,")

    (row,) = seen(world, "employment.outcomes").rows
    assert [found.outcome for found in row.levels] == ["left"]


@pytest.mark.parametrize(
    ("mapping", "left_out"),
    [
        (LIST, ('minutes = "Hours"\n', 'days = "Days"\n', 'money = "Amount"\n')),
        (WORK, ('school = "School"\n', 'district = "District"\n', 'profession = "Profession"\n')),
    ],
)
def test_a_mapping_that_tells_nothing_is_refused(mapping: str, left_out: tuple[str, ...]) -> None:
    for line in left_out:
        mapping = mapping.replace(line, "")

    with pytest.raises(mc.Invalid, match="is missing"):
        mc.read_mapping(
            mapping.replace('[values.school]\n"Yes" = "retained"\n', ""), "x.toml", kinds=KINDS
        )


def test_of_somebody_who_takes_part_twice_it_is_the_enrolment_of_the_day() -> None:
    settings = attrs.evolve(SETTINGS, both_roles=True)
    with engine() as opened:
        world = World(opened, settings)
        mentor = world.mentor()
        world.enrol("mentee", world.persons[mentor])

        (reject,) = take(
            world, LIST, LISTED, "1,release_time,Somebody 0,2026-09-01,,10,,,,"
        ).rejects

        assert "takes part several times then, as" in reject.reason

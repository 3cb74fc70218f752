"""Consents come in by a form: each row is one, of whoever it names."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from engine.harbor import Text
from engine.world import COORDINATOR, NOON, Clock, engine, mc
from practices.privacy.world import LETTER, SITE, Consenting, begun

from mentorcore.practices.privacy import PRACTICE

MAPPING = """
form = "consents"
kind = "consent-form"
[people]
by = "name"
[source]
keys = ["No"]
[fields]
who = "Name"
on = "When"
channels = "Where may we use it?"
purpose = "What for?"
until = "Until"
[answers]
separator = ","
[values.channels]
"The website" = "site"
"The newsletter" = "newsletter"
"""
TITLES = "No,Name,When,Where may we use it?,What for?,Until\n"
ROW = '1,Somebody 1,2026-09-07,"The website, The newsletter",quote,2026-12-31'


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Consenting]:
    with engine(str(tmp_path / "program.db"), clock=Clock(NOON)) as made:
        yield begun(made)


def take(here: Consenting, *rows: str) -> Any:
    source: Any = Text(TITLES + "".join(f"{row}\n" for row in rows), "consents.csv")
    read = mc.read_mapping(MAPPING, "consents.toml", kinds=PRACTICE.form_kinds)
    return here.engine.take_in(source, read, actor=COORDINATOR, rows=True)


def given(here: Consenting) -> list[Any]:
    return [record.event for record in here.engine.events(names=["consent.given"])]


def test_a_row_is_a_consent_of_whoever_it_names(here: Consenting) -> None:
    take(here, ROW)

    (told,) = given(here)
    assert told.person_id == here.world.persons[here.mentee]
    assert (told.purpose, told.channels) == ("quote", (SITE, LETTER))
    assert (told.on, told.until) == (date(2026, 9, 7), date(2026, 12, 31))
    assert not take(here, ROW).events


def test_what_a_row_leaves_open_is_not_limited(here: Consenting) -> None:
    take(here, "1,Somebody 1,2026-09-07,,,")

    (told,) = given(here)
    assert (told.purpose, told.channels, told.until) == ("testimonial", (), None)


def test_an_edited_row_amends_the_consent(here: Consenting) -> None:
    take(here, ROW)

    report = take(here, ROW.replace("2026-12-31", "2026-10-31"))

    assert report.counts.amended == 1
    assert len(given(here)) == 1


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("1,Nobody Known,2026-09-07,,,", "Name"),
        ("1,,2026-09-07,,,", "Name"),
        ("1,Somebody 1,,,,", "When"),
        ("1,Somebody 1,2026-09-07,,poem,", "What for?"),
        ("1,Somebody 1,2026-09-07,,,soon", "Until"),
    ],
)
def test_a_row_that_cannot_be_taken_says_in_which_column(
    here: Consenting, row: str, column: str
) -> None:
    report = take(here, row)

    assert report.counts.taken == 0
    assert report.findings[0].column == column
    assert given(here) == []

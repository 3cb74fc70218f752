"""Dates and times are read by a fixed table and never guessed."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.adapters.date_orders import DateOrderProof
from mentorcore.adapters.dates import (
    ClockChange,
    DateOrder,
    DateProblem,
    FarAhead,
    NoTime,
    NoZone,
    looks_like_a_stamp,
    parse_date,
    parse_instant,
    parse_time,
    to_utc,
)

clock = datetime.fromisoformat


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2020/03/17 7:19:17 PM GMT-3", "2020-03-17T22:19:17"),
        ("2023/03/21 8:16:53 AM OEZ", "2023-03-21T06:16:53"),
        ("2018/10/31 3:50:46 ÖS GMT+3", "2018-10-31T12:50:46"),
        ("2018/10/31 3:50:46 O\u0308S GMT+3", "2018-10-31T12:50:46"),
        ("2026/05/08 4:48:22 p.\u202fm. EEST", "2026-05-08T13:48:22"),
        ("2021/12/15 12:39:27 PM CET", "2021-12-15T11:39:27"),
        ("2021/04/20 7:48:25 PM EET", "2021-04-20T17:48:25"),
        ("2022/06/22 11:07:29 AM AST", "2022-06-22T15:07:29"),
        ("2022/06/22 12:40:00 AM GMT", "2022-06-22T00:40:00"),
        ("2022/06/22 12:40 AM GMT+5:30", "2022-06-21T19:10:00"),
        ("Mon Sep 08 2025 13:58:23 GMT-0500 (Central Daylight Time)", "2025-09-08T18:58:23"),
        ("2026-03-04T10:20:30Z", "2026-03-04T10:20:30"),
        ("2026-03-04 10:20:30.25+02:00", "2026-03-04T08:20:30.250000"),
        ("2026-03-04T10:20+0200", "2026-03-04T08:20:00"),
        ("2026-03-04 10:20 \u22125", "2026-03-04T15:20:00"),
    ],
)
def test_a_stamp_with_its_zone_is_one_instant(text: str, instant: str) -> None:
    found = parse_instant(text)

    assert found.at == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "order", "instant"),
    [
        ("9/1/2023 15:45:12", "mdy", "2023-09-01T13:45:12"),
        ("9/1/2023 15:45:12", "dmy", "2023-01-09T14:45:12"),
        ("10.03.2023 12:28:23", "dmy", "2023-03-10T11:28:23"),
        ("12/02/2026 19.07.17", "dmy", "2026-02-12T18:07:17"),
        ("4/30/2023 1:05 PM", "mdy", "2023-04-30T11:05:00"),
        ("30-4-2023 1:05 a.m.", "dmy", "2023-04-29T23:05:00"),
        ("2026-07-01 00:00", None, "2026-06-30T22:00:00"),
        ("2026.07.01 8:00", "mdy", "2026-07-01T06:00:00"),
        ("2026. 07. 01. 8:00", None, "2026-07-01T06:00:00"),
        ("2026. 7. 1 오후 8:00", None, "2026-07-01T18:00:00"),
        ("1. 7. 2026 8:00", "dmy", "2026-07-01T06:00:00"),
        ("1/7/2026, 8:00", "dmy", "2026-07-01T06:00:00"),
        ("1.7.2026 kl. 8.00", "dmy", "2026-07-01T06:00:00"),
        ("7/1/26 8:00", "mdy", "2026-07-01T06:00:00"),
        ("26-07-01 8:00", "ymd", "2026-07-01T06:00:00"),
    ],
)
def test_a_stamp_without_zone_takes_the_declared_one(
    text: str, order: DateOrder | None, instant: str
) -> None:
    found = parse_instant(text, order, "Europe/Berlin")

    assert found.at == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert found.basis == "declared: Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("10-02-24", "no year of four digits"),
        ("03/04/2026 10:00 GMT", "the order is unknown"),
        ("2026-02-30 10:00 GMT", "not a day of the calendar"),
        ("2026-02-03 25:00 GMT", "no clock shows"),
        ("2026-02-03 13:00 PM GMT", "no clock with AM and PM"),
        ("2026-02-03 0:30 AM GMT", "no clock with AM and PM"),
        ("2026-02-03 10:00 IST", "zone label 'IST'"),
        ("2026-02-03 10:00 XM GMT", "'XM' before the zone, which is no word for morning"),
        ("2026-02-03 XM 10:00", "'XM' before the time, which is not known"),
        ("2026-02-03 AM 10:00 PM", "'AM' before the time, which is not known"),
        ("3/21/26 15:45", "no year of four digits"),
        ("2026-02-03 10:00 GMT+25", "zone label"),
        ("Mon Sap 08 2025 13:58:23 GMT-0500", "no English month"),
        ("yesterday", "not a time in a form that is known"),
        ("1769000000", "not a time in a form that is known"),
        ("", "not a time in a form that is known"),
        ("0001-01-01 00:30 GMT+2", "beyond the calendar"),
    ],
)
def test_what_the_table_does_not_know_is_refused_in_words(text: str, reason: str) -> None:
    with pytest.raises(DateProblem, match=reason.replace("+", r"\+")):
        parse_instant(text)


def test_a_declared_label_stands_above_the_table() -> None:
    by_offset = parse_instant("2026-02-03 10:00 IST", labels={"IST": "+05:30"})
    by_zone = parse_instant("2026-07-03 10:00 EST", labels={"EST": "America/New_York"})

    assert by_offset.at == datetime(2026, 2, 3, 4, 30, tzinfo=UTC)
    assert by_zone.at == datetime(2026, 7, 3, 14, 0, tzinfo=UTC)
    assert by_offset.basis == "label IST declared: +05:30"


def test_the_basis_of_an_instant_is_told() -> None:
    assert parse_instant("2026-02-03 10:00 OEZ").basis == "label table: OEZ = +02:00"
    assert parse_instant("2026-02-03 10:00 GMT-3").basis == "offset in the text: GMT-3"


def test_a_date_alone_is_no_instant_unless_that_is_declared() -> None:
    with pytest.raises(NoTime, match="no time of day"):
        parse_instant("2026-02-03", zone="Europe/Berlin")

    found = parse_instant("2026-02-03", zone="Europe/Berlin", dates_as_times=True)

    assert found.at == datetime(2026, 2, 2, 23, 0, tzinfo=UTC)
    assert found.basis == "declared: Europe/Berlin, start of the day"


def test_a_clock_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(NoZone, match="does not say its time zone; declare it"):
        parse_instant("2026-02-03 10:00")
    with pytest.raises(NoZone, match="does not say its time zone"):
        parse_instant("2026-02-03", dates_as_times=True)


def test_a_time_that_the_clocks_skipped_is_refused() -> None:
    with pytest.raises(DateProblem, match="did not exist in Europe/Berlin"):
        parse_instant("2026-03-29 02:30", zone="Europe/Berlin")


def test_a_time_that_happened_twice_needs_a_declaration() -> None:
    with pytest.raises(DateProblem, match="happened twice in Europe/Berlin"):
        parse_instant("2026-10-25 02:30", zone="Europe/Berlin")

    first = parse_instant("2026-10-25 02:30", zone="Europe/Berlin", fold=0)
    second = parse_instant("2026-10-25 02:30", zone="Europe/Berlin", fold=1)

    assert first.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert second.at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_the_other_hours_of_a_day_of_change_are_certain() -> None:
    assert to_utc(clock("2026-10-25T01:59"), "Europe/Berlin").hour == 23
    assert to_utc(clock("2026-10-25T03:00"), "Europe/Berlin").hour == 2


def test_an_unknown_zone_is_refused_with_an_example() -> None:
    for name in ("Berlin/Europe", "../etc/passwd", "", "\0"):
        with pytest.raises(DateProblem, match="write it as in 'Europe/Berlin'"):
            parse_instant("2026-02-03 10:00", zone=name)


@given(
    st.datetimes(clock("1990-01-01T00:00"), clock("2035-01-01T00:00")),
    st.sampled_from(["Europe/Berlin", "America/Denver", "Australia/Lord_Howe", "Asia/Kolkata"]),
    st.sampled_from([0, 1]),
)
def test_an_instant_read_back_shows_the_same_clock(
    local: datetime, zone: str, fold: Literal[0, 1]
) -> None:
    local = local.replace(microsecond=0)

    try:
        at = to_utc(local, zone, fold)
    except DateProblem:
        assert at_gap(local, zone)
    else:
        assert at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == local


def at_gap(local: datetime, zone: str) -> bool:
    there = local.replace(tzinfo=ZoneInfo(zone))
    return there.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local


@given(st.datetimes(clock("1000-01-01T00:00"), clock("2299-12-31T00:00")), st.integers(-14, 14))
def test_iso_text_with_an_offset_is_read_as_the_standard_library_reads_it(
    local: datetime, hours: int
) -> None:
    text = f"{local.isoformat()}{'-' if hours < 0 else '+'}{abs(hours):02d}:00"

    assert parse_instant(text).at == datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["03.04.2026", "13.04.2026"], "dmy"),
        (["3/4/2026 10:00", "3/14/2026 10:00"], "mdy"),
        (["2026-04-03", "2026/04/13 1:00 PM GMT"], None),
        (["", "none", "45/45/2026"], None),
        (["2026-04-03", " 13-04-2026"], "dmy"),
        (["3. 4. 2026 10:00", "13. 4. 2026 10:00"], "dmy"),
    ],
)
def test_a_value_above_twelve_proves_the_order(values: list[str], order: DateOrder | None) -> None:
    proof = DateOrderProof()

    for value in values:
        proof.see(value)

    assert proof.conclude() == order


def test_a_column_without_such_a_value_proves_nothing() -> None:
    proof = DateOrderProof()
    proof.see("03.04.2026 10:00", 2)
    proof.see("05.04.2026 10:00", 3)

    with pytest.raises(DateProblem, match=r"'03.04.2026 10:00' \(line 2\) .* add date_order") as no:
        proof.conclude()
    assert no.value.line == 2


def test_values_that_contradict_each_other_are_named() -> None:
    proof = DateOrderProof()
    proof.see("13/04/2026", 2)
    proof.see("04/14/2026", 7)

    with pytest.raises(DateProblem, match=r"\(line 2\) puts the day first .* \(line 7\) the month"):
        proof.conclude()


def test_a_date_in_the_other_order_than_declared_is_told_as_such() -> None:
    with pytest.raises(DateProblem, match=r"'04/14/2026' .* when read as day, month, year"):
        parse_date("04/14/2026", "dmy")


def test_dates_and_times_stand_alone_too() -> None:
    assert parse_date(" 04.03.2026 10:00", "dmy") == date(2026, 3, 4)
    assert parse_date("2026-03-04") == date(2026, 3, 4)
    assert parse_date("Mon Sep 08 2025 13:58:23 GMT-0500") == date(2025, 9, 8)
    assert parse_time("3:30 PM") == time(15, 30)
    assert parse_time("15.30.05") == time(15, 30, 5)
    with pytest.raises(DateProblem, match="not a date"):
        parse_date("soon")
    with pytest.raises(DateProblem, match="not a time"):
        parse_time("soon")
    with pytest.raises(DateProblem, match="not a time alone"):
        parse_time("15:30 GMT")


def test_only_a_date_with_a_time_looks_like_a_stamp() -> None:
    assert looks_like_a_stamp("2026/03/04 1:02:03 PM CET")
    assert looks_like_a_stamp("04.03.2026 13:02")
    assert not looks_like_a_stamp("2026-03-04")
    assert not looks_like_a_stamp("Meeting of 2026-03-04 13:02")


@given(st.text(max_size=30))
def test_any_text_is_an_instant_or_refused(text: str) -> None:
    try:
        found = parse_instant(text, "dmy", "Europe/Berlin", 0)
    except DateProblem:
        return

    assert found.at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2011/03/26 3:00:00 PM MSK", "2011-03-26T12:00"),
        ("2011/03/28 3:00:00 PM MSK", "2011-03-28T11:00"),
        ("2013/07/01 3:00:00 PM MSK", "2013-07-01T11:00"),
        ("2014/10/25 3:00:00 PM MSK", "2014-10-25T11:00"),
        ("2014/10/27 3:00:00 PM MSK", "2014-10-27T12:00"),
        ("2026/01/01 3:00:00 PM MSK", "2026-01-01T12:00"),
    ],
)
def test_a_label_that_changed_its_meaning_is_resolved_for_its_day(text: str, utc: str) -> None:
    assert parse_instant(text).at == clock(utc).replace(tzinfo=UTC)


def test_a_label_is_asked_about_in_the_hour_in_which_it_meant_both() -> None:
    with pytest.raises(ClockChange, match="happened twice"):
        parse_instant("2014/10/26 1:30:00 AM MSK")

    assert parse_instant("2014/10/26 1:30:00 AM MSK", fold=1).at.hour == 22


@given(
    local=st.datetimes(clock("2005-01-01T00:00"), clock("2026-12-31T00:00")),
)
@settings(max_examples=100, deadline=None)
def test_moscow_time_is_never_read_with_an_offset_that_it_did_not_have(local: datetime) -> None:
    there = local.replace(tzinfo=ZoneInfo("Europe/Moscow"))
    if there.tzname() != "MSK" or there.utcoffset() != there.replace(fold=1).utcoffset():
        return

    assert parse_instant(f"{local:%Y/%m/%d %H:%M:%S} MSK").at == there.astimezone(UTC).replace(
        microsecond=0
    )


@pytest.mark.parametrize("text", ["21/5/2566", "2569-01-02", "1/1/9999"])
def test_a_date_centuries_ahead_is_none(text: str) -> None:
    with pytest.raises(FarAhead, match="lies centuries ahead; if its years are those of another"):
        parse_date(text, "dmy")

"""Times of submission become the instants they are, in every language and from every season."""

import pytest
from made import (
    Made,
    fixture,
    form_download,
    instants,
    notices,
    read_csv,
    registry,
    responses,
    sheet_download,
    unreadable,
)
from mentorcore.adapters.spec import DateProblem, Options, SourceUnreadable, parse_instant

from mentorcore_google_forms.stamps import quick


@pytest.mark.parametrize(
    ("stamp", "instant"),
    [
        ("2020/03/17 7:19:17 PM GMT-3", "2020-03-17T22:19:17Z"),
        ("2023/03/21 8:16:53 AM OEZ", "2023-03-21T06:16:53Z"),
        ("2018/10/31 3:50:46 ÖS GMT+3", "2018-10-31T12:50:46Z"),
        ("2018/10/31 3:50:46 ÖÖ GMT+3", "2018-10-31T00:50:46Z"),
        ("2026/05/08 4:48:22 p.\u202fm. EEST", "2026-05-08T13:48:22Z"),
        ("2026/05/08 4:48:22 p.\u00a0m. EEST", "2026-05-08T13:48:22Z"),
        ("2021/12/15 12:39:27 PM CET", "2021-12-15T11:39:27Z"),
        ("2021/04/20 7:48:25 PM EET", "2021-04-20T17:48:25Z"),
        ("2022/06/22 11:07:29 AM AST", "2022-06-22T15:07:29Z"),
        ("2022/06/22 12:40:00 AM GMT+5:30", "2022-06-21T19:10:00Z"),
    ],
)
def test_the_forms_own_stamps_say_their_instant(stamp, instant) -> None:
    assert instants(read_csv(form_download(stamp))) == [instant]


@pytest.mark.parametrize(
    ("stamps", "zone", "title", "instant"),
    [
        (["9/1/2023 15:45:12", "4/30/2023 8:00:00"], "America/Chicago", "Marca temporal", "2023-09-01T20:45:12Z"),
        (["10.03.2023 12:28:23", "30.03.2023 12:28:23"], "Europe/Berlin", "Timestamp", "2023-03-10T11:28:23Z"),
        (["10/02/2026 17:07:21", "23/02/2026 9:00:00"], "Europe/Paris", "Horodateur", "2026-02-10T16:07:21Z"),
        (["12/02/2026 19.07.17", "13/02/2026 19.07.17"], "Europe/Rome", "Informazioni cronologiche", "2026-02-12T18:07:17Z"),
        (["Mon Sep 08 2025 13:58:23 GMT-0500 (Central Daylight Time)"], None, "Timestamp", "2025-09-08T18:58:23Z"),
    ],
)  # fmt: skip
def test_a_sheets_stamps_are_read_in_their_own_order_and_the_declared_zone(
    stamps, zone, title, instant
) -> None:
    items = read_csv(sheet_download(*stamps, title=title), zone=zone)

    assert instants(items)[0] == instant


def test_the_language_of_the_title_does_not_tell_the_order_of_day_and_month() -> None:
    with pytest.raises(SourceUnreadable, match="day or with the month first"):
        read_csv(sheet_download("10.03.2026 12:00:00", title="Zeitstempel"), zone="Europe/Berlin")

    items = read_csv(
        sheet_download("10.03.2026 12:00:00", title="Zeitstempel"),
        zone="Europe/Berlin",
        date_order="mdy",
    )

    assert instants(items) == ["2026-10-03T10:00:00Z"]


def test_a_sheets_stamps_need_a_zone() -> None:
    with pytest.raises(SourceUnreadable, match="does not say its time zone"):
        read_csv(fixture("sheet_it.csv"))


def test_another_season_writes_another_text_for_the_same_instant() -> None:
    winter = read_csv(form_download("2026/07/01 9:00:00 AM CET"))
    summer = read_csv(form_download("2026/07/01 10:00:00 AM CEST"))

    assert [r.key for r in responses(winter)] == [r.key for r in responses(summer)]
    assert responses(winter)[0].submitted_raw != responses(summer)[0].submitted_raw


def test_an_unknown_zone_label_is_an_error_until_it_is_declared() -> None:
    content = form_download("2026/07/01 9:00:00 AM IST", "2026/07/02 9:00:00 AM CET")

    items = read_csv(content)
    declared = read_csv(content, zone_labels={"IST": "+05:30"})

    assert instants(items) == ["2026-07-02T08:00:00Z"]
    assert "zone label 'IST'" in unreadable(items)[0][1]
    assert instants(declared)[0] == "2026-07-01T03:30:00Z"
    assert responses(declared)[0].zone_basis == "label IST declared: +05:30"


def test_a_label_of_the_table_can_be_declared_to_mean_something_else() -> None:
    items = read_csv(form_download("2026/07/01 9:00:00 AM AST"), zone_labels={"AST": "Asia/Riyadh"})

    assert instants(items) == ["2026-07-01T06:00:00Z"]


def test_an_unknown_half_of_the_day_is_an_error() -> None:
    with pytest.raises(SourceUnreadable, match="'nachts' before the zone, which is no word for"):
        read_csv(form_download("2026/07/01 9:00:00 nachts CET"))


@pytest.mark.parametrize(
    ("stamp", "instant"),
    [
        ("2026/07/01 9:00:00 nachm. MESZ", "2026-07-01T19:00:00Z"),
        ("2026/07/01 9:00:00 오후 GMT+9", "2026-07-01T12:00:00Z"),
        ("2026/07/01 12:40:00 午前 JST", "2026-06-30T15:40:00Z"),
        ("2026/07/01 9:00:00 μ.μ. EEST", "2026-07-01T18:00:00Z"),
        ("2026/07/01 9:00:00\u202fp.\u00a0m.\u00a0GMT-5", "2026-07-02T02:00:00Z"),
        ("2026/07/01 21:00:00 GMT+1", "2026-07-01T20:00:00Z"),
    ],
)
def test_morning_and_afternoon_are_read_in_many_languages(stamp: str, instant: str) -> None:
    items = read_csv(form_download(stamp))

    assert instants(items) == [instant]


@pytest.mark.parametrize(
    ("stamps", "first"),
    [
        (("2026. 7. 1 오후 3:45:12", "2026. 7. 2 오전 9:00:00"), "2026-07-01T13:45:12Z"),
        (("2026/7/1 下午 3:45:12", "2026/7/2 上午 9:00:00"), "2026-07-01T13:45:12Z"),
        (("2026. 07. 01. 15:45:12", "2026. 07. 02. 9:00:00"), "2026-07-01T13:45:12Z"),
        (("21. 7. 2026 15:45:12", "2. 7. 2026 9:00:00"), "2026-07-21T13:45:12Z"),
        (("21.7.2026 klo 15.45.12", "2.7.2026 klo 9.00.00"), "2026-07-21T13:45:12Z"),
        (("2026-07-01 15:45:12", "2026-07-02 9:00:00"), "2026-07-01T13:45:12Z"),
    ],
)
def test_sheets_of_other_languages_are_recognised_and_read(
    stamps: tuple[str, ...], first: str
) -> None:
    source = Made(sheet_download(*stamps, title="Timestamp"))

    assert registry().choose(source).name == "google-forms-csv"
    assert instants(read_csv(source, zone="Europe/Berlin"))[0] == first


def test_a_year_of_two_digits_is_read_only_in_a_declared_order() -> None:
    content = sheet_download("3/21/26 15:45", "4/1/26 9:00")

    with pytest.raises(SourceUnreadable, match=r"no year of four digits.* add date_order"):
        read_csv(content, zone="Europe/Berlin")

    items = read_csv(content, zone="Europe/Berlin", date_order="mdy")

    assert instants(items) == ["2026-03-21T14:45:00Z", "2026-04-01T07:00:00Z"]


def test_times_without_seconds_are_read_and_told() -> None:
    rough = read_csv(sheet_download("3/21/2026 15:45", "4/1/2026 9:00"), zone="Europe/Berlin")
    exact = read_csv(sheet_download("3/21/2026 15:45:00", "4/1/2026 9:00"), zone="Europe/Berlin")

    assert instants(rough) == ["2026-03-21T14:45:00Z", "2026-04-01T07:00:00Z"]
    assert "seconds-lost" in notices(rough)
    assert "seconds-lost" not in notices(exact)


def test_times_that_became_numbers_are_refused_and_not_read_as_another_table() -> None:
    source = Made("Timestamp,How are you?\r\n46012.65639,fine\r\n46013.1,fine\r\n")

    assert registry().choose(source).name == "google-forms-csv"
    with pytest.raises(SourceUnreadable, match=r"'46012.65639' is not a time in a form"):
        read_csv(source, zone="Europe/Berlin")


def test_times_that_were_lost_are_refused() -> None:
    with pytest.raises(SourceUnreadable, match="no year of four digits"):
        read_csv(fixture("time_lost.csv"), zone="Europe/Berlin")
    with pytest.raises(SourceUnreadable, match="has no time of day"):
        read_csv(fixture("time_lost.csv"), zone="Europe/Berlin", date_order="dmy")


def test_a_day_without_a_time_is_taken_only_if_that_is_allowed() -> None:
    content = sheet_download("10.03.2026", "30.03.2026")

    with pytest.raises(SourceUnreadable, match="has no time of day"):
        read_csv(content, zone="Europe/Berlin")

    items = read_csv(content, zone="Europe/Berlin", dates_as_times=True)

    assert instants(items)[0] == "2026-03-09T23:00:00Z"


def test_a_clock_time_that_happened_twice_is_one_to_look_at() -> None:
    items = read_csv(fixture("sheet_de.csv"), zone="Europe/Berlin")

    assert [line for line, _ in unreadable(items)] == [6]
    assert "happened twice" in unreadable(items)[0][1]
    assert len(responses(read_csv(fixture("sheet_de.csv"), zone="Europe/Berlin", fold=0))) == 4


def outcome(function, text):
    """What a function says about a text, be it an instant or a refusal."""
    try:
        return function([text])
    except DateProblem as problem:
        return str(problem)


def test_the_forms_own_times_are_the_same_the_quick_way():
    rests = [
        " AM CET",
        " PM CET",
        " ÖS GMT+3",
        " p.\u202fm. EEST",
        " CET",
        " XX YY",
        " GMT-3",
        " AM",
        "  PM  GMT-9:30 ",
    ]
    days = ["2024/02/29", "2023/02/29", "2026/12/31", "0001/01/01", "9999/12/31"]
    clocks = [
        "0:00:00",
        "1:02:03",
        "12:00:00",
        "12:59:59",
        "13:00:00",
        "23:59:59",
        "24:00:00",
        "5:60:00",
        "5:00:60",
    ]
    labels = {"EEST": "Europe/Kyiv"}

    def slow(cells):
        return parse_instant(cells[0], None, "Europe/Berlin", None, labels)

    fast = quick(Options(zone_labels=labels), slow, 0)
    texts = [f"{day} {clock}{rest}" for day in days for clock in clocks for rest in rests]

    assert [outcome(fast, text) for text in texts] == [outcome(slow, text) for text in texts]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "America/Havana", None])
@pytest.mark.parametrize("fold", [None, 0, 1])
def test_a_sheets_times_are_the_same_the_quick_way(zone, fold):
    days = [
        "25.10.2026",
        "29.03.2026",
        "29.03.2027",
        "05/04/2026",
        "04-10-2026",
        "08.03.2026",
        "1.11.2026",
        "31.02.2026",
        "01.01.0001",
        "31.12.9999",
        "2026/10/25",
        "1.2/2026",
    ]
    clocks = [
        "00:00:00",
        "0:30:00",
        "1:45:00",
        "01.59.59",
        "2:30:00",
        "3:00:00",
        "23:59:59",
        "24:00:00",
        "5:60:00",
        "5:00.00",
        "9:00",
    ]

    def slow(cells):
        return parse_instant(cells[0], "dmy", zone, fold)

    fast = quick(Options(zone=zone), slow, 0)
    texts = [f"{day} {clock}" for day in days for clock in clocks]

    assert [outcome(fast, text) for text in texts] == [outcome(slow, text) for text in texts]

"""Every response is marked for what it is, and its time is read in the zone of its column."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from mentorcore.adapters.spec import DateProblem, Options, SourceUnreadable, parse_instant
from qualtrics_made import answered, fixture, messages, read, responses, unreadable

from mentorcore_qualtrics.lifecycle import life
from mentorcore_qualtrics.times import Clock


def test_every_state_is_marked_and_nothing_is_dropped() -> None:
    items = read(fixture("modern.csv"), fold=0)

    assert [r.lifecycle for r in responses(items)] == [
        "complete", "complete", "preview", "test", "spam", "partial", "auto-closed", "imported",
        "offline", "synthetic", "unknown", "complete", "complete",
    ]  # fmt: skip
    assert "'Something New'" in messages(items, "unknown-status")[0]


@pytest.mark.parametrize(
    ("status", "finished", "word"),
    [
        ("0", "1", "complete"),
        ("IP Address", "TRUE", "complete"),
        ("0", "0", "partial"),
        ("4", "False", "partial"),
        ("1", "0", "preview"),
        ("9", "1", "spam"),
        ("17", "1", "preview"),
        ("256", "1", "synthetic"),
        ("64", "1", "unknown"),
        ("24", "1", "spam"),
        ("257", "1", "preview"),
        ("4.0", "1.0", "imported"),
        ("4", "0.0", "partial"),
        ("Offline Survey Preview Spam", "1", "spam"),
        ("Umfragevorschau", "1", "preview"),
        ("IP-Adresse", "1", "unknown"),
        ("0", "WAHR", "complete"),
        ("0", "FAUX", "partial"),
        ("0", "ONWAAR", "partial"),
        ("0", "YANLIŞ", "partial"),
        ("0", "perhaps", "unknown"),
        (None, None, "complete"),
        (None, "0", "partial"),
    ],
)
def test_status_and_finished_together_say_what_a_response_is(
    status: str | None, finished: str | None, word: str
) -> None:
    assert life(status, finished) == word


def test_an_unfinished_response_without_a_record_is_in_progress() -> None:
    content = fixture("modern.csv").decode()
    row = "2026-03-10 09:00:00,2026-03-10 09:03:20,IP Address,192.0.2.7,40,200,False,"
    assert row in content

    items = read(content.replace(row + "2026-03-10 09:03:20", row))

    assert responses(items)[5].lifecycle == "in-progress"


def test_the_zone_stands_in_the_header() -> None:
    first, second = responses(read(fixture("modern.csv")))[:2]

    assert first.submitted_at == datetime(2026, 3, 2, 17, 0, 5, tzinfo=UTC)
    assert first.submitted_raw == "2026-03-02 10:00:05"
    assert first.zone_basis == "zone in the header: America/Denver"
    assert second.submitted_at == datetime(2026, 3, 8, 9, 15, tzinfo=UTC)


def test_a_declared_zone_does_not_stand_above_the_one_in_the_header() -> None:
    one = responses(read(fixture("modern.csv")))
    other = responses(read(fixture("modern.csv"), zone="Asia/Tokyo"))

    assert [r.submitted_at for r in one] == [r.submitted_at for r in other]


def test_each_column_has_its_own_zone_and_is_given_in_utc() -> None:
    content = fixture("modern.csv").decode()
    there = '""Q_RelevantIDLastStartDate"",""timeZone"":""UTC""'
    assert there in content

    in_utc = responses(read(content))[0]
    in_delhi = responses(read(content.replace(there, there.replace("UTC", "Asia/Kolkata"))))[0]

    assert answered(in_utc)["Q_RelevantIDLastStartDate"] == ("2026-03-02T16:58:00Z",)
    assert answered(in_delhi)["Q_RelevantIDLastStartDate"] == ("2026-03-02T11:28:00Z",)
    assert in_utc.submitted_at == in_delhi.submitted_at


def test_the_same_responses_exported_in_another_zone_say_the_same() -> None:
    content = fixture("anonymised.csv").decode()
    moved = content.replace("America/Denver", "UTC")
    for local, utc in [
        ("2026-03-02 09:58:00", "2026-03-02 16:58:00"),
        ("2026-03-02 10:00:05", "2026-03-02 17:00:05"),
        ("2026-03-08 01:10:00", "2026-03-08 08:10:00"),
        ("2026-03-08 03:15:00", "2026-03-08 09:15:00"),
    ]:
        moved = moved.replace(local, utc)

    one, other = responses(read(content)), responses(read(moved))

    assert [(r.key, r.submitted_at, answered(r)) for r in one] == [
        (r.key, r.submitted_at, answered(r)) for r in other
    ]


def test_a_time_that_happened_twice_is_refused_or_settled_by_a_fold() -> None:
    plainly = read(fixture("modern.csv"))
    first, second = (responses(read(fixture("modern.csv"), fold=f))[-1] for f in (0, 1))

    assert len(responses(plainly)) == 12
    assert "happened twice in America/Denver" in unreadable(plainly)[0][1]
    assert first.submitted_at == datetime(2025, 11, 2, 7, 30, tzinfo=UTC)
    assert second.submitted_at == datetime(2025, 11, 2, 8, 30, tzinfo=UTC)


def test_a_time_that_never_was_is_refused_whatever_is_declared() -> None:
    content = fixture("modern.csv").decode().replace("2026-03-08 03:15:00", "2026-03-08 02:15:00")

    items = read(content, fold=0)

    assert "did not exist in America/Denver" in unreadable(items)[0][1]
    assert len(responses(items)) == 12


@pytest.mark.parametrize("name", ["transitional.csv", "legacy.csv"])
def test_a_layout_without_zones_needs_a_declared_one(name: str) -> None:
    with pytest.raises(SourceUnreadable) as refused:
        read(fixture(name))

    assert "does not say its time zone; declare it" in str(refused.value)
    basis = {r.zone_basis for r in responses(read(fixture(name), zone="Europe/Paris"))}
    assert basis == {"declared: Europe/Paris"}


def test_the_time_of_submission_is_the_end_unless_another_is_declared() -> None:
    ended = responses(read(fixture("modern.csv")))[0]
    began = responses(read(fixture("modern.csv"), timestamp="StartDate"))[0]
    recorded = responses(read(fixture("modern.csv"), timestamp="Recorded Date"))[0]

    assert began.submitted_at == datetime(2026, 3, 2, 16, 58, tzinfo=UTC)
    assert recorded.submitted_at == ended.submitted_at
    with pytest.raises(SourceUnreadable, match="there is no column 'Enddatum'"):
        read(fixture("modern.csv"), timestamp="Enddatum")


def test_a_zone_that_nobody_knows_is_refused() -> None:
    content = fixture("modern.csv").decode().replace("America/Denver", "Mars/Base")

    with pytest.raises(SourceUnreadable, match=r"no time zone 'Mars/Base'.*or declare as zone"):
        read(content)
    told = responses(read(content, zone="America/Denver"))[0]
    assert told.submitted_at == datetime(2026, 3, 2, 17, 0, 5, tzinfo=UTC)
    assert told.zone_basis == "declared: America/Denver"


def test_a_retake_is_linked_to_what_it_replaced() -> None:
    items = read(fixture("modern.csv"))

    (said,) = messages(items, "retake")
    assert said.startswith("the response R_made000000000012 is a retake of R_made000000000099")
    assert answered(responses(items)[11])["Q_R"] == ("R_made000000000099",)
    assert responses(items)[11].replaces == ("R_made000000000099",)
    assert {r.replaces for r in responses(items)[:11]} == {()}


def test_a_retake_beside_which_the_earlier_response_stays_replaces_nothing() -> None:
    content = (
        fixture("modern.csv").decode().replace("R_made000000000099,1,", "R_made000000000099,,")
    )

    items = read(content)

    assert "which stays beside it" in messages(items, "retake")[0]
    assert responses(items)[11].replaces == ()


def test_what_does_not_say_whether_a_response_was_finished_is_told() -> None:
    content = fixture("modern.csv").decode().replace("200,False", "200,Nein")

    items = read(content)

    assert "'Nein' does not say whether" in messages(items, "unknown-finished")[0]
    assert not messages(read(fixture("modern.csv")), "unknown-finished")


@pytest.mark.parametrize(("yes", "no"), [("True", "False"), ("WAHR", "FALSCH"), ("1", "0")])
def test_semicolons_alone_tell_that_excel_saved_an_export(yes: str, no: str) -> None:
    content = fixture("excel.csv").decode().replace("TRUE", no, 1).replace("TRUE", yes)

    items = read(content)

    assert "decimals may be destroyed" in messages(items, "excel-resave")[0]
    assert [r.lifecycle for r in responses(items)] == ["partial", "complete", "preview"]


def test_what_excel_saved_again_is_noticed() -> None:
    items = read(fixture("excel.csv"))

    assert "decimals may be destroyed" in messages(items, "excel-resave")[0]
    assert [r.lifecycle for r in responses(items)] == ["complete", "complete", "preview"]
    assert not messages(read(fixture("modern.csv")), "excel-resave")


def test_dates_that_excel_turned_round_need_a_proven_order() -> None:
    content = fixture("excel.csv").decode().replace("2026-03-02 10:00:05", "3/2/2026 10:00")
    mixed = content.replace("2026-03-09 08:00:41", "3/19/2026 8:00")

    with pytest.raises(SourceUnreadable, match="the month first, and no other value settles it"):
        read(content)
    assert responses(read(mixed))[0].submitted_at == datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


def test_times_read_in_bulk_are_those_read_one_by_one() -> None:
    for zone in ("America/Denver", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"):
        clock = Clock.of(zone, Options())
        for minutes in range(0, 60 * 24 * 330, 73):
            local = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(
                minutes=minutes, seconds=minutes % 60
            )
            text = f"{local:%Y-%m-%d %H:%M:%S}"
            try:
                expected = parse_instant(text, None, zone).at
            except DateProblem as problem:
                with pytest.raises(DateProblem, match=re.escape(str(problem))):
                    clock.instant(text)
            else:
                assert clock.instant(text)[0] == expected


@pytest.mark.parametrize(
    "text", ["2026-03-02 10:60:00", "2026-03-02 10:00:61", "2026-03-02 10:-1:+5"]
)
def test_no_clock_shows_such_a_time(text: str) -> None:
    clock = Clock.of("UTC", Options())
    clock.instant("2026-03-02 10:00:00")

    with pytest.raises(DateProblem):
        clock.instant(text)


def test_half_an_hour_that_happened_twice_is_settled_by_the_fold() -> None:
    texts = [f"2026-04-05 01:{minute:02d}:00" for minute in range(60)]
    for fold in (0, 1):
        clock = Clock.of("Australia/Lord_Howe", Options(fold=fold))

        found = [clock.instant(text)[0] for text in texts]

        zone = "Australia/Lord_Howe"
        assert found == [parse_instant(text, None, zone, fold).at for text in texts]

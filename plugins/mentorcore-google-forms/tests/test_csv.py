"""Both downloads are read as they are: titles, grids, ticks, scores, and what people did to them."""

import csv
import io
import random

import pytest
from made import (
    Made,
    answered,
    fixture,
    form_download,
    instants,
    notices,
    read,
    read_csv,
    registry,
    responses,
    unreadable,
)
from mentorcore.adapters.sources import FileSource
from mentorcore.adapters.spec import Options, SourceUnreadable

from mentorcore_google_forms import GoogleFormsCsv

DAYS = "choices.An welchen Tagen passt es dir?"


def test_the_forms_own_download_is_read_whole() -> None:
    items = read_csv(fixture("form_de.csv"))

    assert instants(items) == [
        "2026-03-21T06:16:53Z",
        "2026-03-20T22:40:00Z",
        "2026-03-30T09:17:05Z",
        "2026-03-30T09:17:05Z",
    ]
    assert [(r.where.record, r.where.line) for r in responses(items)] == [
        (2, 2),
        (3, 4),
        (4, 5),
        (5, 6),
    ]
    assert notices(items) == ["duplicate-title"]
    assert responses(items)[0].source == "google-forms-csv"
    assert responses(items)[0].answers[4].raw == ('Erste Zeile\nzweite "Zeile"',)


def test_a_submission_in_which_nothing_was_answered_is_a_response() -> None:
    empty = responses(read_csv(fixture("form_de.csv")))[2]

    assert all(answer.raw == () for answer in empty.answers)
    assert len(empty.answers) == 6


def test_texts_that_look_like_formulas_or_gaps_stay_texts() -> None:
    items = responses(read_csv(fixture("form_de.csv")))

    assert answered(items[1])["Notiz"] == ("- mit Strich;und Punkt",)
    assert answered(items[1])["Notiz #2"] == ("-----",)
    assert answered(items[3])["Notiz"] == ("=1+1",)
    assert answered(items[3])["Notiz #2"] == ("NA",)


def test_ticked_choices_stay_in_one_text_until_the_question_is_said_to_have_boxes() -> None:
    whole = responses(read_csv(fixture("form_de.csv")))[0]
    split = responses(read_csv(fixture("form_de.csv"), more={DAYS: ""}))[0]

    assert whole.answers[1].raw == ("Montag, früh;Freitag",)
    assert split.answers[1].raw == ("Montag, früh", "Freitag")
    assert split.answers[1].hint == "choices"


def test_a_sheets_commas_are_resolved_against_the_declared_choices() -> None:
    more = {"choices.An welchen Tagen?": "Montag, früh\nFreitag\n"}

    items = read_csv(fixture("sheet_de.csv"), zone="Europe/Berlin", more=more)

    assert [answered(r)["An welchen Tagen?"] for r in responses(items)] == [
        ("Montag, früh", "Freitag"),
        ("Freitag", "abends, wenn es geht"),
        ("Montag, früh",),
    ]
    assert notices(items)[-1] == "unknown-choice"


def test_a_sheets_commas_are_kept_when_no_choices_are_declared() -> None:
    items = read_csv(
        fixture("sheet_de.csv"), zone="Europe/Berlin", more={"choices.An welchen Tagen?": ""}
    )

    assert responses(items)[0].answers[3].raw == ("Montag, früh, Freitag",)
    assert "kept-whole" in notices(items)


def test_choices_of_a_question_that_is_not_there_are_a_mistake() -> None:
    with pytest.raises(SourceUnreadable, match="did you mean 'An welchen Tagen passt es dir\\?'"):
        read_csv(fixture("form_de.csv"), more={"choices.An welchen Tagen passt es?": ""})


def test_a_sheets_download_keeps_titles_that_repeat_break_or_end_in_odd_spaces() -> None:
    items = read_csv(fixture("sheet_de.csv"), zone="Europe/Berlin")

    assert [answer.question for answer in responses(items)[0].answers] == [
        "Participant ID Kennung",
        "Wie oft trefft ihr euch?",
        "Wie oft trefft ihr euch? #2",
        "An welchen Tagen?",
        "Bewertung [Inhalt]",
        "Bewertung [Tempo]",
        "👩‍🏫 Kommentar",
    ]
    assert responses(items)[0].answers[0].label == "Participant ID\nKennung"
    assert answered(responses(items)[1])["Wie oft trefft ihr euch? #2"] == ("selten",)
    assert "duplicate-title" in notices(items)


def test_the_form_tells_grids_scores_and_declared_choices() -> None:
    grid = registry().describe(
        fixture("form_de.csv"), Options(more={DAYS: "Freitag\nMontag, früh"})
    )
    quiz = registry().describe(fixture("form_quiz.csv"), Options())

    assert [(q.key, q.kind, q.choices) for q in grid.questions[1:4]] == [
        ("An welchen Tagen passt es dir?", "choices", ("Freitag", "Montag, früh")),
        ("Wie läuft es? [Treffen]", "choice", ()),
        ("Wie läuft es? [Ziele]", "choice", ()),
    ]
    assert [(q.key, q.kind) for q in quiz.questions] == [
        ("Username", "text"),
        ("Total score", "number"),
        ("Which step comes first?", "text"),
        ("Which step comes first? [Score]", "number"),
        ("Which step comes first? [Feedback]", "text"),
    ]


@pytest.mark.parametrize("name", ["sheet_de.csv", "pandas.csv", "form_tr.csv"])
def test_a_form_is_described_before_its_zone_is_declared_and_as_it_is_read(name):
    form = registry().describe(fixture(name), Options())
    first = responses(read_csv(fixture(name), zone="Europe/Berlin"))[0]

    assert [(q.key, q.label, q.kind) for q in form.questions] == [
        (a.question, a.label, a.hint) for a in first.answers
    ]


def test_a_bracket_in_one_title_makes_no_grid() -> None:
    form = registry().describe(
        Made(form_download("2026/07/01 9:00:00 AM CET").replace("are you?", "are you? [1-5]")),
        Options(),
    )

    assert [(q.label, q.kind) for q in form.questions] == [("How are you? [1-5]", "text")]


def test_quiz_scores_are_kept_as_they_stand() -> None:
    form, sheet = (
        read_csv(fixture("form_quiz.csv")),
        read_csv(fixture("sheet_es_quiz.csv"), zone="America/Chicago"),
    )

    assert answered(responses(form)[0])["Total score"] == ("5.00 / 10",)
    assert answered(responses(sheet)[0])["Puntuación"] == ("8 / 10",)
    assert responses(sheet)[0].answers[0].hint == "number"
    assert responses(sheet)[0].key[1] == "ines@example.org"


def test_equal_seconds_of_different_people_are_told_apart_by_the_collected_address() -> None:
    items = responses(read_csv(fixture("form_tr.csv")))

    assert [r.key for r in items] == [
        ("2026-10-31T12:50:46+00:00", "deniz@example.org"),
        ("2026-10-31T12:50:46+00:00", "ekin@example.org"),
        ("2026-10-31T21:05:00+00:00", "ekin@example.org"),
    ]


def test_moving_the_column_with_the_address_changes_no_key():
    rows = [
        ("Timestamp", "Name", "Email Address"),
        ("2026/07/01 9:00:00 AM CET", "Pat", "pat@example.org"),
    ]
    moved = "\n".join(f'"{name}","{email}","{stamp}"' for stamp, name, email in rows)

    assert responses(read(Made(moved)))[0].key == ("2026-07-01T08:00:00+00:00", "pat@example.org")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_table_saved_by_another_program_is_read_with_a_warning(delimiter):
    content = f"\ufeffZeitstempel{delimiter}Wie geht es?\r\n30.03.2026 12:28{delimiter}gut\r\n"

    items = read(Made(content), zone="Europe/Berlin")

    assert instants(items) == ["2026-03-30T10:28:00Z"]
    assert notices(items) == ["re-saved"]


def test_both_downloads_of_one_form_give_the_same_responses():
    rows = [["Timestamp", "Email Address", "Days"]]
    form = [
        *rows,
        ["2026/07/30 9:00:00 AM EST", "pat@example.org", "Mon, early;Fri;at noon, or so"],
    ]
    sheet = [*rows, ["7/30/2026 10:00:00", "Pat@example.org", "Mon, early, Fri, at noon, or so"]]
    more = {"choices.Days": "Fri\nMon, early"}

    def plain(rows, quoting):
        out = io.StringIO(newline="")
        csv.writer(out, quoting=quoting).writerows(rows)
        items = read(Made(out.getvalue()), zone="America/New_York", more=more)
        return [(r.key, answered(r)["Days"]) for r in responses(items)]

    one, other = plain(form, csv.QUOTE_ALL), plain(sheet, csv.QUOTE_MINIMAL)

    assert one == other
    assert one[0][1] == ("Mon, early", "Fri", "at noon, or so")


def test_a_declared_key_stands_above_the_time() -> None:
    items = read_csv(
        fixture("sheet_de.csv"), zone="Europe/Berlin", keys=("Participant ID Kennung",), fold=0
    )

    assert [r.key for r in responses(items)] == [("98",), ("1",), ("2",), ("3",)]


def test_totals_below_the_responses_are_no_responses() -> None:
    items = read_csv(fixture("sheet_footer.csv"), zone="Europe/Paris")

    assert [answered(r)["Hours together"] for r in responses(items)] == [("0:30:00",), ("1:15:00",)]
    assert [line for line, _ in unreadable(items)] == [6, 7]
    assert "no time of submission" in unreadable(items)[0][1]
    assert "empty-rows" in notices(items)


def test_a_table_saved_by_pandas_is_read_without_its_index() -> None:
    items = read_csv(fixture("pandas.csv"), more={"choices.Dni": ""})

    assert instants(items) == ["2026-04-20T17:48:25Z", "2026-04-21T05:48:25Z"]
    assert [answer.question for answer in responses(items)[0].answers] == ["Jak idzie?", "Dni"]
    assert responses(items)[0].answers[1].raw == ("wtorek", "piątek")
    assert notices(items) == ["index-column"]


def test_a_byte_order_mark_is_no_part_of_a_title() -> None:
    assert instants(read_csv(fixture("form_bom.csv"))) == ["2026-03-17T22:19:17Z"]


def test_a_lost_header_row_is_refused_by_its_own_name() -> None:
    with pytest.raises(SourceUnreadable, match="the header row is lost"):
        read_csv(fixture("header_lost.csv"))


def test_a_header_row_alone_is_a_success_without_responses() -> None:
    items = read(fixture("header_only.csv"))

    assert responses(items) == []
    assert {"no-responses", "empty-rows"} <= set(notices(items))


def test_a_time_under_an_unknown_title_is_found_by_its_content_or_declared() -> None:
    content = form_download("2026/07/01 9:00:00 AM CET", title="Ajaline märk")

    found = read_csv(content)
    declared = read_csv(content, timestamp="Ajaline märk")

    assert instants(found) == instants(declared) == ["2026-07-01T08:00:00Z"]
    assert (notices(found), notices(declared)) == (["time-by-content"], [])


def test_a_table_without_a_time_of_submission_is_refused() -> None:
    with pytest.raises(SourceUnreadable, match="declare it, for example timestamp = 'Name'"):
        read_csv("Name,Goal\nPat,Listen\n")


def test_an_undeclared_column_of_the_declared_name_is_refused() -> None:
    with pytest.raises(SourceUnreadable, match="there is no column 'Zeit'"):
        read_csv(fixture("form_de.csv"), timestamp="Zeit")


def test_a_second_column_with_googles_title_is_a_question() -> None:
    content = '"Timestamp","Timestamp"\n"2026/07/01 9:00:00 AM CET","noon"'

    items = read_csv(content)

    assert answered(responses(items)[0]) == {"Timestamp #2": ("noon",)}


def test_moved_columns_and_rows_change_no_response() -> None:
    rows = list(csv.reader(io.StringIO(fixture("form_de.csv").content.decode(), newline="")))
    places = [0, *random.Random(3).sample(range(1, len(rows[0]) - 2), len(rows[0]) - 3), 5, 6]
    moved = [[row[place] for place in places] for row in [rows[0], *reversed(rows[1:])]]
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(moved)

    before = responses(read_csv(fixture("form_de.csv")))
    after = responses(read_csv(out.getvalue().rstrip("\n")))

    def plain(found):
        return sorted((r.key, sorted(answered(r).items())) for r in found)

    assert plain(before) == plain(after)


@pytest.mark.parametrize("name", ["form_de.csv", "form_tr.csv", "sheet_de.csv", "pandas.csv"])
def test_a_download_cut_anywhere_is_refused_or_is_a_prefix(name) -> None:
    whole = fixture(name)
    options = {"zone": "Europe/Berlin", "date_order": "dmy"}
    expected = [(r.key, answered(r)) for r in responses(read_csv(whole, **options))]
    read_whole = 0

    for end in range(1, len(whole.content)):
        try:
            items = read_csv(Made(whole.content[:end], name), **options)
        except SourceUnreadable:
            continue
        read_whole += 1
        found = [(r.key, answered(r)) for r in responses(items)]
        marked = "incomplete" in notices(items) or "no-responses" in notices(items)
        ends_with_a_record = whole.content[end - 1 : end] in {b"\n", b"\r", b'"'}
        assert found == expected[: len(found)] or marked
        assert marked or ends_with_a_record or whole.content[end : end + 2] == b"\r\n"
    assert read_whole


def test_a_forms_download_that_ends_with_a_line_break_may_be_cut_off() -> None:
    content = fixture("form_tr.csv").content + b"\n"

    assert notices(read_csv(Made(content))) == ["incomplete"]


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "form.csv"
    rows = [f"2026/07/01 9:00:{second:02d} AM CET" for second in range(60)] * 300
    path.write_text(form_download(*rows))
    items = registry().read(FileSource(path), Options())

    next(items)
    path.write_text(form_download(*rows, "2026/07/02 9:00:00 AM CET"))

    with pytest.raises(SourceUnreadable, match="changed while it was read"):
        list(items)


def test_reading_leaves_the_limit_of_the_csv_module_alone() -> None:
    before = csv.field_size_limit()
    try:
        csv.field_size_limit(12345)

        list(GoogleFormsCsv().read(fixture("form_de.csv"), Options()))

        assert csv.field_size_limit() == 12345
    finally:
        csv.field_size_limit(before)


def test_a_form_that_begins_to_collect_addresses_keeps_its_responses() -> None:
    before = "Timestamp,How are you?\r\n1/30/2026 13:00:00,fine"
    since = (
        "Timestamp,How are you?,Email Address\r\n1/30/2026 13:00:00,fine,\r\n"
        "1/31/2026 9:00:00,well,pia@example.org"
    )

    (first,) = responses(read_csv(before, zone="UTC"))
    again, new = responses(read_csv(since, zone="UTC"))

    assert again.key == first.key == ("2026-01-30T13:00:00+00:00",)
    assert new.key == ("2026-01-31T09:00:00+00:00", "pia@example.org")


def test_the_collected_address_is_one_question_in_all_languages() -> None:
    found = [
        responses(
            read_csv(
                f'"{stamp}","{title}","How are you?"\n"2026/01/30 1:00:00 PM CET","pia@example.org","fine"'
            )
        )[0]
        for stamp, title in (
            ("Timestamp", "Email Address"),
            ("Zeitstempel", "E-Mail-Adresse"),
            ("Informazioni cronologiche", "Indirizzo email"),
        )
    ]

    assert [answered(r) for r in found] == [answered(found[0])] * 3
    assert [r.answers[0].label for r in found] == [
        "Email Address",
        "E-Mail-Adresse",
        "Indirizzo email",
    ]
    assert answered(found[0])["Email Address"] == ("pia@example.org",)

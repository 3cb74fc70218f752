"""Refused rows can be corrected and taken in again, and vanished ones are told and kept."""

import csv
from pathlib import Path

import pytest
from engine.harbor import csv_of, edited, harbor, rows_of, written
from engine.world import COORDINATOR, Place

from mentorcore.errors import SourceUnreadable


def corrected(path: Path, *changes: tuple[str, str]) -> Path:
    text = path.read_text(encoding="utf-8-sig")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8-sig")
    return path


def test_refused_rows_are_written_with_their_reasons(tmp_path: Path) -> None:
    with harbor() as it:
        report = it.people().take("meetings", rejects=tmp_path / "rejects.csv")

        text = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")
        assert report.rejects_file == str(tmp_path / "rejects.csv")
        assert text.splitlines()[0].startswith("E-mail,Mentee,Date,")
        assert text.count("\n") == 4
        assert "did you mean 'Ben Ode'?" in text


def test_corrected_rows_are_taken_and_the_original_file_adds_nothing_more(
    at: Place, tmp_path: Path
) -> None:
    rejects = tmp_path / "rejects.csv"

    with harbor(at) as it:
        it.people().take("meetings", rejects=rejects)
        corrected(rejects, ("Ben Odde", "Ben Ode"), ("27/10/2026", "10/27/2026"))
        fed = it.engine.take_in(rejects, it.mapping("meetings"), actor=COORDINATOR, rejects=rejects)
        position = it.engine.position
        again = it.take("meetings", rejects=tmp_path / "again.csv")

        assert fed.sentence() == "2 taken, 1 refused."
        assert len(it.events("pairing.meeting-held")) == 6
        # The rows that were corrected elsewhere are known, although the export still has the
        # spelling that was refused.
        assert again.sentence() == "6 unchanged, 1 refused, 1 skipped."
        assert it.engine.position == position


def test_feeding_the_corrected_rows_twice_adds_nothing(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"

    with harbor() as it:
        it.people().take("meetings", rejects=rejects)
        corrected(rejects, ("Ben Odde", "Ben Ode"))
        copy = tmp_path / "copy.csv"
        copy.write_bytes(rejects.read_bytes())
        it.engine.take_in(rejects, it.mapping("meetings"), actor=COORDINATOR)
        position = it.engine.position

        again = it.engine.take_in(copy, it.mapping("meetings"), actor=COORDINATOR)

        assert again.sentence() == "1 unchanged, 2 refused."
        assert it.engine.position == position


def test_a_source_that_is_corrected_itself_after_all_is_an_edit(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"

    with harbor() as it:
        it.people().take("meetings", rejects=rejects)
        corrected(rejects, ("Ben Odde", "Ben Ode"))
        it.engine.take_in(rejects, it.mapping("meetings"), actor=COORDINATOR)

        same = edited("meetings", lambda rows: rows[5].__setitem__(2, "Ben Ode"))
        other = edited("meetings", lambda rows: rows[5].__setitem__(slice(2, 6), ["Ben Ode", "10/19/2026", "15:30", "50"]))  # fmt: skip

        assert it.take("meetings", same).counts.amended == 0
        assert it.take("meetings", other).counts.amended == 1


def test_a_row_that_can_be_taken_after_all_needs_no_correction(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"

    with harbor() as it:
        it.take("people")
        it.take("meetings", rejects=rejects)  # before anybody is paired
        it.take("pairings")
        fed = it.engine.take_in(rejects, it.mapping("meetings"), actor=COORDINATOR)

        assert fed.counts.taken == 4
        assert it.take("meetings").counts.unchanged == 4


def test_a_file_of_refused_rows_shrinks_and_is_removed_when_none_is_left(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"

    with harbor() as it:
        it.people().take("meetings", rejects=rejects)
        corrected(rejects, ("Ben Odde", "Ben Ode"))
        it.engine.take_in(rejects, it.mapping("meetings"), actor=COORDINATOR, rejects=rejects)
        left = rejects.read_text(encoding="utf-8-sig").count("\n")
        corrected(rejects, ("27/10/2026", "10/27/2026"), ("10/22/2026", "10/15/2026"))
        it.engine.take_in(rejects, it.mapping("meetings"), actor=COORDINATOR, rejects=rejects)

        assert left == 3
        assert not rejects.exists()


def test_a_file_of_refused_rows_with_a_row_that_cannot_be_read_is_not_removed(
    tmp_path: Path,
) -> None:
    rejects = tmp_path / "rejects.csv"
    with harbor() as it:
        it.people().take("meetings", rejects=rejects)
        corrected(rejects, ("Ben Odde", "Ben Ode"), ('""form""', '""from""'))
        before = rejects.read_bytes()

        report = it.engine.take_in(
            rejects, it.mapping("meetings"), actor=COORDINATOR, rejects=rejects
        )

        assert report.counts.unreadable
        assert rejects.read_bytes() == before
        assert report.rejects_file == str(rejects)


def test_corrections_that_were_begun_survive_another_import_of_the_export(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"

    with harbor() as it:
        it.people().take("meetings", rejects=rejects)
        corrected(rejects, ("Ben Odde", "Ben Ode"))

        it.take("meetings", rejects=rejects)

        assert "Ben Odde" not in rejects.read_text(encoding="utf-8-sig").replace("'Ben Odde'", "")
        fed = it.engine.take_in(rejects, it.mapping("meetings"), actor=COORDINATOR)
        assert fed.counts.taken == 1


def test_another_file_is_never_written_over(tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("a,b\n1,2\n")

    with harbor() as it:
        position = it.people().engine.position
        with pytest.raises(SourceUnreadable, match="where another file stands"):
            it.take("meetings", rejects=mine)

        assert mine.read_text() == "a,b\n1,2\n"
        assert it.engine.position == position


def test_a_cell_longer_than_the_reader_takes_by_itself_survives_the_way_back(
    tmp_path: Path,
) -> None:
    rows = rows_of("meetings")
    rows[5][7] = "long " * 50_000

    with harbor() as it:
        it.people().take("meetings", written(rows), rejects=tmp_path / "r.csv")
        corrected(tmp_path / "r.csv", ("Ben Odde", "Ben Ode"))
        before = csv.field_size_limit(131_072)
        fed = it.engine.take_in(tmp_path / "r.csv", it.mapping("meetings"), actor=COORDINATOR)

        assert before > 131_072
        assert fed.counts.taken == 1


def test_corrected_rows_of_another_form_are_refused_as_a_whole(tmp_path: Path) -> None:
    with harbor() as it:
        it.people().take("meetings", rejects=tmp_path / "r.csv")

        with pytest.raises(SourceUnreadable, match="belong to the form 'meetings'"):
            it.engine.take_in(tmp_path / "r.csv", it.mapping("goals"), actor=COORDINATOR)


def test_a_vanished_response_is_reported_once_in_the_log_and_nothing_is_deleted(at: Place) -> None:
    rows = rows_of("goals")

    with harbor(at) as it:
        it.people().take("goals")
        shorter = written([*rows[:2], *rows[3:]])
        report = it.take("goals", shorter)
        position = it.engine.position
        again = it.take("goals", shorter)

        (missing,) = report.missing
        taken = it.events("response.taken")[-2]
        completed = it.events("import.completed")[-1]
        assert report.sentence() == "2 unchanged, 1 missing from this export."
        assert missing.response == taken.stream == completed.event.missing[0]
        assert (missing.caused, missing.newly) == (1, True)
        assert missing.submitted_at == taken.event.submitted_at
        assert len(it.events("pairing.goal-progress-recorded")) == 2
        assert it.events("record.retracted") == []
        # The second time it is still told, and the log has heard of it already.
        assert [m.newly for m in again.missing] == [False]
        assert it.engine.position == position


def test_a_response_that_comes_back_is_unchanged_and_may_vanish_anew() -> None:
    rows = rows_of("goals")

    with harbor() as it:
        it.people().take("goals")
        shorter = [*rows[:2], *rows[3:]]
        it.take("goals", written(shorter))
        more = ["11/30/2026 12:00:00", *rows[-1][1:]]
        back = it.take("goals", written([*rows, more]))
        gone = it.take("goals", written([*shorter, more, ["12/1/2026 12:00:00", *rows[-1][1:]]]))

        assert back.counts.unchanged == 3
        assert [m.newly for m in gone.missing] == [True]


def test_a_place_for_refused_rows_that_cannot_be_written_to_loses_no_report(tmp_path: Path) -> None:
    nowhere = tmp_path / "no such folder" / "rejects.csv"
    content = csv_of("goals").replace("on the way", "over the hill")

    with harbor() as it:
        report = it.people().take("goals", content, rejects=nowhere)

        assert report.counts.refused == 1
        assert report.counts.taken == 2
        assert report.rejects_file is None
        (notice,) = report.notices
        assert notice.code == "rejects-not-written"
        assert "--rejects rejects.csv" in notice.message


@pytest.mark.parametrize("unfit", [r"\u0000", r"\ud83d"])
def test_a_correction_that_cannot_be_kept_is_told_with_its_row(tmp_path: Path, unfit: str) -> None:
    rejects, fed = tmp_path / "rejects.csv", tmp_path / "fed.csv"
    with harbor() as it:
        it.people().take("meetings", rejects=rejects)
        with rejects.open(encoding="utf-8-sig", newline="") as file:
            header, row, *_ = csv.reader(file)
        notes = header.index("Notes")
        row[notes] = (
            f'["{unfit}"]'  # as an answer of several texts is written, which no store takes
        )
        row[1] = "Ben Ode"
        row[-1] = row[-1].replace('"several": []', '"several": ["Notes"]')
        fed.write_text(written([header, row]), encoding="utf-8-sig")
        position = it.engine.position

        report = it.engine.take_in(fed, it.mapping("meetings"), actor=COORDINATOR)

        (told,) = report.findings
        assert "the cell under 'Notes' holds a NUL or half of a character" in told.reason
        assert (told.where.record, it.engine.position) == (2, position)

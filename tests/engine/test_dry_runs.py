"""A dry run tells what an import would tell and do, and leaves nothing behind."""

import re
from pathlib import Path
from typing import Any

import attrs
import pytest
from engine.harbor import FORMS, Harbor, edited, harbor, rows_of, written
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.engine.importing import import_run
from mentorcore.errors import SourceRefused, SourceUnreadable
from mentorcore.intake.report import Report

CSV = {form: rows_of(form) for form in FORMS}


def kept(it: Harbor) -> Any:
    """Everything that the store keeps: the events, and the tables beside them."""
    store: Any = it.engine._store
    return it.engine.position, {kind: dict(rows) for kind, rows in store._index.items()}


def told(report: Report) -> dict[str, Any]:
    """What a report says, but for what only an import has: ids that it made."""
    said = report.plain()
    for only in ("batch", "dry_run", "rejects_file"):
        del said[only]
    for asked in said["questions"]:
        del asked["response"], asked["other"], asked["commands"]
    return said


def test_the_whole_report_comes_and_nothing_stays(tmp_path: Path) -> None:
    with harbor() as it:
        before = kept(it)

        report = it.take("people", dry_run=True, rejects=tmp_path / "rejects.csv")

        assert (report.counts.taken, report.dry_run, report.batch) == (5, True, None)
        assert kept(it) == before
        assert list(tmp_path.iterdir()) == []


def test_rows_that_rest_on_each_other_are_told_as_the_import_takes_them() -> None:
    """What a row needs may stand in another row of the same file, or be sent again by it."""
    with harbor() as it:
        it.people().take("meetings")

        def change(rows: list[list[str]]) -> None:
            rows[1][5] = "75"
            rows[2][5] = "many"

        content = edited("meetings", change)
        trial = it.take("meetings", content, dry_run=True, rows=True)
        real = it.take("meetings", content, rows=True)

        assert told(trial) == told(real)
        assert real.counts.amended > 0
        assert real.counts.refused > 0


def test_each_row_is_told_with_what_it_leads_to() -> None:
    with harbor() as it:
        it.people()

        report = it.take("meetings", dry_run=True, rows=True)

        assert report.rows is not None
        assert len(report.rows) == report.responses
        assert [r.where.record for r in report.rows] == sorted(
            r.where.record or 0 for r in report.rows
        )
        said = [line for row in report.rows for line in row.leads_to]
        assert any(": meeting held 2026-" in line and " minutes" in line for line in said)


def test_a_row_that_was_edited_is_told_with_what_changes() -> None:
    with harbor() as it:
        it.people().take("meetings")

        content = edited("meetings", lambda rows: rows[1].__setitem__(5, "75"))
        report = it.take("meetings", content, dry_run=True, rows=True)

        assert report.rows is not None
        amended = [row for row in report.rows if row.outcome == "amended"]
        assert len(amended) == 1
        assert any("minutes" in line and "→ 75" in line for line in amended[0].leads_to)
        unchanged = [row for row in report.rows if row.outcome == "unchanged"]
        assert len(unchanged) == report.counts.unchanged > 0


def test_rows_are_told_only_where_they_are_asked_for() -> None:
    with harbor() as it:
        assert it.take("people", dry_run=True).rows is None


@attrs.frozen
class Edit:
    """A change of a file that anybody may make."""

    kind: str
    row: int
    column: int
    text: str

    def of(self, rows: list[list[str]]) -> list[list[str]]:
        head, *body = rows
        if not body:
            return rows
        n = self.row % len(body)
        if self.kind == "drop":
            del body[n]
        elif self.kind == "again":
            body.append(list(body[n]))
        elif self.kind == "swap":
            body[n], body[0] = body[0], body[n]
        elif self.kind == "cut":
            body = body[: n + 1]
        else:
            body[n] = list(body[n])
            other = body[self.text.count("a") % len(body)]
            place = self.column % len(body[n])
            body[n][place] = other[place] if self.kind == "copy" else self.text
        return [head, *body]


edits = st.builds(
    Edit,
    st.sampled_from(["drop", "again", "swap", "cut", "copy", "write"]),
    st.integers(0, 9),
    st.integers(0, 9),
    st.sampled_from(["", "75", "Ada Byron", "Nobody Known", "a@example.org", "many", "10/2/2026"]),
)
files = st.tuples(st.sampled_from(FORMS), st.lists(edits, max_size=3), st.booleans())


@settings(max_examples=40, deadline=None)
@given(
    before=st.integers(0, len(FORMS)),
    sent=st.lists(files, min_size=1, max_size=4),
    portion=st.sampled_from([1, 2, import_run.CHUNK]),
)
def test_an_import_tells_what_its_dry_run_told(before: int, sent: list[Any], portion: int) -> None:
    """Also where a file takes several transactions, of which the later ones see the earlier."""
    with pytest.MonkeyPatch.context() as patched, harbor() as it:
        patched.setattr(import_run, "CHUNK", portion)
        for form in FORMS[:before]:
            it.take(form)
        for form, changes, rows in sent:
            content = CSV[form]
            for change in changes:
                content = change.of(content)
            was = kept(it)
            try:
                trial = it.take(form, written(content), dry_run=True, rows=rows)
            except (SourceRefused, SourceUnreadable) as problem:
                assert kept(it) == was
                with pytest.raises(type(problem), match=re.escape(str(problem))):
                    it.take(form, written(content))
                continue
            assert kept(it) == was

            real = it.take(form, written(content), rows=True)

            assert (trial.rows is None) is not rows
            assert told(trial) == {k: v for k, v in told(real).items() if rows or k != "rows"}


def test_a_question_is_asked_with_its_command_where_it_can_be_answered_already() -> None:
    with harbor() as it:
        it.people().take("meetings")
        content = edited("meetings", lambda rows: rows.__delitem__(1))

        report = it.take("meetings", content, dry_run=True)

        assert [asked.open for asked in report.questions] == [True]
        assert all("mentorcore settle" in told for told in report.questions[0].commands())


def test_a_question_about_a_row_that_is_not_taken_yet_waits_for_the_import() -> None:
    with harbor() as it:
        it.people()
        row = ["9/9/2026 9:00:00", "anna@example.org", "Quintus Vale", "a mentor", "1"]
        content = edited("people", lambda rows: rows.append(row))

        trial = it.take("people", content, dry_run=True)

        waiting = [asked for asked in trial.questions if not asked.open]
        assert waiting != []
        assert {asked.commands() for asked in waiting} == {()}

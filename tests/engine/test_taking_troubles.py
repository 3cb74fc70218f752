"""Whatever a source, an adapter or a rival does, the log holds whole responses and nothing else."""

import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from engine.harbor import FORMS, Harbor, Made, adapters, csv_of, harbor, rows_of, written
from engine.world import COORDINATOR, Clock, Place, engine, mc, place
from processes import started

from mentorcore.adapters.registry import Registry
from mentorcore.adapters.spec import Answer, Item, Options, Response, Source, Unreadable, Where
from mentorcore.errors import AdapterError, SourceUnreadable

HOSTILE = Path(__file__).parent.parent / "fixtures" / "csv"


def responses(form: str, *lifecycles: str) -> list[Response]:
    """The rows of a hand-made file as an adapter would yield them, under ids of their own."""
    head, *rows = rows_of(form)
    made = []
    for i, row in enumerate(rows):
        made.append(
            Response(
                source="made",
                form=form,
                key=(f"R_{i}",),
                submitted_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
                submitted_raw="",
                zone_basis="offset in the text",
                lifecycle=lifecycles[i] if i < len(lifecycles) else "complete",
                answers=tuple(
                    Answer(title, title, (cell,) if cell else ())
                    for title, cell in zip(head[1:], row[1:], strict=True)
                ),
                where=Where("made", i + 1),
            )
        )
    return made


@pytest.mark.parametrize("lifecycle", ["preview", "test", "spam", "partial", "synthetic"])
def test_what_is_not_a_complete_response_is_taken_with_its_mark_and_leads_to_nothing(
    lifecycle: str,
) -> None:
    items = responses("feedback", lifecycle)

    with harbor() as it:
        it.people()
        report = it.take("feedback", "x", adapters=adapters(*items))
        again = it.take("feedback", "x", adapters=adapters(*items))

        first, second = it.events("response.taken")[-2:]
        assert report.sentence() == "1 taken, 1 skipped."
        assert report.findings[0].reason == f"it is marked {lifecycle} and leads to nothing"
        assert (first.event.lifecycle, first.event.caused) == (lifecycle, ())
        assert len(second.event.caused) == 1
        assert len(it.events("pairing.feedback-given")) == 1
        assert again.sentence() == "2 unchanged."


def test_answers_that_are_not_read_are_sealed_under_a_key_of_their_own() -> None:
    with harbor() as it:
        it.people()
        it.take("feedback", "x", adapters=adapters(*responses("feedback", "test")))

        first, _ = it.events("response.taken")[-2:]
        known = {e.stream for e in it.events("person.registered")}
        assert len(first.event.subjects) == 1
        assert first.event.subjects[0] not in known
        assert it.opened(first.event.answers)[0]["raw"] == ["ben@example.org"]


def test_a_partial_response_that_is_completed_leads_to_what_it_says() -> None:
    with harbor() as it:
        it.people()
        it.take("feedback", "x", adapters=adapters(*responses("feedback", "partial")))

        report = it.take("feedback", "x", adapters=adapters(*responses("feedback")))

        assert report.sentence() == "1 amended, 1 unchanged."
        assert len(it.events("pairing.feedback-given")) == 2


def test_a_response_that_turns_out_to_be_spam_leaves_no_record_standing() -> None:
    with harbor() as it:
        it.people()
        it.take("feedback", "x", adapters=adapters(*responses("feedback")))

        it.take("feedback", "x", adapters=adapters(*responses("feedback", "spam")))

        assert len(it.events("record.retracted")) == 1
        assert it.events("response.taken")[-1].event.caused == ()


def test_a_record_that_cannot_be_read_is_told_with_its_line_and_the_others_go_on() -> None:
    rows = rows_of("feedback")
    rows.insert(1, ["10/30/2026 8:00:00", "ben@example.org"])

    with harbor() as it:
        report = it.people().take("feedback", written(rows))

        assert report.sentence() == "2 taken, 1 unreadable."
        assert report.findings[0].where.line == 2


@pytest.mark.parametrize(
    "content",
    [
        "",
        " \n \n",
        csv_of("people") + '"never closed',
        csv_of("people").replace("Timestamp", "When"),
        csv_of("people").replace(",Name,", ",Nam,"),
        "\x00\x01\x02",
    ],
    ids=["empty", "blank", "open-quote", "no-timestamp", "no-name", "binary"],
)
def test_a_damaged_file_leaves_the_log_as_it_was(content: str) -> None:
    with harbor() as it:
        position = it.engine.position

        with pytest.raises(SourceUnreadable) as caught:
            it.take("people", content)

        assert caught.value.file == "export.csv"
        assert it.engine.position == position


def test_rows_whose_time_of_sending_cannot_be_read_are_told_one_by_one() -> None:
    content = csv_of("people").replace("9/1/2026 9:00:00", "some time ago")

    with harbor() as it:
        report = it.take("people", content.replace("9/1/2026 9:05:00", "13/13/2026 9:05:00"))

        assert report.sentence() == "3 taken, 2 unreadable."
        assert "the time of submission" in report.findings[0].reason


def test_every_damaged_file_of_the_collection_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    found = [p for p in sorted(HOSTILE.iterdir()) if p.is_file() and p.suffix == ".csv"]

    with harbor() as it:
        position = it.engine.position
        for path in [*found, tmp_path, tmp_path / "missing.csv"]:
            with pytest.raises(SourceUnreadable):
                it.engine.take_in(path, it.mapping("people"), actor=COORDINATOR)

        assert found
        assert it.engine.position == position


def test_a_column_that_is_not_there_is_told_before_anything_is_taken() -> None:
    with harbor() as it:
        with pytest.raises(SourceUnreadable, match=r"no column 'Name'.*did you mean 'Nam'"):
            it.take("people", csv_of("people").replace(",Name,", ",Nam,"))

        optional = ('optional = ["places"]\n', "")
        with pytest.raises(SourceUnreadable, match=r"no column 'Mentees'.*optional = \['places'\]"):
            it.take("people", csv_of("people").replace(",Mentees", ",Plätze"), optional)
        assert it.events("person.registered") == []


def test_a_column_that_is_declared_optional_may_be_missing() -> None:
    with harbor() as it:
        report = it.take("people", csv_of("people").replace(",Mentees", ",Plätze"))

        assert report.counts.taken == 5
        assert report.notices == []


def test_a_form_without_any_response_yet_has_nothing_new() -> None:
    with harbor() as it:
        report = it.take("people", "Timestamp,E-mail,Name\n")

        assert (report.events, report.responses) == (0, 0)


def test_the_time_of_sending_can_be_a_field_as_well() -> None:
    with harbor() as it:
        report = it.take("people", None, ("[fields]", '[fields]\nemployed_since = "Timestamp"'))

        assert report.counts.taken == 5


@attrs.define
class Failing(Made):
    """An adapter that fails in the second reading, after some responses."""

    readings: int = 0

    def read(self, source: Source, options: Options) -> Any:
        self.readings += 1
        for i, item in enumerate(self.items):
            if self.readings > 1 and i == 600:
                raise OSError("the line went dead")
            yield item


def many(count: int) -> list[Item]:
    (like, *_) = responses("people")
    items: list[Item] = []
    for i in range(count):
        cells = {"E-mail": f"p{i}@example.org", "Name": f"Person {i}", "I am": "a mentor"}
        answers = tuple(Answer(t, t, (c,)) for t, c in cells.items())
        items.append(attrs.evolve(like, key=(f"R_{i}",), answers=answers, where=Where("made", i)))
    return items


def test_an_adapter_that_fails_midway_leaves_whole_chunks_and_an_import_that_failed() -> None:
    with harbor() as it:
        registry = Registry()
        registry.add(Failing(tuple(many(700))))
        with pytest.raises(AdapterError, match="the line went dead"):
            it.take("people", "x", adapters=registry)

        assert len(it.events("response.taken")) == 500
        assert it.events("import.completed")[-1].event.outcome == "failed"
        report = it.take("people", "x", adapters=adapters(*many(700)))
        assert report.sentence() == "200 taken, 500 unchanged."


def test_what_a_rival_records_meanwhile_is_taken_into_account(at: Place) -> None:
    with at.open(1, later()) as opened, at.open(10**6, later()) as rival:
        it = Harbor(opened)
        pending = [rival_registers]

        def overtake() -> None:
            if pending:
                pending.pop()(rival)

        opened._desk.before_append = overtake
        report = it.take("people")

        # The rival linked Anna's address to a person first: she is that person.
        assert report.counts.taken == 5
        assert len(it.events("person.registered")) == 5
        linked = it.events("person.external-identity-linked")
        assert len({it.opened(e.event.value) for e in linked}) == len(linked) == 5


def rival_registers(rival: Any) -> None:
    known = rival.handle(mc.RegisterPerson(name="Anna Berg"), actor=COORDINATOR).stream
    link = mc.LinkExternalIdentity(person_id=known, scheme="email", value="anna@example.org")
    rival.handle(link, actor=COORDINATOR)


def test_two_engines_that_take_the_same_files_in_at_once_record_them_once(
    durable: Place,
) -> None:
    with durable.open(1, later()) as opened:
        Harbor(opened)
    failed: list[BaseException] = []

    def run(start: int) -> None:
        try:
            with durable.open(start, later()) as mine:
                Harbor(mine, designed=True).take_all()
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=run, args=(n * 10**6,)) for n in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with durable.open(1, later()) as opened:
        names = Counter(e.name for e in opened.events())
        assert failed == []
        assert names["person.registered"] == 5
        assert names["pairing.formed"] == 3
        assert names["pairing.meeting-held"] == 4
        # Which of two check-ins came first decides what a goal is, so goals may differ; each
        # response was taken once all the same.
        assert names["response.taken"] == 5 + 3 + 4 + 3 + 2


def later() -> Clock:
    clock = Clock()
    clock.move(days=14)
    return clock


RUN = """
import sys
sys.path.insert(0, {tests!r})
from engine.harbor import Harbor
from engine.test_taking_troubles import later
from engine.world import place
from pathlib import Path
with place({url!r}, Path({folder!r})).open({start}, later()) as opened:
    print("ready", flush=True)
    Harbor(opened, designed=True).take_all()
"""


@pytest.mark.processes
def test_an_import_that_was_killed_is_finished_by_importing_again(tmp_path: Path) -> None:
    where = place(str(tmp_path / "program.db"), tmp_path)
    with where.open(1, later()) as opened:
        Harbor(opened)
    for round_, delay in enumerate((0.0, 0.02, 0.05, 0.1), 1):
        script = RUN.format(
            tests=str(Path(__file__).parent.parent),
            url=where.url,
            folder=str(tmp_path),
            start=round_ * 10**6,
        )
        with started(sys.executable, "-c", script) as child:
            child.line()
            time.sleep(delay)
            child.kill()

    with where.open(9 * 10**6, later()) as opened, harbor() as clean:
        it = Harbor(opened, designed=True)
        it.take_all()
        clean.take_all()

        ours, theirs = (
            Counter(e.name for e in h.events() if not e.name.startswith("import."))
            for h in (it, clean)
        )
        assert ours == theirs
        assert {r.counts.taken for r in it.take_all().values()} == {0}


def test_an_unreadable_item_of_an_adapter_is_counted(tmp_path: Path) -> None:
    item = Unreadable(Where("made", 3), "half a record")

    with harbor() as it:
        report = it.take("people", "x", adapters=adapters(*many(1), item))

        assert report.sentence() == "1 taken, 1 unreadable."


def test_names_and_answers_of_an_import_stand_nowhere_in_the_log_in_the_clear(
    tmp_path: Path,
) -> None:
    path = tmp_path / "program.db"
    with engine(str(path), clock=later()) as opened:
        Harbor(opened).take_all()

    stored = path.read_bytes()
    for word in (b"Anna", b"Ruiz", b"example.org", b"pacing", b"Calm starts", b"More time"):
        assert word not in stored, word


def test_every_form_can_be_taken_by_another_engine_on_the_same_log(at: Place) -> None:
    with at.open(1, later()) as opened:
        Harbor(opened).take_all()

    if at.store is None:
        with at.open(10**6, later()) as again:
            it = Harbor(again, designed=True)
            assert {form: it.take(form).events for form in FORMS} == dict.fromkeys(FORMS, 0)

"""Exports are taken in once: what is known adds nothing, what is new is recorded whole."""

import pytest
from engine.harbor import FILES, FORMS, csv_of, harbor, rows_of, written
from engine.world import COORDINATOR, Place, mc

from mentorcore.errors import Refused
from mentorcore.intake.report import Report


def test_the_forms_of_a_program_become_its_history() -> None:
    with harbor() as it:
        reports = it.take_all()

        assert reports["people"].sentence() == "5 taken."
        assert reports["pairings"].sentence() == "3 taken."
        assert reports["meetings"].sentence() == "4 taken, 3 refused, 1 skipped."
        assert reports["goals"].sentence() == "3 taken."
        assert reports["feedback"].sentence() == "2 taken."
        assert len(it.events("person.registered")) == 5
        assert len(it.events("pairing.formed")) == 3
        assert len(it.events("pairing.meeting-held")) == 4
        assert [e.event.status for e in it.events("pairing.goal-progress-recorded")] == [
            "in_progress",
            "achieved",
        ]


def test_every_blemish_is_told_in_words() -> None:
    with harbor() as it:
        found = it.people().take("meetings").findings

        assert [(f.outcome, f.where.line) for f in found] == [
            ("skipped", 6),
            ("refused", 8),
            ("refused", 9),
            ("refused", 10),
        ]
        assert "the same answers were sent shortly before" in found[0].reason
        assert "did you mean 'Ben Ode'?" in found[1].reason
        assert found[2].reason == (
            "this pairing ended on 2026-10-16; a meeting on 2026-10-22 cannot be recorded"
        )
        assert "when read as month, day, year" in found[3].reason
        assert [f.column for f in found] == ["", "Mentee", "", "Date"]


def test_the_same_exports_again_add_nothing(at: Place) -> None:
    with harbor(at) as it:
        first = it.take_all()
        position = it.engine.position

        again = it.take_all()

        assert it.engine.position == position
        for form, report in again.items():
            assert report.events == 0, form
            assert report.batch is None, form
            assert report.counts.taken == 0, form
            assert report.counts.unchanged == first[form].counts.taken, form
            assert report.counts.refused == first[form].counts.refused, form


def test_the_same_export_under_another_name_adds_nothing() -> None:
    with harbor() as it:
        it.people()
        position = it.engine.position

        report = it.take("people", csv_of("people"))

        assert (it.engine.position, report.sentence()) == (position, "5 unchanged.")


@pytest.mark.parametrize("form", FORMS)
def test_rows_and_columns_in_another_order_add_nothing(form: str) -> None:
    with harbor() as it:
        it.take_all()
        position = it.engine.position
        head, *rows = (row[::-1] for row in rows_of(form))

        it.take(form, written([head, *rows[::-1]]))

        assert it.engine.position == position


def test_a_column_that_was_added_or_left_out_changes_no_answer() -> None:
    with harbor() as it:
        it.people()
        position = it.engine.position
        more = written([[*row, f"x{i}"] for i, row in enumerate(rows_of("people"))])

        report = it.take("people", more)
        again = it.take("people")

        assert report.sentence() == again.sentence() == "5 unchanged."
        assert it.engine.position == position


def test_a_larger_later_export_adds_what_is_new_and_nothing_else() -> None:
    with harbor() as it:
        it.people()
        rows = rows_of("meetings")
        it.take("meetings", written(rows[:3]))
        before = len(it.events("pairing.meeting-held"))

        report = it.take("meetings")

        assert before == 2
        assert report.sentence() == "2 taken, 2 unchanged, 3 refused, 1 skipped."
        assert len(it.events("pairing.meeting-held")) == 4


def test_a_response_stands_in_the_log_with_its_answers_and_what_it_led_to() -> None:
    with harbor() as it:
        it.people().take("meetings")

        taken = it.events("response.taken")[-1]
        held = it.events("pairing.meeting-held")[-1]
        (caused,) = taken.event.caused
        assert (caused.fact, caused.stream, caused.version) == (
            "meeting",
            held.stream,
            held.version,
        )
        answers = it.opened(taken.event.answers)
        assert [a["question"] for a in answers] == rows_of("meetings")[0][1:]
        assert answers[2]["raw"] == ["11/2/2026"]
        assert it.opened(taken.event.response_key)[1] == "dan@example.org"
        assert taken.event.subjects == held.event.subjects


def test_what_a_response_led_to_names_its_origin_by_random_ids_only() -> None:
    with harbor() as it:
        report = it.people().take("meetings")

        held = it.events("pairing.meeting-held")[-1]
        taken = it.events("response.taken")[-1]
        assert held.source.batch == taken.source.batch == report.batch == held.correlation
        assert held.source.response == taken.stream
        assert (held.source.adapter, held.source.form) == ("csv", "meetings")
        assert held.actor == COORDINATOR


def test_an_import_begins_with_its_first_response_and_ends_with_its_counts() -> None:
    with harbor() as it:
        report = it.people().take("meetings")

        started = it.events("import.started")[-1]
        completed = it.events("import.completed")[-1]
        assert started.stream == completed.stream == report.batch
        assert (started.event.form, started.event.coverage) == ("meetings", "full")
        assert started.event.mapping_digest == it.mapping("meetings").digest
        assert completed.event.counts == report.counts
        assert completed.event.outcome == "completed"
        assert completed.position == it.engine.position


def test_an_import_in_which_everything_is_refused_leaves_no_trace() -> None:
    with harbor() as it:
        position = it.engine.position

        report = it.take("meetings")

        assert report.counts.refused == 7
        assert it.engine.position == position


def test_one_response_is_taken_whole_or_not_at_all() -> None:
    rows = rows_of("people")
    rows[1][4] = "many"  # places: the last of four facts

    with harbor() as it:
        report = it.take("people", written(rows))

        assert report.counts.refused == 1
        assert len(it.events("person.registered")) == 4
        assert len(it.events("response.taken")) == 4


def test_a_fact_that_the_rules_refuse_takes_the_whole_response_back() -> None:
    with harbor() as it:
        report = it.take("people", csv_of("people").replace("a mentor,2", "a mentor,9"))

        # More places than the program gives need a reason, which the form does not ask for.
        (found,) = report.findings
        assert "more than the program's 2 places need a reason" in found.reason
        assert len(it.events("person.registered")) == 4
        assert it.take("people").counts.taken == 1


def test_somebody_who_enrols_twice_is_one_person() -> None:
    rows = rows_of("people")
    rows.append(["9/9/2026 9:00:00", "BEN@example.org", "Ben Ode", "a new teacher", ""])

    with harbor() as it:
        report = it.take("people", written(rows))

        assert report.sentence() == "6 taken."
        assert len(it.events("person.registered")) == 5
        assert len(it.events("participant.enrolled")) == 5


def test_two_equal_rows_in_one_file_are_one_response() -> None:
    rows = rows_of("goals")
    rows.insert(2, rows[1])

    with harbor() as it:
        it.people()
        report = it.take("goals", written(rows))
        again = it.take("goals", written(rows))

        assert report.sentence() == "3 taken, 1 skipped."
        assert "twice, word for word" in report.findings[0].reason
        assert again.sentence() == "3 unchanged, 1 skipped."


def test_a_form_sent_twice_is_refused_where_nothing_is_declared_about_it() -> None:
    with harbor() as it:
        report = it.people().take("meetings", None, ("repeats_within = 10", "repeats_within = 0"))

        assert "perhaps the form was sent twice" in report.findings[0].reason


def test_which_of_two_sendings_counts_does_not_depend_on_their_order_in_the_file() -> None:
    head, *rows = rows_of("meetings")

    with harbor() as it:
        it.people().take("meetings", written([head, *rows[::-1]]))
        position = it.engine.position

        again = it.take("meetings")

        assert it.engine.position == position
        assert again.counts.skipped == 1


def test_responses_of_one_second_are_told_apart_by_what_they_say() -> None:
    rows = [rows_of("goals")[0]]
    rows += [["9/22/2026 12:00:00", "ben@example.org", f"Goal {i}", "new", ""] for i in range(3)]

    with harbor() as it:
        it.people()
        first = it.take("goals", written(rows))
        again = it.take("goals", written([rows[0], *rows[:0:-1]]))

        assert first.sentence() == "3 taken."
        assert again.sentence() == "3 unchanged."


def test_edits_of_responses_that_nothing_tells_apart_are_reported_and_change_nothing() -> None:
    rows = [rows_of("goals")[0]]
    rows += [["9/22/2026 12:00:00", "ben@example.org", f"Goal {i}", "new", ""] for i in range(3)]

    with harbor() as it:
        it.people().take("goals", written(rows))
        position = it.engine.position
        rows[1][2], rows[2][2] = "Goal x", "Goal y"

        report = it.take("goals", written(rows))

        assert report.sentence() == "1 unchanged, 2 ambiguous."
        assert "declare columns that tell them apart" in report.findings[0].reason
        assert it.engine.position == position


def test_a_list_without_any_key_grows_by_what_it_did_not_hold() -> None:
    keyless = ('keys = ["No."]\n', "")

    with harbor() as it:
        it.take("people")
        rows = rows_of("pairings")
        it.take("pairings", written(rows[:3]), keyless)

        report = it.take("pairings", None, keyless)
        part = it.take("pairings", written([rows[0], rows[2]]), keyless, ('"full"', '"partial"'))

        assert report.sentence() == "1 taken, 2 unchanged."
        assert part.sentence() == "1 unchanged."


def test_a_transaction_carries_no_more_than_five_hundred_responses(at: Place) -> None:
    head = rows_of("people")[0]
    rows = [
        [f"9/1/2026 9:{i // 60:02}:{i % 60:02}", f"p{i}@example.org", f"P {i}", "a mentor", ""]
        for i in range(510)
    ]
    seen: list[int] = []
    sizes: list[int] = []

    with harbor(at) as it:
        it.engine._desk.before_append = lambda: sizes.append(it.engine.position)
        report = it.take("people", written([head, *rows]), progress=seen.append)
        again = it.take("people", written([head, *rows[::-1]]))

        assert report.counts.taken == 510
        assert again.counts.unchanged == 510
        assert seen == [500, 510]
        begun = sizes[0]
        whole = 1 + 510 * 5
        # the last one leaves no event: it remembers a file in which nothing was new
        assert [p - begun for p in sizes] == [0, 1 + 500 * 5, whole, whole + 1]


def test_where_a_log_holds_several_programs_somebody_has_to_say_which() -> None:
    with harbor() as it:
        first = it.engine.programs()[0].program
        blueprint = mc.read_blueprint((FILES / "program.toml").read_text(), "program.toml")
        it.engine.batch(blueprint.commands(it.engine.new_id), actor=COORDINATOR)

        with pytest.raises(Refused, match="several programs, say which"):
            it.take("people")
        report = it.take("people", program=first)

        assert report.counts.taken == 5


def test_a_program_that_does_not_exist_is_refused_before_anything_is_read() -> None:
    with harbor() as it, pytest.raises(Refused, match="there is no program"):
        it.take("people", program="program:" + "f" * 32)


WITHOUT = ('optional = ["places"]\n', "")


def test_unchanged_responses_of_an_earlier_mapping_are_told_and_stay_as_they_are() -> None:
    with harbor() as it:
        it.people()
        position = it.engine.position

        report: Report = it.take("people", None, ('places = "Mentees"\n', ""), WITHOUT)

        assert it.engine.position == position
        assert [n.code for n in report.notices] == ["older-mapping"]
        assert report.notices[0].message.startswith("5 unchanged responses were taken under")

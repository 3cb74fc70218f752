"""An edited answer amends what it had led to, with the old one still readable."""

from datetime import date

from engine.harbor import edited, harbor, rows_of, written
from engine.world import COORDINATOR, Place, folded, mc


def changed(form: str, row: int, cell: int, text: str) -> str:
    def change(rows: list[list[str]]) -> None:
        rows[row][cell] = text

    return edited(form, change)


def test_an_edited_answer_amends_the_record_and_keeps_the_old_one(at: Place) -> None:
    with harbor(at) as it:
        it.people().take("meetings")
        held = it.events("pairing.meeting-held")[0]

        report = it.take("meetings", changed("meetings", 1, 5, "75"))

        (amended,) = it.events("record.amended")[:1]
        assert report.sentence() == "1 amended, 3 unchanged, 3 refused, 1 skipped."
        assert (amended.stream, amended.event.target) == (held.stream, held.version)
        assert amended.event.public_changes == (("minutes", 75),)
        assert it.events("pairing.meeting-held")[0].event.minutes == 45
        state = folded(it.engine, held.stream)
        assert state.facts.meetings[held.event.meeting_id].held.minutes == 75


def test_the_edited_response_stands_beside_the_first_one() -> None:
    with harbor() as it:
        it.people().take("meetings")
        first = it.events("response.taken")[-4]

        it.take("meetings", changed("meetings", 1, 5, "75"))

        again = it.events("response.taken")[-1]
        assert (again.stream, again.version) == (first.stream, 2)
        assert again.event.caused == first.event.caused
        assert it.opened(first.event.answers)[4]["raw"] == ["45"]
        assert it.opened(again.event.answers)[4]["raw"] == ["75"]


def test_an_edited_export_again_adds_nothing() -> None:
    with harbor() as it:
        it.people().take("meetings")
        it.take("meetings", changed("meetings", 1, 5, "75"))
        position = it.engine.position

        report = it.take("meetings", changed("meetings", 1, 5, "75"))

        assert it.engine.position == position
        assert report.counts.unchanged == 4


def test_an_edited_text_is_amended_sealed() -> None:
    with harbor() as it:
        it.people().take("meetings")

        it.take("meetings", changed("meetings", 1, 7, "Planned the first month."))

        amended = it.events("record.amended")[-1]
        assert amended.event.personal_names == ("body",)
        assert it.opened(amended.event.personal_changes) == {"body": "Planned the first month."}


def test_an_edit_that_changes_nothing_recorded_is_taken_and_amends_nothing() -> None:
    with harbor() as it:
        it.people().take("meetings")

        report = it.take("meetings", changed("meetings", 1, 5, "45 min"))

        assert report.counts.amended == 1
        assert it.events("record.amended") == []
        assert it.events("response.taken")[-1].version == 2


def test_what_the_coordinator_corrected_meanwhile_stays() -> None:
    with harbor() as it:
        it.people().take("meetings")
        held = it.events("pairing.meeting-held")[0]
        by_hand = mc.AmendRecord(stream=held.stream, target=held.version, changes={"minutes": 50})
        it.engine.handle(by_hand, actor=COORDINATOR)

        it.take("meetings", changed("meetings", 1, 6, "Zoom"))

        meeting = folded(it.engine, held.stream).facts.meetings[held.event.meeting_id].held
        assert (meeting.minutes, meeting.modality) == (50, "video")


def test_a_meeting_logged_for_the_wrong_pair_moves_to_the_right_one() -> None:
    with harbor() as it:
        it.people().take("meetings")
        (first, note) = it.events("pairing.meeting-held")[0], it.events("pairing.note-written")[0]

        report = it.take("meetings", changed("meetings", 1, 2, "Carla Ruiz"))

        gone = [(e.stream, e.event.target) for e in it.events("record.retracted")]
        held = it.events("pairing.meeting-held")[-1]
        back = next(e for e in it.events("record.retracted") if e.event.target == first.version)
        assert report.counts.amended == 1
        assert (first.stream, first.version) in gone
        assert (note.stream, note.version) in gone
        assert held.stream != first.stream
        assert held.causation == f"{back.stream}#{back.version}"
        assert back.event.cause == "wrong_pairing"
        assert len(folded(it.engine, first.stream).facts.meetings) == 1


def test_a_corrected_spelling_changes_the_name_of_the_same_person() -> None:
    with harbor() as it:
        it.people()

        report = it.take("people", changed("people", 2, 2, "Benjamin Ode"))
        later = it.take(
            "pairings", edited("pairings", lambda rows: rows[1].__setitem__(2, "Benjamin Ode"))
        )

        assert report.counts.amended == 1
        assert len(it.events("person.registered")) == 5
        # The list's first row changed as well, and says what it had said before.
        assert later.counts.amended == 1
        assert len(it.events("pairing.formed")) == 3


def test_a_corrected_address_frees_the_old_one() -> None:
    with harbor() as it:
        it.people()
        rows = rows_of("people")
        rows[2][1] = "ben.ode@example.org"

        # The address is part of the key here, so the edit looks like another response: the same
        # person by nothing but the name, which is no proof.
        report = it.take("people", written(rows))

        assert report.counts.taken == 1
        assert len(report.missing) == 1


def test_a_corrected_address_under_an_unchanged_key_is_linked_to_the_same_person() -> None:
    by_time = ('respondent = "E-mail"\n', "")

    with harbor() as it:
        it.take("people", None, by_time)
        report = it.take("people", changed("people", 2, 1, "ben.ode@example.org"), by_time)
        rows = rows_of("people")
        rows.append(["9/9/2026 9:00:00", "ben@example.org", "Bea Nott", "a new teacher", ""])
        rows[2][1] = "ben.ode@example.org"
        other = it.take("people", written(rows), by_time)

        assert report.counts.amended == 1
        assert len(it.events("person.external-identity-linked")) == 7
        assert other.counts.taken == 1
        assert len(it.events("person.registered")) == 6


def test_a_pairing_that_the_list_ends_is_ended_and_frees_the_place() -> None:
    with harbor() as it:
        it.people()
        over = edited(
            "pairings", lambda rows: rows[3].__setitem__(slice(4, 6), ["2026-11-20", "done"])
        )

        report = it.take("pairings", over)

        formed = it.events("pairing.formed")[2]
        assert report.counts.amended == 1
        assert folded(it.engine, formed.stream).on == date(2026, 11, 20)
        assert it.take("pairings", over).counts.unchanged == 3


def test_an_end_that_is_taken_back_lets_the_pairing_go_on() -> None:
    with harbor() as it:
        it.people()

        report = it.take(
            "pairings",
            written(
                [*rows_of("pairings")[:2], ["2", "Anna Berg", "Carla Ruiz", "2026-09-12", "", ""]]
            ),
            ('"full"', '"partial"'),
        )

        # Carla has another primary mentor since, so the rules do not allow it.
        assert report.counts.refused == 1
        assert "primary mentor" in report.findings[0].reason


def test_an_edit_that_the_rules_refuse_leaves_everything_as_it_was() -> None:
    with harbor() as it:
        it.people().take("meetings")
        position = it.engine.position

        report = it.take("meetings", changed("meetings", 1, 5, "900"))

        assert report.counts.refused == 4
        assert "between 1 and 480 minutes, not 900" in report.findings[0].reason
        assert it.engine.position == position


def test_an_edited_goal_keeps_its_progress() -> None:
    with harbor() as it:
        it.people().take("goals")

        report = it.take("goals", changed("goals", 1, 2, "Calm starts of every lesson"))

        # The later check-ins name the goal by its old words, which are nobody's any more.
        (goal,) = folded(it.engine, it.events("pairing.goal-set")[0].stream).facts.goals.values()
        assert report.counts.amended == 1
        assert goal.status == "achieved"


def test_attendees_that_are_no_longer_named_are_everybody_again() -> None:
    named = ('note = "Notes"', 'note = "Notes"\nattendees = "Who"')
    rows = [
        [*row, "Who"] if i == 0 else [*row, row[1]] for i, row in enumerate(rows_of("meetings"))
    ]

    with harbor() as it:
        it.people().take("meetings", written(rows), named)
        held = it.events("pairing.meeting-held")[0]
        rows[1][8] = ""

        report = it.take("meetings", written(rows), named)

        meeting = folded(it.engine, held.stream).facts.meetings[held.event.meeting_id].held
        assert len(held.event.attendees) == 1
        assert report.counts.amended == 1
        assert len(meeting.attendees) == 2

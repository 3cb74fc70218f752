"""What was taken under an earlier mapping is read again under the one of today, where that is said."""

from typing import Any

from engine.harbor import Harbor, edited, harbor
from engine.world import COORDINATOR, folded, mc
from hypothesis import given, settings
from hypothesis import strategies as st

WRONG = ('"Zoom" = "video"', '"Zoom" = "phone"')
"""A mapping that takes a call with pictures for one without."""


def met(it: Harbor) -> dict[str, Any]:
    """The meetings as they stand, by the day on which they were held."""
    found = {}
    for event in it.events("pairing.meeting-held"):
        met = folded(it.engine, event.stream).facts.meetings
        if (one := met.get(event.event.meeting_id)) is not None and one.held is not None:
            found[str(event.event.held_on)] = one.held
    return found


def modalities(it: Harbor) -> dict[str, str]:
    return {day: held.modality for day, held in met(it).items()}


def test_a_mapping_that_was_put_right_amends_what_the_earlier_one_made_of_responses() -> None:
    with harbor() as it:
        it.people().take("meetings", None, WRONG)
        before = modalities(it)

        report = it.take("meetings", reread=True)

        assert before != modalities(it)
        assert "phone" not in modalities(it).values()
        assert report.counts.amended == list(before.values()).count("phone")
        assert report.counts.taken == 0


def test_each_amendment_names_both_mappings() -> None:
    with harbor() as it:
        it.people().take("meetings", None, WRONG)
        was, now = it.mapping("meetings", WRONG).digest[:12], it.mapping("meetings").digest[:12]

        report = it.take("meetings", reread=True)

        reasons = {it.opened(told.event.reason) for told in it.events("record.amended")}
        assert reasons == {
            f"it was read under the mapping {was} before, and is read under the mapping {now} now"
        }
        amended = {found.reason for found in report.findings if found.outcome == "amended"}
        assert amended == reasons


def test_read_again_once_more_it_does_nothing() -> None:
    with harbor() as it:
        it.people().take("meetings", None, WRONG)
        it.take("meetings", reread=True)
        before = it.engine.position

        report = it.take("meetings", reread=True)

        assert it.engine.position == before
        assert (report.counts.amended, report.notices) == (0, [])


def test_a_mapping_that_makes_the_same_of_everything_is_remembered_without_an_event() -> None:
    with harbor() as it:
        it.people()
        before = it.engine.position

        more = ('"a mentor" = "mentor"', '"a mentor" = "mentor"\n"a guide" = "mentor"')
        report = it.take("people", None, more, reread=True)
        after = it.take("people", None, more)

        assert it.engine.position == before
        assert report.counts.unchanged == report.responses
        assert [n.code for n in after.notices] == []


def test_an_older_export_changes_nothing_when_it_is_read_again() -> None:
    with harbor() as it:
        it.people().take("meetings", None, WRONG)
        it.take("meetings", edited("meetings", lambda rows: rows[1].__setitem__(5, "75")), WRONG)
        before = it.engine.position

        report = it.take("meetings", reread=True)

        assert it.engine.position == before
        assert "older-export" in [n.code for n in report.notices]


def test_a_dry_run_tells_what_reading_again_would_change() -> None:
    with harbor() as it:
        it.people().take("meetings", None, WRONG)
        before = it.engine.position

        trial = it.take("meetings", reread=True, dry_run=True, rows=True)
        same = it.engine.position == before
        real = it.take("meetings", reread=True, rows=True)

        assert same
        assert trial.counts == real.counts
        assert trial.rows == real.rows
        assert any(
            "modality phone → video" in line for r in trial.rows or () for line in r.leads_to
        )


def test_a_phone_number_that_the_mapping_comes_to_name_is_told_in_words() -> None:
    with harbor() as it:
        it.people()
        changes = (
            ('email = "E-mail"', 'email = "E-mail"\nphone = "Mentees"'),
            ('places = "Mentees"\n', ""),
            ('optional = ["places"]\n', ""),
        )

        report = it.take("people", None, *changes, reread=True, rows=True)

        told = [line for row in report.rows or () for line in row.leads_to]
        contact = "contact anna@example.org → anna@example.org 2"
        assert f"Anna Berg: registered is corrected: {contact}" in told


def test_without_it_the_notice_names_the_option() -> None:
    with harbor() as it:
        it.people().take("meetings", None, WRONG)

        (notice,) = it.take("meetings").notices

        assert notice.code == "older-mapping"
        assert "--again (reread=True)" in notice.message


def test_a_row_that_the_mapping_of_today_refuses_stays_as_it_was_and_is_told() -> None:
    with harbor() as it:
        it.people().take("meetings")
        before, position = modalities(it), it.engine.position
        strict = ('"Zoom" = "video"', '"Zoom call" = "video"')

        report = it.take("meetings", None, strict, reread=True)

        assert modalities(it) == before
        assert it.engine.position == position
        stays = [
            f for f in report.findings if "under the earlier mapping stays as it was" in f.reason
        ]
        assert len(stays) == list(before.values()).count("video") > 0
        assert {f.outcome for f in stays} == {"refused"}


def test_a_text_that_did_not_change_is_not_amended() -> None:
    with harbor() as it:
        it.people().take("meetings", None, WRONG)

        it.take("meetings", reread=True)

        fields = {
            name
            for told in it.events("record.amended")
            for name in (*dict(told.event.public_changes), *told.event.personal_names)
        }
        assert fields == {"modality"}


def test_an_edit_of_another_answer_does_not_amend_a_note_to_the_same_words() -> None:
    with harbor() as it:
        it.people().take("meetings")

        it.take("meetings", edited("meetings", lambda rows: rows[1].__setitem__(5, "75")))

        fields = {
            name
            for told in it.events("record.amended")
            for name in (*dict(told.event.public_changes), *told.event.personal_names)
        }
        assert fields == {"minutes"}


def test_what_somebody_took_back_by_hand_stays_so() -> None:
    with harbor() as it:
        it.people().take("meetings", None, WRONG)
        held = it.events("pairing.meeting-held")[1]
        retract = mc.RetractRecord(stream=held.stream, target=held.version)
        it.engine.handle(retract, actor=COORDINATOR)

        it.take("meetings", reread=True)

        assert str(held.event.held_on) not in modalities(it)


def test_what_somebody_put_right_by_hand_stays_so() -> None:
    with harbor() as it:
        it.people().take("meetings", None, WRONG)
        held = it.events("pairing.meeting-held")[0]
        amend = mc.AmendRecord(stream=held.stream, target=held.version, changes={"minutes": 50})
        it.engine.handle(amend, actor=COORDINATOR)

        it.take("meetings", reread=True)

        assert met(it)[str(held.event.held_on)].minutes == 50


def test_a_reading_again_can_be_taken_back() -> None:
    with harbor() as it:
        it.people().take("meetings", None, WRONG)
        before = modalities(it)
        report = it.take("meetings", reread=True)

        it.engine.handle(mc.ReverseImport(batch_id=report.batch), actor=COORDINATOR)

        assert modalities(it) == before


def test_a_reading_again_that_was_taken_back_can_be_done_once_more() -> None:
    with harbor() as it:
        it.people().take("meetings", None, WRONG)
        report = it.take("meetings", reread=True)
        after = modalities(it)
        it.engine.handle(mc.ReverseImport(batch_id=report.batch), actor=COORDINATOR)

        again = it.take("meetings", reread=True)

        assert again.counts.amended == report.counts.amended
        assert modalities(it) == after


def lasting(minutes: int) -> str:
    """The file after the first meeting was edited."""
    return edited("meetings", lambda rows: rows[1].__setitem__(5, str(minutes)))


WAYS = ("video", "phone", "in_person", "async")


@settings(max_examples=25, deadline=None)
@given(
    ways=st.lists(st.sampled_from(WAYS), min_size=1, max_size=4),
    minutes=st.lists(st.integers(10, 90), max_size=2),
)
def test_however_a_mapping_changes_the_record_is_what_the_last_one_says(
    ways: list[str], minutes: list[int]
) -> None:
    """As if the last mapping had been there from the beginning, edits in between included."""
    with harbor() as it, harbor() as fresh:
        it.people().take("meetings")
        fresh.people()
        content: str | None = None
        for n, way in enumerate(ways):
            if n < len(minutes):
                content = lasting(minutes[n])
            it.take("meetings", content, ('"Zoom" = "video"', f'"Zoom" = "{way}"'), reread=True)
            if n % 2:
                it.take("meetings", content, ('"Zoom" = "video"', f'"Zoom" = "{way}"'), reread=True)

        fresh.take("meetings", content, ('"Zoom" = "video"', f'"Zoom" = "{ways[-1]}"'))

        assert modalities(it) == modalities(fresh)
        assert [m.minutes for m in met(it).values()] == [m.minutes for m in met(fresh).values()]


def put(rows: list[list[str]], said: str) -> None:
    rows[1][5] = said

"""A form that somebody filled in again changes what the deleted response had led to."""

from datetime import UTC, datetime, timedelta

import attrs
from engine.harbor import Harbor, adapters, harbor

from mentorcore.adapters.spec import Answer, Response, Where
from mentorcore.intake.report import Report


def sent(
    key: str, remark: str, hour: int, replaces: str = "", lifecycle: str = "complete"
) -> Response:
    told = {"E-mail": "ben@example.org", "How helpful?": "4", "Remark": remark}
    return Response(
        source="made",
        form="feedback",
        key=(key,),
        submitted_at=datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=hour),
        submitted_raw="",
        zone_basis="",
        lifecycle=lifecycle,
        answers=tuple(Answer(q, q, (text,)) for q, text in told.items()),
        where=Where("x", hour, hour),
        replaces=(replaces,) if replaces else (),
    )


FIRST = (sent("R1", "Thanks", 1), sent("R2", "Well", 2))
AGAIN = (sent("R2", "Well", 2), sent("R3", "Thank you", 3, "R1"))


def take(it: Harbor, *items: Response) -> Report:
    return it.take("feedback", "x", adapters=adapters(*items))


def test_a_retake_amends_what_the_deleted_response_led_to() -> None:
    with harbor() as it:
        it.people()
        take(it, *FIRST)

        report = take(it, *AGAIN)

        assert report.sentence() == "1 amended, 1 unchanged."
        assert "filled in again" in report.findings[0].reason
        assert len(it.events("pairing.feedback-given")) == 2
        assert len(it.events("record.amended")) == 1
        first, _, last = it.events("response.taken")[-3:]
        assert (last.stream, last.version) == (first.stream, 2)
        assert it.opened(last.event.response_key) == ["R3"]


def test_a_response_that_was_replaced_is_not_missed_and_never_comes_back() -> None:
    with harbor() as it:
        it.people()
        take(it, *FIRST)
        take(it, *AGAIN)
        position = it.engine.position

        reports = [take(it, *items) for items in (AGAIN, FIRST, AGAIN)]

        assert it.engine.position == position
        assert [report.counts.unchanged for report in reports] == [2, 2, 2]
        assert [report.missing for report in (reports[0], reports[2])] == [[], []]


def test_other_answers_of_a_response_that_was_replaced_change_nothing() -> None:
    with harbor() as it:
        it.people()
        take(it, *FIRST)
        take(it, *AGAIN)
        told = len(it.events("record.amended"))

        report = take(it, sent("R1", "Thanks a lot", 1), FIRST[1])

        assert len(it.events("record.amended")) == told
        assert "filled in again" in report.findings[0].reason


def test_an_edit_of_a_retake_is_an_edit_like_any_other() -> None:
    with harbor() as it:
        it.people()
        take(it, *FIRST)
        take(it, *AGAIN)

        report = take(it, AGAIN[0], sent("R3", "Thanks again", 3, "R1"))

        assert report.sentence() == "1 amended, 1 unchanged."
        assert len(it.events("pairing.feedback-given")) == 2


def test_a_retake_of_what_was_never_taken_is_taken_for_itself() -> None:
    with harbor() as it:
        report = take(it.people(), *AGAIN)

        assert report.sentence() == "2 taken."


def test_a_retake_that_counts_as_spam_changes_nothing() -> None:
    with harbor() as it:
        it.people()
        take(it, *FIRST)

        report = take(it, FIRST[1], sent("R3", "Thank you", 3, "R1", "spam"))

        assert (report.counts.skipped, report.counts.amended) == (1, 0)
        assert it.events("record.amended") == []
        assert len(report.missing) == 1


def test_a_retake_that_cannot_be_taken_waits_and_the_earlier_one_stays() -> None:
    with harbor() as it:
        it.people()
        take(it, *FIRST)
        nobody = sent("R3", "Thank you", 3, "R1")
        answers = (Answer("E-mail", "E-mail", ("who@example.org",)), *nobody.answers[1:])

        report = take(it, FIRST[1], attrs.evolve(nobody, answers=answers))

        assert report.counts.refused == 1
        assert len(it.events("pairing.feedback-given")) == 2
        assert it.events("record.amended") == []

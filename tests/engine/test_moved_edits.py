"""Where an edit moves the time of sending, and with it the key, it is an edit all the same."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from engine.harbor import Harbor, Text, harbor
from engine.test_orders import JOINING, joined
from engine.world import COORDINATOR, folded, mc
from hypothesis import given, settings
from hypothesis import strategies as st

VISITS = """
form = "visits"
kind = "meeting-log"
coverage = "full"
[people]
by = "email"
mentee = "name"
[source]
timestamp = "Timestamp"
respondent = "E-mail"
zone = "UTC"
date_order = "ymd"
[fields]
mentor = "E-mail"
mentee = "Mentee"
on = "Day"
minutes = "Minutes"
[defaults]
modality = "in_person"
[answers]
repeats_within = 0
"""
HEAD = "Timestamp,E-mail,Mentee,Day,Minutes\n"


def row(sent: str, minutes: int, day: str = "2026-09-21", mentee: str = "Ben Ode") -> str:
    """A meeting that Anna logs; it is sent at this hour of 22 September."""
    return f"2026-09-22 {sent}:00,anna@example.org,{mentee},{day},{minutes}\n"


LAST = row("23:00", 20, "2026-09-22")
"""A response that every export holds, so that none of them is older for its end."""


def take(it: Harbor, *rows: str, last: str = LAST, mapping: str = VISITS) -> Any:
    declared = mc.read_mapping(mapping, "visits.toml")
    source: Any = Text(HEAD + "".join(rows) + last)
    return it.engine.take_in(source, declared, actor=COORDINATOR)


def minutes(it: Harbor) -> list[int]:
    """How long each meeting lasted that stands, but for the one of every export."""
    streams = dict.fromkeys(e.stream for e in it.events("pairing.meeting-held"))
    meetings = (m for s in streams for m in folded(it.engine, s).facts.meetings.values())
    held = [meeting.held.minutes for meeting in meetings if meeting.held is not None]
    return sorted(minutes for minutes in held if minutes != 20)


def test_one_that_vanished_and_one_that_was_sent_later_are_one_and_both_are_named() -> None:
    with harbor() as it:
        it.people()
        take(it, row("16:00", 30))
        first = it.events("response.taken")[-2]

        report = take(it, row("18:30", 45))

        (notice,) = report.notices
        assert report.sentence() == "1 amended, 1 unchanged."
        assert (notice.code, notice.where.line) == ("moved-edit", 2)
        assert (
            f"an edit of the response {first.stream} (sent 2026-09-22 16:00 UTC)" in notice.message
        )
        assert (report.missing, report.questions) == ([], [])
        assert minutes(it) == [45]
        position = it.engine.position
        assert take(it, row("18:30", 45)).sentence() == "2 unchanged."
        assert it.engine.position == position


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ((row("16:00", 30), row("18:30", 45)), [30, 45]),  # nothing vanished
        ((row("15:00", 45),), [30]),  # the earlier form of what is held
        ((row("16:00", 45),), [45]),  # the time stayed, so the key did
        ((row("16:01", 45),), [45]),
        ((row("18:30", 45, "2026-09-20"),), [30, 45]),  # another day: somebody is asked
        ((row("18:30", 45, mentee="Dan Roe"),), [30]),  # nobody of that name
        ((row("18:30", 45, mentee="ben  ode"),), [45]),  # the same name, written otherwise
    ],
)
def test_what_is_an_edit_and_what_is_not(later: Sequence[str], expected: list[int]) -> None:
    with harbor() as it:
        it.people()
        take(it, row("16:00", 30))

        take(it, *later)

        assert minutes(it) == expected


def test_in_a_part_nothing_vanishes_and_both_stay() -> None:
    part = VISITS.replace('"full"', '"partial"')
    with harbor() as it:
        it.people()
        take(it, row("16:00", 30), mapping=part)

        report = take(it, row("18:30", 45), mapping=part)

        assert (report.counts.taken, report.questions) == (1, [])
        assert minutes(it) == [30, 45]


TWO = (row("16:00", 30), row("16:30", 31))
NEW = (row("18:30", 45), row("19:00", 50))


@pytest.mark.parametrize(("before", "now"), [(TWO, NEW[:1]), (TWO[:1], NEW), (TWO, NEW)])
def test_where_more_than_one_fits_all_stay_and_each_pair_is_asked_about(
    before: Sequence[str], now: Sequence[str]
) -> None:
    with harbor() as it:
        it.people()
        take(it, *before)
        streams = [e.stream for e in it.events("response.taken")[-len(before) - 1 : -1]]

        report = take(it, *now)

        asked = [(q.where.line, q.other) for q in report.questions]
        assert report.counts.taken == len(now)
        assert asked == [(n, s) for n in range(2, 2 + len(now)) for s in streams]
        assert {q.answers for q in report.questions} == {("is_edit_of", "are_two")}
        assert minutes(it) == sorted(int(r.strip().split(",")[-1]) for r in (*before, *now))


def test_one_command_settles_a_pair_either_way_and_back() -> None:
    with harbor() as it:
        it.people()
        take(it, *TWO)
        report = take(it, NEW[0])
        question, other = report.questions
        seen = []

        for answer in ("is_edit_of", "are_two", "is_edit_of"):
            it.engine.settle(question.response, answer, question.other, actor=COORDINATOR)
            seen.append(minutes(it))
        again = take(it, NEW[0])

        assert seen == [[31, 45], [30, 31, 45], [31, 45]]
        assert [q.response for q in again.questions] == [other.other]
        assert minutes(it) == [31, 45]


def test_what_had_vanished_before_is_no_edit_of_what_was_sent_since() -> None:
    """INV-97: nobody is asked about it once more with each response that comes."""
    with harbor() as it:
        it.people()
        take(it, row("09:00", 30))
        gone = take(it)

        more = [
            take(it, row("23:30", 40, "2026-09-23")),
            take(it, row("23:30", 40, "2026-09-23"), row("23:40", 50, "2026-09-24")),
        ]

        assert len(gone.questions) == 1
        assert [r.counts.taken for r in more] == [1, 1]
        assert {q.answers for r in more for q in r.questions} == {("take_it", "leave_it")}


def test_a_form_that_asks_for_no_day_does_not_say_enough_to_be_sure() -> None:
    form = VISITS.replace('on = "Day"\n', "").replace("[answers]", 'on = "submitted"\n[answers]')
    with harbor() as it:
        it.people()
        take(it, row("16:00", 30), mapping=form)

        report = take(it, row("18:30", 45), mapping=form)

        assert [q.answers for q in report.questions] == [("is_edit_of", "are_two")]
        assert minutes(it) == [30, 45]


def test_a_row_that_cannot_be_read_may_be_the_one_that_vanished() -> None:
    with harbor() as it:
        it.people()
        take(it, row("16:00", 30))

        report = take(it, row("18:30", 45), row("16:00", 30).replace("2026-09-22", "soon"))

        assert [q.answers for q in report.questions] == [("is_edit_of", "are_two")]
        assert minutes(it) == [30, 45]


def test_somebody_who_joined_and_edits_that_later_stays_one_person_from_the_first_day_on() -> None:
    form = JOINING.replace('keys = ["Id"]', 'respondent = "E-mail"')
    rows = ("2026-09-01 10:00:00,Ann,a@example.org\n", "2026-09-05 10:00:00,Anna,a@example.org\n")
    last = "2026-09-06 10:00:00,Cy,c@example.org\n"
    mapping = mc.read_mapping(form, "joining.toml")
    for order in permutations(rows):
        with harbor() as it:
            for text in order:
                source: Any = Text("Sent,Name,E-mail\n" + text + last)
                it.engine.take_in(source, mapping, actor=COORDINATOR)

            people = joined(it)

            assert len(people) == 2, order
            assert people[0][1] == "2026-09-01"


EXPORTS = {
    "edited": ((row("16:00", 30),), (row("18:30", 45),)),
    "edited twice": ((row("16:00", 30),), (row("18:30", 45),), (row("20:00", 50),)),
    "edited and another one logged": (
        (row("16:00", 30),),
        (row("16:00", 30), row("17:00", 35, "2026-09-20")),
        (row("17:00", 35, "2026-09-20"), row("18:30", 45)),
    ),
}


@pytest.mark.parametrize("exports", EXPORTS.values(), ids=EXPORTS)
def test_every_order_of_exports_with_moved_edits_ends_in_the_same_record(
    exports: Sequence[Sequence[str]],
) -> None:
    ends = set()
    for order in permutations(range(len(exports))):
        with harbor() as it:
            it.people()
            for n in order:
                grown = "".join(row(f"22:{i:02}", 20, f"2026-09-1{i + 1}") for i in range(n + 1))
                take(it, *exports[n], last=grown)

            ends.add(tuple(minutes(it)))

    assert len(ends) == 1


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data())
def test_meetings_that_are_edited_again_and_again_are_each_one(
    edits: list[int], data: st.DataObject
) -> None:
    """Each meeting is on a day of its own; some are edited between two exports, in any order."""
    exports = []
    for generation in range(max(edits)):
        rows = []
        for day, times in enumerate(edits, 1):
            edited = min(generation, times - 1)
            rows.append(row(f"{8 + edited * 3:02}:{day:02}", 30 + edited, f"2026-09-1{day}"))
        rows.append(row(f"22:{generation:02}", 20, f"2026-09-2{generation}"))
        exports.append(rows)
    grown = [[*rows, *(e[-1] for e in exports[:n])] for n, rows in enumerate(exports)]
    order = data.draw(st.permutations(grown))
    with harbor() as it:
        it.people()

        reports = [take(it, *rows, last="") for rows in order]

        assert [q for r in reports for q in r.questions] == []
        assert minutes(it) == sorted(30 + times - 1 for times in edits)

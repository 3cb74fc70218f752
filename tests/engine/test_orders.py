"""In whatever order exports are sent, the same is recorded, or the same question is asked.

An older export changes nothing (INV-96), what the first sending fixed stays (INV-95), and what was
answered holds (INV-97).
"""

from collections.abc import Sequence
from contextlib import suppress
from itertools import permutations
from typing import Any

import pytest
from engine.harbor import Harbor, Text, harbor
from engine.world import COORDINATOR, mc

from mentorcore.errors import SourceRefused

SEES = mc.Viewer.coordinator()
JOINING = """
form = "joining"
kind = "enrolment"
coverage = "full"
[people]
by = "email"
[source]
keys = ["Id"]
timestamp = "Sent"
zone = "UTC"
date_order = "ymd"
[fields]
name = "Name"
email = "E-mail"
[defaults]
role = "mentee"
since = "submitted"
"""


def joining(*rows: str) -> Text:
    """An export of people who join; a row is a number, a day of sending and a name."""
    lines = []
    for row in rows:
        number, day, name = row.split(maxsplit=2)
        lines.append(f"{number},2026-{day} 10:00:00,{name},{number}@example.org\n")
    return Text("Id,Sent,Name,E-mail\n" + "".join(lines))


def taken(it: Harbor, exports: Sequence[Text], mapping: str = JOINING) -> list[Any]:
    declared = mc.read_mapping(mapping, "joining.toml")
    return [it.engine.take_in(e, declared, actor=COORDINATOR) for e in exports]


def joined(it: Harbor) -> list[tuple[str, str]]:
    """Everybody who takes part, with the first day."""
    people = it.engine.status(viewer=SEES).participants
    return sorted((p.who.name, str(p.since)) for p in people)


def settled(it: Harbor, reports: Sequence[Any], answer: Any) -> None:
    """Say this of everything that was asked."""
    for question in {q.response: q for r in reports for q in r.questions}.values():
        it.engine.settle(question.response, answer, actor=COORDINATOR)


GENERATIONS = {
    "grown": (
        joining("a 09-01 Ann", "b 09-02 Bo"),
        joining("a 09-01 Ann", "b 09-02 Bo", "c 09-09 Cy"),
    ),
    "edited": (
        joining("a 09-01 Ann", "b 09-02 Bo", "c 09-09 Cy"),
        joining("a 09-01 Ann", "b 09-10 Bo Example", "c 09-09 Cy"),
    ),
    "sent again without a change": (
        joining("a 09-01 Ann", "b 09-02 Bo"),
        joining("a 09-05 Ann", "b 09-02 Bo"),
        joining("a 09-07 Ann", "b 09-02 Bo"),
    ),
    "edited twice": (
        joining("a 09-03 Ann", "b 09-02 Bo"),
        joining("a 09-05 Anna", "b 09-02 Bo"),
        joining("a 09-07 Annabel", "b 09-02 Bo", "c 09-06 Cy"),
    ),
    "edited and grown": (
        joining("b 09-02 Bo"),
        joining("b 09-04 Bob", "c 09-05 Cy"),
        joining("b 09-04 Bob", "c 09-08 Cyrus", "d 09-09 Di"),
    ),
}


@pytest.mark.parametrize("exports", GENERATIONS.values(), ids=GENERATIONS)
def test_every_order_of_exports_ends_in_the_same_record(exports: Sequence[Text]) -> None:
    ends = set()
    for order in permutations(exports):
        with harbor() as it:
            reports = taken(it, order)
            position = it.engine.position
            again = taken(it, order)

            assert [q for r in reports for q in r.questions] == []
            assert it.engine.position == position, [r.sentence() for r in again]
            ends.add(tuple(joined(it)))

    assert len(ends) == 1


DELETED = (
    joining("a 09-01 Ann", "b 09-02 Bo", "c 09-03 Cy"),
    joining("a 09-01 Ann", "c 09-03 Cy", "d 09-04 Di"),
    joining("a 09-01 Ann", "c 09-03 Cy", "d 09-04 Di", "e 09-05 Eve"),
)


@pytest.mark.parametrize("answer", ["take_it", "leave_it"])
@pytest.mark.parametrize("order", list(permutations(DELETED)))
def test_what_only_an_older_export_holds_is_one_question_and_one_answer(
    order: Sequence[Text], answer: str
) -> None:
    with harbor() as it:
        reports = taken(it, order)
        asked = {q.response for r in reports for q in r.questions}
        settled(it, reports, answer)

        again = taken(it, order)
        position = it.engine.position
        taken(it, order)

        names = ["Ann", "Cy", "Di", "Eve"]
        assert len(asked) == 1
        assert [q for r in again for q in r.questions] == []
        expected = sorted([*names, "Bo"]) if answer == "take_it" else names
        assert [name for name, _ in joined(it)] == expected
        assert it.engine.position == position


@pytest.mark.parametrize("order", list(permutations(DELETED[:2])))
def test_an_answer_that_is_changed_is_acted_on_anew(order: Sequence[Text]) -> None:
    with harbor() as it:
        reports = taken(it, order)
        seen = []

        for answer in ("leave_it", "take_it", "leave_it", "take_it"):
            settled(it, reports, answer)
            taken(it, order)
            seen.append("Bo" in dict(joined(it)))

        assert seen == [False, True, False, True]


def test_an_answer_is_refused_where_other_records_rest_on_what_it_would_take_back() -> None:
    with harbor() as it:
        reports = taken(it, DELETED[:2])
        people = {p.who.name: p for p in it.engine.status(viewer=SEES).participants}
        it.engine.handle(
            mc.RecordTraining(
                participant_id=people["Bo"].who.participant,
                training_kind="basics",
                on=people["Bo"].since,
            ),
            actor=COORDINATOR,
        )
        (question,) = reports[-1].questions

        with pytest.raises(mc.Refused):
            it.engine.settle(question.response, "leave_it", actor=COORDINATOR)

        assert "Bo" in dict(joined(it))
        assert it.events("response.settled") == []


def test_what_was_refused_in_the_newest_export_is_taken_from_an_older_one() -> None:
    early = joining("a 09-01 Ann", "b 09-02 Bo")
    late = joining("a 09-01 Ann", "b 09-02 Bo", "c 09-03 Cy")
    broken, mended = JOINING.replace('role = "mentee"', 'role = "guest"'), JOINING
    with harbor() as it:
        refused = taken(it, [late], broken)
        taken(it, [late], mended.replace('"full"', '"partial"'))

        report = taken(it, [early], mended)[0]

        assert refused[0].counts.refused == 3
        assert report.questions == []
        assert [name for name, _ in joined(it)] == ["Ann", "Bo", "Cy"]


def test_a_part_asks_about_what_a_full_export_should_have_held() -> None:
    with harbor() as it:
        taken(it, [joining("a 09-01 Ann", "c 09-03 Cy")])

        part = JOINING.replace('"full"', '"partial"')
        (report,) = taken(it, [joining("b 09-02 Bo", "d 09-04 Di")], part)

        assert (report.counts.taken, report.counts.skipped) == (1, 1)
        assert [q.where.line for q in report.questions] == [2]
        assert report.missing == []


def test_an_answer_about_a_response_keeps_it_as_it_is_when_it_is_edited() -> None:
    with harbor() as it:
        reports = taken(it, DELETED[:2])
        settled(it, reports, "leave_it")

        edited = joining("a 09-01 Ann", "b 09-08 Bob", "c 09-03 Cy", "d 09-04 Di")
        (report,) = taken(it, [edited])

        assert "is to be left" in report.findings[0].reason
        assert [name for name, _ in joined(it)] == ["Ann", "Cy", "Di"]


UNDATED = JOINING.replace('timestamp = "Sent"\nzone = "UTC"\ndate_order = "ymd"\n', "").replace(
    'since = "submitted"', "since = 2026-09-01"
)


def test_an_export_without_times_that_says_what_was_changed_since_and_lacks_more_is_older() -> None:
    """INV-96: although it never came before."""
    first, between, last = (
        joining("a 09-01 Ann", "b 09-02 Bo"),
        joining("a 09-01 Ann", "b 09-02 Bo", "c 09-03 Cy"),
        joining("a 09-01 Ann", "b 09-02 Bob", "c 09-03 Cy", "d 09-04 Di"),
    )
    with harbor() as it:
        taken(it, [first, last], UNDATED)
        position = it.engine.position

        (report,) = taken(it, [between], UNDATED)

        assert it.engine.position == position
        assert [n.code for n in report.notices] == ["older-export"]
        assert [name for name, _ in joined(it)] == ["Ann", "Bob", "Cy", "Di"]


def sent_twice(*rows: str) -> Text:
    return Text("Id,Sent,Name,E-mail\n" + "".join(f"{row}\n" for row in rows))


FIRST = "1,2026-09-01 10:00:00,Ann,ann@example.org"


@pytest.mark.parametrize(
    ("second", "declared", "skipped"),
    [
        ("2,2026-09-01 10:10:00,Ann,ann@example.org", "", 1),
        ("2,2026-09-01 10:10:01,Ann,ann@example.org", "", 0),
        ("2,2026-09-01 10:09:59,Ann,ann@example.org", "", 1),
        ("2,2026-09-01 10:00:01,Ann B,ann@example.org", "", 0),
        ("2,2026-09-01 10:05:00,Ann,ann@example.org", "repeats_within = 4", 0),
        ("2,2026-09-01 10:05:00,Ann,ann@example.org", "repeats_within = 5", 1),
        ("2,2026-09-01 10:00:01,Ann,ann@example.org", "repeats_within = 0", 0),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_same_answers_within_ten_minutes_are_one_by_default(
    second: str, declared: str, skipped: int, turned: bool
) -> None:
    rows = (second, FIRST) if turned else (FIRST, second)
    with harbor() as it:
        (report,) = taken(it, [sent_twice(*rows)], f"{JOINING}[answers]\n{declared}\n")

        assert report.counts.skipped == skipped
        if skipped:
            (finding,) = [f for f in report.findings if f.outcome == "skipped"]
            assert "probably sent twice" in finding.reason
            assert finding.where.line == rows.index(second) + 2


def test_answers_sent_twice_are_one_whichever_was_taken_first() -> None:
    second = FIRST.replace("1,", "2,", 1).replace("10:00:00", "10:00:40")
    for order in permutations(((FIRST,), (FIRST, second), (second, FIRST))):
        for alone in (FIRST, second):
            with harbor() as it:
                for rows in order:
                    with suppress(SourceRefused):  # the same answers under another id
                        taken(it, [sent_twice(*([alone] if len(rows) == 1 else rows))])

                assert joined(it) == [("Ann", "2026-09-01")]


def test_an_id_that_the_mapping_uses_tells_answers_apart() -> None:
    named = JOINING.replace('email = "E-mail"', 'external_id = "Id"').replace(
        'by = "email"', 'by = "external_id"\nscheme = "survey"'
    )
    with harbor() as it:
        (report,) = taken(it, [sent_twice(FIRST, FIRST.replace("1,", "2,", 1))], named)

        assert report.counts.skipped == 0

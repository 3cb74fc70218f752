"""Answers that read otherwise although nobody edited them: codes for labels, renamed choices."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

import attrs
import pytest
from engine.harbor import Harbor, adapters, harbor
from engine.world import mc

from mentorcore.adapters.spec import Answer, Item, Notice, Response, Where
from mentorcore.intake.report import Report
from mentorcore.testing.whole_text import whole_text

Rows = Sequence[Mapping[str, str]]
LABELS = {"1": "Badly", "2": "So so", "3": "Very well"}
CODED = tuple(
    {"how": code, "again": "1" if code == "3" else "2", "where": f"Room {n}"}
    for n, code in enumerate("3131231133")
)
LABELLED = tuple(
    {**row, "how": LABELS[row["how"]], "again": {"1": "Yes", "2": "No"}[row["again"]]}
    for row in CODED
)


def responses(rows: Rows, hint: str = "choice", values: str = "") -> Iterator[Item]:
    """Feedback of Ben and Carla in turn, each with an id of its own, and what it says besides."""
    if values:
        yield Notice(Where("x"), "", f"values-{values}")
    for n, row in enumerate(rows, 1):
        author = "ben@example.org" if n % 2 else "carla@example.org"
        told = {"E-mail": author, "How helpful?": str(n % 5 + 1), "Remark": f"Remark {n}"}
        answers = [Answer(q, q, (text,)) for q, text in told.items()]
        answers += [
            Answer(q, q, (text,) if text else (), "text" if q == "where" else hint)
            for q, text in row.items()
        ]
        at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=n)
        where = Where("x", n, n)
        yield Response(
            "made", "feedback", (f"R{n}",), at, "", "", "complete", tuple(answers), where
        )


def take(
    it: Harbor, rows: Rows, *changes: tuple[str, str], hint: str = "choice", values: str = ""
) -> Report:
    items = adapters(*responses(rows, hint, values))
    return it.take("feedback", "x", *changes, adapters=items)


AMEND = ("[defaults]", '[answers]\nrenamed_choices = "amend"\n\n[defaults]')
KEEP = ("[defaults]", '[answers]\nrenamed_choices = "keep"\n\n[defaults]')


def said(it: Harbor, number: int, question: str) -> list[str]:
    """What the log holds of an answer of the response with this number, as it was last taken."""
    last = {e.stream: e.event for e in it.events("response.taken")}
    for event in last.values():
        if it.opened(event.response_key) == [f"R{number}"]:
            return next(a["raw"] for a in it.opened(event.answers) if a["question"] == question)
    raise AssertionError(number)


@pytest.mark.parametrize(("first", "second"), [(CODED, LABELLED), (LABELLED, CODED)])
@pytest.mark.parametrize("hint", ["choice", "text"])
def test_labels_and_codes_of_the_same_responses_are_not_mixed(
    first: Rows, second: Rows, hint: str
) -> None:
    with harbor() as it:
        it.people()
        take(it, first, hint=hint)
        position = it.engine.position

        with pytest.raises(mc.SourceUnreadable) as refused:
            take(it, [*second, {"how": "1", "again": "1", "where": "new"}], hint=hint)

        assert "as labels where they were codes, or the reverse" in str(refused.value)
        assert "export it as before" in str(refused.value)
        assert it.engine.position == position


def test_labels_and_codes_are_not_mixed_by_an_export_in_another_zone() -> None:
    with harbor() as it:
        it.people()
        take(it, CODED)
        items = [
            attrs.evolve(item, submitted_at=item.submitted_at + timedelta(hours=2))
            for item in responses(LABELLED)
            if isinstance(item, Response) and item.submitted_at
        ]

        with pytest.raises(mc.SourceUnreadable, match="labels where they were codes"):
            it.take("feedback", "x", adapters=adapters(*items))


def test_an_adapter_that_knows_how_choices_are_written_is_believed() -> None:
    with harbor() as it:
        it.people()
        take(it, CODED[:1], values="codes")
        position = it.engine.position

        with pytest.raises(mc.SourceUnreadable) as refused:
            take(it, [{"how": "", "again": "", "where": "new"}], values="labels")

        assert "writes choices as labels, and they were codes" in str(refused.value)
        assert 'export it with choices as codes, and declare values = "codes"' in str(refused.value)
        assert it.engine.position == position
        assert take(it, CODED, values="codes").counts.taken == 9
        assert take(it, CODED).counts.unchanged == 10


def test_what_led_to_nothing_says_nothing_about_how_choices_are_written() -> None:
    tests = [
        attrs.evolve(item, lifecycle="test") if isinstance(item, Response) else item
        for item in responses(CODED, values="codes")
    ]
    with harbor() as it:
        it.people()
        assert it.take("feedback", "x", adapters=adapters(*tests)).counts.skipped == 10
        labelled = [
            attrs.evolve(item, lifecycle="test")
            if isinstance(item, Response) and item.key != ("R1",)
            else item
            for item in responses(LABELLED, values="labels")
        ]

        report = it.take("feedback", "x", adapters=adapters(*labelled))

        assert report.counts.amended == 10
        assert len(it.events("pairing.feedback-given")) == 1


def test_how_choices_are_written_is_told_to_nobody() -> None:
    with harbor() as it:
        assert take(it.people(), CODED, values="codes").notices == []


def test_going_over_to_labels_for_good_is_declared() -> None:
    with harbor() as it:
        it.people()
        take(it, CODED, values="codes")

        report = take(it, LABELLED, AMEND, values="labels")

        assert report.counts.amended == 10
        assert said(it, 1, "how") == ["Very well"]
        assert take(it, LABELLED, values="labels").counts.unchanged == 10
        with pytest.raises(mc.SourceUnreadable, match="as codes, and they were labels"):
            take(it, CODED, values="codes")


def renamed(rows: Rows, **names: str) -> list[dict[str, str]]:
    words = {old.replace("_", " "): new for old, new in names.items()}
    return [{**row, "how": words.get(row["how"], row["how"])} for row in rows]


def test_renamed_choices_are_one_notice_and_no_edit() -> None:
    with harbor() as it:
        it.people()
        take(it, LABELLED)
        position = it.engine.position
        now = renamed(LABELLED, Badly="Not well", Very_well="Excellently")

        report = take(it, now)

        (notice,) = report.notices
        assert notice.code == "renamed-choices"
        assert notice.message.startswith(
            "9 answers to 'how': 'Very well' is now 'Excellently' (5), 'Badly' is now 'Not well' "
            "(4) - choices seem to have been renamed"
        )
        assert report.sentence() == "10 unchanged."
        assert it.engine.position == position
        assert said(it, 1, "how") == ["Very well"]
        again = take(it, now)
        assert (again.sentence(), again.notices) == ("10 unchanged.", [])
        back = take(it, LABELLED)
        assert (back.sentence(), [n.code for n in back.notices]) == (
            "10 unchanged.",
            ["older-export"],
        )


def with_column(rows: Rows, name: str) -> list[dict[str, str]]:
    return [{**row, name: f"North {n}"} for n, row in enumerate(rows)]


def added(rows: Rows, *words: str) -> list[Mapping[str, str]]:
    """The rows, and new ones that chose these words."""
    return [*rows, *({"how": w, "again": "Yes", "where": f"New {w}"} for w in words)]


NEW_NAMES = renamed(LABELLED, Badly="Not well", Very_well="Excellently")
GROWN = added(NEW_NAMES, "Not well", "Excellently", "Not well")
RENAMED_AGAIN = renamed(GROWN, Not_well="Poorly")


@pytest.mark.parametrize(
    "exports",
    [
        (NEW_NAMES, with_column(NEW_NAMES, "district")),
        (GROWN, with_column(GROWN, "district"), GROWN),
        (GROWN, RENAMED_AGAIN, with_column(RENAMED_AGAIN, "district")),
        (GROWN, RENAMED_AGAIN, renamed(RENAMED_AGAIN, Poorly="Badly", Excellently="Very well")),
        (NEW_NAMES, with_column(LABELLED, "district"), with_column(NEW_NAMES, "region")),
    ],
)
def test_choices_that_were_renamed_once_stay_so_whatever_comes_later(
    exports: Sequence[Rows],
) -> None:
    with harbor() as it:
        it.people()
        take(it, LABELLED)

        reports = [take(it, rows) for rows in exports]

        assert [r.counts.amended for r in reports] == [0] * len(exports)
        assert it.events("record.amended") == []
        assert said(it, 1, "how") == ["Very well"]


def test_an_edit_after_choices_were_renamed_is_an_edit() -> None:
    with harbor() as it:
        it.people()
        take(it, LABELLED)
        take(it, GROWN)
        edited = with_column(GROWN, "district")
        edited[1]["how"] = "Excellently"

        report = take(it, edited)

        assert (report.counts.amended, report.counts.unchanged) == (1, 12)
        assert said(it, 2, "how") == ["Excellently"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("last", [with_column(GROWN, "district"), RENAMED_AGAIN])
def test_renamed_choices_are_no_edits_in_whatever_order_three_exports_come(
    order: Sequence[int], last: Rows
) -> None:
    exports = (LABELLED, GROWN, last)
    with harbor() as it:
        it.people()

        reports = [take(it, exports[i]) for i in (*order, *order)]

        assert [r.counts.amended for r in reports] == [0] * 6
        assert sum(r.counts.taken for r in reports) == len(GROWN)


def test_a_mapping_that_takes_renamed_choices_for_edits_takes_settled_ones_so_too() -> None:
    with harbor() as it:
        it.people()
        take(it, LABELLED)
        take(it, NEW_NAMES)

        report = take(it, with_column(NEW_NAMES, "district"), AMEND)

        assert report.counts.amended == 9


def test_an_older_export_with_the_old_names_is_no_news() -> None:
    with harbor() as it:
        it.people()
        take(it, renamed(LABELLED, Badly="Not well"))

        report = take(it, LABELLED[:-1])

        assert report.counts.unchanged == 9
        assert "renamed-choices" not in [n.code for n in report.notices]


def test_choices_that_changed_places_are_renamed_too() -> None:
    with harbor() as it:
        it.people()
        take(it, LABELLED)

        report = take(it, renamed(LABELLED, Badly="Very well", Very_well="Badly"))

        assert [n.code for n in report.notices] == ["renamed-choices"]
        assert report.counts.unchanged == 10


def test_what_was_edited_besides_is_amended() -> None:
    with harbor() as it:
        it.people()
        take(it, LABELLED)
        now = renamed(LABELLED, Badly="Not well")
        now[0]["where"] = "the library"

        report = take(it, now)

        assert report.sentence() == "1 amended, 9 unchanged."
        assert said(it, 1, "where") == ["the library"]
        assert [n.code for n in report.notices] == ["renamed-choices"]


@pytest.mark.parametrize(
    "change",
    [
        {"Badly": "Very well"},  # others had chosen it before
        {"So_so": "Middling"},  # one answer alone proves nothing
    ],
)
def test_edits_that_only_look_alike_are_edits(change: dict[str, str]) -> None:
    with harbor() as it:
        it.people()
        take(it, LABELLED)
        now = renamed(LABELLED, **change)
        edits = sum(a != b for a, b in zip(now, LABELLED, strict=True))

        report = take(it, now)

        assert (report.counts.amended, report.notices) == (edits, [])


def test_answers_that_were_sent_again_are_edits() -> None:
    with harbor() as it:
        it.people()
        take(it, LABELLED)
        items = [
            attrs.evolve(item, submitted_at=item.submitted_at + timedelta(days=1))
            if isinstance(item, Response)
            and item.submitted_at
            and "Not well" in whole_text(item.answers)
            else item
            for item in responses(renamed(LABELLED, Badly="Not well"))
        ]

        report = it.take("feedback", "x", adapters=adapters(*items))

        assert (report.counts.amended, report.counts.unchanged) == (4, 6)
        assert report.notices == []


def test_an_old_text_that_somebody_still_has_was_not_renamed() -> None:
    with harbor() as it:
        it.people()
        take(it, LABELLED)
        now = renamed(LABELLED, Badly="Not well")
        now[1] = {**now[1], "how": "Badly"}

        report = take(it, now)

        assert (report.counts.amended, report.notices) == (3, [])


def test_answers_that_may_have_been_written_are_amended_and_told_once() -> None:
    with harbor() as it:
        it.people()
        take(it, LABELLED, hint="text")

        report = take(it, renamed(LABELLED, Badly="Not well"), hint="text")

        assert report.counts.amended == 4
        (notice,) = report.notices
        assert "taken for edits" in notice.message
        assert 'renamed_choices = "keep"' in notice.message


@pytest.mark.parametrize(("declared", "hint", "amended"), [(KEEP, "text", 0), (AMEND, "choice", 4)])
def test_what_becomes_of_renamed_choices_can_be_declared(
    declared: tuple[str, str], hint: str, amended: int
) -> None:
    with harbor() as it:
        it.people()
        take(it, LABELLED, hint=hint)

        report = take(it, renamed(LABELLED, Badly="Not well"), declared, hint=hint)

        assert report.counts.amended == amended
        assert report.notices[0].code == "renamed-choices"


def test_many_responses_are_compared_whatever_their_order() -> None:
    rows = [dict(LABELLED[n % 10], where=f"Room {n}") for n in range(1300)]
    with harbor() as it:
        it.people()
        take(it, rows)
        items = list(responses(renamed(rows, Badly="Not well")))

        report = it.take("feedback", "x", adapters=adapters(*reversed(items)))

        assert report.sentence() == "1,300 unchanged."
        assert report.notices[0].message.startswith("520 answers to 'how'")


def with_ids(item: Item, **texts: str) -> Response:
    """A response as another layout has it, in which questions are known by ids."""
    assert isinstance(item, Response)
    answers = [
        Answer(f"QID-{a.label}", a.label, (texts.get(a.label, a.raw[0]),), a.hint)
        for a in item.answers
    ]
    return attrs.evolve(item, answers=tuple(answers))


def test_an_edit_shows_in_a_layout_that_names_questions_otherwise() -> None:
    with harbor() as it:
        it.people()
        take(it, [{}] * 3)
        items = [with_ids(item) for item in responses([{}] * 3)]
        same = it.take("feedback", "x", adapters=adapters(*items))
        items[0] = with_ids(items[0], Remark="Thank you!")

        report = it.take("feedback", "x", adapters=adapters(*items))

        assert same.sentence() == "3 unchanged."
        assert report.sentence() == "1 amended, 2 unchanged."


OPTIONAL = ('coverage = "full"', 'coverage = "full"\noptional = ["text"]')


def test_a_column_that_the_mapping_needs_counts_when_it_comes_later() -> None:
    with harbor() as it:
        it.people()
        whole = [item for item in responses([{}] * 3) if isinstance(item, Response)]
        without = [
            attrs.evolve(item, answers=tuple(a for a in item.answers if a.question != "Remark"))
            for item in whole
        ]
        it.take("feedback", "x", OPTIONAL, adapters=adapters(*without))

        report = it.take("feedback", "x", OPTIONAL, adapters=adapters(*whole))

        assert report.sentence() == "3 amended."
        again = it.take("feedback", "x", OPTIONAL, adapters=adapters(*without))
        assert again.counts.amended == 0
        assert said(it, 1, "Remark") == ["Remark 1"]

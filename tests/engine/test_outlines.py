"""Questions that came, went or changed between two exports are told; answers stay as they are."""

from typing import Any

import attrs
from engine.harbor import Harbor, Made, Text, csv_of, harbor, rows_of, written

from mentorcore.adapters.registry import Registry
from mentorcore.adapters.spec import Form, Options, Question, Response, Source
from mentorcore.intake.report import Report


def widened(title: str, cell: str = "") -> str:
    rows = rows_of("goals")
    return written([[*rows[0], title], *([*row, cell] for row in rows[1:])])


def changed(report: Report) -> list[str]:
    return [n.message for n in report.notices if n.code == "form-changed"]


@attrs.define
class Describing(Made):
    """An adapter whose form a test describes."""

    questions: tuple[Question, ...] = ()

    def describe(self, source: Source, options: Options) -> Form:
        return Form(options.form, self.questions)


def read_goals(it: Harbor) -> Any:
    """The responses of the goals, as the adapter for tables reads them."""
    source = Text(csv_of("goals"))
    items = Registry().read(source, it.mapping("goals").options, "csv")
    return (item for item in items if isinstance(item, Response))


def take(it: Harbor, items: Any, *questions: Question) -> Report:
    registry = Registry()
    registry.add(Describing(tuple(items), questions=questions))
    return it.take("goals", adapters=registry, adapter="made")


def test_a_first_import_has_nothing_to_compare_with() -> None:
    with harbor() as it:
        assert changed(it.people().take("goals")) == []


def test_a_new_question_is_told_once_and_a_question_that_is_gone_too() -> None:
    with harbor() as it:
        it.people().take("goals")

        reports = [it.take("goals", widened("Anything else?", c)) for c in ("no", "yes")]
        gone = it.take("goals", csv_of("goals").replace("Better", "Much better"))

        assert changed(reports[0]) == [
            "the form has 1 question ('Anything else?') that it had not before"
        ]
        assert changed(reports[1]) == []
        assert changed(gone) == [
            "the form has no more 1 question ('Anything else?') that it had before"
        ]


def test_an_export_that_brings_nothing_new_is_not_looked_at() -> None:
    with harbor() as it:
        it.people().take("goals")

        assert changed(it.take("goals")) == []


def test_a_question_of_another_kind_or_title_under_its_id_is_told() -> None:
    with harbor() as it:
        it.people()
        (row,) = list(read_goals(it))[:1]
        take(it, [row], Question("q1", "Where?", "text"), Question("q2", "Who?"))
        edited = attrs.evolve(row, key=("another",))

        report = take(it, [row, edited], Question("q1", "Where?", "date"), Question("q2", "Whom?"))

        assert changed(report) == [
            (
                "the question 'Where?' asked for text before, and asks for date now; answers are "
                "kept as they were given"
            ),
            "the question 'Who?' is now put as 'Whom?'",
        ]


def test_an_export_that_knows_no_titles_changes_none() -> None:
    with harbor() as it:
        it.people()
        first, *others = read_goals(it)
        take(it, [first], Question("Q1", "What next?"))

        report = take(it, [first, *others], Question("Q1", "Q1"))

        assert changed(report) == []

"""Whether a column of answers puts the day first is proven from the column, or left open."""

import pytest
from intake.small_program import NOW, ids, people, response

from mentorcore.intake.intents import Intents, Rejected
from mentorcore.intake.mappings.columns import DateOrders
from mentorcore.intake.mappings.mapping_reader import read_mapping
from mentorcore.intake.row import Interpreter

MAPPING = """
form = "meetings"
kind = "meeting-log"
[fields]
mentor = "Mentor"
on = "Date"
minutes = "Minutes"
[defaults]
modality = "video"
"""


def read_all(dates: list[str], more: str = "") -> list[Intents | str]:
    mapping = read_mapping(MAPPING + more, "m.toml")
    rows = [response({"Mentor": "anna@example.org", "Date": day, "Minutes": "30"}) for day in dates]
    orders = DateOrders(mapping)
    for row in rows:
        orders.see(row)
    interpreter = Interpreter(mapping, orders.conclude())

    answers: list[Intents | str] = []
    for row in rows:
        try:
            answers.append(interpreter.interpret(row, people(), ids=ids(), now=NOW))
        except Rejected as problem:
            answers.append(str(problem))
    return answers


def days(read: list[Intents | str]) -> list[str]:
    return [r if isinstance(r, str) else str(r.facts[0].command.held_on) for r in read]


def test_one_day_above_twelve_proves_the_whole_column() -> None:
    assert days(read_all(["05/10/2026", "13/10/2026"])) == ["2026-10-05", "2026-10-13"]
    assert days(read_all(["10/05/2026", "10/13/2026"])) == ["2026-10-05", "2026-10-13"]


@pytest.mark.parametrize("dates", [["05/10/2026"], ["05/10/2026", "13/10/2026", "10/14/2026"]])
def test_without_a_proof_the_ambiguous_row_is_refused(dates: list[str]) -> None:
    read = days(read_all(dates))

    assert "add date_order" in read[0]


def test_a_declared_order_needs_no_proof_and_finds_the_row_that_differs() -> None:
    read = days(read_all(["05/10/2026", "10/25/2026"], '[answers]\ndate_order = "dmy"\n'))

    assert read[0] == "2026-10-05"
    assert "'10/25/2026' is not a day of the calendar when read as day, month, year" in read[1]


def test_nothing_is_looked_at_where_the_order_is_declared() -> None:
    declared = read_mapping(MAPPING + '[answers]\ndate_order = "dmy"\n', "m.toml")

    assert not DateOrders(declared).needed
    assert DateOrders(read_mapping(MAPPING, "m.toml")).needed

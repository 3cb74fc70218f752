"""Whether a column of answers puts the day first is proven from the column, or left open."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake.small_program import NOW, ids, people, response

from mentorcore.errors import SourceRefused
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


def orders_of(dates: list[str], more: str = "") -> DateOrders:
    mapping = read_mapping(MAPPING + more, "m.toml")
    orders = DateOrders(mapping)
    for number, day in enumerate(dates, 2):
        orders.see(response({"Mentor": "anna@example.org", "Date": day}, line=number))
    return orders


def refusal(dates: list[str], order: str = "mdy") -> str:
    with pytest.raises(SourceRefused) as refused:
        orders_of(dates, f'[answers]\ndate_order = "{order}"\n').check({}, "m.csv")
    return str(refused.value)


def test_a_column_that_disproves_its_declared_order_refuses_the_file() -> None:
    said = refusal(["09.10.2026", "16.10.2026", "10.11.2026"])

    assert said == (
        "m.csv, line 3: in the column 'Date', '16.10.2026' (row 3) cannot be read with the month "
        'first, as date_order = "mdy" declares, and all 3 dates of the column can be read with the '
        "day first; look at the dates, and export it again as before, or declare date_order = "
        '"dmy"'
    )


def test_one_date_alone_can_disprove_an_order() -> None:
    assert "and it can be read with the day first" in refusal(["16/10/2026"])
    assert 'date_order = "dmy" or date_order = "mdy"' in refusal(["9/10/2026"], "ymd")
    assert 'declare date_order = "mdy"' in refusal(["10/28/26", "11/09/26"], "dmy")


@pytest.mark.parametrize(
    "dates",
    [
        ["10/28/2026", "16.10.2026", "09.10.2026"],  # the day first wherever there are points
        ["10/28/2026", "16/10/2026", "09/10/2026"],  # one each way
        ["10/28/2026", "16/10/2026", "17/10/2026"],
    ],
)
def test_a_column_that_is_written_in_two_ways_refuses_the_file(dates: list[str]) -> None:
    assert "no order of day and month fits all dates of the column" in refusal(dates)


def test_a_slip_among_dates_that_need_the_order_is_one_rows_matter() -> None:
    dates = ["10/28/2026", "10/16/2026", "27/10/2026", "09/10/2026"]
    declared = '[answers]\ndate_order = "mdy"\n'

    orders_of(dates, declared).check({}, "m.csv")

    read = days(read_all(dates, declared))
    assert [read[0], read[1], read[3]] == ["2026-10-28", "2026-10-16", "2026-09-10"]
    assert "is not a day of the calendar when read as month, day, year" in read[2]


def test_dates_that_fit_no_order_prove_nothing() -> None:
    dates = ["09/10/2026", "31/02/2026", "13/13/2026", "soon", "2026-10-16", ""]

    orders_of(dates, '[answers]\ndate_order = "mdy"\n').check({}, "m.csv")


def test_an_order_that_an_earlier_export_proved_is_held_against_the_column_too() -> None:
    orders = orders_of(["09.10.2026", "16.10.2026"])

    orders.check({"on": "dmy"}, "m.csv")
    with pytest.raises(SourceRefused, match="as the dates of an earlier export proved"):
        orders.check({"on": "mdy"}, "m.csv")


FORMS = {"dmy": "%d{m}%m{m}%Y", "mdy": "%m{m}%d{m}%Y"}


@given(
    dates=st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), min_size=1, max_size=20),
    mark=st.sampled_from("/.-"),
    written=st.sampled_from(["dmy", "mdy"]),
    declared=st.sampled_from(["dmy", "mdy"]),
)
@settings(max_examples=150, deadline=None)
def test_no_date_is_read_in_an_order_that_the_column_disproves(
    dates: list[date], mark: str, written: str, declared: str
) -> None:
    texts = [day.strftime(FORMS[written].format(m=mark)) for day in dates]
    orders = orders_of(texts, f'[answers]\ndate_order = "{declared}"\n')
    disproved = written != declared and any(day.day > 12 for day in dates)

    try:
        orders.check({}, "m.csv")
    except SourceRefused:
        refused = True
    else:
        refused = False

    assert refused == disproved

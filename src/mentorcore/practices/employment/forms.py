"""A list of what became of people's work by a day, a column for each level."""

from mentorcore.domain.person.events import EmploymentOutcomeRecorded, RecordEmploymentOutcome
from mentorcore.practices.spec import (
    Declared,
    Field,
    FormKind,
    Hint,
    Intents,
    Lack,
    Row,
    mapping_to_edit,
)

__all__ = ["OUTCOME_LIST"]

LEVELS = ("school", "district", "profession")
OUTCOMES = ("retained", "transferred", "left", "unknown")

_REST = """
[fields]
who = "Teacher"
on = "As of"
school = "Still at the school?"      # retained, transferred, left or unknown
# district = "Still in the district?"
# profession = "Still teaching?"
# source = "Source"

[values.school]                      # what the words of a cell mean
"Yes" = "retained"
"No" = "left"

# [defaults]
# source = "payroll"
"""


def read(row: Row) -> Intents:
    """What had become of somebody's work by a day, at each level that has a word."""
    said, on = row.must("who", row.person("who")), row.must("on", row.day("on"))
    levels = [(level, row.choice(level)) for level in LEVELS]
    source = row.code("source")
    row.check()
    assert said is not None
    assert on is not None
    for level, outcome in levels:
        if outcome:
            row.say(
                level,
                RecordEmploymentOutcome,
                person_id=said.person.person,
                on=on,
                level=level,
                outcome=outcome,
                source=source,
            )
    return row.done()


def _lacks(told: Declared) -> list[Lack]:
    if not told.names(*LEVELS):
        return [Lack("school", "is missing: a column for at least one level tells something")]
    return []


OUTCOME_LIST = FormKind(
    name="outcome-list",
    fields=(
        Field("who", "person", "the participant", needed=True),
        Field("on", "day", "the day by which it was so", needed=True),
        Field("school", "choice", "what became of the work in the school", choices=OUTCOMES),
        Field("district", "choice", "what became of it in the district", choices=OUTCOMES),
        Field("profession", "choice", "what became of it in the profession", choices=OUTCOMES),
        Field("source", "code", "where that is known from"),
    ),
    read=read,
    tells={
        EmploymentOutcomeRecorded: {
            "on": ("on",),
            "outcome": LEVELS,
            "source": ("source",),
            "person": ("who",),
        }
    },
    lacks=_lacks,
    hints={
        "school": Hint("school", weight=3, words=r"still (at|in) (the|this|your) school"),
        "district": Hint("district", weight=3, words=r"still in (the|this|your) district"),
        "profession": Hint("profession", weight=3, words=r"still (teaching|in the profession)"),
    },
    template=mapping_to_edit("outcome-list", "outcomes", _REST),
)

"""A form by which worries come in: each row opens a case, and what it says is sealed at once.

Nothing that a cell says stands in a report or in a file of refused rows.
"""

from mentorcore.practices.cases.events import CaseOpened, OpenCase
from mentorcore.practices.spec import (
    Field,
    FormKind,
    Hint,
    Intents,
    Row,
    mapping_to_edit,
)

__all__ = ["CONCERN_FORM"]

KINDS = ("concern", "complaint", "missed_requirement", "audit", "request")

_REST = """
[fields]
by = "Email Address"                 # whoever sends it in; an empty cell is for nobody named
about = "Who is it about?"           # one or several participants; empty for the program
on = "When did it happen?"
text = "What happened?"              # read by those who handle the case, and by whoever sent it
# kind = "What is it?"               # else a concern
# due_on = "Answer by"

[defaults]
kind = "concern"
"""


def read(row: Row) -> Intents:
    """A worry that somebody sent in."""
    on = row.must("on", row.day("on"))
    text = row.text("text")
    by, about = row.person("by"), row.people("about")
    row.check()
    assert on is not None
    participants = [said.enrolment_on(on) for said in about]
    if text is not None and by is None and not participants:
        row.wrong("text", "is sealed under somebody's key: name whom it is about, or who sends it")
    row.check()
    row.say(
        "case",
        OpenCase,
        case_id=row.ids("case"),
        program_id=row.known.program.program_id,
        kind=row.choice("kind", "concern"),
        on=on,
        opened_by=None if by is None else by.person.person,
        participants=tuple(dict.fromkeys(participants)),
        due_on=row.day("due_on"),
        text=text,
    )
    return row.done()


CONCERN_FORM = FormKind(
    name="concern-form",
    fields=(
        Field("by", "person", "who sends it in; empty for nobody named"),
        Field("about", "persons", "the participants whom it is about; empty for the program"),
        Field("on", "day", "the day on which it happened", needed=True),
        Field("text", "text", "what is the matter; read by those who handle the case"),
        Field("kind", "choice", "what sort of case it is; else a concern", choices=KINDS),
        Field("due_on", "day", "by when it is to be answered"),
    ),
    read=read,
    tells={
        CaseOpened: {
            "opened_by": ("by",),
            "participants": ("about",),
            "on": ("on",),
            "text": ("text",),
            "kind": ("kind",),
            "due_on": ("due_on",),
        }
    },
    hints={
        "worry": Hint("text", weight=3, words=r"what happened|concern|complaint|worr"),
        "about": Hint("about", weight=1, words=r"who is it about|whom does it concern"),
    },
    sender=("by",),
    template=mapping_to_edit("concern-form", "concerns", _REST),
    confidential=True,
)

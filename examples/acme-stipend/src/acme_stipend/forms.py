"""How payments are read from a list that an office fills in."""

from acme_stipend.events import PayStipend, StipendPaid
from mentorcore.practices.spec import Field, FormKind, Hint, Intents, Row, mapping_to_edit

_FIELDS = """
[fields]
person = "E-mail"
month = "For the month from"
cents = "Cents"
on = "Paid on"
"""


def read(row: Row) -> Intents:
    """A month was paid, of the stipend of whoever is named that covers it."""
    said = row.must("person", row.person("person"))
    month, on = row.must("month", row.day("month")), row.must("on", row.day("on"))
    cents = row.must("cents", row.whole("cents"))
    row.check()
    assert said is not None
    assert month is not None
    enrolled = {enrolment.participant for enrolment in said.enrolments}
    for stipend, state in row.known.states("acme-stipend").items():
        agreed = state.agreed
        if agreed.participant_id in enrolled and month < agreed.until:
            row.say("paid", PayStipend, stipend_id=stipend, on=on, month=month, cents=cents)
            return row.done()
    row.wrong("person", f"{said.text!r} has no stipend for that month")
    return row.done()


PAYMENTS = FormKind(
    name="stipends-payments",
    fields=(
        Field("person", "person", "who got the stipend", needed=True),
        Field("month", "day", "the first day of the month that was paid", needed=True),
        Field("cents", "whole", "what was paid, in cents", needed=True),
        Field("on", "day", "the day on which it was paid", needed=True),
    ),
    read=read,
    tells={
        StipendPaid: {
            "stipend": ("person",),
            "month": ("month",),
            "cents": ("cents",),
            "on": ("on",),
        }
    },
    hints={"cents": Hint("cents", words="cents", weight=2)},
    template=mapping_to_edit("stipends-payments", "payments", _FIELDS),
)

"""How visits are read from a log that coaches fill in: a visit, or that they came back to one."""

from practices.stranger.events import FollowUpVisit, MakeVisit, VisitFollowedUp, VisitMade

from mentorcore.practices.spec import (
    MEMBERS,
    WHO,
    Field,
    FormKind,
    Hint,
    Intents,
    Row,
    mapping_to_edit,
    member,
    nobody,
    paired,
    pairing_of,
)

_REST = """
[fields]
mentor = "Coach"
mentee = "Teacher"
on = "Visited on"
minutes = "Minutes in class"
# came_back_on = "Came back on"
# note = "Seen in class"
"""


def read(row: Row) -> Intents:
    """A visit to the class of the mentee; or, of a visit that is known, the coming back to it."""
    on, minutes = row.must("on", row.day("on")), row.must("minutes", row.minutes("minutes"))
    back, people = row.day("came_back_on"), paired(row)
    row.check()
    assert on is not None
    pairing = pairing_of(row, people, on)
    row.check()
    assert pairing is not None
    visited = member(row, "mentee", row.person("mentee"), pairing)
    row.check()
    for visit, state in row.known.states("acme-visit").items():
        if (state.made.pairing_id, state.made.on) == (pairing.pairing, on):
            if back is None:
                row.wrong("on", "this visit is recorded already")
                row.check()
            row.say("back", FollowUpVisit, visit_id=visit, on=back, minutes=minutes)
            return row.done()
    row.say(
        "visit",
        MakeVisit,
        visit_id=row.ids("acme-visit"),
        meeting_id=row.ids("meeting"),
        pairing_id=pairing.pairing,
        visited=visited,
        on=on,
        minutes=minutes,
        note=row.text("note"),
    )
    return row.done()


VISIT_LOG = FormKind(
    name="visits-log",
    fields=(
        *MEMBERS,
        Field("on", "day", "the day of the visit", needed=True),
        Field("minutes", "minutes", "how long the coach stayed", needed=True),
        Field("came_back_on", "day", "the day on which the coach came back to it"),
        Field("note", "text", "what was seen"),
    ),
    read=read,
    tells={
        VisitMade: {
            "pairing_id": WHO,
            "visited": ("mentee",),
            "on": ("on",),
            "minutes": ("minutes",),
            "note": ("note",),
        },
        VisitFollowedUp: {
            "visit": ("on", *WHO),
            "on": ("came_back_on",),
            "minutes": ("minutes",),
        },
    },
    lacks=nobody,
    hints={
        "coach": Hint("mentor", words=r"\bcoach$", weight=1),
        "teacher": Hint("mentee", words=r"\bteacher$"),
        "visited": Hint("on", words=r"^visited on", weight=4),
        "back": Hint("came_back_on", words=r"came back", weight=2),
        "seen": Hint("note", words=r"seen in class"),
        "minutes": Hint("minutes", weight=1),
    },
    sender=("mentor",),
    template=mapping_to_edit("visits-log", "visits", _REST),
)

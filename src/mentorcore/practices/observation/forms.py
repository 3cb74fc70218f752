"""A log of visits that observers fill in: the conversation, the visit, and the debrief, if any."""

from datetime import date

from mentorcore.practices.observation.events import (
    ObservationConducted,
    ObservationDebriefed,
    ObservationPlanned,
    PlanObservation,
    RecordDebrief,
    RecordObservation,
)
from mentorcore.practices.observation.state import Pair, Round
from mentorcore.practices.spec import (
    Field,
    FormKind,
    Hint,
    Intents,
    Row,
    mapping_to_edit,
    member,
    pairing_of,
)

WHO = ("observer", "observed")
WHEN = ("on", "time")

_REST = """
[fields]
observer = "Email Address"
observed = "Colleague visited"
on = "Date of the visit"
minutes = "Minutes"
# time = "Time of the visit"
# conversation_on = "Date of the conversation before"   # else the day of the visit
# focus = "Focus"
# setting = "Setting"
# notes = "Notes"                                       # read by the two of the visit alone
# debrief_on = "Date of the debrief"
# debrief_minutes = "Minutes of the debrief"
# shared_by = "Who shared a reflection?"
"""


def read(row: Row) -> Intents:
    """A visit that took place, with the conversation before it, and the debrief if any."""
    moment = row.must("on", row.moment("on", "time"))
    minutes = row.must("minutes", row.minutes("minutes"))
    debriefed = row.day("debrief_on")
    both = [row.must(field, row.person(field)) for field in WHO]
    row.check()
    assert moment is not None
    people = [said for said in both if said is not None]
    day = moment.on(row.zone)
    pairing = pairing_of(row, people, day)
    row.check()
    assert pairing is not None
    observer, observed = (member(row, f, s, pairing) for f, s in zip(WHO, people, strict=True))
    row.check()
    assert observer is not None
    assert observed is not None
    round_id, state = _round(row, (observer, observed), day)
    visit = _planned(row, state, (observer, observed), day)
    if visit is None:
        visit = row.ids("visit")
        row.say(
            "plan",
            PlanObservation,
            round_id=round_id,
            visit_id=visit,
            observer=observer,
            observed=observed,
            conversation_on=row.day("conversation_on") or day,
            visit_on=day,
            focus=row.text("focus"),
        )
    row.say(
        "visit",
        RecordObservation,
        round_id=round_id,
        visit_id=visit,
        meeting_id=row.ids("meeting"),
        held_at=moment.at,
        held_on=moment.day,
        minutes=minutes,
        setting=row.code("setting"),
        notes=row.text("notes"),
    )
    if debriefed is not None:
        shared = [member(row, "shared_by", said, pairing) for said in row.people("shared_by")]
        row.say(
            "debrief",
            RecordDebrief,
            round_id=round_id,
            visit_id=visit,
            on=debriefed,
            minutes=row.minutes("debrief_minutes"),
            reflections_shared_by=tuple(s for s in shared if s is not None),
        )
    return row.done()


def _round(row: Row, pair: Pair, day: date) -> tuple[str, Round]:
    """The round in whose matrix these two are, and which a day belongs to.

    Raises:
        Rejected: There is none, or there are several.
    """
    found = [
        (round_id, state)
        for round_id, state in row.known.states("observation").items()
        if state.opened is not None
        and state.opened.on <= day
        and (state.closed is None or day <= state.closed.on)
        and pair in {(cell.observer, cell.observed) for cell in state.opened.matrix}
    ]
    inside = [(r, state) for r, state in found if day <= state.opened.closes_on] or found
    if not inside:
        row.wrong("on", "no round asks the one to watch the other on this day")
    elif len(inside) > 1:
        row.wrong("on", f"{len(inside)} rounds ask the one to watch the other on this day")
    row.check()
    return inside[0]


def _planned(row: Row, state: Round, pair: Pair, day: date) -> str | None:
    """The visit that was planned and that a row tells of: for this day, or the last one before."""
    mine = {
        visit_id: visit
        for visit_id, visit in state.visits.items()
        if visit.planned is not None and (visit.planned.observer, visit.planned.observed) == pair
    }
    if any(v.conducted is not None and v.conducted.held_on == day for v in mine.values()):
        row.wrong("on", "this visit is recorded already")
        row.check()
    ready = [
        (visit.planned.visit_on == day, visit.planned.conversation_on, visit_id)
        for visit_id, visit in mine.items()
        if visit.planned is not None
        and visit.conducted is None
        and visit.planned.conversation_on <= day
    ]
    return max(ready)[2] if ready else None


VISIT_LOG = FormKind(
    name="observation-log",
    fields=(
        Field("observer", "person", "who watched", needed=True),
        Field("observed", "person", "who was watched", needed=True),
        Field("on", "day", "the day of the visit, or its day and time in one cell", needed=True),
        Field("time", "clock", "the time at which it began"),
        Field("minutes", "minutes", "how long it lasted", needed=True),
        Field("conversation_on", "day", "the day they spoke before; else that of the visit"),
        Field("focus", "text", "what the observer was to look at"),
        Field("setting", "code", "where somebody was watched, such as a lab"),
        Field("notes", "text", "what the observer saw; read by the two of the visit alone"),
        Field("debrief_on", "day", "the day of the debrief, if there was one"),
        Field("debrief_minutes", "minutes", "how long the debrief lasted"),
        Field("shared_by", "persons", "who shared what the visit says of their own practice"),
    ),
    read=read,
    tells={
        ObservationPlanned: {
            "observer": ("observer",),
            "observed": ("observed",),
            "conversation_on": ("conversation_on", "on"),
            "visit_on": WHEN,
            "focus": ("focus",),
        },
        ObservationConducted: {
            "visit": WHO,
            "held_on": WHEN,
            "held_at": WHEN,
            "minutes": ("minutes",),
            "setting": ("setting",),
            "notes": ("notes",),
        },
        ObservationDebriefed: {
            "visit": WHO,
            "on": ("debrief_on",),
            "minutes": ("debrief_minutes",),
            "reflections_shared_by": ("shared_by",),
        },
    },
    hints={
        "observer": Hint("observer", weight=2, words=r"\bobserver\b|who observed"),
        "observed": Hint("observed", weight=3, words=r"observed (colleague|teacher)|visited$"),
        "debrief_minutes": Hint("debrief_minutes", words=r"minutes.*debrief|debrief.*minutes"),
        "debrief": Hint("debrief_on", weight=3, words=r"debrief"),
        "conversation": Hint("conversation_on", weight=1, words=r"conversation before|pre-?visit"),
        "shared": Hint("shared_by", weight=1, words=r"shared.*reflection"),
        "focus": Hint("focus", weight=1, words=r"\bfocus\b"),
        "setting": Hint("setting", words=r"\bsetting\b"),
        "minutes": Hint("minutes", weight=1),
        "time": Hint("time"),
        "date": Hint("on"),
        "note": Hint("notes"),
    },
    sender=("observer",),
    template=mapping_to_edit("observation-log", "visits", _REST),
)

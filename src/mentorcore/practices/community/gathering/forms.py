"""A list of who was at a workshop or a meeting of mentors, as a sign-in sheet or a tool exports it.

A row stands for one or several people at one gathering. The first one records the gathering, and
what was a training is recorded of each in the same go.
"""

from datetime import date

from mentorcore.domain.participant.events import RecordTraining, TrainingCompleted
from mentorcore.practices.community.gathering.events import (
    GatheringAttended,
    GatheringHeld,
    RecordAttendance,
    RecordGathering,
)
from mentorcore.practices.community.gathering.state import last_day
from mentorcore.practices.spec import (
    Code,
    Field,
    FormKind,
    Hint,
    Intents,
    Row,
    mapping_to_edit,
)

__all__ = ["ATTENDANCE_LIST"]

WHEN = ("on", "time")

_REST = """
[fields]
who = "Name"                         # one person, or several in a cell
on = "Date"
title = "Session"
minutes = "Minutes"
# time = "Join time"
# kind = "Kind"                      # workshop or mentor_meeting
# training = "Training"              # what a workshop completed, as the settings call it

# [answers]
# separator = ";"                    # what stands between several people in a cell

[defaults]
kind = "workshop"
"""


def read(row: Row) -> Intents:
    """Who was where for how long, and the training that it was."""
    moment = row.must("on", row.moment("on", "time"))
    title, minutes = (
        row.must("title", row.word("title")),
        row.must("minutes", row.minutes("minutes")),
    )
    kind, training = row.choice("kind", "workshop"), row.code("training")
    people = row.must("who", row.people("who"))
    row.check()
    assert moment is not None
    assert title is not None
    day = moment.on(row.zone)
    participants = [said.enrolment_on(day) for said in people or ()]
    gathering = _known(row, kind, title, day)
    if gathering is None:
        gathering = row.ids("gathering")
        row.say(
            "gathering",
            RecordGathering,
            gathering_id=gathering,
            program_id=row.known.program.program_id,
            kind=kind,
            title=title,
            on=day,
            training=training,
        )
    for number, participant in enumerate(dict.fromkeys(participants), 1):
        row.say(
            f"attendance.{number}",
            RecordAttendance,
            gathering_id=gathering,
            meeting_id=row.ids("meeting"),
            participant=participant,
            held_at=moment.at,
            held_on=moment.day,
            minutes=minutes,
        )
        if training is not None:
            row.say(
                f"training.{number}",
                RecordTraining,
                participant_id=participant,
                training_kind=Code(training),
                on=day,
            )
    return row.done()


def _known(row: Row, kind: str, title: str, day: date) -> str | None:
    """The gathering that is recorded already and that a row tells of."""
    for gathering, state in row.known.states("gathering").items():
        held = state.held
        if held is None or held.kind != kind or held.title.casefold() != title.casefold():
            continue
        if held.on <= day <= last_day(held):
            return gathering
    return None


ATTENDANCE_LIST = FormKind(
    name="attendance-list",
    fields=(
        Field("who", "persons", "who was there", needed=True),
        Field("on", "day", "the day, or the day and time in one cell", needed=True),
        Field("time", "clock", "the time at which they came"),
        Field("title", "text", "what it was called", needed=True, worded=True),
        Field("minutes", "minutes", "how long they were there", needed=True),
        Field(
            "kind", "choice", "what it was; else a workshop", choices=("workshop", "mentor_meeting")
        ),
        Field("training", "code", "the training that it was, as the settings call it"),
    ),
    read=read,
    tells={
        GatheringHeld: {
            "on": WHEN,
            "title": ("title",),
            "kind": ("kind",),
            "training": ("training",),
        },
        GatheringAttended: {
            "participant": ("who",),
            "held_on": WHEN,
            "held_at": WHEN,
            "minutes": ("minutes",),
        },
        TrainingCompleted: {"training_kind": ("training",), "on": WHEN},
    },
    hints={
        "joined": Hint("time", weight=2, words=r"join(ed)? (time|at)|time joined"),
        "session": Hint("title", weight=2, words=r"^session$|workshop|gathering"),
    },
    template=mapping_to_edit("attendance-list", "attendance", _REST),
)

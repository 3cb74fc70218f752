"""Mappings of made-up forms, and short ways to look at what a row became."""

import pytest
from intake.small_program import (
    Form,
)

from mentorcore.intake.intents import Intents, Rejected

ENROLMENT = """
form = "enrolment"
kind = "enrolment"
[fields]
name = "Name"
email = "E-mail"
role = "Role"
since = "Since"
places = "Places"
places_reason = "Why more"
unit = "School"
[fields.training]
basics = "Basics on"
[values.role]
"I mentor" = "mentor"
"I am new" = "mentee"
[answers]
date_order = "mdy"
"""

PAIRINGS = """
form = "pairings"
kind = "pairing-list"
[people]
by = "name"
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "Since"
signed_on = "Signed"
started_on = "Started"
authorized = "OK"
ended_on = "Until"
end_reason = "Reason"
ended_by = "By"
[values.end_reason]
"Did not fit" = "mismatch"
"""

MEETINGS = """
form = "meetings"
kind = "meeting-log"
[people]
by = "email"
mentee = "name"
[fields]
mentor = "E-mail"
mentee = "Mentee"
on = "Date"
time = "Time"
until = "Until"
minutes = "Minutes"
status = "Status"
modality = "How"
attendees = "Who was there"
topics = "Topics"
note = "Note"
action = "Next step"
action_due = "Due"
next_on = "Next"
[values.status]
"Took place" = "held"
"She did not come" = "missed"
[values.modality]
Zoom = "video"
[defaults]
modality = "in_person"
note_visibility = "pair_private"
[answers]
separator = ";"
missing = ["-99"]
"""

GOALS = """
form = "goals"
kind = "goal-check-in"
[fields]
mentee = "E-mail"
goal = "Goal"
status = "Status"
comment = "Comment"
due_on = "Due"
[defaults]
on = "submitted"
"""

FEEDBACK = """
form = "feedback"
kind = "feedback"
[fields]
author = "E-mail"
text = "Text"
about = "About"
[fields.ratings]
helpful = "Helpful"
[values.ratings]
"Very much" = 5
[defaults]
on = "submitted"
visibility = "coordinator"
"""


def kinds(intended: Intents) -> list[type]:
    return [type(f.command) for f in intended.facts]


def codes(intended: Intents) -> list[str]:
    return [f.code for f in intended.facts]


def refused(form: Form, **cells: str) -> str:
    with pytest.raises(Rejected) as caught:
        form.read(**cells)
    return str(caught.value)

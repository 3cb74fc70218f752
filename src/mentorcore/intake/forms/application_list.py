"""A list of applications: who applied, how they were looked at, and what was decided."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from mentorcore.domain.participant.applying import (
    ApplicationDecided,
    ApplicationScreened,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    DecideApplication,
    ScreenApplication,
    SubmitApplication,
    WithdrawApplication,
)
from mentorcore.domain.values import Code, CohortId, ParticipantId, PersonId
from mentorcore.intake.form_kind import Declared, Field, FormKind, Hint, Lack
from mentorcore.intake.forms.joining import (
    PERSON,
    PERSON_FIELDS,
    cohort_stated,
    known_person,
    lacks_of_person,
    name_stated,
    role_stated,
    tells_of_person,
)
from mentorcore.intake.forms.persons import Stated, stated_identities
from mentorcore.intake.intents import Intents
from mentorcore.intake.mappings.templates import mapping_to_edit
from mentorcore.intake.row import Row

__all__ = ["APPLICATION_LIST"]

DECISIONS = ("approved", "waitlisted", "declined")

_REST = """
[fields]
name = "Name"
# family_name = "Last name"          # where name holds the given name only
email = "Email Address"
role = "Applies as"
# cohort = "Cohort"
# on = "Applied on"                  # else the day of sending
# statement = "Why do you want to take part?"   # read by the applicant and the coordinator
# waitlisted_on = "Waitlisted on"
# rank = "Place on the list"
# decision = "Decision"              # approved, waitlisted or declined
# decided_on = "Decided on"
# withdrawn_on = "Withdrawn on"

# [fields.screened]                  # the day on which each step was passed
# interview = "Interview passed on"

[defaults]                           # what holds where a cell is empty or a column is not there
on = "submitted"                     # the day of sending
decided_by = "program"               # a code word for who decides
"""


def _read(row: Row) -> Intents:
    """Who applied, for what, and how far that has come."""
    name = row.must("name", name_stated(row))
    on = row.must("on", row.day("on"))
    role, cohort = role_stated(row), cohort_stated(row)
    identities = stated_identities(row, name)
    steps = [(step, row.day(f"screened.{step}")) for step in row.mapping.group("screened")]
    decided = _decided(row)
    withdrawn_on = row.day("withdrawn_on")
    row.check()
    assert name is not None
    assert on is not None
    assert role is not None
    assert cohort is not None
    stated = Stated(" ".join(name.split()), identities, on, role, cohort)
    person = known_person(row, stated, on)
    participant = _submit(row, person, cohort, role, on)
    for step, day in steps:
        if day is not None:
            row.say(
                f"screened.{step}",
                ScreenApplication,
                participant_id=participant,
                step=Code(step),
                on=day,
                outcome="passed",
            )
    for code, said in decided:
        row.say(code, DecideApplication, participant_id=participant, **said)
    if withdrawn_on is not None:
        row.say("withdrawn", WithdrawApplication, participant_id=participant, on=withdrawn_on)
    return row.done()


def _submit(row: Row, person: PersonId, cohort: CohortId, role: Code, on: date) -> ParticipantId:
    """The application: one that waits already, or a new one."""
    known = row.known.application(person, role)
    if known is not None:
        return known
    participant = ParticipantId(row.ids("participant"))
    row.say(
        "application",
        SubmitApplication,
        participant_id=participant,
        person_id=person,
        program_id=row.known.program.program_id,
        cohort_id=cohort,
        role=role,
        on=on,
        statement=row.text("statement"),
    )
    return participant


def _decided(row: Row) -> list[tuple[str, dict[str, Any]]]:
    """What was decided, in order: that somebody has to wait, and what came of it."""
    waitlisted_on, decision = row.day("waitlisted_on"), row.choice("decision")
    decided_on, rank, by = row.day("decided_on"), row.whole("rank"), row.code("decided_by")
    found: list[tuple[str, dict[str, Any]]] = []
    if decision == "waitlisted" and waitlisted_on is None:
        waitlisted_on = row.must("decided_on", decided_on)
    if waitlisted_on is not None:
        waits = {"decision": "waitlisted", "on": waitlisted_on, "rank": rank}
        found.append(("waitlisted", {**waits, "decided_by": row.must("decided_by", by)}))
    if decision in {"approved", "declined"}:
        said = {"decision": decision, "on": row.must("decided_on", decided_on)}
        found.append(("decision", {**said, "decided_by": row.must("decided_by", by)}))
    return found


def _lacks(declared: Declared) -> Iterator[Lack]:
    yield from lacks_of_person(declared)
    decides = declared.names("decision", "waitlisted_on")
    if decides and not declared.tells("decided_by"):
        yield Lack("decided_by", "is missing: a decision says who took it", "a column or a default")


APPLICATION_LIST = FormKind(
    name="application-list",
    finds=True,
    fields=(
        *PERSON_FIELDS,
        Field("role", "code", "the role that they apply for", needed=True),
        Field("cohort", "text", "the cohort's name, when there are several", worded=True),
        Field("on", "day", "the day of the application", needed=True),
        Field("statement", "text", "why they want to take part"),
        Field("screened", "day", "the day on which a step was passed", group="a step"),
        Field("waitlisted_on", "day", "the day on which they were put on the waiting list"),
        Field("rank", "whole", "the place on the waiting list"),
        Field("decision", "choice", "what was decided", choices=DECISIONS),
        Field("decided_on", "day", "the day of that decision"),
        Field("decided_by", "code", "who decided, as one word such as an office"),
        Field("withdrawn_on", "day", "the day on which they withdrew"),
    ),
    read=_read,
    tells={
        **tells_of_person("on"),
        ApplicationSubmitted: {
            "person_id": PERSON,
            "cohort_id": ("cohort",),
            "role": ("role",),
            "on": ("on",),
            "statement": ("statement",),
        },
        ApplicationScreened: {"on": ("screened",)},
        ApplicationDecided: {
            "decision": ("decision",),
            "on": ("decided_on", "waitlisted_on"),
            "rank": ("rank",),
            "decided_by": ("decided_by",),
        },
        ApplicationWithdrawn: {"on": ("withdrawn_on",)},
    },
    lacks=_lacks,
    hints={
        "applies": Hint("role", weight=3, words=r"\bappl(y|ies|ied) (as|for)\b"),
        "applied": Hint("on", weight=2, words=r"\bapplied on\b|date of application"),
        "decision": Hint("decision", weight=3, words=r"^decision$|application (status|decision)"),
        "waitlisted": Hint("waitlisted_on", weight=3, words=r"wait(ing )?-?list"),
        "decided": Hint("decided_on", weight=2, words=r"\bdecided on\b|date of decision"),
        "why": Hint("statement", weight=1, words=r"^why .*(take part|apply|join|mentor)"),
        "name": Hint("name"),
        "whole_name": Hint("name"),
        "email": Hint("email"),
        "role": Hint("role"),
        "family": Hint("family_name"),
        "phone": Hint("phone"),
    },
    template=mapping_to_edit("application-list", "applications", _REST, people=False),
)

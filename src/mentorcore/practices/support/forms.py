"""A list of what is set aside, and a log of what of it was used.

An amount stands in one of three columns: time as a duration, time in days, or money.
"""

import re
from datetime import date

from mentorcore.domain.sustaining.support import (
    AllocateSupport,
    RecordSupportUse,
    Support,
    SupportAllocated,
    SupportUsed,
)
from mentorcore.practices.spec import (
    CohortId,
    Declared,
    Field,
    FormKind,
    Hint,
    Intents,
    Lack,
    NamedPerson,
    ParticipantId,
    Row,
    mapping_to_edit,
)

__all__ = ["SUPPORT_LIST", "SUPPORT_LOG"]

KINDS = ("release_time", "staff", "budget", "stipend")
AMOUNTS = ("minutes", "days", "money")
MONEY = re.compile(r"[^\d\s.,-]*\s*(?P<whole>\d+)(?:[.,](?P<cents>\d{2}))?\s*[^\d\s.,-]*")

_LIST = """
[fields]
kind = "What"                        # release_time, staff, budget or stipend
who = "Mentor"                       # for whom; an empty cell is for everybody
since = "From"
minutes = "Hours"                    # time as a duration
# days = "Days"                      # or time in whole days
# money = "Amount"                   # or money, such as 1200 or 1200.50
# until = "Until"                    # the first day on which it cannot be used any more
# cohort = "Cohort"
# currency = "Currency"
# funded_by = "Funded by"

# [answers]
# durations = "hours"                # what a bare number counts

# [defaults]
# currency = "USD"
"""

_LOG = """
[fields]
kind = "What"                        # release_time, staff, budget or stipend
who = "Mentor"                       # who used it
on = "Date"
minutes = "Hours"                    # time as a duration
# days = "Days"                      # or time in whole days
# money = "Amount"                   # or money, such as 1200 or 1200.50
"""


def _read_list(row: Row) -> Intents:
    """What was set aside, for whom, and from when to when."""
    kind, since = row.must("kind", row.choice("kind")), row.must("since", row.day("since"))
    until, cohort = row.day("until"), _cohort(row)
    amount = _amount(row)
    row.check()
    assert kind is not None
    assert since is not None
    assert amount is not None
    participant = _participant(row, since)
    row.check()
    number, unit = amount
    row.say(
        "support",
        AllocateSupport,
        program_id=row.known.program.program_id,
        support_id=row.ids("support"),
        kind=kind,
        amount=number,
        unit=unit,
        since=since,
        until=until,
        currency=row.code("currency") if unit == "cents" else None,
        participant=participant,
        cohort_id=cohort,
        funded_by=row.code("funded_by"),
    )
    return row.done()


def _read_log(row: Row) -> Intents:
    """What was used on a day, of what was set aside for whoever used it, or for all."""
    kind, on = row.must("kind", row.choice("kind")), row.must("on", row.day("on"))
    amount = _amount(row)
    row.check()
    assert kind is not None
    assert on is not None
    assert amount is not None
    participant = _participant(row, on)
    row.check()
    number, unit = amount
    support = _set_aside(row, kind, unit, participant, on)
    row.check()
    assert support is not None
    row.say(
        "use",
        RecordSupportUse,
        program_id=row.known.program.program_id,
        support_id=support.support_id,
        on=on,
        amount=number,
        participant=participant,
    )
    return row.done()


def _cohort(row: Row) -> CohortId | None:
    named = row.word("cohort")
    if named is None:
        return None
    cohorts = row.known.program.cohorts
    found = next((c for c in cohorts if c.name.casefold() == named.casefold()), None)
    if found is None:
        there = ", ".join(c.name for c in cohorts) or "none"
        row.wrong("cohort", f"the program has no cohort {named!r}; it has {there}")
        return None
    return found.cohort_id


def _amount(row: Row) -> tuple[int, str] | None:
    """How much, with its unit; noted as wrong where it is told in none or several columns."""
    told = [field for field in AMOUNTS if row.raw(field)]
    if len(told) != 1:
        said = "no column tells how much" if not told else "several columns tell how much"
        row.wrong(told[0] if told else "", said)
        return None
    (field,) = told
    if field == "money":
        cents = _cents(row)
        return None if cents is None else (cents, "cents")
    number = row.minutes("minutes") if field == "minutes" else row.whole("days")
    return None if number is None else (number, field)


def _cents(row: Row) -> int | None:
    """Money in cents: a whole number, or one with two digits behind a point or a comma."""
    text = row.text("money") or ""
    found = MONEY.fullmatch(text.strip())
    if found is None:
        row.wrong("money", f"{text!r} is no amount of money such as 1200 or 1200.50")
        return None
    return int(found["whole"]) * 100 + int(found["cents"] or 0)


def _participant(row: Row, day: date) -> ParticipantId | None:
    """Who is named, by the enrolment of that day."""
    said: NamedPerson | None = row.person("who")
    if said is None:
        return None
    there = [e for e in said.enrolments if e.ran_on(day)] or list(said.enrolments)
    if len({e.participant for e in there}) > 1:
        roles = ", ".join(e.role for e in there)
        row.wrong("who", f"{said.text!r} takes part several times then, as {roles}")
        return None
    return there[0].participant


def _set_aside(
    row: Row, kind: str, unit: str, participant: ParticipantId | None, on: date
) -> Support | None:
    """What a use was taken from: what is for the one who used it, else what is for all."""
    alike = [
        support
        for support in row.known.program.supports
        if (support.kind, support.unit) == (kind, unit)
        and support.since <= on
        and (support.until is None or on < support.until)
    ]
    own = [s for s in alike if s.participant is not None and s.participant == participant]
    found = own or [s for s in alike if s.participant is None]
    if len(found) == 1:
        return found[0]
    said = kind.replace("_", " ")
    whose = "for them or for all" if participant is not None else "for all"
    number = "no" if not found else str(len(found))
    row.wrong("kind", f"{number} {said} in {unit} is set aside {whose} on {on}")
    return None


def _lacks(told: Declared) -> list[Lack]:
    if not told.names(*AMOUNTS):
        return [Lack("minutes", "is missing: minutes, days or money tells how much")]
    return []


_COMMON = (
    Field("kind", "choice", "what it is", choices=KINDS, needed=True),
    Field("who", "person", "the participant; empty for everybody"),
    Field("minutes", "minutes", "time as a duration"),
    Field("days", "whole", "time in whole days"),
    Field("money", "text", "money, such as 1200 or 1200.50", worded=False),
)

SUPPORT_LIST = FormKind(
    name="support-list",
    fields=(
        *_COMMON,
        Field("since", "day", "the first day on which it can be used", needed=True),
        Field("until", "day", "the first day on which it cannot any more"),
        Field("cohort", "text", "the cohort's name, when it is for one alone", worded=True),
        Field("currency", "code", "the currency of the money, by its three letters"),
        Field("funded_by", "code", "who gives it"),
    ),
    read=_read_list,
    tells={
        SupportAllocated: {
            "kind": ("kind",),
            "amount": AMOUNTS,
            "unit": AMOUNTS,
            "since": ("since",),
            "until": ("until",),
            "currency": ("currency", "money"),
            "participant": ("who",),
            "cohort_id": ("cohort",),
            "funded_by": ("funded_by",),
        }
    },
    lacks=_lacks,
    hints={
        "funded": Hint("funded_by", weight=3, words=r"funded by|funding"),
        "kind": Hint("kind", weight=2, words=r"^kind of support$|^support$"),
    },
    template=mapping_to_edit("support-list", "support", _LIST),
)

SUPPORT_LOG = FormKind(
    name="support-log",
    fields=(*_COMMON, Field("on", "day", "the day on which it was used", needed=True)),
    read=_read_log,
    tells={
        SupportUsed: {
            "support_id": ("kind", "who", "on", *AMOUNTS),
            "on": ("on",),
            "amount": AMOUNTS,
            "participant": ("who",),
        }
    },
    lacks=_lacks,
    hints={"used": Hint("on", weight=3, words=r"(release time|budget|stipend).* used")},
    template=mapping_to_edit("support-log", "support-used", _LOG),
)

"""A list of reliefs: who was let off which rule of a policy pack, by whom and since when."""

from typing import get_args

from mentorcore.domain.requirements.participant_events import (
    ReliefGranted,
    RequirementWaived,
    WaiveRequirement,
)
from mentorcore.intake.form_kind import Field, FormKind, Hint
from mentorcore.intake.forms.named_enrolment import enrolment_of
from mentorcore.intake.intents import Intents
from mentorcore.intake.mappings.templates import mapping_to_edit
from mentorcore.intake.row import Row

__all__ = ["RELIEF_LIST"]

_REST = """
[fields]
participant = "Email Address"
# role = "Takes part as"             # for whom several enrolments are known
rule = "Requirement"
relief = "Relief"                    # waiver, exemption, extension or early_completion
granted_by = "Granted by"            # the role that granted it, as the pack calls it
since = "Granted on"
# until = "Until"                    # the first day on which it holds no longer
# new_limit = "New due date"         # of an extension
# basis = "On what ground"           # read by the coordinator
# pack = "Policy pack"               # where two packs have a rule of one id
"""


def _read(row: Row) -> Intents:
    """Who is let off which rule, by whom and since when."""
    since = row.must("since", row.day("since"))
    rule, by = row.must("rule", row.code("rule")), row.must("granted_by", row.code("granted_by"))
    relief = row.must("relief", row.choice("relief") or None)
    until, new_limit, pack = row.day("until"), row.day("new_limit"), row.code("pack")
    row.check()
    assert since is not None
    participant = enrolment_of(row, since)
    row.check()
    row.done()
    row.say(
        "relief",
        WaiveRequirement,
        participant_id=participant,
        rule_id=rule,
        relief=relief,
        granted_by=by,
        since=since,
        pack_id=pack,
        until=until,
        new_limit=new_limit,
        basis=row.text("basis"),
    )
    return row.done()


RELIEF_LIST = FormKind(
    name="relief-list",
    fields=(
        Field("participant", "person", "whom the relief is granted to", needed=True),
        Field("role", "code", "as what the person takes part, where that is not clear"),
        Field("rule", "code", "the rule, by its id in the policy pack", needed=True),
        Field("relief", "choice", "the relief", needed=True, choices=get_args(ReliefGranted)),
        Field("granted_by", "code", "the role of whoever granted it", needed=True),
        Field("since", "day", "since when it holds", needed=True),
        Field("until", "day", "the first day on which it holds no longer"),
        Field("new_limit", "day", "the last day in time, of an extension"),
        Field("basis", "text", "on what ground it was granted"),
        Field("pack", "code", "the policy pack, where two have a rule of that id"),
    ),
    read=_read,
    tells={
        RequirementWaived: {
            "rule_id": ("rule",),
            "relief": ("relief",),
            "granted_by": ("granted_by",),
            "since": ("since",),
            "until": ("until",),
            "new_limit": ("new_limit",),
            "basis": ("basis",),
            "pack_id": ("pack",),
        },
    },
    hints={
        "relief": Hint("relief", weight=4, words=r"\b(relief|waiver|exemption|extension)s?\b"),
        "rule": Hint("rule", weight=2, words=r"\b(rule|requirement)\b"),
        "granted": Hint("granted_by", weight=2, words=r"\bgranted by\b"),
        "basis": Hint("basis", weight=1, words=r"\b(basis|ground)\b"),
        "email": Hint("participant"),
        "date": Hint("since"),
    },
    template=mapping_to_edit("relief-list", "reliefs", _REST, people=False, sent=False).replace(
        'keys = ["Mentor", "Mentee"]', 'keys = ["Email Address", "Requirement"]'
    ),
)

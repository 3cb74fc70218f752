"""Answers to proposals: who was asked accepts or declines."""

from collections.abc import Sequence
from datetime import date

from mentorcore.domain.pairing.events.proposals import (
    AcceptPairing,
    DeclinePairing,
    PairingAccepted,
    PairingDeclined,
)
from mentorcore.domain.settings import ADVISING, SUPPORTED
from mentorcore.domain.values import ParticipantId
from mentorcore.intake.directory import KnownProposal
from mentorcore.intake.form_kind import Field, FormKind, Hint
from mentorcore.intake.intents import Intents
from mentorcore.intake.lookup import NamedPerson
from mentorcore.intake.mappings.templates import mapping_to_edit
from mentorcore.intake.row import Row

__all__ = ["PROPOSAL_ANSWERS"]

EVERYBODY = ADVISING | SUPPORTED
WHICH = ("person", "others")

_REST = """
[fields]
person = "Email Address"
answer = "Do you accept?"
# others = "With whom?"              # needed where somebody was asked more than once
# reason = "Why not?"                # read by whoever declines and by the coordinator

[values.answer]
"Yes" = "accept"
"No" = "decline"

[defaults]
on = "submitted"
"""


def _read(row: Row) -> Intents:
    """One answer of somebody to what was proposed."""
    said = row.must("person", row.person("person", EVERYBODY))
    on, answer = row.must("on", row.day("on")), row.must("answer", row.choice("answer"))
    others = row.people("others", EVERYBODY)
    row.check()
    assert said is not None
    assert on is not None
    me, proposal = _asked(row, said, others, on)
    if answer == "accept":
        row.say("answer", AcceptPairing, pairing_id=proposal.pairing, participant=me, on=on)
    else:
        row.say(
            "answer",
            DeclinePairing,
            pairing_id=proposal.pairing,
            by=me,
            on=on,
            cause="declined",
            reason=row.text("reason"),
        )
    return row.done()


def _asked(
    row: Row, said: NamedPerson, others: Sequence[NamedPerson], on: date
) -> tuple[ParticipantId, KnownProposal]:
    """Which proposal is answered: one that waits for this answer goes before all others.

    Raises:
        Rejected: There is none, or there are several.
    """
    found = [
        (enrolment.participant, proposal)
        for enrolment in said.enrolments
        for proposal in row.known.proposals(enrolment.participant)
        if proposal.on <= on and all(_is_in(other, proposal) for other in others)
    ]
    waiting = [(me, p) for me, p in found if p.is_open and me in p.waits_for]
    among = waiting or found[-1:]
    if not among:
        row.wrong("person", f"nothing was proposed to {said.text!r} with these people by {on}")
    elif len(among) > 1:
        row.wrong("others", f"{len(among)} proposals wait for {said.text!r}; say with whom")
    row.check()
    return among[0]


def _is_in(said: NamedPerson, proposal: KnownProposal) -> bool:
    return any(e.participant in proposal.members for e in said.enrolments)


PROPOSAL_ANSWERS = FormKind(
    name="proposal-answers",
    fields=(
        Field("person", "person", "who was asked and answers", needed=True),
        Field("answer", "choice", "what they say", needed=True, choices=("accept", "decline")),
        Field("on", "day", "the day of the answer", needed=True),
        Field("others", "persons", "with whom they would be paired, if asked more than once"),
        Field("reason", "text", "why they decline"),
    ),
    read=_read,
    tells={
        PairingAccepted: {"pairing": WHICH, "participant": ("person",), "on": ("on",)},
        PairingDeclined: {
            "pairing": WHICH,
            "by": ("person",),
            "on": ("on",),
            "reason": ("reason",),
        },
    },
    hints={
        "answer": Hint("answer", weight=4, words=r"\baccept"),
        "others": Hint("others", weight=1, words=r"with whom"),
        "why_not": Hint("reason", weight=1, words=r"why not|reason for declining"),
        "date": Hint("on"),
    },
    sender=("person",),
    in_order_of="on",
    template=mapping_to_edit("proposal-answers", "answers", _REST).replace(
        '# mentee = "name"', '# others = "name"'
    ),
)

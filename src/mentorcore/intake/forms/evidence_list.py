"""A list of papers: each about a pairing, or about the participant that its row names."""

from collections.abc import Iterator
from typing import get_args

from mentorcore.domain.requirements.evidence_events import (
    AttachEvidence,
    AttachParticipantEvidence,
    EvidenceAttached,
    EvidenceKind,
    ParticipantEvidenceAttached,
    Purpose,
)
from mentorcore.domain.values import EvidenceId
from mentorcore.domain.visibility import READERS
from mentorcore.intake.form_kind import Declared, Field, FormKind, Hint, Lack
from mentorcore.intake.forms.named_enrolment import enrolment_of
from mentorcore.intake.forms.pairings import MEMBERS, WHO, paired, pairing_of
from mentorcore.intake.intents import Intents
from mentorcore.intake.mappings.templates import mapping_to_edit
from mentorcore.intake.row import Row

__all__ = ["EVIDENCE_LIST"]

_REST = """
[fields]
mentor = "Mentor"                    # of papers about a pairing
mentee = "Mentee"
# participant = "Email Address"      # of papers about somebody, where a row names them
title = "Form"
kind = "Sort"                        # plan, form, paper, signature or other
on = "Signed on"
# signed_by = "Signed by"            # the roles of those who signed, in one cell
# digest = "SHA-256"

[defaults]
kind = "form"
purpose = "compliance"               # mentoring, compliance, completion, evaluation, discipline
visibility = "coordinator"           # who may read the digest
"""


def _read(row: Row) -> Intents:
    """A paper about somebody, or about a pairing."""
    on = row.must("on", row.day("on"))
    told = {
        "title": row.must("title", row.code("title")),
        "kind": row.must("kind", row.choice("kind") or None),
        "purpose": row.must("purpose", row.choice("purpose") or None),
        "visibility": row.must("visibility", row.choice("visibility") or None),
        "signed_by": row.codes("signed_by"),
        "digest": row.text("digest"),
    }
    row.check()
    assert on is not None
    if row.text("participant") is not None:
        participant = enrolment_of(row, on)
        row.check()
        row.done()
        about = {"participant_id": participant}
        command: type = AttachParticipantEvidence
    else:
        pairing = pairing_of(row, paired(row), on)
        row.check()
        assert pairing is not None
        about = {"pairing_id": pairing.pairing}
        command = AttachEvidence
    row.say(
        "evidence", command, **about, **told, on=on, evidence_id=EvidenceId(row.ids("evidence"))
    )
    return row.done()


def _names_nobody(declared: Declared) -> Iterator[Lack]:
    if not declared.names("participant", *WHO):
        yield Lack("participant", "nothing tells whose it is", "participant, or mentor and mentee")


EVIDENCE_LIST = FormKind(
    name="evidence-list",
    fields=(
        Field("participant", "person", "whom a paper is about"),
        Field("role", "code", "as what the person takes part, where that is not clear"),
        *MEMBERS,
        Field("title", "code", "which paper it is", needed=True),
        Field("kind", "choice", "what sort it is", needed=True, choices=get_args(EvidenceKind)),
        Field("on", "day", "the day on which it was signed or made", needed=True),
        Field("purpose", "choice", "what it is used for", needed=True, choices=get_args(Purpose)),
        Field("visibility", "choice", "who may read it", needed=True, choices=tuple(READERS)),
        Field("signed_by", "codes", "the roles of those who signed it"),
        Field("digest", "text", "the SHA-256 of the file"),
    ),
    read=_read,
    tells={
        EvidenceAttached: {
            "pairing": WHO,
            "kind": ("kind",),
            "title": ("title",),
            "on": ("on",),
            "purpose": ("purpose",),
            "visibility": ("visibility",),
            "signed_by": ("signed_by",),
            "digest": ("digest",),
        },
        ParticipantEvidenceAttached: {
            "kind": ("kind",),
            "title": ("title",),
            "on": ("on",),
            "purpose": ("purpose",),
            "visibility": ("visibility",),
            "signed_by": ("signed_by",),
            "digest": ("digest",),
        },
    },
    lacks=_names_nobody,
    hints={
        "signed": Hint("signed_by", weight=3, words=r"\b(signed by|signatures?)\b"),
        "signed_on": Hint("on", weight=2, words=r"\bsigned on\b"),
        "digest": Hint("digest", weight=3, words=r"\b(sha.?256|digest|checksum)\b"),
        "title": Hint("title", weight=1, words=r"\b(form|document|paper|evidence)\b"),
        "mentor": Hint("mentor"),
        "mentee": Hint("mentee"),
        "email": Hint("participant"),
        "date": Hint("on"),
    },
    template=mapping_to_edit("evidence-list", "evidence", _REST, sent=False).replace(
        'keys = ["Mentor", "Mentee"]', 'keys = ["Mentor", "Mentee", "Form", "Signed on"]'
    ),
)

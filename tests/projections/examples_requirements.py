"""An example of every event that a rule asks for, before every view: the history tells it."""

from collections.abc import Iterator
from typing import Any

from projections.cases import EARLY, LATELY, NOTHING, case, mentor, persons, q, told

from mentorcore.domain.participant.visiting import VisitorAdmitted
from mentorcore.domain.requirements import case_events, evidence_events
from mentorcore.domain.requirements.program_events import (
    DocumentReferenced,
    RequirementJustified,
)

e: Any = evidence_events
c: Any = case_events


@case(
    q.RequirementWaived,
    status=NOTHING,
    attention=NOTHING,
    history=told("participant.requirement-waived"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(
        mentor(town, pair),
        q.RequirementWaived(
            rule_id="CA-4",
            relief="extension",
            granted_by="coordinator",
            since=EARLY,
            new_limit=LATELY,
            basis="The plan waits for the new timetable",
            subjects=persons(town, pair)[:1],
        ),
    )


@case(
    q.ServiceCredited,
    status=NOTHING,
    attention=NOTHING,
    history=told("participant.service-credited"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(
        mentor(town, pair),
        q.ServiceCredited(on=EARLY, amount=11, unit="week", subjects=persons(town, pair)[:1]),
    )


@case(
    VisitorAdmitted,
    status=NOTHING,
    attention=NOTHING,
    history=told("participant.visitor-admitted"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(
        mentor(town, pair),
        VisitorAdmitted(institution="south-high", agreement=f"agreement:{1:032x}", since=EARLY),
    )


@case(
    q.FactStated,
    status=NOTHING,
    attention=NOTHING,
    history=told("participant.fact-stated"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(mentor(town, pair), q.FactStated(fact="experience_years", number=4, since=EARLY))


@case(
    DocumentReferenced,
    status=NOTHING,
    attention=NOTHING,
    history=told("program.document-referenced"),
)
def _(town: Any, _pair: str) -> Iterator[None]:
    town.subject = town.program
    yield
    town.tell(
        town.program,
        DocumentReferenced(process="early_completion", title="Early completion", on=EARLY),
    )


@case(
    RequirementJustified,
    status=NOTHING,
    attention=NOTHING,
    history=told("program.requirement-justified"),
)
def _(town: Any, _pair: str) -> Iterator[None]:
    town.subject = town.program
    yield
    town.tell(
        town.program,
        RequirementJustified(rule_id="IL-2", on=EARLY, reason="A joint program is in the making"),
    )


def evidence(**more: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "evidence_id": f"evidence:{1:032x}",
        "kind": "form",
        "title": "counseling_form",
        "on": LATELY,
        "purpose": "evaluation",
        "visibility": "evaluative",
        "digest": "ab" * 32,
        "signed_by": ("mentor",),
    }
    return {**usual, **more}


@case(
    e.EvidenceAttached,
    status=NOTHING,
    attention=NOTHING,
    history=told("pairing.evidence-attached"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(pair, e.EvidenceAttached(**evidence(), subjects=persons(town, pair)))


@case(
    e.ParticipantEvidenceAttached,
    status=NOTHING,
    attention=NOTHING,
    history=told("participant.evidence-attached"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    told_of = evidence(subjects=persons(town, pair)[:1])
    town.tell(mentor(town, pair), e.ParticipantEvidenceAttached(**told_of))


@case(
    e.ConfidentialityExceptionInvoked,
    status=NOTHING,
    attention=NOTHING,
    history=told("pairing.confidentiality-exception-invoked"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(
        pair,
        e.ConfidentialityExceptionInvoked(
            ground="danger_to_health_or_safety",
            material=(f"note:{1:032x}",),
            disclosed_to="coordinator",
            authority="principal",
            on=LATELY,
        ),
    )


CASE = f"case:{1:032x}"


@case(
    c.NotesOpenedForCase,
    status=NOTHING,
    attention=NOTHING,
    history=told("pairing.notes-opened-for-case"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(
        pair,
        c.NotesOpenedForCase(
            case_id=CASE,
            ground="danger_to_health_or_safety",
            material=(f"note:{1:032x}",),
            authority="principal",
            on=LATELY,
        ),
    )


@case(c.CaseRaised, status=NOTHING, attention=NOTHING, history=NOTHING)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(
        pair,
        c.CaseRaised(
            case_id=CASE,
            cause=c.CaseCause(kind="mismatch", pairing_id=pair, mismatch_id=f"mismatch:{1:032x}"),
            on=LATELY,
            principal_stream=CASE,
            principal=1,
        ),
    )

"""An example of every event that a rule asks for, before every view: the history tells it."""

from collections.abc import Iterator
from typing import Any

from projections.cases import EARLY, LATELY, NOTHING, case, mentor, persons, q, told

from mentorcore.domain.requirements.program_events import (
    DocumentReferenced,
    RequirementJustified,
)


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

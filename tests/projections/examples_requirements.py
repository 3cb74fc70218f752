"""An example of every event that a rule asks for, before every view: the history tells it."""

from collections.abc import Iterator
from typing import Any

from projections.cases import EARLY, LATELY, NOTHING, case, mentor, persons, q, told


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

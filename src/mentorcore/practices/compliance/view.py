"""Compliance as a view: the results of a program's policy packs, and those that need a person.

What evaluates rules is loaded for a program that goes by some.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import attrs

from mentorcore.domain.model import CORE_MODEL, Model
from mentorcore.practices.compliance.fold import StoredFacts, folding
from mentorcore.practices.spec import Need, ProgramSnapshot, ProgramView, Redactor
from mentorcore.projections.program_view import Together

if TYPE_CHECKING:
    from mentorcore.projections.compliance.rows import PacksInForce, RequirementRow

__all__ = ["AT_RISK", "BREACHED", "RESULTS"]

BREACHED, AT_RISK = "requirement_breached", "requirement_at_risk"
NEEDING = {"breached": BREACHED, "at_risk": AT_RISK}


def concerns(at: ProgramSnapshot) -> bool:
    """Whether a program goes by any policy pack."""
    return bool(at.program.packs)


def rows(
    parts: Mapping[str, StoredFacts], at: ProgramSnapshot, seer: Redactor, model: Model
) -> "Iterator[tuple[str, RequirementRow]]":
    """Every result, with the stream of what it is about."""
    if concerns(at):
        from mentorcore.practices.compliance.results import Results  # noqa: PLC0415 - see above

        yield from Results(parts, at, seer, model).rows()


def needs(
    parts: Mapping[str, StoredFacts], at: ProgramSnapshot, seer: Redactor, model: Model
) -> Iterator[tuple[str, Need]]:
    """What is breached or at risk, as long as somebody can still do something about it.

    Whoever has left, and a program that has closed, needs nobody any more; the result stays.
    """
    if at.program.closed_on is not None and at.program.closed_on <= at.day:
        return
    for stream, row in rows(parts, at, seer, model):
        kind = NEEDING.get(row.state)
        if kind is not None and not _is_over(row, at):
            yield stream, _need(kind, row, at)


_ID = re.compile(r"([a-z]+):[0-9a-f]{24}([0-9a-f]{8})")
"""An id, of which a sentence tells the end."""


def _cohorts(at: ProgramSnapshot) -> Mapping[str, str]:
    return {cohort.cohort_id: cohort.name for cohort in at.program.cohorts}


def _need(kind: str, row: "RequirementRow", at: ProgramSnapshot) -> Need:
    said = f"{row.title}: {row.said}"
    if row.scope == "cohort" and (cohort := _cohorts(at).get(row.subject)):
        said = f"{cohort}: {said}"
    return Need(
        kind=kind,
        subject=row.subject,
        people=(*row.people, *(m for m in row.mentors if m not in row.people)),
        since=row.due_on if kind == BREACHED else None,
        days=0 if row.due_on is None else (at.day - row.due_on).days,
        why=_ID.sub(r"\1:…\2", said),
        due_on=row.due_on,
        code=row.rule,
        evidence=row.evidence,
    )


def _is_over(row: "RequirementRow", at: ProgramSnapshot) -> bool:
    """Whether the enrolment or the pairing that it is about has ended."""
    if (participant := at.participants.get(row.subject)) is not None:
        return participant.ended_on is not None and participant.ended_on <= at.day
    pairing = at.pairings.get(row.subject)
    return pairing is not None and pairing.situation == "ended"


def narrow(at: ProgramSnapshot, subject: str) -> ProgramSnapshot:
    """The program as far as a result about a subject can rest on it.

    That is itself, the pairings that it is in, whoever is or was in those, and what else they are
    in; of a cohort or the program, all.
    """
    if subject not in at.participants and subject not in at.pairings:
        return at
    pairings = set(at.joined.get(subject, ())) | ({subject} & at.pairings.keys())
    people = {subject} & at.participants.keys()
    for pairing in pairings & at.pairings.keys():
        part = at.pairings[pairing]
        people |= {m.participant for m in (*part.members, *part.former)}
    pairings |= {p for participant in people for p in at.joined.get(participant, ())}
    return attrs.evolve(
        at,
        participants={s: p for s, p in at.participants.items() if s in people},
        pairings={s: p for s, p in at.pairings.items() if s in pairings},
    )


def in_force(_parts: Mapping[str, StoredFacts], at: ProgramSnapshot) -> "PacksInForce":
    """The packs that the program goes by."""
    from mentorcore.practices.compliance.results import pack_lines  # noqa: PLC0415 - see above
    from mentorcore.projections.compliance.rows import PacksInForce  # noqa: PLC0415 - the same

    return PacksInForce(pack_lines(at), _cohorts(at))


def results(model: Model) -> ProgramView:
    """A row for each rule and subject, of a log that is kept by these rules."""
    return ProgramView(
        name="compliance.results",
        projection=folding(model),
        together=Together(
            rows=lambda parts, at, seer: rows(parts, at, seer, model),
            needs=lambda parts, at, seer: needs(parts, at, seer, model),
            narrow=narrow,
            named=("pack", "rule"),
            concerns=concerns,
            for_model=results,
        ),
        combine=in_force,
        dated=True,
        kinds={BREACHED: "low_feedback", AT_RISK: "goal_overdue"},
        about={
            BREACHED: "a requirement of a policy pack was not kept",
            AT_RISK: "a requirement of a policy pack is close to being missed",
        },
    )


RESULTS = results(CORE_MODEL)
"""The same of a log without practices."""

"""What is asked about, and what tells it: the row of a subject, or one need of a person."""

from collections.abc import Callable
from typing import Any

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.program import ProgramRevised
from mentorcore.domain.values import Withheld
from mentorcore.projections.access.redactor import METADATA, Redactor, others_withheld
from mentorcore.projections.attention.attention import NEEDS, RULES, is_shown
from mentorcore.projections.attention.needs import Need, bare
from mentorcore.projections.explain.figure_catalog import found, rests, settled
from mentorcore.projections.explain.provenance_search import MISSING, Question
from mentorcore.projections.folding.figure import DependsOn
from mentorcore.projections.status.applications import application_row, shown_application
from mentorcore.projections.status.pairing_rows import pairing_row
from mentorcore.projections.status.proposals import proposal_row, proposals, shown_proposal
from mentorcore.projections.status.status import (
    cohort_rows,
    numbers,
    participant_row,
    shown_pairing,
    shown_participant,
    status,
)
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot, members_of
from mentorcore.projections.summary.proposals import is_open

__all__ = [
    "FigureQuery",
    "around",
    "needs_about",
    "of_figure",
    "of_need",
    "of_program",
    "of_streams",
    "row_of",
]


@attrs.frozen
class FigureQuery:
    """A figure, as a question that can be asked of any part of the log.

    Attributes:
        figure: Its name.
        rests: What it says, and the events that can matter.
        question: What tells it.
        streams: The streams whose events can matter.
        late: Whether facts logged after the close matter.
        shown: How the answer is shown, where that is more than what is compared.
    """

    figure: str
    rests: DependsOn
    question: Question
    streams: tuple[str, ...]
    late: bool = False
    shown: Callable[[Any], Any] = lambda value: value


def row_of(at: ProgramSnapshot, seer: Redactor, subject: str) -> Any:
    """The row of a subject as the viewer may see it; `MISSING` when there is none."""
    match kind_of(subject):
        case "program" if subject == at.program_id:
            return status(at, seer)
        case "cohort":
            return next((c for c in cohort_rows(at) if c.cohort == subject), MISSING)
        case "participant" if subject in at.participants:
            state = at.participants[subject]
            shown = shown_participant(at, seer, state)
            return participant_row(at, seer, subject, state) if shown else others_withheld()
        case "participant" if subject in at.applications:
            applied = at.applications[subject]
            may = shown_application(seer, applied)
            return application_row(at, seer, subject, applied) if may else others_withheld()
        case "pairing" if subject in at.pairings:
            part = at.pairings[subject]
            return pairing_row(at, seer, part) if shown_pairing(seer, part) else others_withheld()
        case "pairing" if subject in at.proposals and is_open(at.proposals[subject]):
            part = at.proposals[subject]
            return proposal_row(at, seer, part) if shown_proposal(seer, part) else others_withheld()
        case _:
            return MISSING


def of_figure(at: ProgramSnapshot, seer: Redactor, subject: str, figure: str) -> FigureQuery | None:
    """How to ask for a figure of a subject; ``None`` when it has no such figure."""
    row = row_of(at, seer, subject)
    if row is MISSING or isinstance(row, Withheld):
        return None
    path = settled(row, tuple(figure.split(".")))
    if found(row, path) is MISSING:
        return None
    told = _and_settings(rests(row, path))
    if kind_of(subject) == "program":

        def number(tried: ProgramSnapshot, seer: Redactor) -> Any:
            return of_program(tried, seer, path)

        return FigureQuery(".".join(path), told, number, of_streams(at, path[0]))

    def question(tried: ProgramSnapshot, seer: Redactor) -> Any:
        return found(row_of(tried, seer, subject), path)

    return FigureQuery(".".join(path), told, question, around(at, subject))


def of_program(at: ProgramSnapshot, seer: Redactor, path: tuple[str, ...]) -> Any:
    """A figure of the program, told without telling everything else.

    Of people and pairings it is only told which there are.
    """
    head, rest = path[0], path[1:]
    match head:
        case "numbers":
            return found(numbers(at) if seer.may(METADATA) else others_withheld(), rest)
        case "cohorts":
            return found(cohort_rows(at), rest)
        case "applications" if not rest:
            applied = at.applications.items()
            return tuple(s for s, a in applied if shown_application(seer, a))
        case "participants" if not rest:
            return tuple(s for s, p in at.participants.items() if shown_participant(at, seer, p))
        case "pairings" if not rest:
            return tuple(s for s, p in at.pairings.items() if shown_pairing(seer, p))
        case "proposals" if not rest:
            return tuple(row.pairing for row in proposals(at, seer))
        case _:
            return found(status(at, seer), path)


def of_streams(at: ProgramSnapshot, head: str) -> tuple[str, ...]:
    """The streams that can matter to what is told of the program under a name."""
    enrolments, pairings = tuple(at.enrolments), tuple(at.pairings)
    match head:
        case "numbers" | "others":
            return (at.program_id, *enrolments, *pairings, *at.proposals)
        case "cohorts" | "applications":
            return (at.program_id, *enrolments)
        case "participants":
            return (at.program_id, *enrolments, *pairings, *at.persons)
        case "pairings":
            return (at.program_id, *pairings, *enrolments, *at.persons)
        case "proposals":
            return (at.program_id, *at.proposals, *pairings, *enrolments, *at.persons)
        case _:
            return (at.program_id,)


def around(at: ProgramSnapshot, subject: str) -> tuple[str, ...]:
    """The streams that can matter to what is told of a subject."""
    match kind_of(subject):
        case "cohort":
            inside = (s for s, part in at.pairings.items() if part.cohort_id == subject)
            asked = (
                s for s, p in at.proposals.items() if p.proposal and p.proposal.cohort_id == subject
            )
            return (at.program_id, *at.enrolments, *inside, *asked)
        case "program":
            return (at.program_id, *at.enrolments)
        case "participant":
            person = at.person(subject)
            mine = at.enrolled_as.get(person, ())
            joined = (p for s in (subject, *mine) for p in at.joined.get(s, ()))
            about = (at.program_id, subject, *mine, *([person] if person else []), *joined)
            return tuple(dict.fromkeys(about))
        case _:
            people = [s for m in members_of(at, subject) for s in (m.participant, m.person)]
            return tuple(dict.fromkeys((at.program_id, subject, *people)))


def needs_about(
    at: ProgramSnapshot, seer: Redactor, subject: str, kind: str | None = None
) -> list[Need]:
    """What needs a person about a subject, as the viewer may see it."""
    return [
        n
        for rule in RULES
        for n in rule(at, seer)
        if n.subject == subject and (kind is None or n.kind == kind) and is_shown(at, seer, n)
    ]


def of_need(at: ProgramSnapshot, need: Need) -> FigureQuery:
    """How to ask whether something still needs a person, and needs one for the same reason."""
    wanted = bare(need)

    def question(tried: ProgramSnapshot, seer: Redactor) -> Any:
        told = [bare(n) for n in needs_about(tried, seer, need.subject, need.kind)]
        if wanted in told:
            return wanted
        return told[0].why if told else MISSING

    return FigureQuery(
        need.kind,
        _and_settings(NEEDS[need.kind]),
        question,
        around(at, need.subject),
        late=need.kind == "logged_after_close",
        shown=lambda value: need if value == wanted else value,
    )


def _and_settings(told: DependsOn) -> DependsOn:
    """What the program sets, and revises, can matter to everything that is told of it."""
    return attrs.evolve(told, events=told.events | {ProgramRevised})

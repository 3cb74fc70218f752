"""Which agreements are in force, what rests on each, and who is here from elsewhere (INV-58).

Nothing ends by itself with an agreement: what is still there under one that has ended is said here,
for a coordinator to end it, so that whoever visited moves home.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, TypeGuard

from mentorcore.practices.networks.events import DataSharingAgreementDrafted
from mentorcore.practices.networks.fold import NETWORK, AgreementPart, VisitorPart
from mentorcore.practices.networks.rows import (
    AgreementRow,
    AgreementTotals,
    CrossingRow,
    VisitorRow,
    VisitorTotals,
)
from mentorcore.practices.spec import (
    Evidence,
    Need,
    ProgramSnapshot,
    ProgramView,
    Redactor,
    who,
)

__all__ = ["AGREEMENTS", "VISITORS"]

AHEAD_DAYS = 30
"""How long before its end an agreement is spoken of that something rests on."""

Part = AgreementPart | VisitorPart


def agreement_rows(part: Part, at: ProgramSnapshot, _seer: Redactor) -> Iterator[AgreementRow]:
    """An agreement, with the pairings that rest on it."""
    if not isinstance(part, AgreementPart) or part.ends is None or part.kept_until is None:
        return
    yield AgreementRow(
        agreement=part.agreement,
        state=part.state(at.day),
        institutions=part.institutions,
        purposes=part.purposes,
        fields=part.fields,
        unsigned=part.unsigned,
        begins=part.begins,
        ends=part.ends,
        cause=part.cause or ("expired" if part.state(at.day) == "ended" else None),
        kept_until=part.kept_until,
        crossings=tuple(_crossings(part, at)),
        evidence=_behind(part.agreement, part),
    )


def _crossings(part: AgreementPart, at: ProgramSnapshot) -> Iterator[CrossingRow]:
    """The pairings of this program that somebody consented to under an agreement."""
    for (pairing, visitor), consented in sorted(part.crossings.items()):
        if visitor not in at.participants:
            continue  # of another program of this log
        missing = tuple(i for i in _sides(part, at) if i not in consented)
        yield CrossingRow(pairing, _life(pairing, visitor, at), missing)


def _sides(part: AgreementPart, at: ProgramSnapshot) -> tuple[str, ...]:
    """Whose consent a pairing takes: of an agreement between two, both."""
    return part.institutions if len(part.institutions) == 2 else _ours(at)  # noqa: PLR2004


def _ours(at: ProgramSnapshot) -> tuple[str, ...]:
    return () if at.program.owner is None else (at.program.owner,)


def _life(pairing: str, visitor: str, at: ProgramSnapshot) -> str:
    part = at.pairings.get(pairing)
    if part is None or not part.situation:
        return "to_come"
    is_here = any(m.participant == visitor for m in part.members)
    return "live" if is_here and part.situation != "ended" else "ended"


def _behind(stream: str, part: Part) -> tuple[Evidence, ...]:
    return tuple(Evidence(stream, *ref) for ref in sorted(part.refs))


def agreement_needs(part: Part, at: ProgramSnapshot, _seer: Redactor) -> Iterator[Need]:
    """A signature or consent that is missing, an end that comes, and what is left after it."""
    if not isinstance(part, AgreementPart) or part.ends is None or part.kept_until is None:
        return
    if at.program.owner not in part.institutions:
        return
    state, crossings = part.state(at.day), list(_crossings(part, at))
    live = [c for c in crossings if c.state == "live"]
    assert part.since is not None
    if state == "unsigned" and part.since <= at.day:
        missing = ", ".join(part.unsigned)
        said = f"an agreement was to be in force from {part.since}, and is not signed by {missing}"
        yield _need("agreement_unsigned", part, (part.since, at.day), said)
    if state == "in_force" and live and part.ends - timedelta(days=AHEAD_DAYS) <= at.day:
        said = f"{_pairings(live)} rests on an agreement that ends on {part.ends}"
        yield _need("agreement_ending", part, (part.ends, at.day), said, len(live))
    if state == "ended" and live:
        said = (
            f"{_pairings(live)} goes on under an agreement that ended on {part.ends}; end it, so "
            "that the visitor moves home, or let the institutions sign another one"
        )
        yield _need("agreement_over", part, (part.ends, at.day), said, len(live))
    for crossing in live if state == "in_force" else ():
        if crossing.missing:
            said = f"a pairing across the border goes on without {', '.join(crossing.missing)}"
            yield _need("consent_missing", part, (at.day, at.day), f"{said} consenting to it")
    kept = len(crossings) + len(part.shared)
    if part.kept_until <= at.day and kept and part.removed_on is None:
        said = (
            f"what came under an agreement that ended on {part.ends} was to be kept until before "
            f"{part.kept_until}"
        )
        yield _need("retention_over", part, (part.kept_until, at.day), said, kept)


def _pairings(live: list[CrossingRow]) -> str:
    return "a pairing" if len(live) == 1 else f"each of {len(live)} pairings"


def _need(
    kind: str, part: AgreementPart, days: tuple[date, date], why: str, amount: int | None = None
) -> Need:
    due, today = days
    return Need(
        kind=kind,
        subject=part.agreement,
        people=(),
        since=due,
        days=(today - due).days,
        why=why,
        due_on=due,
        amount=amount,
        evidence=_behind(part.agreement, part),
    )


def agreement_totals(parts: Mapping[str, Any], at: ProgramSnapshot) -> AgreementTotals:
    """All agreements of the log together."""
    found = [p for p in parts.values() if isinstance(p, AgreementPart) and p.ends is not None]
    states = [part.state(at.day) for part in found]
    return AgreementTotals(
        agreements=len(states),
        in_force=states.count("in_force"),
        unsigned=states.count("unsigned"),
        ended=states.count("ended"),
    )


def visitor_rows(part: Part, at: ProgramSnapshot, seer: Redactor) -> Iterator[VisitorRow]:
    """Somebody from another institution, with the pairings here that they are in."""
    if not _is_visitor(part) or (state := at.participants.get(part.participant)) is None:
        return
    assert part.institution is not None
    assert part.agreement is not None
    assert part.since is not None
    joined = dict.fromkeys(at.joined.get(part.participant, ()))
    yield VisitorRow(
        participant=part.participant,
        who=who(at, seer, part.participant),
        institution=part.institution,
        agreement=part.agreement,
        record=part.record,
        since=part.since,
        pairings=tuple(p for p in joined if _life(p, part.participant, at) == "live"),
        left_on=state.ended_on,
        evidence=_behind(part.participant, part),
    )


def _is_visitor(part: Part) -> TypeGuard[VisitorPart]:
    return isinstance(part, VisitorPart) and part.institution is not None


def visitor_totals(parts: Mapping[str, Any], at: ProgramSnapshot) -> VisitorTotals:
    """All visitors of a program together."""
    found = [p for p in parts.values() if _is_visitor(p) and p.participant in at.participants]
    return VisitorTotals(
        visitors=len(found),
        here=sum(at.participants[p.participant].ended_on is None for p in found),
        institutions=len({p.institution for p in found}),
    )


AGREEMENTS = ProgramView(
    name="networks.agreements",
    projection=NETWORK,
    rows=agreement_rows,
    needs=agreement_needs,
    combine=agreement_totals,
    kinds={
        "agreement_over": "over_capacity",
        "consent_missing": "over_capacity",
        "retention_over": "goal_overdue",
        "agreement_unsigned": "goal_overdue",
        "agreement_ending": "past_planned_end",
    },
    about={
        "agreement_over": "a pairing goes on under an agreement that has ended",
        "consent_missing": "a pairing across the border goes on without both consents",
        "retention_over": "what came under an agreement may be kept no longer",
        "agreement_unsigned": "an agreement waits for a signature",
        "agreement_ending": "an agreement ends soon that a pairing rests on",
    },
    prompted_by=frozenset({DataSharingAgreementDrafted}),
)

VISITORS = ProgramView(
    name="networks.visitors",
    projection=NETWORK,
    rows=visitor_rows,
    combine=visitor_totals,
)

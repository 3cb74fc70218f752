"""Those who are paired already are not paired a second time at the same time (INV-99).

Rival decisions meet on the streams of the members, which every pairing of theirs writes.
"""

from datetime import date

from mentorcore.domain.aggregate import Situation
from mentorcore.domain.pairing.state import EndedPairing, NotFormed, Pairing
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.settings import Settings
from mentorcore.domain.values import PairingId, ParticipantId, Stream
from mentorcore.errors import Refused

__all__ = ["check_together", "earlier_together"]


def earlier_together(people: dict[ParticipantId, Participant]) -> tuple[str, ...]:
    """The pairings that two of these participants were in together."""
    seen: dict[str, int] = {}
    for participant in people.values():
        for pairing in {j.pairing_id for j in participant.pairings}:
            seen[pairing] = seen.get(pairing, 0) + 1
    return tuple(sorted(p for p, count in seen.items() if count > 1))


def check_together(
    now: Situation,
    people: dict[ParticipantId, Participant],
    settings: Settings,
    shape: str,
    lives: tuple[PairingId | None, date, date | None],
) -> None:
    """Refuse a second pairing at the same time of those who have one already (INV-99).

    Those are the same members, and in one-to-one pairings the same mentor and mentee, whoever else
    is a member.

    Args:
        now: The situation.
        people: The enrolments of the members.
        settings: The settings of the program.
        shape: The shape of the pairing.
        lives: The pairing, and from which day until before which it lives.

    Raises:
        Refused: ``paired_already``, with the pairing and its dates.
    """
    me, since, until = lives
    mentees = {i for i, p in people.items() if settings.part(p.role) == "mentee"}
    for pairing in earlier_together(people):
        state: Pairing = now.state(Stream(pairing))
        if pairing == me or isinstance(state, NotFormed):
            continue
        facts = state.facts
        left = state.on if isinstance(state, EndedPairing) else None
        there = {
            stay.member.participant
            for stay in facts.stays
            if _meet((since, until), (stay.since, _first(stay.until, left)))
        }
        here = there & people.keys()
        couple = bool(here & mentees) and bool(here - mentees)
        both = shape == facts.shape == "one_to_one" and couple
        if not there or not (both or there == people.keys()):
            continue
        raise Refused(
            f"these members are paired since {facts.formed_on} already"
            + (f", until {left}" if left else ""),
            "paired_already",
            pairing=pairing,
            since=facts.formed_on,
            until=left,
        )


def _first(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _meet(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Whether two half-open spans of days share one."""
    since, until = max(one[0], other[0]), _first(one[1], other[1])
    return until is None or since < until

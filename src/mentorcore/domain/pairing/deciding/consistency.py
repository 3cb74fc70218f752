"""A corrected pairing fits together, and beside the other pairings of its members."""

from mentorcore.domain.aggregate import Situation
from mentorcore.domain.effective import VersionedEvent, effective
from mentorcore.domain.pairing.deciding.evidence import check_cited_elsewhere
from mentorcore.domain.pairing.deciding.sharing import check_sharing
from mentorcore.domain.pairing.deciding.standing import check_standing
from mentorcore.domain.pairing.deciding.together import check_together
from mentorcore.domain.pairing.state import EndedPairing, NotFormed, Pairing
from mentorcore.domain.program import program_of
from mentorcore.domain.values import Stream

__all__ = ["consistent"]


def consistent(
    now: Situation, corrected: Stream, stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    """Refuse a correction of a pairing that leaves its records, or its members, at odds.

    Raises:
        Refused: What `check_standing`, `check_sharing` and `check_cited_elsewhere` refuse, or
            ``paired_already`` where an end that is taken back would let the pairing live beside
            another one of the same people.
    """
    state = check_standing(now, corrected, stream, placed)
    check_sharing(now, stream, placed)
    before: Pairing = now.state(stream)
    if not isinstance(before, NotFormed) and not isinstance(state, NotFormed):
        events = (p.event for p in effective(placed))
        check_cited_elsewhere(now, before.facts, state.facts, events)
    if not isinstance(before, EndedPairing) or isinstance(state, NotFormed | EndedPairing):
        return
    facts = state.facts
    people = {m.participant: now.state(Stream(m.participant)) for m in facts.members}
    settings = program_of(now, facts.program_id).settings_on(facts.formed_on)
    check_together(now, people, settings, facts.shape, (facts.pairing_id, facts.formed_on, None))

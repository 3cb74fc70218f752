"""In a list of pairings, a new mentor may succeed the one whom a mentee had before.

Where the mapping declares so (``successor = true`` under ``[answers]``), the first pairing ends on
the day on which the second begins, in whatever order the two come.
"""

from collections.abc import Iterator
from datetime import date

from mentorcore.domain.pairing.events.forming import Ending
from mentorcore.domain.pairing.events.members import EndReason
from mentorcore.domain.settings import MENTORING, SUPPORTED
from mentorcore.intake.directory import Directory, KnownPairing, KnownParticipant, Without
from mentorcore.intake.row import Row

__all__ = ["REASON", "SUCCEEDED", "followed_by", "preceding"]

SUCCEEDED = "succeeded"
"""The name of the fact that an earlier pairing ended by the row of the one that succeeds it."""
REASON: EndReason = "administrative"
"""Why a pairing ends that is succeeded."""


def preceding(row: Row, members: dict[str, KnownParticipant], on: date) -> KnownPairing | None:
    """The pairing that the one of a row succeeds, if it is the only one.

    What the row itself had ended before is looked at as if it had not.
    """
    known = row.known
    hidden, dropped = frozenset[str](), frozenset[str]()
    if isinstance(known, Without):
        hidden, dropped = known.hidden, frozenset(known.dropped)
        known = known.inner
    before = [p for p in _others(row, known, members) if p.since < on]
    lives = [p for p in before if p.until is None]
    ended = [p for p in before if p.pairing in dropped and p.pairing not in hidden]
    found = lives or ended
    return found[0] if len(found) == 1 else None


def followed_by(row: Row, members: dict[str, KnownParticipant], on: date) -> Ending | None:
    """How the pairing of a row ended, where one that succeeds it is known already."""
    later = [p for p in _others(row, row.known, members) if p.since > on]
    if not later:
        return None
    first = min(later, key=lambda p: (p.since, p.pairing))
    return Ending(on=first.since, reason=REASON, initiated_by="program", successor=first.pairing)


def _others(
    row: Row, known: Directory, members: dict[str, KnownParticipant]
) -> Iterator[KnownPairing]:
    """The pairings of the same mentee with other mentors."""
    settings = row.known.program.settings
    part = {e.participant: settings.part(e.role) for e in members.values()}
    mentees = [p for p, what in part.items() if what in SUPPORTED]
    mentors = {p for p, what in part.items() if what in MENTORING}
    if settings.shape != "one_to_one" or len(mentees) != 1 or not mentors:
        return
    for pairing in known.pairings(mentees[0]):
        if mentors.isdisjoint(pairing.members):
            yield pairing

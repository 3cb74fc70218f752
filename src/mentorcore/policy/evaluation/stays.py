"""For how long somebody was in a pairing: not while one that was reopened had ended."""

from collections.abc import Iterator
from datetime import date, timedelta

from mentorcore.policy.evaluation.subjects import ENDED, REOPENED, Subject
from mentorcore.policy.facts import MemberFacts, PairingFacts

__all__ = ["gaps", "stays_of"]

ONE = timedelta(days=1)


def gaps(pairing: PairingFacts, as_of: date) -> Iterator[tuple[date, date]]:
    """The days, half-open, on which a pairing that was reopened had ended."""
    ended: date | None = None
    for fact in pairing.facts:
        if fact.name == ENDED and fact.on <= as_of:
            ended = fact.on + ONE
        elif fact.name == REOPENED and fact.on <= as_of and ended is not None:
            yield ended, fact.on


def stays_of(
    subject: Subject, pairing: PairingFacts, member: MemberFacts, since: date
) -> Iterator[tuple[date, date]]:
    """The first and the last day of each stay of a member from a day on, up to the day asked."""
    last = subject.last_day_of(member, pairing)
    for over, again in sorted(gaps(pairing, subject.as_of)):
        if since < over and again <= last:
            yield since, over - ONE
            since = again
    yield since, last

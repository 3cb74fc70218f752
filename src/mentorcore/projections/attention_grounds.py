"""Every kind of need, with what it says and which events can make it appear or go away."""

from collections.abc import Mapping

import attrs

from mentorcore.domain.pairing import events as p
from mentorcore.domain.participant import events as q
from mentorcore.domain.person import events as r
from mentorcore.domain.program import CohortOpened, ProgramClosed, ProgramRevised
from mentorcore.projections.figures import (
    ENROLLED,
    EVERYTHING,
    GOALS,
    ITEMS,
    MISFITS,
    PLACES,
    TURNS,
    Rests,
)
from mentorcore.projections.needs import Need

__all__ = ["NEEDS", "bare"]

_JOINED = frozenset({q.PairingJoined, q.PairingLeft})


def _of(about: str, *events: type | frozenset[type]) -> Rests:
    found: set[type] = {ProgramRevised}
    for event in events:
        found |= event if isinstance(event, frozenset) else {event}
    return Rests(about, frozenset(found))


NEEDS: Mapping[str, Rests] = {
    "mismatch_overdue": _of("a mismatch should have been settled", MISFITS),
    "mismatch": _of("a mismatch is to be settled", MISFITS),
    "reporting_line": _of(
        "one member has come to be the superior of another", r.ReportingLineRecorded, TURNS
    ),
    "low_feedback": _of("the latest rating is low", p.FeedbackGiven, TURNS),
    "falling_feedback": _of("ratings fall", p.FeedbackGiven, TURNS),
    "over_capacity": _of("a mentor has more pairings than places", PLACES, ENROLLED),
    "no_meeting": _of("no meeting for longer than agreed", p.MeetingHeld, p.AgreementSigned, TURNS),
    "waiting_to_start": _of(
        "a pairing waits to start", p.AgreementSigned, q.TrainingCompleted, TURNS
    ),
    "unpaired": _of("somebody has no live pairing", ENROLLED, _JOINED, TURNS, ProgramClosed),
    "rest_over": _of("a rest lasts longer than planned", TURNS),
    "meeting_disputed": _of("a logged meeting is disputed", p.MeetingVerified, TURNS),
    "training_expired": _of("a training has expired", q.TrainingCompleted, ENROLLED),
    "training_missing": _of(
        "a training that the role needs is missing", q.TrainingCompleted, ENROLLED, _JOINED
    ),
    "goal_overdue": _of("a goal is past its due date", GOALS),
    "item_overdue": _of("an action item is past its due date", ITEMS),
    "past_planned_end": _of("a pairing goes on behind its planned end", TURNS),
    "cohort_over_places": _of("a cohort is above its places", CohortOpened, ENROLLED),
    "training_expiring": _of("a training is about to expire", q.TrainingCompleted, ENROLLED),
    "credential_expired": _of("a credential has expired", r.CredentialRecorded, ENROLLED),
    "logged_after_close": _of("facts were logged after the program closed", EVERYTHING),
    "near_capacity": _of("a mentor has hardly a place left", PLACES, ENROLLED),
}
"""By kind, what a need says and on which events it can rest."""


def bare(need: Need) -> Need:
    """A need without the names of the people and without its list of events.

    Names are no part of why something needs a person, and the list is what is asked for.
    """
    return attrs.evolve(need, people=(), evidence=())

"""What a correction does to the streams it touches, and when that cannot be.

A correction that changes a state is decided like the command with that effect (INV-65): taking
back an end needs the place that the end had freed, like reopening. So the corrected streams are
folded as they would be, and held against the rules that span records.
"""

from mentorcore.domain.decider import Decision, Situation, fold, kind_of
from mentorcore.domain.effective import Placed, effective
from mentorcore.domain.pairing.events import PairingFormed
from mentorcore.domain.pairing.membership import bound_of, check_primary, program_of
from mentorcore.domain.pairing.standing import check_standing
from mentorcore.domain.participant.deciding import check_only_once
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import Program
from mentorcore.domain.values import Stream
from mentorcore.errors import Refused

__all__ = ["check_consequences"]


def check_consequences(now: Situation, corrected: Stream, answer: Decision) -> None:
    """Refuse a correction whose outcome the rules do not allow.

    Args:
        now: The situation before it.
        corrected: The stream of the corrected record.
        answer: The correction with what goes along on other streams.

    Raises:
        Refused: Some rule would be broken; the code is that of the rule.
    """
    for stream in dict.fromkeys(s for s, _ in answer):
        placed = (*now.history[stream], *_added(now, stream, answer))
        kind = kind_of(stream)
        if kind == "pairing":
            _check_pairing(now, placed)
        elif kind in {"participant", "program"}:
            state = fold(now.aggregates[kind], placed)
            if isinstance(state, Program):
                _check_program(state)
            if isinstance(state, Participant):
                _check_enrolment(state)
                _check_memberships(now, stream, state)
                if stream == corrected and now.has(Stream(state.person_id)):
                    check_only_once(now, state)


def _added(now: Situation, stream: Stream, answer: Decision) -> list[Placed]:
    events = [event for s, event in answer if s == stream]
    first = now.next_version(stream)
    return [Placed(version, now.now, event) for version, event in enumerate(events, first)]


def _check_pairing(now: Situation, placed: tuple[Placed, ...]) -> None:
    events = [p.event for p in effective(placed)]
    formed = next((e for e in events if isinstance(e, PairingFormed)), None)
    if formed is not None:
        zone = now.zone(program_of(now, formed.program_id))
        check_standing(events, zone)


def _check_program(state: Program) -> None:
    closed, launched = state.closed_on, state.launched_on
    if closed is not None and (launched is None or closed < launched):
        raise Refused(
            f"the program closed on {closed}, and cannot have been launched later or never",
            "others_rest_on_it",
        )


def _check_enrolment(state: Participant) -> None:
    if state.ended_on is not None and state.ended_on < state.since:
        raise Refused(
            f"the enrolment ended on {state.ended_on}, and cannot have begun on {state.since}",
            "ends_before_start",
        )


def _check_memberships(now: Situation, stream: Stream, state: Participant) -> None:
    """Pairings inside the enrolment, places within capacity, one primary mentor at a time."""
    before = now.state(stream)
    program = program_of(now, state.program_id)
    today = now.today(program)
    settings = program.settings_on(today)
    for joined in state.pairings:
        if joined.role != state.role:
            raise Refused("a pairing rests on this role", "others_rest_on_it")
        until, ended_on = joined.until, state.ended_on
        late = ended_on is not None and (until is None or until > ended_on)
        if joined.since < state.since or late:
            raise Refused(
                "a pairing of this participant would lie outside the enrolment",
                "outside_enrolment",
                pairing=joined.pairing_id,
            )
        if joined.primary and settings.part(state.role) == "mentee":
            check_primary(state, joined.pairing_id, joined.since, until)
    bound, load = bound_of(state, settings, today), state.load()
    if bound is not None and load > bound and load > before.load():
        raise Refused(
            f"the mentor has no free place for it: {load - 1} of {bound} are taken",
            "no_free_place",
            participant=state.participant_id,
            load=before.load(),
            capacity=bound,
            hard_limit=settings.capacity.hard_limit,
        )

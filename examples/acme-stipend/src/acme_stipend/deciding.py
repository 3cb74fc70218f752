"""The rules of stipends: of somebody enrolled, and each of its months paid once."""

from typing import Any

import attrs

from acme_stipend.events import AgreeStipend, PayStipend, StipendAgreed, StipendPaid
from mentorcore.practices.spec import (
    Aggregate,
    Decision,
    NotEnrolled,
    Refused,
    Situation,
    Stream,
    recorded_as,
)


@attrs.frozen
class Stipend:
    """A stipend, or nothing yet; which months were paid."""

    agreed: StipendAgreed | None = None
    paid: frozenset[Any] = frozenset()


def evolve(state: Stipend, event: Any) -> Stipend:
    """The stipend after an event; total, whatever order they come in."""
    match event:
        case StipendAgreed():
            return attrs.evolve(state, agreed=event)
        case StipendPaid(month=month):
            return attrs.evolve(state, paid=state.paid | {month})
    return state


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The stipend, and who gets it: the participant, their program and the person."""
    me = Stream(command.stipend_id)
    if isinstance(command, PayStipend):
        known = seen.has(me) and seen.state(me).agreed
        return (me, Stream(known.program_id)) if known else (me,)
    enrolment = Stream(command.participant_id)
    if not seen.has(enrolment) or isinstance(seen.state(enrolment), NotEnrolled):
        return (me, enrolment)
    found = seen.state(enrolment)
    return (me, enrolment, Stream(found.program_id), Stream(found.person_id))


def decide(now: Situation, command: Any) -> Decision:
    """What a command leads to, or a refusal."""
    stream = Stream(command.stipend_id)
    rule = _pay if isinstance(command, PayStipend) else _agree
    return ((stream, rule(now, command, now.state(stream))),)


def _agree(now: Situation, command: AgreeStipend, stipend: Stipend) -> StipendAgreed:
    found = now.state(Stream(command.participant_id))
    if stipend.agreed is not None:
        raise Refused("this stipend was agreed on already", "already_agreed")
    if isinstance(found, NotEnrolled):
        raise Refused(f"nobody is enrolled as {command.participant_id}", "no_such_participant")
    if command.cents < 1 or command.until <= command.since:
        raise Refused("a stipend pays something for some time", "nothing_agreed")
    _check_day(now, found.program_id, command.on)
    return recorded_as(
        StipendAgreed, command, program_id=found.program_id, subjects=(found.person_id,)
    )


def _pay(now: Situation, command: PayStipend, stipend: Stipend) -> StipendPaid:
    agreed, month = stipend.agreed, command.month
    if agreed is None:
        raise Refused(f"there is no stipend {command.stipend_id}", "no_such_stipend")
    if month.day != 1 or not agreed.since.replace(day=1) <= month < agreed.until:
        raise Refused(f"nothing was agreed on for a month from {month} on", "no_such_month")
    if month in stipend.paid:
        raise Refused(f"the month from {month} on was paid already", "paid_already")
    _check_day(now, agreed.program_id, command.on)
    return recorded_as(StipendPaid, command)


def _check_day(now: Situation, program_id: Any, on: Any) -> None:
    if on > now.today(now.state(Stream(program_id))):
        raise Refused(f"{on} lies in the future", "in_the_future")


AGGREGATE: Aggregate[Stipend] = Aggregate(
    kind="acme-stipend",
    initial=Stipend(),
    evolve=evolve,
    events=(StipendAgreed, StipendPaid),
    commands=(AgreeStipend, PayStipend),
    id_field="stipend_id",
    reads=reads,
    decide=decide,
    members=lambda agreed: (agreed.participant_id,),
)

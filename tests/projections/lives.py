"""Random lives of a program: steps that are asked for in any order, as the rules allow them."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st
from projections.town import BEGAN, Town, mc

from mentorcore.domain.declarations import event_info
from mentorcore.errors import Invalid, Refused

Step = tuple[int, int, int]


def lives(most: int = 24) -> st.SearchStrategy[list[Step]]:
    """Steps: which kind of request, to whom, and on which day or with which figure.

    They come from a seed and are cut off, so that lives are varied and a failing one is short.
    """

    def steps(seed: int, length: int) -> list[Step]:
        dice = Random(seed)
        return [
            (dice.randrange(len(REQUESTS)), dice.randrange(41), dice.randrange(41))
            for _ in range(length)
        ]

    return st.builds(steps, st.integers(0, 2**32), st.just(most) | st.integers(0, most))


def live(town: Town, steps: list[Step]) -> None:
    """Ask for each step; what the rules refuse is left out."""
    for kind, who, when in steps:
        try:
            REQUESTS[kind](town, who, when)
        except (Refused, Invalid):
            continue
        finally:
            town.later(hours=7)


def peopled(**settings: Any) -> Town:
    """A town with two mentors, two mentees and a pairing with some work, a few weeks on."""
    town = Town(**settings)
    for name in ("Anna", "Amir"):
        town.enrol("mentor", name)
    for name in ("Ben", "Bea"):
        town.enrol("mentee", name)
    town.to("2026-09-28")
    _form(town, 0, 0)
    for begin in (_goal, _item, _mismatch, _meet):
        begin(town, 1, 3)
    return town


def _day(when: int) -> Any:
    return BEGAN + timedelta(days=when)


def _pairing(town: Town, who: int) -> str:
    found = [e.stream for e in town.engine.events(names=["pairing.formed"])]
    return found[who % len(found)]


def _member(town: Town, who: int) -> tuple[str, str]:
    pairing = _pairing(town, who)
    members = town.members(pairing)
    return pairing, members[who // 2 % len(members)]


def _made(town: Town, pairing: str, name: str, field: str, who: int) -> str:
    found = [
        getattr(e.event, field) for e in town.engine.events(stream=pairing) if event_name(e) == name
    ]
    if not found:
        raise Refused("there is none yet")
    return str(found[who % len(found)])


def event_name(recorded: Any) -> str:
    return event_info(type(recorded.event)).name


def _form(town: Town, who: int, when: int) -> None:
    people = list(town.persons)
    town.pair(people[who % 2], people[2 + who // 2 % 2], on=_day(when))


def _meet(town: Town, who: int, when: int) -> None:
    at = None if who % 3 else town.clock.now - timedelta(days=when, minutes=who)
    town.meet(
        _pairing(town, who),
        _day(when),
        minutes=30 + who,
        at=at,
        modality=("in_person", "async")[when % 2],
        topics=("seating",) if when % 3 else None,
    )


def _schedule(town: Town, who: int, when: int) -> None:
    pairing = _pairing(town, who)
    known = [
        e.event.meeting_id
        for e in town.engine.events(stream=pairing, names=["pairing.meeting-scheduled"])
    ]
    meeting = known[who % len(known)] if known and when % 2 else None
    starts_at = town.clock.now + timedelta(days=when, hours=1)
    town.ask(
        mc.ScheduleMeeting(pairing_id=pairing, starts_at=starts_at, minutes=30, meeting_id=meeting)
    )


def _cancel(town: Town, who: int, when: int) -> None:
    pairing = _pairing(town, who)
    meeting = _made(town, pairing, "pairing.meeting-scheduled", "meeting_id", who)
    cause = ("cancelled", "no_show")[when % 2]
    town.ask(mc.CancelMeeting(pairing_id=pairing, meeting_id=meeting, cause=cause, on=_day(when)))


def _verify(town: Town, who: int, when: int) -> None:
    pairing = _pairing(town, who)
    meeting = _made(town, pairing, "pairing.meeting-held", "meeting_id", who)
    verdict = ("confirmed", "disputed")[when % 2]
    town.ask(
        mc.VerifyMeeting(pairing_id=pairing, meeting_id=meeting, verdict=verdict, on=town.today)
    )


def _goal(town: Town, who: int, when: int) -> None:
    town.goal(_pairing(town, who), _day(when), due_on=_day(when + who))


def _reword(town: Town, who: int, when: int) -> None:
    pairing = _pairing(town, who)
    goal = _made(town, pairing, "pairing.goal-set", "goal_id", who)
    town.goal(pairing, _day(when), revises=goal)


def _progress(town: Town, who: int, when: int) -> None:
    pairing = _pairing(town, who)
    goal = _made(town, pairing, "pairing.goal-set", "goal_id", who)
    status = ("in_progress", "achieved", "deferred", "abandoned")[who % 4]
    town.ask(mc.RecordGoalProgress(pairing_id=pairing, goal_id=goal, on=_day(when), status=status))


def _item(town: Town, who: int, when: int) -> None:
    pairing, member = _member(town, who)
    town.ask(
        mc.AgreeActionItem(
            pairing_id=pairing, text="Visit", owner=member, on=_day(when), due_on=_day(when + 5)
        )
    )


def _close_item(town: Town, who: int, when: int) -> None:
    pairing = _pairing(town, who)
    item = _made(town, pairing, "pairing.action-item-agreed", "item_id", who)
    town.ask(mc.CloseActionItem(pairing_id=pairing, item_id=item, on=_day(when)))


def _note(town: Town, who: int, when: int) -> None:
    pairing, member = _member(town, who)
    town.ask(
        mc.WriteNote(
            pairing_id=pairing,
            author=member,
            kind=("journal", "session_note")[when % 2],
            on=_day(when),
            visibility=("pair_private", "coordinator", "author_private")[who % 3],
            body="It went well",
        )
    )


def _feedback(town: Town, who: int, when: int) -> None:
    pairing, member = _member(town, who)
    town.ask(
        mc.GiveFeedback(
            pairing_id=pairing,
            author=member,
            about="pairing",
            on=_day(when),
            visibility=("coordinator", "pair_private")[who % 5 == 0],
            ratings=(mc.Rating(scale="fit", rating=1 + (who + when) % 5),),
        )
    )


def _mismatch(town: Town, who: int, when: int) -> None:
    pairing, member = _member(town, who)
    town.ask(
        mc.ReportMismatch(
            pairing_id=pairing,
            by=member,
            on=_day(when),
            grounds="style",
            wish="mediation",
            text="We talk past each other",
        )
    )


def _settle(town: Town, who: int, when: int) -> None:
    pairing = _pairing(town, who)
    mismatch = _made(town, pairing, "pairing.mismatch-reported", "mismatch_id", who)
    town.ask(
        mc.SettleMismatch(
            pairing_id=pairing, mismatch_id=mismatch, outcome="continue", on=_day(when)
        )
    )


def _sign(town: Town, who: int, when: int) -> None:
    pairing, member = _member(town, who)
    town.ask(
        mc.SignAgreement(
            pairing_id=pairing,
            signer=member,
            on=_day(when),
            revision=1 + who % 3,
            cadence=mc.Cadence(every=1, unit="week", minutes=30) if who % 2 else None,
        )
    )


def _start(town: Town, who: int, when: int) -> None:
    town.ask(mc.StartPairing(pairing_id=_pairing(town, who), on=_day(when), authorized=True))


def _pause(town: Town, who: int, when: int) -> None:
    town.ask(
        mc.PausePairing(pairing_id=_pairing(town, who), since=_day(when), frees_place=bool(who % 2))
    )


def _resume(town: Town, who: int, when: int) -> None:
    town.ask(mc.ResumePairing(pairing_id=_pairing(town, who), on=_day(when)))


def _end(town: Town, who: int, when: int) -> None:
    town.ask(
        mc.EndPairing(
            pairing_id=_pairing(town, who), on=_day(when), reason="no_fault", initiated_by="program"
        )
    )


def _reopen(town: Town, who: int, when: int) -> None:
    town.ask(
        mc.ReopenPairing(pairing_id=_pairing(town, who), on=_day(when), authority="coordinator")
    )


def _join(town: Town, who: int, when: int) -> None:
    people = list(town.persons)
    participant = people[who % len(people)]
    town.ask(
        mc.AddMember(pairing_id=_pairing(town, who // 2), participant=participant, since=_day(when))
    )


def _part(town: Town, who: int, when: int) -> None:
    people = list(town.persons)
    participant = people[who % len(people)]
    town.ask(
        mc.RemoveMember(pairing_id=_pairing(town, who // 2), participant=participant, on=_day(when))
    )


def _train(town: Town, who: int, when: int) -> None:
    participant = list(town.persons)[who % len(town.persons)]
    town.ask(
        mc.RecordTraining(
            participant_id=participant,
            training_kind=("basics", "listening")[who % 2],
            on=_day(when),
            valid_until=_day(when + who),
        )
    )


def _capacity(town: Town, who: int, when: int) -> None:
    mentor = list(town.persons)[who % 5 // 4]
    town.ask(mc.SetMentorCapacity(participant_id=mentor, places=who % 4, since=_day(when)))


def _withdraw(town: Town, who: int, when: int) -> None:
    participant = list(town.persons)[who % len(town.persons)]
    town.ask(mc.EndEnrolment(participant_id=participant, on=_day(when), outcome="withdrew"))


def _rename(town: Town, who: int, when: int) -> None:
    person = list(town.persons.values())[who % 2]
    town.ask(mc.ChangePersonDetails(person_id=person, since=_day(when), name=f"Name {who}"))


def _line(town: Town, who: int, when: int) -> None:
    people = list(town.persons.values())
    town.ask(
        mc.RecordReportingLine(
            person_id=people[2 + who % 2],
            superior=people[who // 2 % 2],
            kind="supervisor",
            since=_day(when),
        )
    )


def _credential(town: Town, who: int, when: int) -> None:
    person = list(town.persons.values())[who % len(town.persons)]
    town.ask(
        mc.RecordCredential(
            person_id=person,
            kind="license",
            area="k12",
            issued_on=_day(when),
            expires_on=_day(when + 10),
        )
    )


AMENDABLE: dict[str, Callable[[int], dict[str, Any]]] = {
    "pairing.meeting-held": lambda n: {"minutes": 20 + n, "topics": ("noise",)},
    "pairing.goal-set": lambda n: {"due_on": _day(n + 30)},
    "pairing.goal-progress-recorded": lambda n: {"on": _day(n)},
    "pairing.action-item-agreed": lambda n: {"on": _day(n)},
    "pairing.feedback-given": lambda n: {"ratings": (mc.Rating(scale="fit", rating=1 + n % 5),)},
    "pairing.mismatch-reported": lambda n: {"on": _day(n)},
    "pairing.paused": lambda n: {"since": _day(n)},
    "pairing.ended": lambda n: {"on": _day(n)},
    "pairing.formed": lambda n: {"on": _day(n), "planned_end": _day(n + 50)},
    "participant.training-completed": lambda n: {"valid_until": _day(n + 20)},
    "participant.enrolled": lambda n: {"since": _day(n)},
    "person.details-changed": lambda n: {"name": f"Other {n}"},
    "person.registered": lambda n: {"name": f"Really {n}"},
}


def _amend(town: Town, who: int, when: int) -> None:
    found = [e for e in town.engine.events() if event_name(e) in AMENDABLE]
    target = found[(who * 41 + when) % len(found)]
    changes = AMENDABLE[event_name(target)](when)
    town.ask(
        mc.AmendRecord(
            stream=target.stream, target=target.version, changes=changes, reason="misread"
        )
    )


def _retract(town: Town, who: int, when: int) -> None:
    found = [e for e in town.engine.events() if not event_name(e).startswith("record.")]
    target = found[(who * 41 + when) % len(found)]
    town.ask(mc.RetractRecord(stream=target.stream, target=target.version))


def _correction(town: Town, who: int, when: int) -> Any:
    """A correction that was made, on a principal's stream or a companion's."""
    found = [e for e in town.engine.events() if event_name(e).startswith("record.")]
    if not found:
        raise Refused("there is none yet")
    return found[-1 - (who * 41 + when) % len(found)]


def _undo(town: Town, who: int, when: int) -> None:
    """Retract a correction: undo an amendment, bring back what was retracted."""
    target = _correction(town, who, when)
    town.ask(mc.RetractRecord(stream=target.stream, target=target.version, reason="after all"))


def _reword_correction(town: Town, who: int, when: int) -> None:
    """Amend a correction, with fields of the record or with a cause."""
    target = _correction(town, who, when)
    name = target.event.target_name
    retraction = event_name(target) == "record.retracted" or name == "record.retracted"
    changes: dict[str, Any] = {"cause": "wrong_person"}
    if not retraction:
        made = AMENDABLE.get(name)
        changes = {} if made is None else made(when)
    town.ask(mc.AmendRecord(stream=target.stream, target=target.version, changes=changes))


def _attribute(town: Town, who: int, when: int) -> None:
    """Put a meeting or a goal where it belongs."""
    names = ["pairing.meeting-held", "pairing.goal-set", "pairing.note-written"]
    found = list(town.engine.events(names=names))
    target = found[(who * 41 + when) % len(found)]
    formed = [e.stream for e in town.engine.events(names=["pairing.formed"])]
    others = [pairing for pairing in formed if pairing != target.stream]
    if not others:
        raise Refused("there is one pairing only")
    to = others[when % len(others)]
    town.ask(mc.MoveRecord(stream=target.stream, target=target.version, to=to))


REQUESTS: tuple[Callable[[Town, int, int], None], ...] = (
    _meet,
    _meet,
    _form,
    _schedule,
    _cancel,
    _verify,
    _goal,
    _reword,
    _progress,
    _item,
    _close_item,
    _note,
    _feedback,
    _feedback,
    _mismatch,
    _settle,
    _sign,
    _start,
    _pause,
    _resume,
    _end,
    _reopen,
    _join,
    _join,
    _part,
    _train,
    _capacity,
    _withdraw,
    _rename,
    _line,
    _credential,
    _amend,
    _amend,
    _retract,
    _retract,
    _undo,
    _undo,
    _reword_correction,
    _attribute,
)
"""Everything that happens in a program; the commonest stand twice."""

CORRECTING = frozenset({_amend, _retract, _undo, _reword_correction, _attribute})


def errant_lives(most: int = 30) -> st.SearchStrategy[list[Step]]:
    """Lives in which every other step corrects something, corrections among it."""
    kinds = [n for n, request in enumerate(REQUESTS) if request in CORRECTING]

    def steps(seed: int, length: int) -> list[Step]:
        dice = Random(seed)
        return [
            (
                dice.choice(kinds) if number % 2 else dice.randrange(len(REQUESTS)),
                dice.randrange(41),
                dice.randrange(41),
            )
            for number in range(length)
        ]

    return st.builds(steps, st.integers(0, 2**32), st.just(most) | st.integers(0, most))

"""What is true of the facts of a stream that stand, in plain words and without the engine's rules.

Each law is told as a sentence when it is broken. They hold after every correction that was
accepted: what stands then could have come about by itself (INV-65).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, tzinfo
from typing import Any

from mentorcore.domain.declarations import event_info

__all__ = ["broken"]


def broken(events: Sequence[Any], zone: tzinfo) -> list[str]:
    """The laws that the standing facts of one stream break, in the order of valid time."""
    facts = [(event_info(type(event)).name, event) for event in events]
    if not facts:
        return []
    kind = facts[0][0].partition(".")[0]
    found = {"pairing": _pairing, "participant": _participant, "program": _program}
    return list(found[kind](facts, zone)) if kind in found else []


def _of(facts: Any, *names: str) -> list[Any]:
    return [event for name, event in facts if name in names]


def _day(event: Any) -> date | None:
    for field in ("held_on", "starts_on", "on", "since"):
        if hasattr(event, field):
            return getattr(event, field)  # type: ignore[no-any-return] # a day by its name
    return None


def _pairing(facts: Any, zone: tzinfo) -> Iterator[str]:
    formed = _of(facts, "pairing.formed")
    asking = [f for f in facts if f[0] in ASKING]
    if asking:
        yield from _asked(asking, formed)
        facts = [f for f in facts if f[0] not in ASKING]
    if not formed:
        if facts:
            yield "something happened in a pairing that was never formed"
        return
    if len(formed) > 1:
        yield "formed twice"
    begun = formed[0].on
    for name, event in facts:
        day = _day(event)
        if day is not None and day < begun:
            yield f"{name} on {day}, before it was formed on {begun}"
    yield from _life(facts, formed[0])
    yield from _references(facts)
    yield from _members(facts, formed[0])
    yield from _goals(facts)


ASKING = ("pairing.proposed", "pairing.accepted", "pairing.declined")


def _asked(facts: Any, formed: Any) -> Iterator[str]:
    """Proposed once, answered from then on, formed when everybody who was asked had accepted."""
    proposed = _of(facts, "pairing.proposed")
    if len(proposed) != 1:
        yield "answered what was not proposed once"
        return
    made = proposed[0]
    accepted = {e.participant: e.on for e in _of(facts, "pairing.accepted")}
    declined = _of(facts, "pairing.declined")
    if any(event.on < made.on for _name, event in facts):
        yield "answered before it was proposed"
    if made.answer_by and any(day > made.answer_by for day in accepted.values()):
        yield "accepted too late"
    if len(declined) + len(formed) > 1:
        yield "declined and formed, or one of them twice"
    if formed and (accepted.keys() != {*made.must_accept} or max(accepted.values()) > formed[0].on):
        yield "formed before everybody had accepted"


def _life(facts: Any, formed: Any) -> Iterator[str]:
    """Formed, active, paused, active, ended, active again: each step from where it may be taken."""
    now, active, ends = ("formed" if formed.start_needs else "active"), formed.on, []
    if formed.start_needs:
        active = None
    steps = {
        "pairing.started": (("formed",), "active"),
        "pairing.paused": (("active",), "paused"),
        "pairing.resumed": (("paused",), "active"),
        "pairing.ended": (("formed", "active", "paused"), "ended"),
        "pairing.reopened": (("ended",), "active"),
    }
    for name, event in facts:
        if name in steps:
            before, after = steps[name]
            if now not in before:
                yield f"{name} while it was {now}"
            now = after
            if name == "pairing.started":
                active = event.on
            if name == "pairing.ended":
                ends.append([event.on, None])
            if name == "pairing.reopened" and ends:
                ends[-1][1] = event.on
    for held in _of(facts, "pairing.meeting-held"):
        if active is None or held.held_on < active:
            yield f"met on {held.held_on}, before it was active"
    inside = (
        "pairing.meeting-held",
        "pairing.goal-set",
        "pairing.goal-progress-recorded",
        "pairing.action-item-agreed",
        "pairing.note-written",
        "pairing.mismatch-reported",
    )
    for name, event in facts:
        day = event.held_on if name == "pairing.meeting-held" else getattr(event, "on", None)
        for ended, again in ends:
            if name in inside and ended < day and (again is None or day < again):
                yield f"{name} on {day}, after the end on {ended}"
    started = _of(facts, "pairing.started")
    signed = {(e.signer, e.on) for e in _of(facts, "pairing.agreement-signed")}
    if started and "agreement" in formed.start_needs:
        for member in formed.members:
            if not any(s == member.participant and on <= started[0].on for s, on in signed):
                yield "started before everybody had signed"


def _members(facts: Any, formed: Any) -> Iterator[str]:
    """Whoever is named in a record of a day was a member on it."""
    there = {m.participant: [[formed.on, None]] for m in formed.members}
    for name, event in facts:
        if name == "pairing.member-joined":
            there.setdefault(event.participant, []).append([event.since, None])
        if name == "pairing.member-left":
            stays = [s for s in there.get(event.participant, []) if s[1] is None]
            if not stays:
                yield f"somebody left on {event.on} who was no member"
            for stay in stays:
                stay[1] = event.on
    named: dict[str, Callable[[Any], Sequence[str]]] = {
        "pairing.action-item-agreed": lambda e: (e.owner,),
        "pairing.note-written": lambda e: (e.author,),
        "pairing.mismatch-reported": lambda e: (e.by,),
        "pairing.agreement-signed": lambda e: (e.signer,),
        "pairing.meeting-held": lambda e: e.attendees,
        "pairing.meeting-cancelled": lambda e: e.absent,
    }
    for name, event in facts:
        day = _day(event)
        for participant in named[name](event) if name in named else ():
            stays = there.get(participant, [])
            if not any(since <= day and (until is None or day <= until) for since, until in stays):
                yield f"{name} on {day} names somebody who was no member then"


def _references(facts: Any) -> Iterator[str]:
    pairs = (
        ("pairing.action-item-closed", "item_id", "pairing.action-item-agreed", "on"),
        ("pairing.mismatch-settled", "mismatch_id", "pairing.mismatch-reported", "on"),
        ("pairing.goal-progress-recorded", "goal_id", "pairing.goal-set", "on"),
        ("pairing.meeting-verified", "meeting_id", "pairing.meeting-held", "held_on"),
    )
    for later, field, earlier, when in pairs:
        begun = {getattr(e, field): getattr(e, when) for e in _of(facts, earlier)}
        for event in _of(facts, later):
            since = begun.get(getattr(event, field))
            if since is None:
                yield f"{later} of something that is not there"
            elif event.on < since:
                yield f"{later} on {event.on}, before {since}"
    held = {e.meeting_id for e in _of(facts, "pairing.meeting-held")}
    if held & {e.meeting_id for e in _of(facts, "pairing.meeting-cancelled")}:
        yield "a meeting was held and cancelled"
    for name, field in (
        ("pairing.meeting-held", "meeting_id"),
        ("pairing.meeting-cancelled", "meeting_id"),
        ("pairing.goal-set", "goal_id"),
        ("pairing.action-item-agreed", "item_id"),
        ("pairing.action-item-closed", "item_id"),
        ("pairing.mismatch-reported", "mismatch_id"),
        ("pairing.mismatch-settled", "mismatch_id"),
        ("pairing.note-written", "note_id"),
        ("pairing.feedback-given", "feedback_id"),
    ):
        ids = [getattr(e, field) for e in _of(facts, name)]
        if len(set(ids)) < len(ids):
            yield f"{name} stands twice"


def _goals(facts: Any) -> Iterator[str]:
    steps = {
        "set": ("in_progress", "achieved", "deferred", "abandoned"),
        "in_progress": ("in_progress", "achieved", "deferred", "abandoned"),
        "achieved": ("in_progress",),
        "deferred": ("in_progress", "abandoned"),
        "abandoned": ("in_progress",),
    }
    now: dict[str, str] = {}
    for event in _of(facts, "pairing.goal-progress-recorded"):
        before = now.get(event.goal_id, "set")
        if event.status not in steps[before]:
            yield f"a goal went from {before} to {event.status}"
        now[event.goal_id] = event.status
    begun = {e.goal_id: e.on for e in _of(facts, "pairing.goal-set")}
    for event in _of(facts, "pairing.goal-set"):
        if event.revises is not None and begun.get(event.revises, date.max) > event.on:
            yield "a goal revises one that was not set yet"


def _participant(facts: Any, _zone: tzinfo) -> Iterator[str]:
    enrolled = _of(facts, "participant.enrolled")
    if not enrolled:
        return
    since = enrolled[0].since
    ends = [e.on for e in _of(facts, "participant.enrolment-ended")]
    if len(ends) > 1:
        yield "the enrolment ended twice"
    if any(end < since for end in ends):
        yield f"the enrolment ended before it began on {since}"
    spans: dict[str, list[list[Any]]] = {}
    for name, event in facts:
        if name == "participant.pairing-joined":
            spans.setdefault(event.pairing_id, []).append([event.since, None, event.primary])
        if name == "participant.pairing-left" and event.pairing_id in spans:
            last = spans[event.pairing_id][-1]
            last[1] = event.until if last[1] is None else last[1]
    for begun, left, _ in (span for found in spans.values() for span in found):
        if begun < since:
            yield f"in a pairing from {begun}, and enrolled from {since}"
        if left is not None and left < begun:
            yield f"left a pairing on {left}, and joined it on {begun}"
        if ends and (left is None or left > ends[0]):
            yield f"in a pairing until {left}, and enrolled until {ends[0]}"


def _program(facts: Any, _zone: tzinfo) -> Iterator[str]:
    launched = [e.on for e in _of(facts, "program.launched")]
    closed = [e.on for e in _of(facts, "program.closed")]
    if len(launched) > 1 or len(closed) > 1:
        yield "launched or closed twice"
    if closed and (not launched or closed[0] < launched[0]):
        yield "closed before it was launched"
    for event in _of(facts, "program.cohort-opened"):
        cohort = event.cohort
        if cohort.ends_on <= cohort.starts_on or cohort.enrols_until <= cohort.enrols_from:
            yield "a cohort ends before it begins"

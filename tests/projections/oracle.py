"""What a program was, told from the events alone and in the plainest way, to hold the views against.

Nothing here is shared with what is tested: no fold, no order, no correction, no valid time of the
engine. Events are filtered by the position they were recorded at, each correction is asked whether
it stands itself, what is left is filtered by when it was true, and then counted.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

__all__ = ["told", "told_by"]

WHEN = {
    "pairing.meeting-scheduled": None,
    "pairing.meeting-held": "held_on",
    "pairing.paused": "since",
    "participant.enrolled": "since",
    "participant.mentor-qualified": "since",
    "participant.mentor-capacity-set": "since",
    "participant.pairing-joined": "since",
    "participant.place-changed": "since",
    "pairing.member-joined": "since",
    "participant.pairing-left": "until",
    "person.registered": "",
    "person.details-changed": "since",
    "person.employment-recorded": "since",
    "person.credential-recorded": "issued_on",
    "person.reporting-line-recorded": "since",
    "person.external-identity-linked": None,
    "person.enrolled": "since",
    "person.meeting-attended": None,
    "program.designed": "",
    "program.revised": "effective_from",
    "program.cohort-opened": None,
}
"""The field with the day of each event: ``on`` where none is named, ``None`` for those that say
none, and an empty text for those that found a stream and always were."""
FOUNDING = {"pairing.formed", "participant.enrolled", "person.registered", "program.designed"}


def stands(version: int, stream: dict[int, Any]) -> bool:
    """Whether no correction that stands itself has taken a record back."""
    return not any(
        told.name == "record.retracted" and told.event.target == version and stands(v, stream)
        for v, told in stream.items()
        if v > version
    )


def says(version: int, stream: dict[int, Any], opened: Any) -> dict[str, Any]:
    """The fields of a record, or what an amendment changes, with all amendments of it."""
    told = stream[version]
    if told.name == "record.amended":
        fields = dict(told.event.public_changes)
        if told.event.personal_changes is not None:
            fields.update(opened(told.event.personal_changes))
    else:
        fields = {f.name: getattr(told.event, f.name) for f in attrs.fields(type(told.event))}
        fields = {n: opened(v) if type(v).__name__ == "Sealed" else v for n, v in fields.items()}
    for later in sorted(stream):
        other = stream[later]
        amends = other.name == "record.amended" and other.event.target == version
        if amends and stands(later, stream):
            fields.update(says(later, stream, opened))
    return fields


def was_true(name: str, fields: dict[str, Any], recorded: datetime, until: Any) -> bool:
    """Whether something was true by *until*, an instant in the program's zone, or ever."""
    field = WHEN.get(name, "on")
    if until is None or field == "":
        return True
    if name == "pairing.meeting-held" and fields["held_at"] is not None:
        return bool(fields["held_at"] <= until)
    if name == "person.meeting-attended":
        return bool(fields["held_at"] <= until)
    if field is None:
        return bool(recorded <= until)
    return bool(fields[field] <= until.date())


def place(name: str, fields: dict[str, Any], told: Any) -> tuple[Any, ...]:
    """Where something stands in its stream, in the order in which things were true."""
    field = WHEN.get(name, "on")
    moment = fields.get("held_at") if name != "pairing.meeting-scheduled" else None
    day = fields[field] if field else (moment or told.recorded_at).date()
    if not field:
        moment = moment or told.recorded_at
    seconds = moment.timestamp() if moment else 0.0
    return (name not in FOUNDING, day, seconds, told.version)


def told_by(
    events: Iterable[Any], opened: Any, position: int, until: datetime | None
) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """By stream, what was true by then as far as it was known by then, in order."""
    streams: dict[str, dict[int, Any]] = {}
    for told in events:
        if told.position <= position:
            streams.setdefault(told.stream, {})[told.version] = told
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for name, stream in streams.items():
        facts = []
        for version, told in stream.items():
            if told.name.startswith("record.") or not stands(version, stream):
                continue
            fields = says(version, stream, opened)
            if was_true(told.name, fields, told.recorded_at, until):
                facts.append((place(told.name, fields, told), told.name, fields | {"#": version}))
        facts.sort(key=lambda fact: fact[0])
        found[name] = [(kind, fields) for _, kind, fields in facts]
    return found


def told(
    events: Iterable[Any], opened: Any, position: int, until: datetime | None, today: date
) -> dict[str, Any]:
    """The program as a dictionary of plain figures, by stream."""
    streams = told_by(events, opened, position, until)
    names = {s: _name(facts) for s, facts in streams.items() if s.startswith("person:")}
    pairings = {s: _pairing(f) for s, f in streams.items() if s.startswith("pairing:") and f}
    pairings = {s: p for s, p in pairings.items() if p}
    participants = {}
    for stream, facts in streams.items():
        if stream.startswith("participant:") and facts and facts[0][0] == "participant.enrolled":
            participants[stream] = _participant(facts, names, today)
    return {"pairings": pairings, "participants": participants}


def _name(facts: list[tuple[str, dict[str, Any]]]) -> Any:
    name = None
    for _, fields in facts:
        name = fields.get("name") or name
    return name


def _participant(
    facts: list[tuple[str, dict[str, Any]]], names: dict[str, Any], today: date
) -> dict[str, Any]:
    ended, taken = None, {}
    for kind, fields in facts:
        if kind == "participant.enrolment-ended":
            ended = fields["on"]
        if kind == "participant.pairing-joined":
            taken[fields["pairing_id"]] = fields["places"]
        if kind == "participant.pairing-left":
            taken.pop(fields["pairing_id"], None)
        if kind == "participant.place-changed" and fields["pairing_id"] in taken:
            taken[fields["pairing_id"]] += fields["places"]
    return {
        "name": names.get(facts[0][1]["person_id"]),
        "since": facts[0][1]["since"],
        "ended_on": ended if ended is not None and ended <= today else None,
        "load": sum(taken.values()),
    }


SITUATIONS = {
    "pairing.started": "active",
    "pairing.paused": "paused",
    "pairing.resumed": "active",
    "pairing.ended": "ended",
    "pairing.reopened": "active",
}


def _pairing(facts: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    kind, formed = facts[0]
    if kind != "pairing.formed":
        return {}
    found: dict[str, Any] = {
        "situation": "formed" if formed["start_needs"] else "active",
        "since": formed["on"],
        "planned_end": formed["planned_end"],
    }
    goals: dict[str, str] = {}
    due: dict[str, Any] = {}
    items: dict[str, Any] = {}
    mismatches: dict[str, Any] = {}
    meetings: list[Any] = []
    notes: dict[str, int] = {}
    members = {m.participant for m in formed["members"]}
    for name, fields in facts[1:]:
        if name in SITUATIONS:
            found["situation"] = SITUATIONS[name]
            found["since"] = fields["since"] if name == "pairing.paused" else fields["on"]
            found["planned_end"] = fields.get("planned_end") or found["planned_end"]
        match name:
            case "pairing.member-joined":
                members.add(fields["participant"])
            case "pairing.member-left":
                members.discard(fields["participant"])
            case "pairing.meeting-held":
                meetings.append(fields)
            case "pairing.goal-set":
                goals[fields["goal_id"]], due[fields["goal_id"]] = "set", fields["due_on"]
                if fields["revises"] in goals:
                    goals[fields["revises"]] = "replaced"
            case "pairing.goal-progress-recorded":
                if goals.get(fields["goal_id"], "replaced") != "replaced":
                    goals[fields["goal_id"]] = fields["status"]
            case "pairing.action-item-agreed":
                items[fields["item_id"]] = fields["text"]
            case "pairing.action-item-closed":
                items.pop(fields["item_id"], None)
            case "pairing.mismatch-reported":
                mismatches[fields["mismatch_id"]] = fields["text"]
            case "pairing.mismatch-settled":
                mismatches.pop(fields["mismatch_id"], None)
            case "pairing.note-written":
                notes[fields["kind"]] = notes.get(fields["kind"], 0) + 1
    return found | {
        "members": members,
        "meetings": len(meetings),
        "minutes": sum(m["minutes"] for m in meetings if m["modality"] != "async"),
        "last_meeting": max((m["held_on"] for m in meetings), default=None),
        "goals": goals,
        "due": due,
        "items": items,
        "mismatches": set() if found["situation"] == "ended" else set(mismatches),
        "notes": notes,
    }


def end_of(day: date, zone: str) -> datetime:
    """The last instant of a day in a zone."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, ZoneInfo(zone))

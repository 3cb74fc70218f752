"""Names, addresses, days and words become the ids that a command wants.

Only a program has ids at hand. Whoever types a command has names: of people, of a pairing as it is
printed, of a program or a cohort; and of what was recorded in a pairing its day or its words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

import mentorcore
from mentorcore.cli.fields import typed
from mentorcore.cli.naming import (
    AND,
    ID,
    enrolled,
    lasting,
    only_proposal,
    pairing_called,
    program,
    several,
    subject,
)
from mentorcore.cli.proposal_names import ANSWERS, proposals_called
from mentorcore.render.people import pairing_said, person_said

__all__ = ["with_ids"]

_FIRST = ("ProgramId", "CohortId", "PairingId", "PersonId", "ParticipantId", "Stream")
"""Types of ids in the order in which they are told; others are looked for in a pairing."""


_DAYS = ("held_on", "held_at", "on", "since", "starts_on", "starts_at")
"""Fields that say on which day something happened."""


def with_ids(
    engine: mentorcore.Engine, command: type, data: Mapping[str, Any], among: str | None = None
) -> dict[str, Any]:
    """Fields of a command, with ids where something was named by its name.

    Args:
        engine: The engine on the log.
        command: The command's class.
        data: The fields as plain data.
        among: The program in which people are looked for, if it was said.

    Raises:
        Refused: A name fits nobody, or several.
    """
    told = _Names(engine, program(engine, among), command.__name__)
    hints = get_type_hints(command)
    found = dict(data)
    fields: Any = command
    wanted = {f.name: _id_type(hints[f.name]) for f in attrs.fields(fields)}
    needed = {f.name for f in attrs.fields(fields) if f.default is attrs.NOTHING}
    for name, kind in wanted.items():
        if name not in needed or name in found:
            continue
        if kind == "ProgramId":
            found |= _the_only(name, told.programs, "this log holds several programs")
        if kind == "CohortId":
            cohorts = told.cohorts(found.get("program_id"))
            found |= _the_only(name, cohorts, "this program has several cohorts")
    ranks = {kind: rank for rank, kind in enumerate(_FIRST)}
    for name in sorted(found, key=lambda n: ranks.get(wanted.get(n) or "", len(ranks))):
        found[name] = _walk(found[name], hints.get(name), name, told, found)
    if isinstance(found.get("changes"), Mapping):
        found["changes"] = _changes(engine, found, told)
    return found


def _changes(
    engine: mentorcore.Engine, found: Mapping[str, Any], told: _Names
) -> Mapping[str, Any]:
    """What is changed in a record, with ids for names, and a list where the record has one."""
    stream, version = found.get("stream"), found.get("target")
    changes: Mapping[str, Any] = found["changes"]
    if not isinstance(stream, str) or not ID.fullmatch(stream):
        return changes
    record = next((r for r in engine.events(stream=stream) if r.version == version), None)
    hints = {} if record is None else get_type_hints(type(record.event))
    beside = {"pairing_id": stream} if stream.startswith("pairing:") else {}
    told_so = {}
    for name, value in changes.items():
        # Of an amendment that is corrected it is not known here; what looks like a number is one.
        hint = hints.get(name, int)
        told_so[name] = _walk(typed(value, hint), hint, f"changes.{name}", told, beside)
    return told_so


def _the_only(field: str, known: Mapping[str, str], several_there: str) -> dict[str, str]:
    """The one that can be meant, where nobody said which; nothing where there is none."""
    if len(known) > 1:
        listed = "; ".join(f"{name}: {one}" for one, name in known.items())
        reason = f"{field}: {several_there}, say which: {listed}"
        raise mentorcore.Refused(reason, f"which_{field.removesuffix('_id')}")
    return dict.fromkeys([field], next(iter(known))) if known else {}


def _boss() -> mentorcore.Viewer:
    return mentorcore.Viewer.coordinator()


class _Names:
    """What was said so far of where people and things are looked for."""

    def __init__(self, engine: mentorcore.Engine, among: str | None, command: str) -> None:
        self.engine = engine
        self.program = among
        self.command = command

    @property
    def programs(self) -> Mapping[str, str]:
        """The programs that may be meant, by id."""
        lines = {line.program: line.name for line in self.engine.programs()}
        return {self.program: lines.get(self.program, "")} if self.program else lines

    def cohorts(self, of: Any) -> Mapping[str, str]:
        """The cohorts of the program that is meant, by id."""
        meant = [program(self.engine, of)] if isinstance(of, str) else list(self.programs)
        if len(meant) != 1 or meant[0] is None:
            return {}
        return {c.cohort: c.name for c in self.engine.status(meant[0], viewer=_boss()).cohorts}

    def tell(self, kind: str, text: str, beside: Mapping[str, Any]) -> str:
        """The id of what is named; the text itself where nothing is known of such names."""
        arms: dict[str, Callable[[str, Mapping[str, Any]], str]] = {
            "ProgramId": self._program,
            "CohortId": self._cohort,
            "PairingId": self._pairing,
            "PersonId": self._person,
            "ParticipantId": self._participant,
            "Stream": self._stream,
        }
        if kind in arms:
            return arms[kind](text, beside)
        return self._recorded(text, beside, kind)

    def _program(self, text: str, _beside: Mapping[str, Any]) -> str:
        self.program = program(self.engine, text)
        assert self.program is not None
        return self.program

    def _cohort(self, text: str, beside: Mapping[str, Any]) -> str:
        here = beside.get("program_id") or self.program
        lines = [x.program for x in self.engine.programs() if here in (None, x.program)]
        cohorts = [c for p in lines for c in self.engine.status(p, viewer=_boss()).cohorts]
        called = [c.cohort for c in cohorts if c.name.casefold() == text.casefold()]
        if len(called) != 1:
            known = "; ".join(f"{c.name}: {c.cohort}" for c in cohorts)
            many = "several cohorts are" if called else "no cohort is"
            raise mentorcore.Refused(f"{many} called {text!r}; there are {known}", "which_cohort")
        return called[0]

    def _pairing(self, text: str, beside: Mapping[str, Any]) -> str:
        among, day = self._among(beside), _day(beside)
        if self.command in ANSWERS:
            asked = proposals_called(self.engine, AND.split(text), among=among, viewer=_boss())
            if asked:
                return only_proposal(text, asked)
        if AND.search(text) and not self.engine.find(text, viewer=_boss(), program=among):
            return pairing_called(self.engine, text, among=among, day=day, viewer=_boss())
        mine = set(self._enrolments(text, {**beside, "pairing_id": ""}))
        found = [
            f
            for f in self.engine.find_pairings(text, program=among, viewer=_boss())
            if mine & {w.participant for w in f.people}
        ]
        found = list(lasting(self.engine, found, day))
        if not found:
            raise mentorcore.Refused(f"{text!r} is in no pairing", "nobody")
        if len(found) > 1:
            several(text, map(pairing_said, found), len(found))
        return found[0].pairing

    def _person(self, text: str, _beside: Mapping[str, Any]) -> str:
        found = self.engine.find_people(text, viewer=_boss())
        if len(found) > 1:
            several(text, map(person_said, found), len(found))
        if not found:
            raise mentorcore.Refused(f"nobody called {text!r} is known", "nobody")
        return found[0].person

    def _participant(self, text: str, beside: Mapping[str, Any]) -> str:
        return self._enrolments(text, beside)[0]

    def _enrolments(self, text: str, beside: Mapping[str, Any]) -> Sequence[str]:
        """Those of somebody, the one of the day that is told first."""
        found = self.engine.find(text, viewer=_boss(), program=self._among(beside))
        pairing = str(beside.get("pairing_id", ""))
        if len(found) > 1 and ID.fullmatch(pairing):
            inside = {w.participant for w in self.engine.history(pairing, viewer=_boss()).people}
            found = tuple(f for f in found if f.participant in inside) or found
        if mine := enrolled(self.engine, found, _day(beside), viewer=_boss()):
            return mine
        if found:
            several(text, (person_said(f, programs=True) for f in found), len(found))
        raise mentorcore.Refused(f"nobody called {text!r} takes part in a program", "nobody")

    def _stream(self, text: str, beside: Mapping[str, Any]) -> str:
        return subject(self.engine, text, _boss(), among=self._among(beside), alone=True)

    def _recorded(self, text: str, beside: Mapping[str, Any], kind: str) -> str:
        """Something recorded in the pairing, by its day or by its words.

        A list of ids, such as the notes that evidence cites, has a name of its own; what each of
        them is told by follows from its kind.
        """
        pairing, field = str(beside.get("pairing_id", "")), str(beside.get("", ""))
        if not ID.fullmatch(pairing) or not field:
            return text
        entries = self.engine.history(pairing, viewer=_boss()).entries
        wanted = " ".join(text.split()).casefold()
        fitting: dict[str, str] = {}
        for entry in entries:
            said = {s.field: s.value for s in entry.said}
            words = {
                " ".join(v.split()).casefold() for v in said.values() if isinstance(v, str)
            } | {entry.on.isoformat()}
            found = said.get(field, said.get(_by_kind(kind)))
            if isinstance(found, str) and entry.standing != "retracted" and wanted in words:
                fitting[found] = f"{entry.on}: {found}"
        if len(fitting) > 1:
            several(text, fitting.values(), len(fitting))
        if not fitting:
            raise mentorcore.Refused(
                f"nothing in this pairing is known by {text!r}; history --ids lists what there is",
                "nobody",
            )
        return next(iter(fitting))

    def _among(self, beside: Mapping[str, Any]) -> str | None:
        here = beside.get("program_id")
        return here if isinstance(here, str) and ID.fullmatch(here) else self.program


def _by_kind(kind: str) -> str:
    """The field that holds an id of this type where it is told: ``note_id`` for ``NoteId``."""
    return re.sub("(?<!^)(?=[A-Z])", "_", kind).lower()


def _day(beside: Mapping[str, Any]) -> date | None:
    """The day of which a command speaks, as far as that can be told from its fields."""
    for name in _DAYS:
        try:
            return date.fromisoformat(str(beside.get(name, ""))[:10])
        except ValueError:
            continue
    return None


def _walk(value: Any, hint: Any, path: str, told: _Names, beside: Mapping[str, Any]) -> Any:
    """*value* with ids for the names in it."""
    kind = _only(hint)
    if isinstance(value, str):
        name = _id_type(kind)
        if name is None or not value.strip() or ID.fullmatch(value) or value in _words(hint):
            return value
        try:
            return told.tell(name, value, {**beside, "": path.rpartition(".")[2]})
        except mentorcore.Refused as refused:
            raise mentorcore.Refused(
                f"{path}: {refused.reason}", refused.code, **refused.facts
            ) from None
    if isinstance(value, list) and get_origin(kind) is tuple:
        items = get_args(kind)
        kinds = [items[0]] * len(value) if items[-1:] == (...,) else list(items)
        return [_walk(v, k, path, told, beside) for v, k in zip(value, kinds, strict=False)]
    if isinstance(value, dict) and isinstance(kind, type) and attrs.has(kind):
        inner = get_type_hints(kind)
        return {
            name: _walk(v, inner.get(name), f"{path}.{name}", told, beside)
            for name, v in value.items()
        }
    return value


def _only(hint: Any) -> Any:
    """The one type that a hint allows beside nothing and certain words."""
    if get_origin(hint) not in (Union, UnionType):
        return hint
    kinds = [k for k in get_args(hint) if k not in (NoneType, mentorcore.Sealed)]
    kinds = [k for k in kinds if get_origin(k) is not Literal] if len(kinds) > 1 else kinds
    return kinds[0] if len(kinds) == 1 else None


def _words(hint: Any) -> list[str]:
    """The words that a hint allows beside ids."""
    return [w for k in get_args(hint) if get_origin(k) is Literal for w in get_args(k)]


def _id_type(hint: Any) -> str | None:
    """The name of a type of ids; nothing for any other type."""
    kind = _only(hint)
    name = str(getattr(kind, "__name__", ""))
    is_id = hasattr(kind, "__supertype__") and (name.endswith("Id") or name == "Stream")
    return name if is_id else None

"""What a carried record says: what one person did in which programs, in figures and dates.

It holds no content of anything, and names nobody but its owner. Its canonical bytes are those of
RFC 8785 for what it may hold: objects, lists, texts, whole numbers, and nothing.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import attrs

__all__ = [
    "UNITS",
    "CarriedRecord",
    "CarriedCompletion",
    "CarriedSection",
    "canonical",
    "commitment",
    "parsed",
]

UNITS = ("minute", "month", "school_year", "semester", "term", "week")
"""In what service may be counted, as the core credits it."""

LARGEST = 2**53 - 1
"""The largest number that every reader of JSON reads exactly."""

LONGEST_TEXT = 300
MOST_SECTIONS = 200
MOST_COMPLETIONS = 500
DIGITS = 32
NONCE = re.compile(r"[0-9a-f]{64}")
ID = re.compile(r"[a-z][a-z_-]*:[0-9a-f]{32}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
MOVES_A_CURSOR = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What could make a name read as a line of its own, such as one that says verified."""


@attrs.frozen
class CarriedCompletion:
    """Something that a program asks for, and that was completed.

    Attributes:
        code: The program's word for it, such as the code of a training.
        on: The day on which it was completed.
    """

    code: str
    on: date


@attrs.frozen
class CarriedSection:
    """What somebody did in one program, as one log knew it.

    Attributes:
        origin: The log that knows it first-hand.
        owner: The id of the person in that log.
        index: The place of the issued record in that log; nothing in a section of the log that
            issues the record now.
        institution: The word of the institution whose program it is.
        program: The program.
        title: What the program is called.
        part: As what the person took part, such as ``mentor``.
        since: The first day.
        until: The first day on which they took part no more; nothing while they still do.
        meetings: How many meetings counted.
        minutes: How many minutes counted.
        completions: What they completed.
        units: What earlier service elsewhere may be credited with, by unit.
    """

    origin: str
    owner: str
    index: int | None
    institution: str
    program: str
    title: str
    part: str
    since: date
    until: date | None
    meetings: int
    minutes: int
    completions: tuple[CarriedCompletion, ...] = ()
    units: Mapping[str, int] = attrs.field(factory=lambda: MappingProxyType({}))

    @property
    def plain(self) -> dict[str, Any]:
        """As it stands in a file."""
        return {
            "completions": [{"code": c.code, "on": c.on.isoformat()} for c in self.completions],
            "index": self.index,
            "institution": self.institution,
            "meetings": self.meetings,
            "minutes": self.minutes,
            "origin": self.origin,
            "owner": self.owner,
            "part": self.part,
            "program": self.program,
            "since": self.since.isoformat(),
            "title": self.title,
            "units": dict(self.units),
            "until": None if self.until is None else self.until.isoformat(),
        }


@attrs.frozen
class CarriedRecord:
    """A record of service, for its owner.

    Attributes:
        nonce: 32 random bytes in hex, so that nobody learns by trying what a record says of which
            only the commitment is known.
        origin: The log that issued it.
        owner: The id of its owner there.
        name: The name of its owner.
        issued_on: The day on which it was issued.
        sections: What its owner did, by program.
    """

    nonce: str
    origin: str
    owner: str
    name: str
    issued_on: date
    sections: tuple[CarriedSection, ...]

    @property
    def plain(self) -> dict[str, Any]:
        """As it stands in a file."""
        return {
            "issued_on": self.issued_on.isoformat(),
            "name": self.name,
            "nonce": self.nonce,
            "origin": self.origin,
            "owner": self.owner,
            "sections": [section.plain for section in self.sections],
        }

    @property
    def stream(self) -> str:
        """The stream on which the log tells that it was issued: it commits to every byte."""
        return f"carried:{commitment(self)[:DIGITS]}"


def canonical(plain: Any) -> bytes:
    """The canonical bytes of plain data.

    Raises:
        ValueError: A text is none that UTF-8 can hold.
    """
    text = json.dumps(
        plain, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def commitment(record: CarriedRecord) -> str:
    """SHA-256 of the canonical bytes, in hex; the nonce in them keeps everything else hidden."""
    return hashlib.sha256(canonical(record.plain)).hexdigest()


def parsed(plain: Any) -> CarriedRecord:
    """The record of plain data, strictly.

    Raises:
        ValueError: It says something else, or something otherwise, than a record may.
    """
    told = _object(plain, ("issued_on", "name", "nonce", "origin", "owner", "sections"))
    sections = tuple(_section(s) for s in _list(told["sections"], MOST_SECTIONS, "sections"))
    record = CarriedRecord(
        _matching(told["nonce"], NONCE, "nonce"),
        _text(told["origin"], "origin"),
        _matching(told["owner"], ID, "owner"),
        _text(told["name"], "name"),
        _day(told["issued_on"]),
        sections,
    )
    for section in sections:
        if (section.origin == record.origin) != (section.index is None):
            raise ValueError("a section from elsewhere, and no other, says which record it is of")
        if section.origin == record.origin and section.owner != record.owner:
            raise ValueError("a section is of somebody else than the owner of the record")
    return record


def _section(plain: Any) -> CarriedSection:
    told = _object(plain, tuple(a.name for a in attrs.fields(CarriedSection)))
    completions = []
    for stated in _list(told["completions"], MOST_COMPLETIONS, "completions"):
        one = _object(stated, ("code", "on"))
        completions.append(CarriedCompletion(_matching(one["code"], CODE, "code"), _day(one["on"])))
    units = told["units"]
    if type(units) is not dict or not set(units) <= set(UNITS):
        raise ValueError(f"units are {', '.join(UNITS)}")
    section = CarriedSection(
        origin=_text(told["origin"], "origin"),
        owner=_matching(told["owner"], ID, "owner"),
        index=None if told["index"] is None else _number(told["index"], "index"),
        institution=_matching(told["institution"], CODE, "institution"),
        program=_matching(told["program"], ID, "program"),
        title=_text(told["title"], "title"),
        part=_matching(told["part"], CODE, "part"),
        since=_day(told["since"]),
        until=None if told["until"] is None else _day(told["until"]),
        meetings=_number(told["meetings"], "meetings"),
        minutes=_number(told["minutes"], "minutes"),
        completions=tuple(completions),
        units=MappingProxyType({unit: _number(units[unit], unit) for unit in units}),
    )
    if section.until is not None and section.until < section.since:
        raise ValueError("a section ends before it begins")
    return section


def _object(plain: Any, names: tuple[str, ...]) -> dict[str, Any]:
    if type(plain) is not dict or set(plain) != set(names):
        raise ValueError(f"it has {', '.join(sorted(names))} and nothing else")
    return plain


def _list(plain: Any, most: int, what: str) -> list[Any]:
    if type(plain) is not list or len(plain) > most:
        raise ValueError(f"{what} are a list of at most {most}")
    return plain


def _text(plain: Any, what: str) -> str:
    if type(plain) is not str or not 0 < len(plain) <= LONGEST_TEXT:
        raise ValueError(f"the {what} is a text of 1 to {LONGEST_TEXT} characters")
    if MOVES_A_CURSOR.search(plain):
        raise ValueError(f"the {what} is one line, without characters that move a cursor")
    return plain


def _matching(plain: Any, pattern: re.Pattern[str], what: str) -> str:
    if type(plain) is not str or not pattern.fullmatch(plain):
        raise ValueError(f"the {what} is not written as it must be")
    return plain


def _number(plain: Any, what: str) -> int:
    if type(plain) is not int or not 0 <= plain <= LARGEST:
        raise ValueError(f"the {what} is a whole number from 0 to 2**53 - 1")
    return plain


def _day(plain: Any) -> date:
    if type(plain) is not str or not DAY.fullmatch(plain):
        raise ValueError("a day is written YYYY-MM-DD")
    return date.fromisoformat(plain)

"""Why a figure is what it is, as text that can be read without knowing the program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import mentorcore
from mentorcore.render.history import author_said, correction_said, field_said, value_said
from mentorcore.render.status import name_of
from mentorcore.render.text import (
    clean,
    counted,
    ended,
    lacking_lines,
    paragraph,
    sentence,
    short,
    table,
)

__all__ = [
    "figures_data",
    "figures_lines",
    "reasons_data",
    "rejected_lines",
    "why_data",
    "why_lines",
]

LONG = frozenset({"settings", "goals", "contact"})
"""Fields that say nothing about why, and can be read elsewhere."""

NAMED = 3
"""How many rows are named that are explained alike."""
_NAMED_IN_IT = re.compile(r"'[^']*'|\d+")
"""What an explanation names of its row."""

_DEEP = " " * 14
_DEEPER = " " * 16


def figures_lines(subject: str, figures: Sequence[mentorcore.Figure]) -> Iterator[str]:
    """The figures that can be asked for, with their values."""
    yield from paragraph(f"Figures of {short(subject)}; ask for one by its name:")
    yield ""
    rows = [(f.name, _value(f.value, {}) + _mark(f), f.about) for f in figures]
    yield from table(("figure", "value", "what it says"), rows, firm=("figure",), indent="  ")
    held = [str(p) for f in figures if f.name == "pairings" for p in f.value]
    if held and subject.startswith("participant:"):
        yield ""
        yield from paragraph(f"Pairings have figures of their own: {', '.join(held)}")


def _mark(figure: mentorcore.Figure) -> str:
    return "  [not whole]" if figure.lacks else ""


def figures_data(subject: str, figures: Sequence[mentorcore.Figure]) -> dict[str, Any]:
    """The same as data."""
    return {"subject": subject, "figures": [mentorcore.plain(f) for f in figures]}


def why_data(found: mentorcore.Explanation) -> dict[str, Any]:
    """An explanation as data, with the events it rests on in one list."""
    data: dict[str, Any] = mentorcore.plain(found)
    return {**data, "holds": found.holds, "events": mentorcore.plain(found.events)}


def reasons_data(told: Sequence[mentorcore.Explanation]) -> dict[str, Any]:
    """Explanations of refusals, as what is put beside an answer as data; nothing without any."""
    return {"why": [why_data(one) for one in told]} if told else {}


def rejected_lines(
    rejects: Sequence[mentorcore.Reject], told: Sequence[mentorcore.Explanation]
) -> Iterator[str]:
    """Why rows of a form were refused; rows that are explained alike are told together."""
    alike: dict[tuple[str, ...], list[mentorcore.Reject]] = {}
    said: dict[tuple[str, ...], tuple[str, ...]] = {}
    for reject, one in zip(rejects, told, strict=False):
        lines = tuple(why_lines(one))
        # What rests on no event differs in what the row says, and in nothing else.
        key = lines if one.grounds else tuple(_NAMED_IN_IT.sub("", line) for line in lines)
        alike.setdefault(key, []).append(reject)
        said.setdefault(key, lines)
    for key, group in alike.items():
        first, *others = (reject.response.where for reject in group[:NAMED])
        places = ", ".join([str(first), *(where.place for where in others)])
        more = len(group) - NAMED
        yield ""
        yield from paragraph(f"── {places}{f' and {more:,} more' if more > 0 else ''}")
        yield from said[key]


def why_lines(
    found: mentorcore.Explanation,
    *,
    answers: bool = False,
    authors: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """An explanation in sentences and lists.

    Args:
        found: The explanation.
        answers: Whether every answer of the form behind an imported event is listed.
        authors: Names by the ids of persons who recorded something.
    """
    names = {**(authors or {}), **_names(found)}
    yield from paragraph(f"{sentence(found.about or found.figure)[:-1]}: {_about(found, names)}")
    yield from paragraph(f"{found.figure} = {_value(found.value, names)}", "  ")
    yield from paragraph(_moment(found), "  ")
    facts = [g for g in found.grounds if g.part != "founding"]
    founding = [g for g in found.grounds if g.part == "founding"]
    if facts:
        yield ""
        yield "It rests on:"
        for ground in facts:
            yield from _ground(ground, found, names, answers=answers)
    if founding:
        yield ""
        yield "It needs what was there before:" if facts else "It needs:"
        for ground in founding:
            yield from _ground(ground, found, names, answers=answers)
    if found.note:
        yield ""
        yield from paragraph(sentence(found.note))
    if found.others is not None:
        yield ""
        yield from paragraph(f"It rests on further events. {sentence(found.others.reason)}")
    yield from lacking_lines(found.lacking)
    yield ""
    yield from paragraph(_again(found, names))


def _names(found: mentorcore.Explanation) -> Mapping[str, str]:
    names = {who.participant: name_of(who) for who in found.people}
    return names | {who.person: name_of(who) for who in found.people if who.name}


def _about(found: mentorcore.Explanation, names: Mapping[str, str]) -> str:
    known = names.get(found.subject)
    if known is None and found.subject.startswith("pairing:"):
        known = " & ".join(name_of(who) for who in found.people)
    return f"{known} ({short(found.subject)})" if known else short(found.subject)


def _moment(found: mentorcore.Explanation) -> str:
    said = [f"the log is at position {found.position}"]
    if found.day is not None:
        said.insert(0, f"told for {found.day:%A, %d %B %Y}")
    if found.as_of is not None:
        said.append(f"only what was true by {found.as_of}")
    if found.as_known is not None:
        said.append(f"only what was known by {found.as_known}")
    return ended("; ".join([*said, f"shown to: {found.viewer}"]))


def _again(found: mentorcore.Explanation, names: Mapping[str, str]) -> str:
    many = counted(len(found.events), "event")
    again = _value(found.again, names)
    if not found.events:
        return "There is nothing to work out again."
    if found.holds:
        return f"Worked out again from these {many} alone, it is the same: {ended(again)}"
    return f"Worked out again from these {many} alone, IT DIFFERS: {ended(again)}"


def _ground(
    ground: mentorcore.Ground,
    found: mentorcore.Explanation,
    names: Mapping[str, str],
    *,
    answers: bool,
) -> Iterator[str]:
    record = ground.record
    what = record.name.replace(".", ": ").replace("-", " ")
    standing = "" if record.standing == "stands" else f" ({record.standing})"
    effect = f"  [{ground.effect}]" if ground.effect else ""
    yield from paragraph(f"{record.on}  {what}{standing}{effect}", "  ", "              ")
    said = [
        field_said(s.field, s.value, names)
        for s in record.said
        if s.value != record.on and s.field not in LONG
    ]
    if told := "; ".join(filter(None, said)):
        yield from paragraph(told, _DEEP)
    yield from paragraph(_recorded(ground, names), _DEEP)
    if ground.origin is not None:
        yield from _origin(ground.origin, found.figure, answers=answers)
    for correction in record.all_corrections:
        at = correction.evidence
        undone = ", undone since," if correction.standing == "retracted" else ""
        head = f"{correction.kind}{undone} at position {at.position} (#{at.version}), "
        when = f"{_time(correction.recorded_at)}: "
        yield from paragraph(head + when + correction_said(correction, names), _DEEP)
        behind = ground.corrected_by.get(f"{at.stream}#{at.version}")
        if behind is not None:
            yield from _origin(behind, found.figure, answers=answers)


def _recorded(ground: mentorcore.Ground, names: Mapping[str, str]) -> str:
    record, at = ground.record, ground.record.evidence
    said = f"position {at.position}, {short(at.stream)}#{at.version}, recorded "
    said += f"{_time(record.recorded_at)} {author_said(record.actor, record.asked_by, names)}"
    if isinstance(record.on_behalf_of, str):
        said += f" on behalf of {names.get(record.on_behalf_of) or short(record.on_behalf_of)}"
    if record.delay_days:
        said += f", {counted(record.delay_days, 'day')} after it was true"
    if isinstance(ground.causation, str):
        stream, hash_, version = ground.causation.partition("#")
        said += f", because of {short(stream)}{hash_}{version}"
    return said


def _origin(origin: mentorcore.Origin, figure: str, *, answers: bool) -> Iterator[str]:
    source = origin.source
    said = f"from the form {source.form}, read by {source.adapter} {source.adapter_version}"
    if origin.taken is not None:
        said += f", response {short(origin.taken.stream)} at position {origin.taken.position}"
    if origin.submitted_at is not None:
        said += f", sent {_time(origin.submitted_at)}"
    if origin.mapping is not None:
        said += f", by the mapping {origin.mapping[:12]}…"
    yield from paragraph(said, _DEEP)
    if origin.note:
        yield from paragraph(origin.note, _DEEPER)
    wanted = figure.rpartition(".")[2]
    for read in origin.answers:
        if answers or read.field == wanted:
            yield from paragraph(_answer(read), _DEEPER)


def _answer(read: mentorcore.ReadAnswer) -> str:
    """One answer: the field, the question, what was answered, and how it was read."""
    field = read.field.replace("_", " ")
    if isinstance(read.raw, mentorcore.Withheld | mentorcore.Erased):
        return f"{field}: the answer to {read.column!r} is not shown {read.raw}; {read.rule}"
    if read.raw is None:
        return f"{field}: nothing was answered; {read.rule}"
    label, raw = clean(str(read.label)), clean(" | ".join(read.raw))
    said = f"was answered {raw!r}" if raw else "was left empty"
    return f"{field}: {label!r} {said}; {read.rule}"


def _value(value: Any, names: Mapping[str, str]) -> str:
    match value:
        case mentorcore.Need():
            return str(value.why)
        case ():
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case _:
            return value_said(value, names)


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"

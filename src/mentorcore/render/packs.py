"""Policy packs: which there are, what one says, and what its rules ask of a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

import mentorcore
from mentorcore.render.text import counted, paragraph, table

__all__ = [
    "adopted_lines",
    "checked_lines",
    "pack_data",
    "pack_lines",
    "packs_lines",
    "unnamed_lines",
]

SHOWN = {"id", "title", "citation", "mark", "scope", "enforce", "interpretation", "note"}
"""What stands beside the parameters of a rule."""

EMPTY: tuple[object, ...] = ((), {}, None, False, "")

MARKS = {
    "V": "read in the primary text",
    "V2": "read in a reliable secondary source",
    "P": "one program's practice",
}


def packs_lines(listed: Sequence[mentorcore.Pack]) -> Iterator[str]:
    """A line for each."""
    rows = [(pack.id, pack.version, str(len(pack.rules)), pack.title) for pack in listed]
    yield from table(
        ("pack", "version", "rules", "what it is"), rows, right=("rules",), firm=("pack",)
    )
    yield ""
    yield "All that one says: mentorcore packs show PACK"
    yield "One of your own:   mentorcore packs new FILE"


def pack_lines(pack: mentorcore.Pack) -> Iterator[str]:
    """All that a pack says."""
    until = "" if pack.effective_to is None else f" until before {pack.effective_to}"
    yield f"{pack.title} ({pack.id}, version {pack.version})"
    yield ""
    yield from table(
        ("", ""),
        (
            ("where", pack.jurisdiction),
            ("by whom", pack.authority),
            ("source", pack.citation),
            ("in force", f"from {pack.effective_from}{until}"),
            ("reviewed", str(pack.reviewed_on)),
            ("SHA-256", pack.digest),
        ),
    )
    yield ""
    yield from paragraph(pack.notice)
    for rule in pack.rules:
        yield ""
        yield from paragraph(f"{rule.id}  {rule.title}", hanging="    ")
        how = f"{rule.kind}, {_scope(rule)}; {rule.citation} ({rule.mark})"
        yield from paragraph(how, "    ")
        yield from paragraph("; ".join(_parameters(rule)), "    ", "      ")
        for said in (rule.interpretation, rule.note):
            if said:
                yield from paragraph(said, "    ")
    if pack.left_out:
        yield ""
        yield "Left out:"
        for said in pack.left_out:
            yield from paragraph(said, "  - ", "    ")
    yield ""
    marks = sorted({rule.mark for rule in pack.rules}, key=list(MARKS).index)
    yield from paragraph("; ".join(f"{mark}: {MARKS[mark]}" for mark in marks) + ".")


def _scope(rule: mentorcore.Rule) -> str:
    forbids = rule.enforce == "guard" or rule.kind == "relief"
    return f"of each {rule.scope}, forbids" if forbids else f"of each {rule.scope}"


def _parameters(rule: mentorcore.Rule) -> Iterator[str]:
    """What a rule says beyond title and source; what says nothing, such as an empty list, not."""
    for field in attrs.fields(type(rule)):
        value = getattr(rule, field.name)
        if field.name not in SHOWN and value not in EMPTY:
            yield f"{field.name.replace('_', ' ')} {_value(value)}"


def _value(value: Any) -> str:
    """A parameter in words: parts by name, several side by side."""
    if isinstance(value, tuple):
        return ", ".join(_value(one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value(one)}" for name, one in value.items())
    if not attrs.has(type(value)):
        return "yes" if value is True else str(value)
    parts = {f.name: getattr(value, f.name) for f in attrs.fields(type(value))}
    if "op" in parts:
        compared = f"{parts['fact']} {parts['op']} {_value(parts['value'])}"
        return f"{parts['max']} if {compared}" if "max" in parts else compared
    first, *others = [(name, _value(part)) for name, part in parts.items() if part not in EMPTY]
    told = "; ".join(f"{name} {part}" for name, part in others)
    return f"{first[1]} ({told})" if told else first[1]


def checked_lines(file: str, found: mentorcore.CheckedPack) -> Iterator[str]:
    """What a pack is and what it asks of a program."""
    pack = found.pack
    rules = counted(len(pack.rules), "rule")
    yield from paragraph(
        f"{file} is in order: {pack.title} ({pack.id}, version {pack.version}), {rules}."
    )
    if found.needs_calendar:
        yield from paragraph("It counts school time, so the program needs an academic calendar.")
    if found.documents:
        told = ", ".join(found.documents)
        yield from paragraph(f"Documents that the program refers to (reference-document): {told}.")
    if found.stated:
        told = ", ".join(found.stated)
        yield from paragraph(f"Facts that have to be stated (state-fact): {told}.")
    if found.roles:
        told = ", ".join(found.roles)
        yield from paragraph(f"Roles that the program has to have under these names: {told}.")
    for problem in found.unknown:
        yield from paragraph(f"Notice: {problem}.")
    yield f"Its SHA-256 is {pack.digest}."


def adopted_lines(
    found: Sequence[tuple[str, Sequence[mentorcore.AdoptedPolicyPack]]],
) -> Iterator[str]:
    """The packs that programs go by."""
    for place, (name, adopted) in enumerate(found):
        if place:
            yield ""
        yield f"{name}:"
        if not adopted:
            yield "  goes by no policy pack"
        for one in adopted:
            yield from paragraph(f"  {_adopted(one)}", hanging="    ")


def unnamed_lines(roles: Sequence[str]) -> Iterator[str]:
    """Roles that rules are for and that the program does not have, so that they concern nobody."""
    if roles:
        yield ""
        yield from paragraph(
            f"The program has no role {' and none '.join(roles)}: rules for those concern nobody "
            "there. A role of that name, or a pack of your own that names yours, mends it."
        )


def _adopted(one: mentorcore.AdoptedPolicyPack) -> str:
    until = "" if one.effective_to is None else f" until before {one.effective_to}"
    whom = "everybody" if one.applies_to == "all" else "those who enrol from then on"
    here = (
        ""
        if one.pack is not None
        else f"; NOT HERE: open the log with its file, whose SHA-256 is {one.digest}"
    )
    return f"{one.pack_id} {one.version}, from {one.effective_from}{until}, for {whom}{here}"


def pack_data(pack: mentorcore.Pack) -> dict[str, Any]:
    """What a pack says as plain data, each rule with its kind."""
    told: dict[str, Any] = mentorcore.plain(pack)
    del told["text"]
    rules = zip(pack.rules, told["rules"], strict=True)
    return {**told, "rules": [{"kind": rule.kind, **said} for rule, said in rules]}

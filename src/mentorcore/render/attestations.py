"""What officers attest, as text: what it states, and whether the same still comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

import mentorcore
from mentorcore.render.diff import cause_said, change_said
from mentorcore.render.text import counted, paragraph, short, table

__all__ = ["attestation_lines", "statement_lines"]


def statement_lines(found: mentorcore.Statement) -> Iterator[str]:
    """What an officer would attest."""
    rule = "" if found.rule is None else f", {found.rule}"
    about = "" if found.about is None else f", {short(found.about)}"
    yield from paragraph(
        f"{counted(found.results, 'result')} of {found.pack_id} {found.version}{rule}{about} as "
        f"of {found.as_of}, as known at position {found.as_known}."
    )
    counts = attrs.asdict(found.total, filter=lambda _, value: isinstance(value, int) and value > 0)
    rows = [(state.replace("_", " "), str(number)) for state, number in counts.items()]
    yield from table(("", ""), rows, firm=("",), indent="  ")
    yield f"SHA-256 {found.digest}"


def attestation_lines(
    found: Sequence[mentorcore.AttestationCheck], names: Mapping[str, str]
) -> Iterator[str]:
    """Each attestation with what changed since; *names* by id say whom that is about."""
    if not found:
        yield "Nothing was attested."
    for number, one in enumerate(found):
        if number:
            yield ""
        yield from _attestation(one, names)


def _attestation(one: mentorcore.AttestationCheck, names: Mapping[str, str]) -> Iterator[str]:
    rule = "" if one.rule is None else f", {one.rule}"
    about = "" if one.about is None else f", {names.get(one.about) or short(one.about)}"
    yield from paragraph(
        f"{one.pack} {one.version}{rule}{about} as of {one.as_of}, as known at position "
        f"{one.as_known}: {one.said}."
    )
    officer = names.get(one.officer) or short(one.officer)
    yield from paragraph(
        f"{counted(one.results, 'result')}, attested by {officer} ({one.role}) on {one.on}", "  "
    )
    if one.withdrawn_on is not None:
        ground = "" if one.ground is None else f" ({one.ground})"
        yield from paragraph(f"withdrawn on {one.withdrawn_on}{ground}", "  ")
    yield f"  {one.attestation}"
    for result in one.changed:
        who = names.get(result.subject) or short(result.subject)
        yield from paragraph(f"{result.rule} {who}: {result.standing}", "  ")
        cells = [(c.field.replace("_", " "), change_said(c, names)) for c in result.changes]
        yield from table(("", ""), cells, firm=("",), indent="    ")
        for cause in result.causes:
            yield from paragraph(f"by {cause_said(cause)}", "    ", "       ")
    if one.others is not None:
        yield from paragraph(
            f"Other results changed that are not shown: {one.others.reason}.", "  "
        )

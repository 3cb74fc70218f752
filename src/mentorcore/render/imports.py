"""What an import did, in words that a coordinator understands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import mentorcore
from mentorcore.render.text import counted, paragraph, table

__all__ = ["finding_lines", "report_lines", "row_lines"]

LISTED = 30
"""The most rows that are listed one by one; JSON holds them all."""
NAMED = 3
"""How many rows are named that are refused for one reason."""

_NAMED_IN_IT = re.compile(r"'[^']*'|\d+")
"""What a reason names of its row: two that differ in nothing else are one."""


def report_lines(report: mentorcore.Report, log: str = "LOG") -> Iterator[str]:
    """An import's account, with the rows to look at.

    Args:
        report: The account.
        log: Where the events are, for the commands that answer what was asked.
    """
    yield from paragraph(f"{report.file}: {report.sentence()}")
    for notice in report.notices:
        yield from paragraph(f"{notice.where}: {notice.message}", "  note: ")
    asked = {(question.where, question.sentence) for question in report.questions}
    findings = [f for f in report.worst_first() if (f.where, f.reason) not in asked]
    if report.rows is not None:
        yield ""
        yield from row_lines(report.rows)
    elif findings:
        yield ""
        yield from finding_lines(findings)
    if report.missing:
        yield ""
        gone = counted(len(report.missing), "response")
        yield from paragraph(
            f"{gone} of earlier exports {'is' if len(report.missing) == 1 else 'are'} not in this "
            "one. Nothing was deleted."
        )
        yield from table(
            ("", "", ""),
            [(m.day or "", " & ".join(m.people), _sent(m)) for m in report.missing[:LISTED]],
            firm=("",),
            indent="  ",
        )
        if len(report.missing) > LISTED:
            yield f"  … and {counted(len(report.missing) - LISTED, 'more')}; --json lists all."
        doubtful = sum(not missing.certain for missing in report.missing)
        if doubtful:
            which = "This is" if doubtful == len(report.missing) else f"For {doubtful:,} this is"
            yield from paragraph(
                f"{which} not certain: the end of the export may be missing, it may be older than "
                "what was taken in before, or rows in it cannot be read."
            )
    for question in report.questions:
        yield ""
        yield from paragraph(f"{question.where}: {question.sentence}", "  question: ")
        if not question.open:
            yield "  Import it, and the command that answers this is told."
        yield from (f"  {command}" for command in question.commands(log))
    if report.rejects_file is not None:
        yield ""
        yield from paragraph(
            f"Refused rows were written to {report.rejects_file}. Correct them there with any "
            "spreadsheet, and import that file with the same mapping."
        )
    if report.dry_run:
        yield f"This was a dry run: {counted(report.events, 'event')} would have been recorded."
    elif not report.events:
        yield "Nothing new was recorded."


def row_lines(rows: Sequence[mentorcore.Row]) -> Iterator[str]:
    """Every row with what it leads to, a line for each thing."""
    lines = (
        (row.where.place if not n else "", row.outcome if not n else "", said)
        for row in rows
        for n, said in enumerate((*filter(None, (row.reason,)), *row.leads_to) or ("",))
    )
    yield from table(("", "", ""), lines, firm=("",), indent="  ")


def finding_lines(findings: Sequence[mentorcore.Finding]) -> Iterator[str]:
    """Rows that somebody may want to look at; of those for one reason, the first ones by name."""
    groups: dict[tuple[str, str], list[mentorcore.Finding]] = {}
    for found in findings:
        alike = found.outcome, _NAMED_IN_IT.sub("", found.reason)
        groups.setdefault(alike, []).append(found)
    rows: list[tuple[str, str, str]] = []
    told = 0
    for group in groups.values():
        if len(rows) >= LISTED:
            break
        reason = ""
        for found in group[:NAMED]:
            same = "the same" if found.reason == reason else found.reason
            rows.append((found.where.place, found.outcome, same))
            reason = found.reason
        if (more := len(group) - NAMED) > 0:
            rows.append(("…", "", f"and {counted(more, 'more row')} like these"))
        told += len(group)
    yield from table(("", "", ""), rows, firm=("",), indent="  ")
    if left := len(findings) - told:
        yield f"  … and {counted(left, 'more row')}; --json lists all."


def _sent(missing: mentorcore.Missing) -> str:
    at = missing.submitted_at
    return missing.response if at is None else f"sent {at:%Y-%m-%d %H:%M} UTC"

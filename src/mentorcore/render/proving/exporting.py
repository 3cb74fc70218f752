"""Exports, verdicts and loaded logs, as lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mentorcore
from mentorcore.render.proving.proving import kept_alarms_lines, second
from mentorcore.render.text import counted, paragraph

__all__ = [
    "backed_up_lines",
    "exported_lines",
    "loaded_lines",
    "restored_lines",
    "verdict_data",
    "verdict_lines",
]

MEANING = {
    "verified": "everything that a checkpoint from outside covers is as it was signed.",
    "unanchored": "the log agrees with itself; without a checkpoint from outside that says nothing "
    "about whoever keeps it.",
    "changed": "something that was signed is not there as it was.",
    "truncated": "events that were signed are missing at the end.",
    "fork": "two different histories of this log were signed: its operator has to explain them.",
    "stale": "this is not the newest state of the log.",
    "schema": "the database would show something else than the events.",
    "bad-signature": "a checkpoint is not signed as it must be.",
    "unreadable": "something that was to be looked at cannot be read.",
}


def exported_lines(
    done: mentorcore.Exported, *, unnamed: bool = False, alarms: int = 0
) -> Iterator[str]:
    """What was written, and what to hand over with it.

    Args:
        done: The export.
        unnamed: Whether nobody said for whom it is.
        alarms: How many alarms of places outside are kept.
    """
    yield f"{counted(done.size, 'event')} are in {done.to}."
    if done.withheld:
        yield from paragraph(f"Left out are the states of: {', '.join(done.withheld)}.")
    if done.opened:
        yield f"Opened are single values of: {', '.join(done.opened)}."
    if alarms:
        yield from kept_alarms_lines(alarms)
    if done.moves:
        yield from paragraph(
            "The log can go on from it elsewhere: load it with --original-retired, and use the "
            "original no more. It holds the index with its key: keep it to yourself, and delete it "
            "afterwards."
        )
    if unnamed:
        yield from paragraph("The log says that an unnamed office got it; --for names the office.")
    if done.refusal is not None:
        yield from paragraph(f"It was handed out as it is: {done.refusal}")
    elif done.checkpoint is None:
        yield "No checkpoint covers it: without a signing key nothing is signed."
    else:
        yield "This checkpoint covers it; hand it over by another way than the export:"
        yield ""
        yield from done.checkpoint.removesuffix("\n").split("\n")


def verdict_lines(verdict: mentorcore.Verdict) -> Iterator[str]:
    """The verdict in words, the first bad event first."""
    yield from paragraph(f"{verdict.verdict}: {MEANING[verdict.verdict]}")
    for fault in verdict.faults:
        place = "" if fault.position is None else f"position {fault.position}, "
        place += "" if fault.stream is None else f"{fault.stream} version {fault.version}, "
        yield from paragraph(f"{fault.verdict}: {place}{fault.reason}", "  ")
    if verdict.log_id:
        yield f"log {verdict.log_id}: {counted(verdict.size, 'event')}"
        upto = f", up to position {verdict.covered_position}" if verdict.covered else ""
        yield f"  {verdict.covered} covered from outside{upto}; {verdict.signed} signed"
    if verdict.withheld:
        yield f"  {counted(verdict.withheld, 'state')} left out"
    if verdict.redacted:
        gone = ", ".join(map(str, verdict.redacted))
        yield from paragraph(f"removed for good: the states at {gone}", "  ")
    if verdict.cosigned is not None:
        yield f"  last seen by a witness at {second(verdict.cosigned)}"
    for position, field, value in verdict.opened:
        yield from paragraph(f"opened at position {position}: {field} = {value!r}", "  ")
    for notice in verdict.notices:
        yield from paragraph(notice, "  ")


def verdict_data(verdict: mentorcore.Verdict) -> Any:
    """The verdict as plain data."""
    return mentorcore.plain(verdict)


def loaded_lines(done: mentorcore.Loaded) -> Iterator[str]:
    """What was loaded."""
    yield f"{counted(done.size, 'event')} are in {done.to}, with the root {done.root}."
    if done.read_only:
        yield "It is a copy, and read-only: what is recorded goes on in the original."


def backed_up_lines(done: mentorcore.BackedUp) -> Iterator[str]:
    """What was backed up, and whether it is in order."""
    yield f"{counted(done.size, 'event')} are in {done.log}, with the root {done.root}."
    if done.keys is not None:
        yield f"{counted(done.people, 'key')} of people: {done.keys}. Keep the two apart."
    if done.keyless:
        yield from paragraph(
            f"The keys of {', '.join(done.keyless)} are not there: an older key file was put back "
            "at some time. Put the newest copy of it back."
        )
    if done.verdict not in ("verified", "unanchored"):
        yield from paragraph(f"Something is wrong with the log: {MEANING[done.verdict]}")


def restored_lines(done: mentorcore.Restored) -> Iterator[str]:
    """What was restored."""
    yield f"{counted(done.size, 'event')} are in {done.to}, with the root {done.root}."
    if done.people:
        yield f"{counted(done.people, 'key')} of people: {done.keys}."
    if done.read_only:
        yield "It is a copy, and read-only: what is recorded goes on in the original."
    else:
        yield f"It goes on behind position {done.position}; what came after that is not in it."

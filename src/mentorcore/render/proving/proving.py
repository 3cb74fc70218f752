"""Checkpoints, receipts and what they prove, as text and as data."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

import mentorcore
from mentorcore.render.text import clean, counted, paragraph

__all__ = [
    "adopted_lines",
    "alarm_lines",
    "checkpoint_data",
    "checkpoint_lines",
    "continued_data",
    "continued_lines",
    "evidence_lines",
    "kept_alarms_lines",
    "kept_lines",
    "key_lines",
    "proven_data",
    "proven_lines",
    "published_lines",
    "rebuilt_lines",
    "rotated_lines",
    "second",
    "stamp_lines",
    "stamps_data",
    "receipt_data",
    "witness_key_lines",
]

LEVELS = (
    "Level 0: nothing is signed.",
    (
        "Level 1: signed, and nobody outside holds it. Whoever has the signing key can still "
        "rewrite everything unseen: give the checkpoint to somebody else."
    ),
    "Level 2: somebody outside holds a checkpoint; what it covers cannot be changed unseen.",
    "Level 3: a witness cosigned; two auditors cannot be shown two histories if both require it.",
)
OTHER_HISTORY = (
    "Somebody outside holds another history of this log than the one that is here: two were "
    "signed, or an older log was put in the place of this one. No level holds until that is "
    "explained. Change nothing, and keep this checkpoint and what they hold."
)
"""What is said instead of a level when a place outside knows the log otherwise."""
DAY, HOUR, MINUTE = 86_400, 3_600, 60


def checkpoint_lines(done: mentorcore.Checkpointed, vkey: str, *, kept: int = 0) -> Iterator[str]:
    """Where a checkpoint went, and how far the log is protected.

    Args:
        done: The checkpoint, and what came of it.
        vkey: The verifier key of the log.
        kept: How many alarms of places outside are kept from before.
    """
    yield from published_lines(done)
    if not any(publication.alarm for publication in done.publications):
        yield from kept_alarms_lines(kept) if kept else paragraph(LEVELS[done.exposure.level])
    yield from paragraph(_exposed(done.exposure))
    if done.compared is not None:
        yield from paragraph(
            f"The events were compared with all that was signed of them before at "
            f"{done.compared:%Y-%m-%d %H:%M:%S} UTC: none was changed."
        )
    yield "The verifier key, to be given to auditors by another way than the log:"
    yield vkey


def published_lines(done: mentorcore.Checkpointed) -> Iterator[str]:
    """What each place outside answered, and that one of them knows the log otherwise."""
    for publication in done.publications:
        name = clean(publication.sink)
        if publication.alarm:
            yield from paragraph(f"ALARM from {name}: {clean(publication.problem)}")
            if publication.other:
                yield "It shows this checkpoint of the other history; keep it with yours:"
                yield from _indented(publication.other)
        elif publication.problem:
            yield from paragraph(f"{name} did not take it: {clean(publication.problem)}")
        else:
            yield from paragraph(f"Taken by {name}.")
    if any(publication.alarm for publication in done.publications):
        yield from paragraph(OTHER_HISTORY)


def kept_lines(done: mentorcore.Checkpointed, file: str) -> Iterator[str]:
    """In which file a checkpoint is."""
    yield from paragraph(
        f"The checkpoint of {counted(done.checkpoint.size, 'event')} is in {file}, to be handed "
        "over as it is."
    )


def checkpoint_data(done: mentorcore.Checkpointed, vkey: str) -> dict[str, Any]:
    """The same as data."""
    return {
        **_checkpoint(done.checkpoint),
        "vkey": vkey,
        "publications": mentorcore.plain(done.publications),
        "exposure": mentorcore.plain(done.exposure),
        "compared": mentorcore.plain(done.compared),
    }


def key_lines(path: str, vkey: str) -> Iterator[str]:
    """What to do with a new key."""
    yield from paragraph(f"The signing key is in {path}. Nobody else may read it; keep a copy.")
    yield from paragraph(
        f"Beside it, {path}.checkpoints remembers what was signed. Keep both away from the "
        "database and its backups."
    )
    yield from paragraph("Give this verifier key to your auditors, by another way than the log:")
    yield vkey


def witness_key_lines(path: str, vkey: str) -> Iterator[str]:
    """What to do with the new key of a witness."""
    yield from paragraph(f"The key of the witness is in {path}. Nobody else may read it.")
    yield from paragraph("Give this verifier key to those whose logs it watches, and to auditors:")
    yield vkey


def adopted_lines(adopted: mentorcore.Checkpoint) -> Iterator[str]:
    """From where signing goes on."""
    yield from paragraph(
        f"Signing goes on from the checkpoint of {counted(adopted.size, 'event')} that was given."
    )


def rebuilt_lines(size: int) -> Iterator[str]:
    """What was made from the events again."""
    yield from paragraph(
        f"The tree was made from {counted(size, 'event')} again; they are those that were signed."
        if size
        else "Nothing was signed yet; the tree beside the log is empty."
    )


def rotated_lines(vkey: str, kept: str) -> Iterator[str]:
    """What to do when a key has taken over."""
    yield from paragraph(
        "This checkpoint is signed by both keys, and covers the record of the change. Hand it over "
        "with the new verifier key, by another way than the log:"
    )
    yield vkey
    yield from paragraph(f"The old key is in {kept}; destroy it when everybody has the new one.")


def continued_lines(found: mentorcore.Continued) -> Iterator[str]:
    """That one checkpoint continues another."""
    yield from paragraph(
        f"The checkpoint of {counted(found.later.size, 'event')} continues that of "
        f"{found.earlier.size:,}: all that the earlier one covers is in the later one, unchanged."
    )


def continued_data(found: mentorcore.Continued) -> dict[str, Any]:
    """The same as data."""
    return {
        "earlier": _checkpoint(found.earlier),
        "later": _checkpoint(found.later),
        "proof": [h.hex() for h in found.proof],
        "text": found.text,
    }


def receipt_data(receipt: mentorcore.Receipt) -> dict[str, Any]:
    """A receipt as data."""
    return {"receipt": receipt.text, **_leaf(receipt.leaf)}


def proven_lines(proven: mentorcore.Proven) -> Iterator[str]:
    """What a receipt proves, and what it does not."""
    leaf, checkpoint = proven.leaf, proven.checkpoint
    yield from paragraph(
        f"Verified: {clean(leaf.name)}, version {leaf.version} of {clean(leaf.stream)}, is event "
        f"{leaf.index} (position {leaf.position}) of {clean(checkpoint.origin)}, among the "
        f"{checkpoint.size:,} that the checkpoint covers."
    )
    yield from paragraph(
        "The stored bytes that were given are those of this event."
        if proven.state
        else f"Its stored bytes have the SHA-256 {leaf.digest.hex()}; they were not compared."
    )
    for cosignature in checkpoint.cosignatures:
        at = second(cosignature.at)
        yield from paragraph(f"{clean(cosignature.witness)} saw this checkpoint at {at}.")


def proven_data(proven: mentorcore.Proven) -> dict[str, Any]:
    """The same as data."""
    return {
        "verified": True,
        **_leaf(proven.leaf),
        "state_compared": proven.state,
        "checkpoint": _checkpoint(proven.checkpoint),
    }


def evidence_lines(found: Sequence[mentorcore.RefusedCheckpoint]) -> Iterator[str]:
    """The checkpoints that a witness refused."""
    if not found:
        yield "Every checkpoint that a watched log signed continued what was seen before."
    for one in found:
        kind = "TWO HISTORIES" if one.proven else "not proven, ask the log"
        yield from paragraph(
            f"{second(one.at)}, {clean(one.origin)}, when {one.held} events had been seen, {kind}: "
            f"{clean(one.why)}"
        )
        yield from _indented(one.note)
        if one.other:
            yield "  signed before that by the same log:"
            yield from _indented(one.other)
        if one.proof:
            yield "  what the first was submitted with, which shows it:"
            yield from _indented(one.proof)


def alarm_lines(found: Sequence[mentorcore.Alarm]) -> Iterator[str]:
    """What places outside answered that held another history."""
    if not found:
        yield "No place outside ever held another history of this log."
    for one in found:
        yield from paragraph(f"{clean(one.at)}, {clean(one.sink)}: {clean(one.problem)}")
        yield "  it was shown:"
        yield from _indented(one.note)
        if one.other:
            yield "  and shows:"
            yield from _indented(one.other)


def kept_alarms_lines(count: int) -> Iterator[str]:
    """That alarms of former days are kept, which is said instead of a level."""
    yield from paragraph(
        f"{counted(count, 'alarm')} of places outside {'is' if count == 1 else 'are'} kept from "
        "before: somebody held another history of this log than the one that is here. mentorcore "
        "checkpoint LOG --alarms shows them with both checkpoints. No level holds until that is "
        "explained."
    )


def stamp_lines(found: Sequence[mentorcore.TimeStamp]) -> Iterator[str]:
    """The time stamps of a log, and what each proves."""
    if not found:
        yield "No time stamp is kept here."
    for one in found:
        where = f"{clean(one.authority)}, number {one.serial or 'unknown'}"
        what = f"The checkpoint of {counted(one.size, 'event')}"
        if one.problem:
            yield from paragraph(f"{what}: the time stamp of {where} does not hold: {one.problem}")
        elif one.latest is not None:
            existed = "existed not later than" if one.checked else "is said to have existed by"
            yield from paragraph(f"{what} {existed} {_rounded_up(one.latest)}, by {where}.")
    if any(not one.checked and not one.problem for one in found):
        yield from paragraph(
            "Nothing was checked: name the root certificates that you trust for the authorities "
            "with --roots."
        )


def stamps_data(found: Sequence[mentorcore.TimeStamp]) -> list[dict[str, Any]]:
    """The same as data, with the answers of the authorities in base64."""
    return [
        {
            **mentorcore.plain(attrs.evolve(one, answer=b"")),
            "answer": b64encode(one.answer).decode("ascii"),
        }
        for one in found
    ]


def _rounded_up(at: datetime) -> str:
    """To the second, and never before it."""
    if at.microsecond:
        at = at.replace(microsecond=0) + timedelta(seconds=1)
    return f"{at:%F %T} UTC"


def second(at: int) -> str:
    """A second since 1970 as people read it; those that no calendar holds as a number."""
    try:
        return f"{datetime.fromtimestamp(at, UTC):%F %T} UTC"
    except (ValueError, OverflowError, OSError):
        return f"second {at} since 1970"


def _indented(text: str) -> Iterator[str]:
    return (f"  {clean(line)}" for line in text.removesuffix("\n").split("\n"))


def _exposed(found: mentorcore.Exposure) -> str:
    events = counted(found.events, "event")
    if found.seconds is None:
        return f"Exposed: {events}; no checkpoint was ever accepted outside."
    return f"Exposed: {events} since the last one was accepted outside, {_ago(found.seconds)} ago."


def _ago(seconds: float) -> str:
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= unit:
            return counted(int(seconds // unit), name)
    return counted(int(seconds), "second")


def _checkpoint(checkpoint: mentorcore.Checkpoint) -> dict[str, Any]:
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "note": checkpoint.note,
        "cosignatures": mentorcore.plain(checkpoint.cosignatures),
    }


def _leaf(leaf: mentorcore.Leaf) -> dict[str, Any]:
    return {
        "index": leaf.index,
        "position": leaf.position,
        "stream": leaf.stream,
        "version": leaf.version,
        "name": leaf.name,
        "state_sha256": leaf.digest.hex(),
    }

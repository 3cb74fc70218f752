"""What may enter the log at all: what a leaf of its tree can hold, by a clock that never goes back.

Every store asks here before it writes, so that all of them refuse the same things.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mentorcore.errors import Conflict, Invalid, LogError, NotALog, OpenedReadOnly, Problem
from mentorcore.log.storage.store import FORMAT, Appended, Draft, Entry, ViewRow

__all__ = [
    "other_format",
    "LARGEST",
    "MIGRATION",
    "STAMP",
    "SUBSCRIPTION",
    "as_appended",
    "as_instant",
    "as_text",
    "grown",
    "kept_position",
    "last_recorded",
    "later",
    "next_versions",
    "opened_read_only",
    "refuse_unfit",
    "refuse_unfit_view",
    "stored_position",
    "taken_by",
    "versions_of",
]

RECORDED = re.compile(rb'\{"_s":"[^"]{16}","at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)"')
"""How every stored state begins: a salt and the recorded time."""

LARGEST = 2**63 - 1
"""The largest position and version that both databases and the leaf of the audit can hold."""

MIGRATION = "__migration__"
"""A name that the library keeps for itself among the positions of views."""

SUBSCRIPTION = "subscription:"
"""How the names begin under which subscriptions keep their positions among those of views."""

STAMP = len("2026-11-23T17:40:00.123456Z")
"""How long the recorded time is, which stands between a draft's two halves."""
LONGEST_STREAM = 255
LONGEST_NAME = 1024
MODES = frozenset({"new", "put", "drop"})


def refuse_unfit(drafts: Sequence[Draft], entries: Sequence[Entry]) -> None:
    """Raise when something could not be stored, or not be proven later.

    Raises:
        Invalid: With every problem found, each with its place (``drafts[3].stream``).
    """
    for draft in drafts:
        if not _fits(draft):
            break
    else:
        if len(drafts) < 2 or len({(d.stream, d.version) for d in drafts}) == len(drafts):  # noqa: PLR2004 - one draft has no twin
            for entry in entries:
                if _entry_problem(entry):
                    break
            else:
                return
    raise Invalid("this cannot be appended to the log", _problems(drafts, entries))


def refuse_unfit_view(view: str, before: int, position: int, rows: Sequence[ViewRow]) -> None:
    """Raise when rows of a persisted view could not be stored as they are."""
    problems = []
    if view == MIGRATION or not _text_fits(view, LONGEST_NAME):
        problems.append(Problem("view", f"{view!r} cannot name a view"))
    if not 0 <= before <= position <= LARGEST:
        problems.append(Problem("position", f"{position} does not follow {before}"))
    problems.extend(
        Problem(f"rows[{i}].{part}", f"{text!r} cannot be stored", "text without U+0000")
        for i, row in enumerate(rows)
        for part, text in (("stream", row.stream), ("group", row.group))
        if not _text_fits(text, LONGEST_NAME, least=0)
    )
    if problems:
        raise Invalid("this cannot be saved as part of a view", problems)


def stored_position(stored: object) -> int:
    """The position of a view as it stands in the database, which may hold anything: 0 if none."""
    return stored if type(stored) is int and 0 <= stored <= LARGEST else 0


def kept_position(view: str, stored: object) -> int:
    """The position of a view, or of a subscription, which nobody can fold anew.

    Raises:
        LogError: It is that of a subscription, and none.
    """
    position = stored_position(stored)
    if position == stored or not view.startswith(SUBSCRIPTION):
        return position
    raise LogError(
        f"how far the {view!r} has come is damaged: {stored!r} is no position; say with its go_to "
        "behind which position it goes on"
    )


def last_recorded(noted: str, state: bytes | None) -> str:
    """The recorded time of the last event, from its state; what was noted only where it has none.

    What is noted beside the events is covered by no checkpoint, and must not date the next one.

    Args:
        noted: The text that is noted beside the events.
        state: How the state of the last event begins; ``None`` in a new log.
    """
    found = RECORDED.match(state or b"")
    return found[1].decode() if found else noted


def later(now: datetime, last: str) -> tuple[datetime, str]:
    """The later of two instants, as a value and as the text that is stored.

    Args:
        now: What the clock says; aware.
        last: The text given last, or an empty one for a new log.

    Raises:
        LogError: The clock gives an instant without a zone.
    """
    if now.utcoffset() is None:
        raise LogError(f"the clock said {now!r}, which names no zone; it must give aware instants")
    instant = now.astimezone(UTC)
    text = as_text(instant)
    return (instant, text) if text >= last else (as_instant(last), last)


def as_text(instant: datetime) -> str:
    """How an instant in UTC is stored, such as ``2026-11-23T17:40:00.123456Z``."""
    return instant.isoformat(timespec="microseconds")[:-6] + "Z"


def as_instant(text: str) -> datetime:
    """The instant that a stored text such as ``2026-11-23T17:40:00.123456Z`` means."""
    return datetime.fromisoformat(text)


def other_format(where: str, found: int) -> NotALog:
    """The refusal of a log whose format is not today's."""
    told = (
        f"{where} is a log of format {found}, and this version of mentorcore reads format {FORMAT}"
    )
    if found < FORMAT:
        return NotALog(
            f"{told}: it was written before the first release. Read it with the build that wrote "
            "it; to go on with this one, begin a new log and import the survey exports again"
        )
    return NotALog(f"{told}; update mentorcore to the version that wrote it")


def opened_read_only(url: str) -> OpenedReadOnly:
    """The error of whoever writes to a log that was opened for reading."""
    return OpenedReadOnly(
        f"{url} was opened for reading only, and nothing was written; open it without read_only "
        "to record"
    )


def taken_by(drafts: Sequence[Draft], present: set[tuple[str, int]]) -> Conflict:
    """The conflict to report, given which (stream, version) of the drafts are stored already."""
    for draft in drafts:
        if (draft.stream, draft.version) in present:
            return Conflict(
                f"stream {draft.stream} already has a version {draft.version}: "
                "somebody else wrote first",
                draft.stream,
            )
    return Conflict("somebody else wrote to one of these streams first")


def as_appended(drafts: Sequence[Draft], stored: Sequence[Sequence[Any]]) -> Appended | None:
    """What an earlier try of this very append did, if these stored rows are what it wrote."""
    rows = {(row[1], row[2]): row for row in stored}
    positions, at = [], ""
    for d in drafts:
        position, _, _, name, state = rows.get((d.stream, d.version), (0, "", 0, "", b""))
        text = state[len(d.head) : len(d.head) + STAMP]
        if name != d.name or state != d.head + text + d.tail:
            return None
        positions.append(position)
        at = text.decode()
    return Appended(tuple(positions), as_instant(at)) if positions else None


def versions_of(drafts: Sequence[Draft]) -> list[tuple[str, int]]:
    """The (stream, version) that these drafts take."""
    return [(d.stream, d.version) for d in drafts]


def next_versions(unchanged: Mapping[str, int]) -> list[tuple[str, int]]:
    """The (stream, version) that may not be there if these streams are as they were read."""
    return [(stream, version + 1) for stream, version in unchanged.items()]


def grown(stream: str) -> Conflict:
    """The conflict to report when a stream grew on which a decision rests."""
    return Conflict(f"stream {stream} has grown since it was read", stream)


def _text_fits(text: object, most: int, least: int = 1) -> bool:
    if type(text) is not str or "\0" in text:
        return False
    if text.isascii():
        return least <= len(text) <= most
    try:
        return least <= len(text.encode()) <= most
    except UnicodeEncodeError:
        return False


def _fits(draft: Draft) -> bool:
    return (
        _text_fits(draft.stream, LONGEST_STREAM)
        and _text_fits(draft.name, LONGEST_NAME)
        and type(draft.version) is int
        and 1 <= draft.version <= LARGEST
        and type(draft.head) is bytes
        and type(draft.tail) is bytes
    )


def _problems(drafts: Sequence[Draft], entries: Sequence[Entry]) -> list[Problem]:
    found: list[Problem] = []
    seen: dict[tuple[str, int], int] = {}
    for i, draft in enumerate(drafts):
        at = f"drafts[{i}]"
        if not _text_fits(draft.stream, LONGEST_STREAM):
            expected = f"1 to {LONGEST_STREAM} bytes of UTF-8 without U+0000"
            found.append(Problem(f"{at}.stream", f"{draft.stream!r} is no stream id", expected))
        if not _text_fits(draft.name, LONGEST_NAME):
            expected = f"1 to {LONGEST_NAME} bytes of UTF-8 without U+0000"
            found.append(Problem(f"{at}.name", f"{draft.name!r} is no event name", expected))
        if type(draft.version) is not int or not 1 <= draft.version <= LARGEST:
            expected = "a whole number from 1 to 2**63 - 1"
            found.append(Problem(f"{at}.version", f"{draft.version!r} is no version", expected))
        if type(draft.head) is not bytes or type(draft.tail) is not bytes:
            found.append(Problem(f"{at}.state", "the state is not bytes"))
        twin = seen.setdefault((draft.stream, draft.version), i)
        if twin != i:
            problem = f"the same stream and version as drafts[{twin}]"
            found.append(Problem(f"{at}.version", problem, "each version once"))
    for i, entry in enumerate(entries):
        if problem := _entry_problem(entry):
            found.append(Problem(f"entries[{i}]", problem))
    return found


def _entry_problem(entry: Entry) -> str:
    if not _text_fits(entry.kind, LONGEST_NAME):
        return f"{entry.kind!r} is no kind of index"
    if type(entry.digest) is not bytes or not entry.digest:
        return "the digest is not a byte or more"
    if entry.mode not in MODES:
        return f"{entry.mode!r} is no mode"
    if entry.stream is not None and not _text_fits(entry.stream, LONGEST_STREAM):
        return f"{entry.stream!r} is no stream id"
    if entry.body is not None and type(entry.body) is not bytes:
        return "the body is not bytes"
    return ""

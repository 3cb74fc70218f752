"""Every way in which mentorcore says no.

```
MentorcoreError
├── Refused              an answer: the domain's rules do not allow this, and why
├── Conflict             somebody else wrote first; try again
├── KeyReused            an idempotency key came back with another command
├── Invalid              malformed input, with all its problems at once
├── SourceUnreadable     a survey file or service that cannot be read, with file and line
│   └── SourceRefused        it can be read, and what it says is not believed
├── AdapterError         an adapter plugin failed; names the plugin and the source
├── PracticeError        a practice does not fit, broke its contract or crashed; names it
├── LogError             the event log cannot be used as it is
│   ├── EventError           one stored event cannot be read; names where it stands
│   │   ├── UnknownEvent         a stored name that this version does not know
│   │   ├── NewerEvent           a payload written by a newer version
│   │   └── MalformedEvent       a payload that is not what its name and version promise
│   ├── KeyMissing           personal values cannot be sealed or opened without their key
│   ├── LogBusy              a lock was not granted in time
│   ├── LogAway              the database of the log cannot be reached
│   ├── OpenedElsewhere      it was opened before this process was forked off
│   ├── OpenedReadOnly       it was opened for reading, and this would write
│   └── NotALog              the place opened holds no log of ours, or another format
├── IntegrityError       what is recorded and what was signed do not fit together
│   ├── UnfitRow             a stored row that no leaf of the tree can be made of
│   ├── ProofInvalid         a proof that does not lead to the signed root
│   ├── NoteInvalid          a checkpoint or receipt whose text or signature is not in order
│   ├── HeadDiffers          the tree beside the log is not the one that was signed last
│   ├── EventsDiffer         an event is not what was signed; names where it stands
│   ├── RowsMissing          events that the tree covers are gone
│   ├── LateInsertion        an event stands where the tree was closed already
│   ├── RollbackRefused      the log is older than what was signed or published last
│   └── ExportInvalid        what was handed over as an export is none, or not whole
├── TablesError          the tables in a host's database cannot be kept or asked as they are
├── FollowerStopped      a view met an event that it cannot fold, and stopped there
├── SubscriptionBusy     somebody else is at work on a subscription
├── ReceiverAway         whoever is to be handed an event cannot take any just now
│   └── ReceiverGone         and never will again
├── EventRefused         a receiver does not take this event
└── MissingExtra         an optional part is not installed; names the extra
```
"""

from collections.abc import Iterable
from datetime import datetime

import attrs

from mentorcore.error_root import MentorcoreError
from mentorcore.integrity_errors import (
    EventsDiffer,
    ExportInvalid,
    HeadDiffers,
    IntegrityError,
    LateInsertion,
    NoteInvalid,
    ProofInvalid,
    RollbackRefused,
    RowsMissing,
    UnfitRow,
)
from mentorcore.log_errors import (
    EventError,
    KeyMissing,
    LogAway,
    LogBusy,
    LogError,
    MalformedEvent,
    NewerEvent,
    NotALog,
    OpenedElsewhere,
    OpenedReadOnly,
    UnknownEvent,
)

__all__ = [
    "AdapterError",
    "Asked",
    "Conflict",
    "EventError",
    "EventRefused",
    "EventsDiffer",
    "ExportInvalid",
    "FollowerStopped",
    "HeadDiffers",
    "IntegrityError",
    "Invalid",
    "KeyMissing",
    "KeyReused",
    "LateInsertion",
    "LogAway",
    "LogBusy",
    "LogError",
    "MalformedEvent",
    "MentorcoreError",
    "MissingExtra",
    "NewerEvent",
    "NotALog",
    "NoteInvalid",
    "OpenedElsewhere",
    "OpenedReadOnly",
    "PracticeError",
    "Problem",
    "ProofInvalid",
    "ReceiverAway",
    "ReceiverGone",
    "Refused",
    "RollbackRefused",
    "RowsMissing",
    "SourceRefused",
    "SourceUnreadable",
    "TablesError",
    "SubscriptionBusy",
    "UnfitRow",
    "UnknownEvent",
    "practice_missing",
]


@attrs.frozen
class Asked:
    """What a refusal answers, so that it can be explained.

    Attributes:
        command: What was asked, with all its ids.
        at: The instant of the decision.
        position: The position of the log that it was decided on.
    """

    command: object
    at: datetime
    position: int


class Refused(MentorcoreError):
    """The rules of the domain do not allow this; nothing was recorded.

    Args:
        reason: A sentence for the person who asked.
        code: A stable word for programs, such as ``no_free_place``.
        facts: What the refusal rests on (ids, figures, dates), never personal text.

    Attributes:
        asked: What was decided on; ``None`` for an answer that no decision gave.
    """

    def __init__(self, reason: str, code: str = "refused", **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.facts = facts
        self.asked: Asked | None = None


def practice_missing(
    kind: str, practice: str | None = None, distribution: str | None = None
) -> Refused:
    """What is said of a stream or a command whose rules are not here."""
    who = f"the practice {practice!r}, which" if practice else "a practice that"
    bring = f"install {distribution}" if distribution else "install the package that brings it"
    return Refused(
        f"streams of the kind {kind!r} belong to {who} is not here; {bring}",
        "practice_missing",
        kind=kind,
        practice=practice,
        distribution=distribution,
    )


class Conflict(MentorcoreError):
    """Another writer changed a stream between reading and appending."""

    def __init__(self, message: str, stream: str | None = None) -> None:
        super().__init__(message)
        self.stream = stream


class KeyReused(MentorcoreError):
    """An idempotency key was used again with another command."""


@attrs.frozen
class Problem:
    """One thing wrong with an input, and what would be right.

    Attributes:
        path: Where: a dotted path such as ``roles.mentor.capacity``, or a field name.
        problem: What is wrong, as a sentence.
        expected: What would be right.
    """

    path: str
    problem: str
    expected: str = ""

    def __str__(self) -> str:
        text = f"{self.path}: {self.problem}" if self.path else self.problem
        return f"{text} (expected {self.expected})" if self.expected else text


class Invalid(MentorcoreError):
    """An input is malformed; carries *all* problems found, each with its path."""

    def __init__(self, what: str, problems: Iterable[Problem]) -> None:
        self.what = what
        self.problems = tuple(problems)
        lines = "".join(f"\n  - {p}" for p in self.problems)
        super().__init__(f"{what}:{lines}" if lines else what)


class SourceUnreadable(MentorcoreError):
    """A source of survey responses cannot be read; nothing was imported from it.

    Attributes:
        file: Name of the file or service.
        line: Physical line, counted from 1, or ``None`` when the whole is meant.
    """

    def __init__(self, message: str, *, file: str, line: int | None = None) -> None:
        place = file if line is None else f"{file}, line {line}"
        super().__init__(f"{place}: {message}")
        self.message = message
        self.file = file
        self.line = line


class SourceRefused(SourceUnreadable):
    """A source can be read and contradicts itself, its mapping or what was taken in before.

    It is refused as a whole, and nothing was imported from it: ids that a spreadsheet changed,
    dates that disprove their declared order, choices written in another way.
    """


class AdapterError(MentorcoreError):
    """An adapter plugin broke its contract or crashed."""

    def __init__(self, message: str, *, adapter: str, source: str = "") -> None:
        at = f" while reading {source}" if source else ""
        super().__init__(f"adapter {adapter!r}{at}: {message}")
        self.adapter = adapter
        self.source = source


class PracticeError(MentorcoreError):
    """A practice cannot be taken in as it is, broke its contract or crashed; nothing was recorded.

    Attributes:
        practice: The name of the practice.
        command: The name of the command that was being decided; empty for none.
    """

    def __init__(self, message: str, *, practice: str, command: str = "") -> None:
        at = f" while deciding {command}" if command else ""
        super().__init__(f"practice {practice!r}{at}: {message}")
        self.practice = practice
        self.command = command


class FollowerStopped(MentorcoreError):
    """A view met an event that it cannot fold; nothing that rests on it is told.

    Attributes:
        view: The name of the view.
        position: The position of the event.
        stream: The stream that holds it.
        version: Its version there.
        name: Its stored name.
    """

    def __init__(
        self,
        message: str,
        *,
        view: str,
        position: int,
        stream: str | None = None,
        version: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(f"view {view!r} stopped at position {position}: {message}")
        self.view = view
        self.position = position
        self.stream = stream
        self.version = version
        self.name = name


class TablesError(MentorcoreError):
    """The tables of a log in a host's database are not there, of another log, or not as they were.

    The log has nothing to do with it, and nothing was changed. They can be made again from the log
    at any time.
    """


class MissingExtra(MentorcoreError):
    """An optional part of mentorcore is needed and not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an optional part: pip install 'mentorcore[{extra}]'")
        self.extra = extra


class ReceiverAway(MentorcoreError):
    """Whoever is to be handed an event cannot take any just now; it is handed on again later.

    A handler of a subscription raises it when what it needs is away: no event is parked for that.
    """


class ReceiverGone(ReceiverAway):
    """Whoever was to be handed events has said to be gone for good; nothing more is tried."""


class EventRefused(MentorcoreError):
    """A receiver does not take this event, whatever is tried; its stream waits, and no other."""


class SubscriptionBusy(MentorcoreError):
    """Somebody else is at work on a subscription, and stayed so for as long as was waited."""

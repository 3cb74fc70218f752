"""What is wrong with a log, or with reaching it; the names stand in `mentorcore.errors`."""

from mentorcore.error_root import MentorcoreError

__all__ = [
    "EventError",
    "KeyMissing",
    "LogAway",
    "LogBusy",
    "LogError",
    "MalformedEvent",
    "NewerEvent",
    "NotALog",
    "OpenedElsewhere",
    "OpenedReadOnly",
    "UnknownEvent",
]


class LogError(MentorcoreError):
    """The event log cannot be used as it is."""


class EventError(LogError):
    """One stored event cannot be read as it is.

    Attributes:
        position: Its position in the log, where that is known, as are the others.
        stream: The stream that holds it.
        version: Its version there.
        name: Its stored name.
    """

    def __init__(
        self,
        message: str,
        *,
        position: int | None = None,
        stream: str | None = None,
        version: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(message)
        self.position = position
        self.stream = stream
        self.version = version
        self.name = name


class UnknownEvent(EventError):
    """A stored event bears a name that this version does not know."""


class NewerEvent(EventError):
    """A stored event was written by a newer version of mentorcore."""


class MalformedEvent(EventError):
    """A stored event's bytes are not what its name and version promise."""


class KeyMissing(LogError):
    """A personal value cannot be sealed or opened, because its key is not here."""


class LogBusy(LogError):
    """The write lock of the log was not granted in time."""


class LogAway(LogError):
    """The database of the log could not be reached for as long as a call may wait.

    It is no fault of who asked: a web service answers 503, and the same call can be made again.

    Attributes:
        in_doubt: Whether something was being committed, so that it may be stored all the same.
    """

    def __init__(self, message: str, *, in_doubt: bool = False) -> None:
        super().__init__(message)
        self.in_doubt = in_doubt


class OpenedElsewhere(LogError):
    """The log was opened in another process, from which this one was forked off; nothing was done.

    Connections and locks do not survive a fork: open the log after it, in each process.
    """


class OpenedReadOnly(LogError):
    """The log was opened for reading only, and this would write to it; nothing was done."""


class NotALog(LogError):
    """What was opened is not a mentorcore log, or one of another format.

    Attributes:
        is_free: Whether nothing stands there, so that a log could be made.
    """

    def __init__(self, message: str, *, is_free: bool = False) -> None:
        super().__init__(message)
        self.is_free = is_free

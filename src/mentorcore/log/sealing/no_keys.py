"""A log without people's keys, for whoever proves it and has no business reading it."""

from collections.abc import Sequence

from mentorcore.errors import KeyMissing

__all__ = ["KeysLeftOut", "NoKeys"]


class KeysLeftOut(KeyMissing):
    """No key was lost: the log was opened without any."""


class NoKeys:
    """No keys at all: checkpoints and proofs are made without them, and nothing personal is opened.

    Figures, dates and states can be read; recording needs the keys.
    """

    def index_key(self) -> bytes:
        """See `Keys`.

        Raises:
            KeyMissing: Always.
        """
        raise _missing("look anything up by its key")

    def deks(self, subjects: Sequence[str], mint: bool) -> dict[str, tuple[int, bytes]]:
        """See `Keys`.

        Raises:
            KeyMissing: Something personal is to be recorded.
        """
        if mint and subjects:
            raise _missing("record anything about a person")
        return {}

    def dek(self, subject: str, generation: int) -> bytes | None:  # noqa: ARG002 - as in the protocol
        """See `Keys`.

        Raises:
            KeyMissing: Always.
        """
        raise _missing(f"open anything about {subject}")

    def close(self) -> None:
        """Nothing to give back."""


def _missing(what: str) -> KeysLeftOut:
    return KeysLeftOut(
        f"this log was opened without people's keys, and so it cannot {what}; say with keys= where "
        "they are"
    )

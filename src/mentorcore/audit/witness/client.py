"""Checkpoints are shown to a witness, who cosigns only what continues the history that it saw."""

import hashlib
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from mentorcore.audit.notes.checkpoint import Checkpoint, check_cosignature, parse_note, read_line
from mentorcore.audit.notes.continuation import continuation
from mentorcore.audit.notes.encoding import number_of
from mentorcore.audit.notes.verifier_keys import COSIGNATURE, VerifierKey
from mentorcore.errors import HeadDiffers, Invalid, LogError, NoteInvalid, Problem, RollbackRefused

__all__ = ["WitnessSink"]

SECONDS = 10.0
LONGEST_ANSWER = 65_536
TRIES = 4
OK, OTHER_SIZE, FORKED = 200, 409, 422


class WitnessSink:
    """A witness over HTTP (C2SP tlog-witness).

    Args:
        url: Where it listens, without ``/add-checkpoint``.
        key: Its verifier key, or the text of it.
        timeout: Seconds to wait for its answer.

    Raises:
        Invalid: The key is not that of a witness, or the address is none.
    """

    outside = True

    def __init__(self, url: str, key: VerifierKey | str, *, timeout: float = SECONDS) -> None:
        self.key = VerifierKey.read(key) if isinstance(key, str) else key
        if self.key.kind != COSIGNATURE:
            raise Invalid(
                f"{self.key} is no witness", [Problem("key", "is of a log", "the key of a witness")]
            )
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
            raise Invalid(
                "a witness cannot be reached there",
                [Problem("url", f"is {url!r}", "https://witness.example.org")],
            )
        self.name = f"witness {self.key.name}"
        self._url = url.rstrip("/")
        self._timeout = timeout
        self._seen = 0

    def publish(self, note: str, consistency: Callable[[int], Sequence[bytes]]) -> str:
        """Show the checkpoint; the answer is the line by which the witness cosigned it.

        Raises:
            RollbackRefused: The witness saw more events than this log holds.
            HeadDiffers: The witness saw another history of this log, and holds the evidence.
            LogError: The witness cannot be reached, or does not watch this log.
        """
        checkpoint, _lines = parse_note(note)
        named = 0  # the size that the witness itself told or cosigned, this time
        if self._seen > checkpoint.size:
            self._seen = 0  # let it say itself that it has seen more
        for _ in range(TRIES):
            proof = consistency(self._seen) if self._seen else ()
            status, body = self._post(continuation(self._seen, proof, note).encode())
            if status == OK:
                line = self._line(checkpoint, body)
                self._seen = checkpoint.size
                return line
            if status == FORKED:
                raise self._fork(checkpoint, body)
            if status != OTHER_SIZE:
                raise LogError(f"{self.name} answered {status}: {body.strip()[:200]}")
            size = self._told(checkpoint, body)
            if self._seen and self._seen in (size, named):
                # Asked at the very size that it named, it has no other to name: the roots differ.
                raise self._fork(checkpoint, body)
            if size is None and not self._seen:
                if named:  # it cosigned that size, refuses what continues it, and names no other
                    self._seen = named
                    raise self._fork(checkpoint, body)
                raise LogError(
                    f"{self.name} answered {status} without the size that it has seen: "
                    f"{body.strip()[:200]}"
                )
            # Without a size it may have seen more meanwhile; asked about none, it has to say.
            named, self._seen = (self._seen, 0) if size is None else (size, size)
        raise LogError(f"{self.name} gave another size each time; try again later")

    def shown(self, origin: str) -> str | None:
        """The newest checkpoint of a log that the witness shows to whoever asks.

        It is signed by the witness, and by whom else is not checked. ``None`` where the witness
        shows none, as some do not.
        """
        digest = hashlib.sha256(origin.encode()).hexdigest()
        try:
            status, body = self._ask(urllib.request.Request(f"{self._url}/{digest}/checkpoint"))  # noqa: S310 - http and https only, checked above
            checkpoint, _lines = parse_note(body)
            self._line(checkpoint, body.partition("\n\n")[2])
        except (LogError, NoteInvalid):
            return None
        return body if (status, checkpoint.origin) == (OK, origin) else None

    def _told(self, checkpoint: Checkpoint, body: str) -> int | None:
        """The size that the witness says it has seen, if it says one.

        Raises:
            RollbackRefused: It is larger than what this log has.
        """
        try:
            size = number_of(body.strip())
        except ValueError:
            return None
        if size > checkpoint.size:
            raise RollbackRefused(
                f"{self.name} has seen {size} events of this log, and the newest checkpoint covers "
                f"{checkpoint.size}: the log was put back to an earlier state"
            )
        return size

    def _fork(self, checkpoint: Checkpoint, body: str) -> HeadDiffers:
        said = body.strip()[:200]
        return HeadDiffers(
            f"{self.name} has seen another history of {checkpoint.origin} than the one that this "
            f"checkpoint of {checkpoint.size} events is of. Keep this checkpoint, and ask the "
            "witness for the one that it holds: both together are the evidence"
            + (f" (it says: {said})" if said else ""),
            other=self.shown(checkpoint.origin) or "",
        )

    def _line(self, checkpoint: Checkpoint, body: str) -> str:
        """The line of the witness in its answer, checked; those of others are ignored."""
        for text in body.split("\n"):
            try:
                line = read_line(text)
            except NoteInvalid:
                continue
            if (line.name, line.payload[:4]) == (self.key.name, self.key.id):
                check_cosignature(checkpoint, line, self.key)
                return line.text
        raise NoteInvalid(f"{self.name} answered without its signature")

    def _post(self, body: bytes) -> tuple[int, str]:
        return self._ask(
            urllib.request.Request(  # noqa: S310 - http and https only, checked above
                f"{self._url}/add-checkpoint",
                data=body,
                headers={"Content-Type": "text/plain; charset=utf-8"},
            )
        )

    def _ask(self, request: urllib.request.Request) -> tuple[int, str]:
        opener = urllib.request.build_opener(_NoRedirect())
        try:
            with opener.open(request, timeout=self._timeout) as answer:
                return answer.status, answer.read(LONGEST_ANSWER).decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(LONGEST_ANSWER).decode("utf-8", "replace")
        except (OSError, urllib.error.URLError) as error:
            why = getattr(error, "reason", error)
            raise LogError(f"{request.full_url} cannot be reached: {why}") from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A witness answers itself or not at all."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Follow nothing."""
        return

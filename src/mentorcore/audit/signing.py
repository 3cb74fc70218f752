"""Who signs checkpoints, where it is remembered what was signed, and who is told.

The key stands in a file apart from the database, readable by its owner only, or wherever a host
keeps its keys: all that is asked of it is to sign some bytes.
"""

import base64
import binascii
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import attrs

from mentorcore.audit.checkpoint_file import CheckpointFile
from mentorcore.audit.vkeys import ED25519, Signer, VerifierKey, secret_signer
from mentorcore.errors import KeyMissing

__all__ = ["Signing", "Sink", "create_signing_key", "read_signing_key", "sign_with"]

FORMAT = "mentorcore-signing-key/1"
SEED = 32


@runtime_checkable
class Sink(Protocol):
    """A place that is given checkpoints, so that the log cannot be rewritten unseen.

    It is called at least once for each published size, sizes rising, and may skip to the newest.

    Attributes:
        name: What it is called, unique among the sinks of a log.
        outside: Whether it is out of the operator's reach, and counts for the exposure.
    """

    name: str
    outside: bool

    def publish(self, note: str, consistency: Callable[[int], Sequence[bytes]]) -> str:
        """Hand over a checkpoint.

        Args:
            note: The signed text.
            consistency: Gives the proof that this checkpoint continues the one of a size.

        Returns:
            A detail to keep. Signature lines in it, such as a witness gives, are added to the
            checkpoint.
        """


@attrs.frozen
class Signing:
    """How the checkpoints of a log are made.

    Attributes:
        signer: Signs them.
        memory: Remembers them, outside the database.
        sinks: Places that are given them.
        retired: Keys that signed for this log before.
        events: A checkpoint is made in the background after so many new events,
        seconds: or after so many seconds, if there are any;
        background: unless this is false: then only when it is asked for.
        receipts: Whether every append is covered by a checkpoint of its own at once, so that its
            receipt can be handed to whoever acted.
    """

    signer: Signer
    memory: CheckpointFile
    sinks: tuple[Sink, ...] = ()
    retired: tuple[VerifierKey, ...] = ()
    events: int = 1000
    seconds: float = 60.0
    background: bool = True
    receipts: bool = False

    @property
    def origin(self) -> str:
        """The name of the log in its checkpoints."""
        return self.signer.key.name

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """The keys by which checkpoints of this log are checked."""
        return (self.signer.key, *self.retired)


def create_signing_key(
    path: str | os.PathLike[str],
    origin: str,
    *,
    kind: int = ED25519,
    random: Callable[[int], bytes] = os.urandom,
) -> VerifierKey:
    """Make a signing key and the empty file of its checkpoints beside it.

    Args:
        path: The key file, made with mode 0600; a file that is there is never replaced.
        origin: The name of the log in the world, such as ``mentoring.example.edu/log1``.
        kind: 1 for a log, 4 for a witness.
        random: Where random bytes come from.

    Returns:
        The public key, to be given to auditors by another way than the log.

    Raises:
        Invalid: The origin has spaces or plus signs.
        KeyMissing: The file is there already, or cannot be made.
    """
    seed = random(SEED)
    key = secret_signer(origin, seed, kind).key
    body = {"format": FORMAT, "name": origin, "kind": kind, "seed": base64.b64encode(seed).decode()}
    file = Path(path)
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise KeyMissing(f"{file} is there already; a signing key is never replaced") from None
    except OSError as error:
        raise KeyMissing(f"the signing key {file} cannot be made: {error.strerror}") from error
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(body, out, ensure_ascii=False)
        out.write("\n")
        out.flush()
        os.fsync(out.fileno())
    if kind == ED25519:
        memory_of(file).make()
    return key


def read_signing_key(path: str | os.PathLike[str]) -> Signer:
    """The signer whose key stands in a file.

    Raises:
        KeyMissing: It is not there, is no signing key, or others can read it.
    """
    file = Path(path)
    try:
        mode = file.stat().st_mode & 0o777
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyMissing(
            f"the signing key {file} cannot be read: {getattr(error, 'strerror', error)}. "
            "mentorcore checkpoint --init-key makes one"
        ) from error
    if os.name != "nt" and mode & 0o077:
        raise KeyMissing(
            f"{file} can be read by others (mode {mode:04o}), who may have signed with it: say "
            "`chmod 600` and think about a new key"
        )
    try:
        body = json.loads(text)
        if body["format"] != FORMAT:
            raise KeyMissing(f"{file} is a signing key of the format {body['format']!r}")
        seed = base64.b64decode(body["seed"], validate=True)
        return secret_signer(body["name"], seed, body["kind"])
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise KeyMissing(f"{file} is no signing key of mentorcore") from error


def memory_of(key: Path) -> CheckpointFile:
    """The file of checkpoints beside a key file."""
    return CheckpointFile(key.with_name(key.name + ".checkpoints"))


def sign_with(
    key: str | os.PathLike[str],
    *,
    memory: str | os.PathLike[str] | None = None,
    sinks: Sequence[Sink] = (),
    background: bool = True,
    receipts: bool = False,
) -> Signing:
    """Sign with the key in a file.

    Args:
        key: The key file.
        memory: The file of signed checkpoints; by default beside the key.
        sinks: Places that are given checkpoints.
        background: See `Signing`.
        receipts: See `Signing`.

    Raises:
        KeyMissing: The key is not there or not in order.
    """
    held = memory_of(Path(key)) if memory is None else CheckpointFile(memory)
    return Signing(
        read_signing_key(key), held, tuple(sinks), background=background, receipts=receipts
    )

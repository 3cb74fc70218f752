"""The file of a signing key: readable by its owner only, and never written over.

A key is replaced by a new one in steps, each of which can be repeated after a crash: the new key is
written beside the old one, the change is recorded in the log, a checkpoint that covers the record
is signed by both, and only then does the new file take the place of the old one.
"""

import base64
import binascii
import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from mentorcore.audit.notes.checkpoint_file import CheckpointFile
from mentorcore.audit.notes.verifier_keys import ED25519, Signer, VerifierKey, secret_signer
from mentorcore.errors import Invalid, KeyMissing

__all__ = [
    "begin_rotation",
    "create_signing_key",
    "end_rotation",
    "memory_of",
    "read_key_file",
    "read_signing_key",
]

FORMAT = "mentorcore-signing-key/1"
SEED = 32
Place = str | os.PathLike[str]


def create_signing_key(
    path: Place, origin: str, *, kind: int = ED25519, random: Callable[[int], bytes] = os.urandom
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
    _write(Path(path), key, seed, ())
    if kind == ED25519:
        memory_of(path).make()
    return key


def read_signing_key(path: Place) -> Signer:
    """The signer whose key stands in a file.

    Raises:
        KeyMissing: It is not there, is no signing key, or others can read it.
    """
    return read_key_file(path)[0]


def read_key_file(path: Place) -> tuple[Signer, tuple[VerifierKey, ...]]:
    """The signer whose key stands in a file, and the keys that it took over from.

    Raises:
        KeyMissing: It is not there, is no signing key, or others can read it.
    """
    file = Path(path)
    try:
        mode = file.stat().st_mode & 0o777
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyMissing(
            f"the signing key {file} cannot be read: {getattr(error, 'strerror', error)}. Say with "
            "--signing-key where it lies; mentorcore checkpoint --init-key makes the first one of "
            "a log"
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
        retired = tuple(map(VerifierKey.read, body.get("retired", [])))
        return secret_signer(body["name"], seed, body["kind"]), retired
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, Invalid) as error:
        raise KeyMissing(f"{file} is no signing key of mentorcore") from error


def memory_of(key: Place) -> CheckpointFile:
    """The file of checkpoints beside a key file; it stays when the key is replaced."""
    return CheckpointFile(f"{os.fspath(key)}.checkpoints")


def begin_rotation(path: Place, random: Callable[[int], bytes] = os.urandom) -> Signer:
    """Write the key that is to follow beside the old one, unless that was done before.

    Raises:
        KeyMissing: The old key is not in order, or the new file cannot be written.
    """
    old, retired = read_key_file(path)
    new = _next(path)
    if not new.exists():
        seed = random(SEED)
        key = secret_signer(old.key.name, seed, old.key.kind).key
        _write(new, key, seed, (old.key, *retired))
    return read_signing_key(new)


def end_rotation(path: Place) -> Path:
    """Let the new key take the place of the old one, which is kept under another name.

    Returns:
        Where the old key is now: destroy it when everybody has the new verifier key.
    """
    file, new = Path(path), _next(path)
    kept = file.with_name(f"{file.name}.retired-{read_signing_key(file).key.id.hex()}")
    try:
        with suppress(FileExistsError):  # a crash came between this and the next line
            os.link(file, kept)
        new.replace(file)
    except OSError as error:
        raise KeyMissing(
            f"the new key cannot take the place of {file}: {error.strerror}"
        ) from error
    return kept


def _next(path: Place) -> Path:
    return Path(f"{os.fspath(path)}.new")


def _write(file: Path, key: VerifierKey, seed: bytes, retired: Sequence[VerifierKey]) -> None:
    body = {
        "format": FORMAT,
        "name": key.name,
        "kind": key.kind,
        "seed": base64.b64encode(seed).decode("ascii"),
        "retired": list(map(str, retired)),
    }
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

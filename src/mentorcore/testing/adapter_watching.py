"""What an adapter does beside reading: network, files, processes, settings of the process.

The interpreter itself tells of every connection, process and file (`sys.addaudithook`), so that
nothing depends on which library was used, or on whether the adapter swallows the refusal.
"""

import base64
import csv
import decimal
import gc
import io
import locale
import logging
import os
import random
import signal
import socket
import ssl
import sys
import threading
import time
import traceback
import urllib.request
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import attrs

__all__ = [
    "ZONES",
    "Ears",
    "MadeAccount",
    "changes",
    "hurried",
    "in_zone",
    "shut_in",
    "state",
    "told",
]

ZONES = ("WEST+5", "EAST-9")
"""Time zones of machines far apart, in the form that needs no data base of zones."""

LOOPBACK = {"127.0.0.1", "::1", "localhost", b"127.0.0.1", b"::1", b"localhost"}
CALLS = {"socket.connect", "socket.sendto", "socket.bind"}
NAMES = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
PROCESSES = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn"}
FILES = {
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.chmod",
    "os.symlink",
    "os.link",
    "os.truncate",
    "tempfile.mkstemp",
    "tempfile.mkdtemp",
    "sqlite3.connect",
}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
SHORTEST = 12
"""A line of a secret below this length says nothing by itself."""


@contextmanager
def in_zone(zone: str) -> Iterator[None]:
    """Let the machine stand in another time zone; only where it can be moved."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


class _Watch:
    """What the interpreter tells, while somebody listens."""

    hooked = False
    heard: list[str] | None = None
    loopback = False
    left: int | None = None


def _listen(event: str, args: tuple[Any, ...]) -> None:
    heard = _Watch.heard
    if heard is None:
        return
    what = _forbidden(event, args)
    if what:
        heard.append(what)
        raise OSError(f"an adapter may not do this: {what}")


def _forbidden(event: str, args: tuple[Any, ...]) -> str:
    if event == "open":
        path, _, flags = args
        writes = isinstance(flags, int) and flags & WRITES
        own = isinstance(path, int) or path == os.devnull or "__pycache__" in str(path)
        return f"writing the file {path}" if writes and not own else ""
    if event == "socket.__new__":
        return "" if _Watch.loopback else "opening a socket"
    if event in CALLS:
        address = args[1]
        host = address[0] if isinstance(address, tuple) else address
        if not _Watch.loopback or host not in LOOPBACK:
            return f"calling {host!s}"
        if event == "socket.connect" and _Watch.left is not None:
            _Watch.left -= 1
            return "" if _Watch.left >= 0 else f"calling {host!s} once more"
        return ""
    if event in NAMES:
        return "" if _Watch.loopback and args[0] in LOOPBACK else f"looking up {args[0]!s}"
    if event in PROCESSES:
        return f"starting a process ({event})"
    return f"touching other files ({event})" if event in FILES else ""


@contextmanager
def shut_in(*, loopback: bool = False, calls: int | None = None) -> Iterator[list[str]]:
    """Refuse the network, processes and written files; gives a list of what was attempted.

    Args:
        loopback: Whether servers on this machine may be called.
        calls: How many connections to them come about before none does any more.
    """
    if not _Watch.hooked:
        sys.addaudithook(_listen)
        _Watch.hooked = True
    heard: list[str] = []
    _Watch.heard, _Watch.loopback, _Watch.left = heard, loopback, calls
    try:
        yield heard
    finally:
        _Watch.heard = None


@contextmanager
def hurried() -> Iterator[None]:
    """Let nobody sleep, so that an adapter that waits between attempts makes them at once."""
    sleep = time.sleep
    time.sleep = lambda _: None
    try:
        yield
    finally:
        time.sleep = sleep


def state() -> Mapping[str, object]:
    """The settings of this process that an adapter might change, by what they are called."""
    root = logging.getLogger()
    return {
        "csv.field_size_limit": csv.field_size_limit(),
        "csv dialects": sorted(csv.list_dialects()),
        "locale": locale.setlocale(locale.LC_ALL, None),
        "current folder": Path.cwd(),
        "environment": dict(os.environ),
        "warnings filters": list(warnings.filters),
        "logging": (root.level, tuple(root.handlers), root.manager.disable),
        "random state": random.getstate(),
        "decimal context": repr(decimal.getcontext()),
        "recursion limit": sys.getrecursionlimit(),
        "standard streams": (id(sys.stdin), id(sys.stdout), id(sys.stderr)),
        "hooks": (id(sys.excepthook), id(sys.displayhook), id(warnings.showwarning)),
        "socket timeout": socket.getdefaulttimeout(),
        "local time zone": (time.tzname, time.timezone),
        "module search path": list(sys.path),
        "garbage collector": gc.isenabled(),
        "signal handlers": [signal.getsignal(number) for number in sorted(signal.valid_signals())],
        "opener of urllib": id(vars(urllib.request)["_opener"]),
        "check of certificates": id(vars(ssl)["_create_default_https_context"]),
        "threads": {thread.ident for thread in threading.enumerate()},
    }


def changes(before: Mapping[str, object]) -> list[str]:
    """Which settings are not what they were."""
    after = state()
    return [name for name, value in before.items() if after[name] != value]


@attrs.frozen
class MadeAccount:
    """An account of a service that exists nowhere, with secrets that must not be told.

    Attributes:
        name: The account's name.
        form: The service's id of the form.
        secrets: Secrets by name; any other name has the secret `token`.
        token: What every other secret is.
    """

    name: str = "kit"
    form: str = "kit-form"
    secrets: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    token: str = attrs.field(default="kit-secret-5d1f0c9ab37e4c62", repr=False)

    def secret(self, name: str) -> str:
        """The secret of this name."""
        return self.secrets.get(name, self.token)

    def spellings(self) -> Iterator[str]:
        """What would tell a secret: each of its lines, in plain text and in base 64."""
        for secret in (self.token, *self.secrets.values()):
            for line in secret.splitlines():
                if len(line.strip()) >= SHORTEST:
                    yield line.strip()
                    yield base64.b64encode(line.strip().encode()).decode().rstrip("=")


@attrs.define
class Ears:
    """Everything that is said while somebody listens: logs, warnings, output."""

    said: list[str] = attrs.field(factory=list)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Listen."""
        handler, root = _Noting(self.said), logging.getLogger()
        level = root.level
        out = io.StringIO()
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            with (
                warnings.catch_warnings(record=True) as warned,
                redirect_stdout(out),
                redirect_stderr(out),
            ):
                warnings.simplefilter("always")
                yield
        finally:
            root.setLevel(level)
            root.removeHandler(handler)
            self.said += [str(w.message) for w in warned] if warned else []
            self.said.append(out.getvalue())


class _Noting(logging.Handler):
    """Keeps every record of the log as text, with what it carries."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.NOTSET)
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        self._said.append(f"{record.getMessage()} {record.__dict__!r}")


def told(error: BaseException) -> Iterable[str]:
    """Everything that an error says to whoever prints it, with what it came from."""
    yield "".join(traceback.format_exception(error))
    at: BaseException | None = error
    while at is not None:
        yield f"{at!r} {at.args!r} {vars(at)!r}"
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)

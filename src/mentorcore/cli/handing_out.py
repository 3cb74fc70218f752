"""Texts that somebody else checks byte for byte: checkpoints, receipts and other proofs.

They stand alone on standard output, or in a file, in UTF-8 with LF, whatever a system would make of
them; all that is said about them goes elsewhere.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from mentorcore.cli.answering import answer

__all__ = ["aside", "handed_out", "new_file"]


@contextmanager
def new_file(path: str | None) -> Iterator[IO[str] | None]:
    """The new file that was named, if one was; it is gone again when the block fails.

    It is made first: when it cannot be, nothing has been signed for it.

    Raises:
        OSError: Something stands there already, or nothing can be written there.
    """
    if path is None:
        yield None
        return
    file = Path(path).open("x", encoding="utf-8", newline="\n")  # noqa: SIM115 - see below
    try:
        with file:  # closed before it is taken away, which not every system does with an open one
            yield file
    except BaseException:
        Path(path).unlink(missing_ok=True)
        raise


def handed_out(
    asked: Namespace, file: IO[str] | None, text: str, lines: Iterable[str], data: Any
) -> None:
    """Hand *text* out, in *file* if there is one; *lines* say so, or *data* is the one JSON."""
    if file is not None:
        file.write(text)
        answer(asked, lines, {**data, "file": asked.out})
    elif asked.json:
        answer(asked, (), data)
    else:
        _exactly(text)


def aside(asked: Namespace, lines: Iterable[str]) -> None:
    """Say *lines* where they get into no file with what was handed out; the JSON has them all."""
    if not asked.json:
        for line in lines:
            print(line, file=sys.stderr)


def _exactly(text: str) -> None:
    """Print a text as it is; a file that it is sent to must hold these bytes and no others."""
    out = sys.stdout
    buffer = getattr(out, "buffer", None)
    if buffer is None or out.isatty():
        print(text, end="")
        return
    out.flush()
    buffer.write(text.encode())
    buffer.flush()

"""Running one verb: errors become sentences and exit codes, never traces of the program."""

import argparse
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper

import mentorcore
from mentorcore.cli.words import Usage, parser
from mentorcore.render.errors import error_data, error_lines

__all__ = ["main"]

DONE, REFUSED, WRONG, STOPPED = 0, 1, 2, 130
"""Exit codes: done; an answer of no; wrong usage or environment; stopped by the person."""


def _later(module: str, verb: str) -> Callable[[argparse.Namespace], int]:
    """What carries out a verb, loaded only when it is asked for: help should come at once."""

    def run(asked: argparse.Namespace) -> int:
        found: Callable[[argparse.Namespace], int] = getattr(
            import_module(f"mentorcore.cli.{module}"), verb
        )
        return found(asked)

    return run


RUNS: dict[str, Callable[[argparse.Namespace], int]] = {
    "demo": _later("demonstrating", "demo"),
    "init": _later("recording", "init"),
    "import": _later("taking_in", "take_in"),
    "sync": _later("syncing", "sync"),
    "discover": _later("syncing", "discover"),
    "status": _later("reading", "status"),
    "attention": _later("reading", "attention"),
    "history": _later("reading", "history"),
    "why": _later("explaining", "why"),
    "diff": _later("comparing", "diff"),
    "record": _later("recording", "record"),
    "log": _later("reading", "log"),
    "checkpoint": _later("proving", "checkpoint"),
    "prove": _later("proving", "prove"),
    "verify-proof": _later("proving", "verify_proof"),
    "witness": _later("proving", "witness"),
    "export": _later("exporting", "export"),
    "verify": _later("exporting", "verify"),
    "load": _later("exporting", "load"),
    "adapters": _later("reading", "adapters"),
    "catalog": _later("cataloguing", "catalog"),
    "compat": _later("cataloguing", "compat"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command line.

    Args:
        argv: The words after the program's name; those of the process, if not given.

    Returns:
        The exit code.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that cannot show a letter shows a question mark instead of nothing.
            stream.reconfigure(errors="replace")
    try:
        return _run(words)
    except BrokenPipeError:  # whoever reads our output has seen enough
        _leave_output()
        return DONE


def _leave_output() -> None:
    """Drop what could not be written, so that the end of the process does not try once more."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(words: list[str]) -> int:
    try:
        return _written(words)
    except KeyboardInterrupt:
        print(
            "\nStopped. What was recorded before stays; running it again goes on.", file=sys.stderr
        )
        return STOPPED
    except BrokenPipeError:
        raise
    except OSError as error:
        told = _told(error, words)
        try:
            sys.stdout.flush()
        except OSError:  # the output itself is what failed, such as a disk that is full
            _leave_output()
        return told
    except Exception as error:  # noqa: BLE001 - whatever happens, a person gets a sentence
        return _told(error, words)


def _written(words: list[str]) -> int:
    try:
        asked = parser(RUNS).parse_args(words)
        code = int(asked.run(asked))
    except SystemExit as ended:  # --help and --version
        code = int(ended.code or 0)
    if sys.stdout is not None:  # whoever started us may have closed it
        sys.stdout.flush()
    return code


def _told(error: Exception, words: Sequence[str]) -> int:
    if "--debug" in words:
        traceback.print_exception(error)
    known = isinstance(error, mentorcore.MentorcoreError | Usage | OSError)
    if "--json" in words:
        print(json.dumps(error_data(error), indent=2))
    elif known:
        for line in error_lines(error):
            print(line, file=sys.stderr)
        if isinstance(error, Usage) and error.usage:
            print(error.usage, file=sys.stderr)
    else:
        print(
            f"This is a fault of mentorcore itself: {type(error).__name__}: {error}\n"
            "Nothing was recorded by halves. With --debug you see where; please report it.",
            file=sys.stderr,
        )
    no = isinstance(error, mentorcore.Refused | mentorcore.IntegrityError)
    return REFUSED if no else WRONG

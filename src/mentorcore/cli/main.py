"""Running one verb: errors become sentences and exit codes, never traces of the program."""

from __future__ import annotations

import gc
import json
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper

import mentorcore
from mentorcore.cli.answering import leave_output
from mentorcore.cli.arguments import Usage
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.parser import parsed
from mentorcore.cli.verbs import QUESTIONS, VERBS
from mentorcore.render.errors import error_data, error_lines

__all__ = ["main"]

NOT_THERE = {
    *("nobody", "names_sealed", "no_such_subject", "no_such_program", "no_such_event_name"),
    *(
        "no_such_position",
        "moment_to_come",
        "no_such_view",
        "no_figure",
        "no_such_need",
        "no_such_event",
    ),
}
"""What a question is refused with that is about nothing, most often by a typing error."""


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
        with _little_collecting():
            return _run(words)
    except BrokenPipeError:  # whoever reads our output has seen enough
        leave_output()
        return ExitCode.DONE


@contextmanager
def _little_collecting() -> Iterator[None]:
    """Look for garbage a hundred times less often than Python does by itself.

    Nearly all that a short run makes stays until its end: modules, classes, rows of a table.
    """
    usual = gc.get_threshold()
    gc.set_threshold(usual[0] * 100, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _run(words: list[str]) -> int:
    try:
        return _written(words)
    except KeyboardInterrupt:
        print(
            "\nStopped. What was recorded before stays; running it again goes on.", file=sys.stderr
        )
        return ExitCode.STOPPED
    except BrokenPipeError:
        raise
    except OSError as error:
        told = _told(error, words)
        try:
            sys.stdout.flush()
        except OSError:  # the output itself is what failed, such as a disk that is full
            leave_output()
        return told
    except Exception as error:  # noqa: BLE001 - whatever happens, a person gets a sentence
        return _told(error, words)


def _written(words: list[str]) -> int:
    try:
        asked = parsed(words)
        code = int(asked.run(asked))
    except SystemExit as ended:  # --help and --version
        code = int(ended.code or ExitCode.DONE)
    if sys.stdout is not None:  # whoever started us may have closed it
        sys.stdout.flush()
    return code


def _told(error: Exception, words: Sequence[str]) -> int:
    with suppress(BrokenPipeError):  # what was read of it is enough; the code says the rest
        _say(error, words)
    asked_for = isinstance(error, mentorcore.Refused) and error.code in NOT_THERE
    if asked_for and _verb(words) in QUESTIONS:
        return ExitCode.WRONG
    no = mentorcore.Refused | mentorcore.IntegrityError | mentorcore.SourceRefused
    return ExitCode.NO if isinstance(error, no) else ExitCode.WRONG


def _say(error: Exception, words: Sequence[str]) -> None:
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
            "Nothing was half recorded. --debug shows where it arose; please report it.",
            file=sys.stderr,
        )


def _verb(words: Sequence[str]) -> str | None:
    return next((word for word in words if word in VERBS), None)

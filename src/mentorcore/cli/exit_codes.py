"""How a command ends, in one number for scripts."""

from enum import IntEnum

__all__ = ["ExitCode"]


class ExitCode(IntEnum):
    """How a command ended.

    The numbers are stable: a script may rely on them. The stand-alone verifier `mentorcore-verify`
    ends with the same ones.

    Attributes:
        DONE: It was done; for a question, the answer is yes; `verify` found the log `verified`.
        NO: An answer of no: a command was refused, or a whole file that can be read and is not
            believed (`SourceRefused`); a verification failed, or what was to be signed or exported
            is not what was signed of it before; `compat` found something that is not read, or,
            with `--strict`, rows or adapters were left out.
        WRONG: Nothing was done or proven: wrong usage, a question about what is not there (a name,
            a stream, a position, a moment to come), a mapping that needs correction, a file or
            anything else that cannot be read (`SourceUnreadable`), or an environment that does
            not let it happen, such as a full disk.
        UNANCHORED: Of `verify`: the log is consistent with itself, but no checkpoint came from
            outside, so nothing is said about whoever keeps it. Of `recompute`: no figure differs,
            but some cannot be told: contents were left out of the export, or nothing here tells
            such a figure. Of `stamps`: no time stamp was checked. Of
            `check-record`: nothing that is held vouches for the record.
        STOPPED: It was interrupted from the keyboard. What was recorded before stays.
    """

    DONE = 0
    NO = 1
    WRONG = 2
    UNANCHORED = 3
    STOPPED = 130

"""The file in which refused rows wait, kept from one import of a form to the next."""

from contextlib import suppress
from os import PathLike
from pathlib import Path

import attrs

from mentorcore.adapters.sources import FileSource
from mentorcore.adapters.spec import Notice, Response, Where
from mentorcore.errors import SourceUnreadable
from mentorcore.intake.mappings.mapping import FormMapping
from mentorcore.intake.rejects import Corrected, holds_rejects, read_rejects, write_rejects
from mentorcore.intake.report import Report

__all__ = ["RejectsFile"]


class RejectsFile:
    """The file in which the refused rows of a form wait for their correction.

    Args:
        path: Where it is, or will be.
        form: The form.

    Raises:
        SourceUnreadable: Something else stands there; nothing was taken in.
    """

    def __init__(self, path: Path, form: str) -> None:
        self._path = path
        self._waiting: dict[str, Response] = {}
        if not path.exists():
            return
        if not holds_rejects(FileSource(path)):
            raise SourceUnreadable(
                "the refused rows cannot be written here, where another file stands", file=str(path)
            )
        for item in read_rejects(FileSource(path), form):
            if isinstance(item, Corrected):
                self._waiting[item.seen] = item.response

    @classmethod
    def of(cls, path: str | PathLike[str] | None, mapping: FormMapping) -> "RejectsFile | None":
        """The file for the rows of a mapping, if one is wanted.

        Rows of confidential forms stay where they were sent in, and are corrected there.
        """
        if path is None or mapping.form_kind.confidential:
            return None
        return cls(Path(path), mapping.form)

    def keep(self, report: Report) -> None:
        """Write what was refused; a file in which nothing is left is removed.

        A row that somebody has begun to correct here keeps the corrections. What was taken in is
        recorded already, so a place that cannot be written to is told in the report. Where this
        file itself was taken in and has rows that cannot be read, it stays as it is.
        """
        if report.counts.unreadable and self._is(report.file):
            report.rejects_file = str(self._path)
            return
        try:
            self._write(report)
        except OSError as error:
            message = (
                f"the refused rows cannot be written here ({error.strerror or error}); import the "
                "export again and say where, for example --rejects rejects.csv"
            )
            report.notices.append(Notice(Where(str(self._path)), message, "rejects-not-written"))

    def _is(self, file: str) -> bool:
        """Whether the file that was taken in is this one."""
        with suppress(OSError):
            return self._path.samefile(file)
        return False

    def _write(self, report: Report) -> None:
        if not report.rejects:
            self._path.unlink(missing_ok=True)
            return
        rejects = [
            attrs.evolve(reject, response=self._waiting.get(reject.seen, reject.response))
            for reject in report.rejects
        ]
        beside = self._path.with_name(self._path.name + ".new")
        try:
            with beside.open("w", encoding="utf-8-sig", newline="") as file:
                write_rejects(file, rejects)
            beside.replace(self._path)
        except OSError:
            with suppress(OSError):
                beside.unlink()
            raise
        report.rejects_file = str(self._path)

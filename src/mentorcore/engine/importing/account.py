"""What an import tells of the responses it dealt with, one after the other."""

import attrs

from mentorcore.adapters.spec import Notice, Unreadable, Where
from mentorcore.engine.importing.deciding.decisions import ResponseOutcome, Survey
from mentorcore.intake.report import Report

__all__ = ["Account"]


@attrs.define
class Account:
    """The report of an import as it grows.

    Attributes:
        older: How many responses are unchanged since they were taken under an earlier mapping.
        outdated: How many answers of an older export were changed since.
    """

    _report: Report
    older: int = 0
    outdated: int = 0

    def count(self, came: ResponseOutcome) -> None:
        """Tell what a response came to."""
        if came.reason:
            self._report.find(came.outcome, came.reason, came.where, came.column)
        else:
            self._report.count(came.outcome)
        self._report.lead(came.outcome, came.where, came.reason or came.notice, came.leads_to)
        for said in came.notes:
            self._report.notices.append(Notice(came.where, said, "namesake"))
        if came.reject is not None:
            self._report.rejects.append(came.reject)
        self._report.questions += came.questions
        if came.notice:
            self._report.notices.append(Notice(came.where, came.notice, "moved-edit"))
        self.older += came.older_mapping
        self.outdated += came.outdated

    def unreadable(self, row: Unreadable) -> None:
        """Tell of a row that cannot be read."""
        self._report.find("unreadable", row.why, row.where)
        self._report.lead("unreadable", row.where, row.why)

    def tell_age(self, survey: Survey) -> None:
        """Tell what the age of the mapping and of the export left as it was."""
        if self.older:
            self.notice(
                f"{self.older:,} unchanged response{'' if self.older == 1 else 's'} "
                f"{'was' if self.older == 1 else 'were'} taken under an earlier mapping; what that "
                "led to stays as it was. If this mapping is better, --again (reread=True) reads "
                "them under it, and amends what differs",
                "older-mapping",
            )
        if survey.age.older or self.outdated:
            number = f": {self.outdated:,} of its answers were changed since"
            changed = number if self.outdated else ""
            self.notice(
                f"this export is older than what was taken in before{changed}, so it "
                "changes nothing, and what is missing from it is not called missing",
                "older-export",
            )

    def notice(self, message: str, code: str) -> None:
        """Tell something about the source as a whole."""
        self._report.notices.append(Notice(Where(self._report.file), message, code))

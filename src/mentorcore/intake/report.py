"""What an import did with the responses it read, for people and for programs."""

import shlex
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, get_args

import attrs

from mentorcore.adapters.spec import Notice, Where
from mentorcore.domain.responses import Counts, Settling
from mentorcore.intake.rejects import Reject
from mentorcore.personal_text import without_text

__all__ = ["OUTCOMES", "Finding", "Missing", "Outcome", "Question", "Report", "Row"]

Outcome = Literal["taken", "amended", "unchanged", "refused", "unreadable", "skipped", "ambiguous"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@attrs.frozen
class Finding:
    """A row that somebody may want to look at.

    Attributes:
        outcome: What became of it.
        reason: Why, as a sentence.
        where: Where it stands in the file.
        column: The title of the column that is wrong, if it is one.
    """

    outcome: Outcome
    reason: str = attrs.field(repr=without_text)  # sentences here may name people
    where: Where
    column: str = ""

    def sentence(self) -> str:
        """The finding in one line, such as: m.csv, row 5: refused: Minutes: is empty."""
        return f"{self.where}: {self.outcome}: {self.reason}"

    def plain(self) -> dict[str, Any]:
        """The finding as plain data."""
        return {
            "outcome": self.outcome,
            "reason": self.reason,
            "column": self.column,
            **_place(self.where),
        }


@attrs.frozen
class Row:
    """A row with all that it leads to.

    Attributes:
        outcome: What became of it.
        where: Where it stands in the file.
        reason: Why it was refused, skipped or amended, as a sentence.
        leads_to: What it leads to, as sentences in the words of a coordinator.
    """

    outcome: Outcome
    where: Where
    reason: str = attrs.field(default="", repr=without_text)
    leads_to: tuple[str, ...] = attrs.field(default=(), repr=without_text)

    def plain(self) -> dict[str, Any]:
        """The row as plain data."""
        return {
            "outcome": self.outcome,
            "reason": self.reason,
            "leads_to": list(self.leads_to),
            **_place(self.where),
        }


@attrs.frozen
class Missing:
    """A response of earlier readings that is not in a full one; nothing was deleted.

    Attributes:
        response: Its stream in the log.
        submitted_at: When it had been sent, if that is known.
        people: The names of those whom it is about, sorted.
        day: The day of what it tells, if it is known.
        caused: How many records rest on it.
        newly: Whether the reading before this one still had it.
        certain: Whether it is gone for certain. It is not where the end of the export may be
            missing, the export may be older, or rows cannot be read; the log then does not
            record it.
    """

    response: str
    submitted_at: datetime | None = None
    caused: int = 0
    people: tuple[str, ...] = attrs.field(default=(), repr=without_text)
    day: date | None = None
    newly: bool = True
    certain: bool = True

    def about(self) -> str:
        """Whom it is about and which day, as far as that is known."""
        day = "" if self.day is None else f"{self.day}"
        return ", ".join(filter(None, (" & ".join(self.people), day)))

    def plain(self) -> dict[str, Any]:
        """The response as plain data."""
        sent = None if self.submitted_at is None else self.submitted_at.isoformat()
        return {
            "response": self.response,
            "submitted_at": sent,
            "people": list(self.people),
            "day": None if self.day is None else self.day.isoformat(),
            "caused": self.caused,
            "newly": self.newly,
            "certain": self.certain,
        }


@attrs.frozen
class Question:
    """What no rule can know about a response; it is asked once, and the answer is an event.

    Attributes:
        response: Its stream in the log; reserved for it where it is not taken yet.
        sentence: What is asked.
        answers: The answers that fit.
        where: Where the row stands in the file; the file alone where no row is meant.
        other: The response or person beside which it is in doubt, if there is one.
        open: Whether it can be answered already. After a dry run it cannot where the id of the
            response is reserved for it by the import only.
    """

    response: str
    sentence: str = attrs.field(repr=without_text)
    answers: tuple[Settling, ...]
    where: Where
    other: str | None = None
    open: bool = True

    def commands(self, log: str = "LOG") -> tuple[str, ...]:
        """What to type for each of the answers, once it can be answered.

        Args:
            log: Where the events are.
        """
        if not self.open:
            return ()
        said = f"mentorcore settle {shlex.quote(log)} {self.response}"
        return tuple(f"{said} {answer}{self._beside(answer)}" for answer in self.answers)

    def _beside(self, answer: Settling) -> str:
        alone = answer in {"take_it", "leave_it"}
        return "" if alone or self.other is None else f" {self.other}"

    def plain(self) -> dict[str, Any]:
        """The question as plain data."""
        return {
            "response": self.response,
            "other": self.other,
            "question": self.sentence,
            "answers": list(self.answers),
            "commands": list(self.commands()),
            **_place(self.where),
        }


@attrs.define
class Report:
    """An import's account; it is complete when the import has ended.

    Attributes:
        file: Name of the file or service.
        form: The form's name in its mapping.
        kind: The form's kind.
        findings: Every row that was refused, unreadable, skipped or ambiguous.
        notices: What a person should know about the source.
        rows: Every row with what it leads to, if that was asked for.
        missing: Responses that a full reading no longer holds.
        questions: What somebody has to say; `Engine.settle` records the answer, and the next
            import acts on it.
        rejects: The refused responses; `write_rejects` writes them to a file.
        rejects_file: The file to which they were written, if they were.
        events: How many events were recorded.
        batch: The stream of the import in the log; ``None`` when nothing was recorded.
        dry_run: Whether this only tells what would have been recorded.
    """

    file: str
    form: str
    kind: str
    findings: list[Finding] = attrs.field(factory=list)
    notices: list[Notice] = attrs.field(factory=list)
    rows: list[Row] | None = None
    missing: list[Missing] = attrs.field(factory=list)
    questions: list[Question] = attrs.field(factory=list)
    rejects: list[Reject] = attrs.field(factory=list, repr=False)
    rejects_file: str | None = None
    events: int = 0
    batch: str | None = None
    dry_run: bool = False
    _counted: Counter[Outcome] = attrs.field(factory=Counter)

    def count(self, outcome: Outcome, responses: int = 1) -> None:
        """Count responses with which all is well."""
        self._counted[outcome] += responses

    def find(self, outcome: Outcome, reason: str, where: Where, column: str = "") -> None:
        """Count a response that somebody may want to look at."""
        self._counted[outcome] += 1
        self.findings.append(Finding(outcome, reason, where, column))

    def lead(
        self, outcome: Outcome, where: Where, reason: str = "", leads_to: Sequence[str] = ()
    ) -> None:
        """Tell what a row leads to, if that was asked for."""
        if self.rows is not None:
            self.rows.append(Row(outcome, where, reason, tuple(leads_to)))

    @property
    def counts(self) -> Counts:
        """How many responses came to what."""
        return Counts(**{outcome: self._counted[outcome] for outcome in OUTCOMES})

    @property
    def responses(self) -> int:
        """How many responses were read, unreadable ones included."""
        return sum(self._counted.values())

    @property
    def sound(self) -> bool:
        """Whether nothing was refused, unreadable or ambiguous."""
        return not any(self._counted[o] for o in ("refused", "unreadable", "ambiguous"))

    def sentence(self) -> str:
        """The account in one sentence, such as: 12 taken, 200 unchanged, 2 refused."""
        said = [f"{self._counted[o]:,} {o}" for o in OUTCOMES if self._counted[o]]
        if self.missing:
            said.append(f"{len(self.missing):,} missing from this export")
        return (", ".join(said) if said else "no responses") + "."

    def plain(self) -> dict[str, Any]:
        """The account as plain data, for JSON."""
        return {
            "file": self.file,
            "form": self.form,
            "kind": self.kind,
            "batch": self.batch,
            "dry_run": self.dry_run,
            "events": self.events,
            "counts": {o: self._counted[o] for o in OUTCOMES},
            "summary": self.sentence(),
            "findings": [f.plain() for f in self.findings],
            **({} if self.rows is None else {"rows": [row.plain() for row in self.rows]}),
            "missing": [m.plain() for m in self.missing],
            "questions": [q.plain() for q in self.questions],
            "rejects_file": self.rejects_file,
            "notices": [
                {"message": n.message, "code": n.code, **_place(n.where)} for n in self.notices
            ],
        }

    def worst_first(self) -> Sequence[Finding]:
        """The findings, refused and unreadable rows before skipped ones, each in file order."""
        order = ("refused", "unreadable", "ambiguous", "skipped", "amended", "unchanged", "taken")
        return sorted(self.findings, key=lambda f: order.index(f.outcome))


def _place(where: Where) -> dict[str, Any]:
    return {"file": where.file, "record": where.record, "line": where.line}

"""What a published report says of the question that it answers.

Whatever it says is looked at before the log is asked; what does not fit is told, all at once.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import attrs

from mentorcore.errors import Invalid, Problem
from mentorcore.projections.access.redactor import (
    SITE,
    Viewer,
    confirm_completion_only,
    confirm_viewer,
)
from mentorcore.projections.folding.moment import Moment

__all__ = ["LISTS", "Asked", "asked_in", "first_member", "read_report", "unfit"]

KINDS = {"status": "pairings", "attention": "needs", "compliance": "packs", "view": "rows"}
"""What a report can be, with the member by which it is known."""

ROWS: Mapping[str, tuple[str, ...]] = {
    "cohorts": ("cohort",),
    "participants": ("who", "participant"),
    "pairings": ("pairing",),
}
"""The lists of a status, with the path in a row to what it is about."""

LISTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "status": ROWS,
    "attention": {"needs": ()},
    "compliance": {"packs": ("digest",), "rows": ("result",), "groups": ("group",)},
    "view": {"rows": ()},
}
"""The lists of each kind of report; of a view and of needs, what a row is about is seen there."""

NARROWED = ("by", "rule", "about", "missing")
"""What a report of compliance says of the results that were asked for."""

REPORT = "the JSON that `status`, `attention`, `compliance` or `view` answered with"


@attrs.frozen
class Asked:
    """What a report says of the question that it answers."""

    kind: str
    view: str
    program: str
    day: date
    position: int
    as_of: date | datetime | None
    as_known: datetime | int | None
    viewer: Viewer
    narrowed: Mapping[str, Any] = attrs.Factory(dict)

    @property
    def moment(self) -> Moment:
        """The moment at which the log is to be looked at: it has grown since."""
        known = self.position if self.as_known is None else self.as_known
        return Moment(self.as_of, known)


def read_report(report: Mapping[str, Any] | str) -> Mapping[str, Any]:
    """A report as data.

    Raises:
        Invalid: It is no JSON object, or one in which a member stands twice.
    """
    if not isinstance(report, str):
        found: Any = report
    else:
        try:
            found = json.loads(report, object_pairs_hook=_once, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise unfit("report", f"is no JSON: {error}", REPORT) from None
    if not isinstance(found, Mapping):
        raise unfit("report", "is no JSON object", REPORT)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands in it twice")
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


def asked_in(published: Mapping[str, Any], viewer: Viewer | None) -> Asked:
    """What a report says of its question.

    Raises:
        Invalid: It is no report, or does not say what it was asked.
        Refused: It is another report than whoever administers a school may ask for.
    """
    kind = next((k for k, m in KINDS.items() if isinstance(published.get(m), list)), None)
    if kind is None:
        raise unfit("report", "is no answer whose figures can be worked out again", REPORT)
    problems: list[Problem] = []

    def said(member: str, read: Callable[[Any], Any], expected: str) -> Any:
        try:
            return read(published[member])
        except (LookupError, TypeError, ValueError, AttributeError):
            shown = "is missing" if member not in published else f"is {published[member]!r}"
            problems.append(Problem(member, shown, expected))
            return None

    program = said("program", _text, "the program's id")
    view = said("name", _text, "the view's name") if kind == "view" else ""
    day = said("day", date.fromisoformat, "a day such as 2026-10-15")
    position = said("position", _count, "a position of the log")
    as_of = said("as_of", _day_or_instant, "a day, an instant, or null")
    as_known = said("as_known", _known, "an instant, a position, or null")
    who = said("viewer", _text, "coordinator, auditor, member or site_administrator")
    if viewer is not None:
        confirm_viewer(viewer)
    elif who == "member":
        problems.append(Problem("viewer", "is a member", "their id beside the report"))
    elif who in ("coordinator", "auditor"):
        viewer = Viewer(who)
    elif who == SITE:
        viewer = Viewer.site_administrator(said("school", _text_or_nothing, "a school, or null"))
    elif who is not None:
        expected = "coordinator, auditor, member or site_administrator"
        problems.append(Problem("viewer", f"is {who!r}", expected))
    for member in LISTS[kind]:
        said(member, _rows, "a list of rows")
    if problems or viewer is None:
        raise Invalid("this report cannot be worked out again", problems)
    if who != viewer.kind:
        raise unfit("viewer", f"is {who!r}", f"a report for the {viewer.kind} who is named")
    if who == SITE:
        confirm_completion_only(viewer, view or kind)
        if published.get("school") != viewer.school:
            raise unfit("school", "is another one", "a report for the school that is named")
    narrowed = {name: published.get(name) for name in NARROWED} if kind == "compliance" else {}
    return Asked(kind, view, program, day, position, as_of, as_known, viewer, narrowed)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    return value


def _text_or_nothing(value: Any) -> str | None:
    return None if value is None else _text(value)


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value


def _rows(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _day_or_instant(value: Any) -> date | datetime | None:
    if value is None:
        return None
    return date.fromisoformat(value) if len(value) == len("2026-10-15") else _instant(value)


def _known(value: Any) -> datetime | int | None:
    return None if value is None else _count(value) if type(value) is int else _instant(value)


def _instant(value: str) -> datetime:
    found = datetime.fromisoformat(value)
    if found.utcoffset() is None:
        raise ValueError
    return found


def first_member(rows: list[Any]) -> tuple[str, ...]:
    """What the rows of a view are about: the first member of each."""
    return tuple(str(name) for name in list(rows[0])[:1]) if rows else ()


def unfit(member: str, problem: str, expected: str) -> Invalid:
    """What is said of a report that is not worked out again."""
    return Invalid("this report cannot be worked out again", [Problem(member, problem, expected)])

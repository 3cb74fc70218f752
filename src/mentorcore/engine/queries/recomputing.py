"""A figure that was published, worked out again from the log: equal, different, or not to be known.

A report is what an engine answered, as plain data. It says itself of which program it is, for which
day, at which position of the log and for whom; so the same question can be put to the log, or to an
export of it, years later and by somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.engine.queries.compliance_queries import RESULTS
from mentorcore.engine.queries.kept_back import RESTS_ON_SEALED, KeptBack, kept_back
from mentorcore.engine.queries.published_report import (
    LISTS,
    Asked,
    asked_in,
    first_member,
    read_report,
    unfit,
)
from mentorcore.engine.queries.report_comparison import (
    UNKNOWN_HERE,
    Difference,
    compared,
    needs_compared,
    rows_compared,
)
from mentorcore.errors import Refused
from mentorcore.personal_text import without_text
from mentorcore.projections.access.redactor import SITE, Viewer
from mentorcore.projections.compliance.report import report as compliance_report
from mentorcore.projections.explain.explanation import Explanation
from mentorcore.projections.folding.lacking import Lacking, lacks_in
from mentorcore.projections.plain import plain
from mentorcore.projections.views import Views

if TYPE_CHECKING:
    from mentorcore.engine.queries.explainer import Explainer

__all__ = ["Recomputed", "RecomputedFigure", "recompute"]

LEFT_OUT = "events on which it can rest were left out of the export"
UNTOLD = frozenset({UNKNOWN_HERE, RESTS_ON_SEALED})
HEADLINE = frozenset({"day", "position", "name", "time_zone"})
NEXT = "next_meeting"
"""The only figure that depends on the hour and not on the day alone."""


@attrs.frozen
class RecomputedFigure:
    """A published figure beside what the log says.

    Attributes:
        subject: What it is about: a program, cohort, participant or pairing.
        figure: Its name, as `Engine.explain` takes it; empty for a whole row.
        verdict: ``equal``, ``different``, or ``unknown`` where it cannot be known.
        published: What was published, as plain data; ``None`` where nothing was.
        again: What the log says, as plain data; ``None`` where it says nothing.
        why: Why it cannot be known, or what is absent.
        lacks: The names of events whose contents were left out of the export and on which it can
            rest, each with how many there are. Without any, what cannot be known is personal.
        explanation: The events on which it rests, of one that differs, or of all if asked for.
    """

    subject: str
    figure: str
    verdict: Literal["equal", "different", "unknown"]
    published: Any = attrs.field(repr=without_text)
    again: Any = attrs.field(repr=without_text)
    why: str | None = None
    lacks: tuple[tuple[str, int], ...] = ()
    explanation: Explanation | None = attrs.field(default=None, repr=False)


@attrs.frozen
class Recomputed:
    """A report beside the log, figure by figure.

    Attributes:
        report: ``status``, ``attention``, ``compliance``, or the name of a practice's view.
        program: The program's id.
        name: The program's name, as the log says it.
        day: The day for which it was told.
        position: The position of the log at which it was told.
        as_of: What was asked for: facts true by then.
        as_known: What was asked for: what the log knew by then.
        viewer: For whom it was told.
        figures: Every figure that was published, in its order.
    """

    report: str
    program: str
    name: str
    day: date
    position: int
    as_of: date | datetime | None
    as_known: datetime | int | None
    viewer: str
    figures: tuple[RecomputedFigure, ...]

    def of(self, verdict: str) -> tuple[RecomputedFigure, ...]:
        """The figures with one verdict."""
        return tuple(f for f in self.figures if f.verdict == verdict)

    @property
    def holds(self) -> bool:
        """Whether no figure differs."""
        return not self.of("different")

    @property
    def is_whole(self) -> bool:
        """Whether every figure could be told; names and texts are none."""
        return not any(f.lacks or f.why in UNTOLD for f in self.figures)


def recompute(
    report: Mapping[str, Any] | str,
    views: Views,
    explaining: Callable[[], Explainer],
    *,
    tail: int,
    viewer: Viewer | None,
    why: bool,
) -> Recomputed:
    """Work out a report again; see `Queries.recompute`.

    Args:
        report: The report.
        views: What answers.
        explaining: What explains.
        tail: The last position of the log.
        viewer: For whom it was told, where it was a member.
        why: Whether every figure is explained, and not only one that differs.
    """
    published = read_report(report)
    asked = asked_in(published, viewer)
    if asked.position > tail:
        raise unfit(
            "position",
            f"is {asked.position}, and the log ends at {tail} here",
            "a log or an export that holds what the report was told from",
        )
    again = _answered(views, asked, asked.day)
    told = plain(again)
    found = tuple(_differences(published, told, asked, views))
    hidden = None
    if any(d.verdict == "different" for _, _, d in found):
        hidden = _kept_back(again, views, asked)
    figures = tuple(
        _held(subject, name, d, again.lacking, asked=asked, hidden=hidden)
        for subject, name, d in found
    )
    whole = Recomputed(
        report=asked.view or asked.kind,
        program=asked.program,
        name=str(again.name if asked.kind != "view" else _status(views, asked).name),
        day=asked.day,
        position=asked.position,
        as_of=asked.as_of,
        as_known=asked.as_known,
        viewer=asked.viewer.kind,
        figures=figures,
    )
    return attrs.evolve(
        whole,
        figures=tuple(
            _explained(f, explaining, asked) if why or f.verdict == "different" else f
            for f in figures
        ),
    )


def _kept_back(again: Any, views: Views, asked: Asked) -> KeptBack | None:
    """The results that rest on what is not shown here, of a report that tells of any."""
    if asked.kind == "compliance":
        return kept_back(again.rows, asked.narrowed["by"])
    if asked.kind != "attention" and asked.view != RESULTS:
        return None
    given: Any = {"viewer": asked.viewer, "today": asked.day}
    return kept_back(views.view(RESULTS, asked.program, asked.moment, **given).rows, None)


def _held(
    subject: str,
    name: str,
    d: Difference,
    lacking: tuple[Lacking, ...],
    *,
    asked: Asked,
    hidden: KeptBack | None,
) -> RecomputedFigure:
    """A figure with its verdict: of one that lacks something nothing is said."""
    lacks = _lacks(subject, name, lacking, asked)
    if lacks:
        return RecomputedFigure(subject, name, "unknown", d.published, d.again, LEFT_OUT, lacks)
    if d.verdict == "different" and hidden is not None and hidden.bears(subject, name):
        return RecomputedFigure(subject, name, "unknown", d.published, d.again, RESTS_ON_SEALED)
    verdict: Any = d.verdict
    return RecomputedFigure(subject, name, verdict, d.published, d.again, d.why)


def _lacks(
    subject: str, name: str, lacking: tuple[Lacking, ...], asked: Asked
) -> tuple[tuple[str, int], ...]:
    """What a figure lacks; a row that is missing is one of a list that lacks some."""
    if not lacking or (subject == asked.program and name in HEADLINE):
        return ()
    if asked.kind == "attention":
        return lacks_in(lacking, asked.program, name.partition(".")[0])
    if asked.kind in ("view", "compliance"):
        return lacks_in(lacking, asked.program, asked.view or RESULTS)
    listed = name or {"pairing": "pairings", "participant": "participants"}.get(kind_of(subject))
    return lacks_in(lacking, subject if name else asked.program, listed or "cohorts")


def _differences(
    published: Mapping[str, Any], told: Mapping[str, Any], asked: Asked, views: Views
) -> Iterator[tuple[str, str, Difference]]:
    """Every figure: what it is about, its name, and what came of it."""
    rows = LISTS[asked.kind]
    header = {name: value for name, value in published.items() if name not in {*rows, "name"}}
    if asked.kind != "view":
        header["name"] = published.get("name")
    if asked.as_known is not None:
        d = next(compared({"at": asked.position}, {"at": told["position"]}))
        yield asked.program, "position", d
    for d in compared(header, told):
        name = ".".join(d.path)
        yield asked.program, f"{asked.view}.{name}" if d.path[0] == "totals" else name, d
    if asked.kind == "attention":
        for subject, kind, found in needs_compared(published["needs"], told["needs"]):
            for d in found:
                yield subject, ".".join((kind, *d.path)), d
        return
    for member, key in rows.items():
        listed, others = published[member], told[member]
        about = first_member(others or listed) if asked.kind == "view" else key
        for subject, found in rows_compared(listed, others, about):
            for one in found:
                d = _later_that_day(one, subject, asked, views) if _is_hour(one) else one
                name = ".".join(d.path)
                if asked.kind == "compliance":
                    yield *_of_a_rule(member, subject, name), d
                else:
                    yield subject, f"{asked.view}.{name}" if asked.view else name, d


def _of_a_rule(member: str, key: str, name: str) -> tuple[str, str]:
    """What a figure of compliance is about, and its name as it is explained."""
    if member != "rows":
        return key, f"{member}.{name}"
    rule, _, subject = key.rpartition("/")
    return subject, f"{rule}.{name}" if name else rule


def _is_hour(d: Difference) -> bool:
    """Whether a figure depends on the hour at which it was told."""
    return d.path == (NEXT,) and d.verdict == "different"


def _later_that_day(d: Difference, subject: str, asked: Asked, views: Views) -> Difference:
    """The next meeting as it was told at some time of that day: those before had begun by then.

    A report says its day, and not the hour.
    """
    if asked.as_of is not None:
        return d
    status: Any = _answered(views, asked, asked.day)
    zone = ZoneInfo(status.time_zone)
    hours = [datetime.combine(asked.day, time.max, zone)]
    with suppress(ValueError, TypeError):
        stated = datetime.fromisoformat(d.published)
        if stated.utcoffset() is not None and stated.astimezone(zone).date() == asked.day:
            hours.insert(0, stated)
    for hour in hours:
        then: Any = _answered(views, asked, hour)
        row = next(row for row in then.pairings if row.pairing == subject)
        if plain(row.next_meeting) == d.published:
            return attrs.evolve(d, verdict="equal", again=d.published)
    return d


def _explained(
    figure: RecomputedFigure, explaining: Callable[[], Explainer], asked: Asked
) -> RecomputedFigure:
    """A figure with the events that it rests on; without any where nothing of it is told.

    Whoever administers a school is shown no events, which tell more than what was completed.
    """
    if not figure.figure or figure.verdict == "unknown" or asked.viewer.kind == SITE:
        return figure
    name = figure.figure
    if asked.kind == "attention" and figure.subject != asked.program:
        kind, _, rest = name.partition(".")
        number = rest.partition(".")[0]
        name = f"{kind}.{number}" if number.isdecimal() else kind
    with suppress(Refused):
        found = explaining().explain(
            figure.subject, name, asked.moment, viewer=asked.viewer, today=asked.day
        )
        return attrs.evolve(figure, explanation=found)
    return figure


def _answered(views: Views, asked: Asked, today: date | datetime) -> Any:
    """The same question, put to the log."""
    given: Any = {"viewer": asked.viewer, "today": today}
    try:
        if asked.kind == "view":
            return views.view(asked.view, asked.program, asked.moment, **given)
        if asked.kind == "compliance":
            told = views.view(RESULTS, asked.program, asked.moment, **given)
            lines = views.programs(asked.moment)
            name = next(line.name for line in lines if line.program == asked.program)
            return compliance_report(told, name, school=asked.viewer.school, **asked.narrowed)
        if asked.kind == "attention":
            return views.attention(asked.program, asked.moment, **given)
        return views.status(asked.program, asked.moment, **given)
    except Refused as refused:
        if refused.code not in ("no_such_program", "no_such_view"):
            raise
        named = "name" if refused.code == "no_such_view" else "program"
        raise unfit(named, str(refused), "a report that was made of this log") from None


def _status(views: Views, asked: Asked) -> Any:
    return views.status(asked.program, asked.moment, viewer=asked.viewer, today=asked.day)

"""The results that were asked for, in the order in which somebody reads them, and how many."""

import re
from collections.abc import Callable, Iterable, Mapping

from mentorcore.domain.values import Withheld
from mentorcore.projections.access.redactor import Shown, others_withheld
from mentorcore.projections.compliance.rows import (
    Compliance,
    GroupedBy,
    PackLine,
    RequirementRow,
    StateCounts,
    is_about,
    state_counts,
)
from mentorcore.projections.program_view import View
from mentorcore.projections.summary.people import Who

__all__ = ["groups_of", "report"]

ORDER = (
    "breached",
    "at_risk",
    "insufficient_data",
    "cured_late",
    "not_yet_due",
    "waived",
    "met",
    "not_applicable",
)
"""The states, what needs somebody first."""

NOT_SAID = "not recorded"


def report(
    view: View,
    name: str,
    *,
    by: GroupedBy | None = None,
    rule: str | None = None,
    about: str | None = None,
    missing: bool = False,
    school: str | None = None,
) -> Compliance:
    """What the view of all results tells, as far as it was asked for.

    Args:
        view: All results that the viewer is shown.
        name: What the program is called.
        by: What the results are state_counts by.
        rule: Only this rule, by its id, or ``pack/rule`` where several packs have it.
        about: Only what is about this participant, person, pairing, cohort or program.
        missing: Only where something is missing.
        school: The only school whose results are shown, where the viewer knows of no other.
    """
    shown = view.rows if school is None else [r for r in view.rows if _is_of(r, school)]
    rows = sorted(
        (
            row
            for row in shown
            if (rule is None or rule in (row.rule, f"{row.pack}/{row.rule}"))
            and (about is None or is_about(row, about))
            and (row.is_missing or not missing)
        ),
        key=_urgency,
    )
    packs: tuple[PackLine, ...] = getattr(view.totals, "packs", ())
    cohorts: Mapping[str, str] = getattr(view.totals, "cohorts", {})
    return Compliance(
        program=view.program,
        name=name,
        day=view.day,
        position=view.position,
        as_of=view.as_of,
        as_known=view.as_known,
        viewer=view.viewer,
        school=school,
        by=by,
        rule=rule,
        about=about,
        missing=missing,
        packs=packs,
        rows=tuple(rows),
        total=state_counts(rows),
        people=tuple(_named_in(rows, view.rows)),
        groups=() if by is None else tuple(_grouped(rows, GROUPS[by], cohorts)),
        cohorts=cohorts,
        others=view.others if len(shown) == len(view.rows) else others_withheld(),
        unknown=view.unknown,
        lacking=view.lacking,
    )


def _named_in(rows: Iterable[RequirementRow], every: Iterable[RequirementRow]) -> Iterable[Who]:
    """Whom sentences name by id, in the order of the ids."""
    named = {i for row in rows for said in (row.said, *row.missing) for i in _ID.findall(said)}
    if named:
        known = {who.participant: who for row in every for who in (*row.people, *row.mentors)}
        yield from (known[participant] for participant in sorted(named & known.keys()))


_ID = re.compile(r"participant:[0-9a-f]{32}")


def _is_of(row: RequirementRow, school: str) -> bool:
    return isinstance(row.school, str) and row.school.casefold() == school.strip().casefold()


def _urgency(row: RequirementRow) -> tuple[int, str, str, str]:
    return (
        ORDER.index(row.state),
        row.due_on.isoformat() if row.due_on else "~",
        row.rule,
        row.subject,
    )


def _grouped(
    rows: Iterable[RequirementRow],
    groups_of: Callable[[RequirementRow], Iterable[tuple[str, Shown]]],
    cohorts: Mapping[str, str],
) -> Iterable[StateCounts]:
    """How many of each state there are in each group; a result may belong to several mentors."""
    found: dict[str, list[RequirementRow]] = {}
    labels: dict[str, Shown] = {}
    for row in rows:
        for group, label in groups_of(row):
            found.setdefault(group, []).append(row)
            labels[group] = cohorts.get(group, label)
    for group in sorted(found, key=lambda g: (str(labels[g]).casefold(), g)):
        yield state_counts(found[group], group, labels[group])


def groups_of(row: RequirementRow, by: GroupedBy) -> Iterable[str]:
    """The groups in which a result is counted."""
    return (group for group, _ in GROUPS[by](row))


def _school(row: RequirementRow) -> Iterable[tuple[str, Shown]]:
    if isinstance(row.school, Withheld):
        return (("", row.school),)
    return ((row.school or "", row.school or NOT_SAID),)


def _cohort(row: RequirementRow) -> Iterable[tuple[str, Shown]]:
    return ((row.cohort or "", row.cohort or "the whole program"),)


def _mentor(row: RequirementRow) -> Iterable[tuple[str, Shown]]:
    mentors = row.people if row.scope == "mentor" else row.mentors
    if not mentors:
        return (("", "nobody"),)
    return ((mentor.participant, _named(mentor)) for mentor in mentors)


def _named(who: Who) -> Shown:
    return who.participant if who.name is None else who.name


def _rule(row: RequirementRow) -> Iterable[tuple[str, Shown]]:
    return ((f"{row.pack}/{row.rule}", f"{row.rule} {row.title}".strip()),)


GROUPS: dict[GroupedBy, Callable[[RequirementRow], Iterable[tuple[str, Shown]]]] = {
    "school": _school,
    "cohort": _cohort,
    "mentor": _mentor,
    "rule": _rule,
}

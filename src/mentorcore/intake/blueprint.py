"""A coordinator writes down a program once, in a file; what is wrong with it is told at once.

The file is TOML; `mentorcore.intake.mappings.templates` holds one that explains every setting. It
becomes the commands that design the program, open its cohorts, set its school years and launch it.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import get_args

import attrs

from mentorcore.domain.cohort import OpenCohort
from mentorcore.domain.person.events import LineKind
from mentorcore.domain.program import DesignProgram, LaunchProgram, SetAcademicCalendar
from mentorcore.domain.requirements.adoption import AdoptPolicyPack
from mentorcore.domain.settings import (
    MENTORING,
    SUPPORTED,
    Cadence,
    CadenceUnit,
    Capacity,
    Part,
    PlaceCount,
    ProgramGoal,
    RequiredTraining,
    Role,
    Scale,
    Settings,
    Shape,
    ShapeBounds,
    StartNeed,
    TimeCounted,
)
from mentorcore.domain.values import Code, CohortId, GoalId, ProgramId
from mentorcore.errors import Invalid, Problem
from mentorcore.intake.calendar_tables import PlannedYear, planned_years
from mentorcore.intake.mappings.toml_tables import Table, read_toml
from mentorcore.intake.pack_tables import PlannedPack, planned_packs
from mentorcore.near_words import did_you_mean
from mentorcore.policy.pack import Pack

__all__ = ["Blueprint", "PlannedCohort", "PlannedGoal", "read_blueprint"]

CIRCLE = range(2, 5)
"""Members of a reciprocal pairing: a pair, a triad or a square."""

DEFAULTS = Settings(roles=(), shape="one_to_one")
"""What holds where a blueprint says nothing."""


@attrs.frozen
class PlannedGoal:
    """A goal of the program as the file says it."""

    statement: str
    indicator: str = ""
    target: str = ""


@attrs.frozen
class PlannedCohort:
    """A cohort as the file says it; ``enrols_until`` and ``ends_on`` are the first day after."""

    name: str
    starts_on: date
    ends_on: date
    enrols_from: date
    enrols_until: date
    places: int | None = None


@attrs.frozen
class Blueprint:
    """A program as its file says it."""

    name: str
    time_zone: Code
    launched_on: date
    settings: Settings
    goals: tuple[PlannedGoal, ...]
    cohorts: tuple[PlannedCohort, ...]
    owner: Code | None = None
    template: Code | None = None
    school_years: tuple[PlannedYear, ...] = ()
    packs: tuple[PlannedPack, ...] = ()

    def commands(
        self, ids: Callable[[str], str]
    ) -> tuple[
        DesignProgram | OpenCohort | SetAcademicCalendar | AdoptPolicyPack | LaunchProgram, ...
    ]:
        """The commands that design the program, prepare it and launch it, in order.

        Args:
            ids: Answers with a new id for a kind such as ``program``.
        """
        program = ProgramId(ids("program"))
        goals = tuple(
            ProgramGoal(
                goal_id=GoalId(ids("goal")),
                statement=goal.statement,
                indicator=goal.indicator,
                target=goal.target,
            )
            for goal in self.goals
        )
        design = DesignProgram(
            program_id=program,
            name=self.name,
            time_zone=self.time_zone,
            settings=self.settings,
            goals=goals,
            owner=self.owner,
            template=self.template,
        )
        cohorts = [
            OpenCohort(
                program_id=program,
                cohort_id=CohortId(ids("cohort")),
                name=cohort.name,
                starts_on=cohort.starts_on,
                ends_on=cohort.ends_on,
                enrols_from=cohort.enrols_from,
                enrols_until=cohort.enrols_until,
                places=cohort.places,
            )
            for cohort in self.cohorts
        ]
        of = {cohort.name: cohort.cohort_id for cohort in cohorts}
        years = (
            SetAcademicCalendar(
                program_id=program,
                school_year=year.school_year,
                terms=year.terms,
                instructional_weekdays=year.weekdays,
                non_instructional=year.off,
                cohort_id=None if year.cohort is None else of[year.cohort],
            )
            for year in self.school_years
        )
        packs = (
            AdoptPolicyPack(
                program_id=program,
                pack_id=pack.pack_id,
                version=pack.version,
                digest=pack.digest,
                effective_from=pack.effective_from,
                applies_to=pack.applies_to,
            )
            for pack in self.packs
        )
        launch = LaunchProgram(program_id=program, on=self.launched_on)
        return (design, *cohorts, *years, *packs, launch)


def read_blueprint(text: str, name: str, packs: Iterable[Pack] = ()) -> Blueprint:
    """The program that a file describes.

    Args:
        text: The file's content.
        name: The file's name, for messages.
        packs: Policy packs that it may adopt beside those that come with mentorcore; the engine
            that its commands are asked of has to be opened with them.

    Raises:
        Invalid: With every problem of the file, each with its path and what would be right.
    """
    problems: list[Problem] = []
    what = f"the blueprint {name} needs correction"
    top = read_toml(text, what, problems)
    about = top.table("program", needed=True)
    title, zone = about.text("name"), about.zone("time_zone")
    launched = about.day("launched_on")
    owner, template = about.code("owner", needed=False), about.code("template", needed=False)
    about.done()
    goals = tuple(_goal(table) for table in top.tables("goals"))
    if not goals and "goals" not in [p.path for p in problems]:
        top.wrong("goals", "are missing", "at least one [[goals]] table with a statement")
    settings = _settings(top)
    cohorts = tuple(_cohort(table, launched) for table in top.tables("cohorts"))
    _no_twins(top, "cohorts", [c.name for c in cohorts if c])
    if not cohorts and "cohorts" not in [p.path for p in problems]:
        top.wrong("cohorts", "are missing", "at least one [[cohorts]] table")
    years = planned_years(top, [c.name for c in cohorts if c])
    adopted = planned_packs(top, launched, packs)
    top.done()
    if problems:
        raise Invalid(what, problems)
    assert zone is not None
    assert launched is not None
    assert settings is not None
    return Blueprint(
        name=title,
        time_zone=zone,
        launched_on=launched,
        settings=settings,
        goals=goals,
        cohorts=tuple(c for c in cohorts if c is not None),
        owner=owner,
        template=template,
        school_years=years,
        packs=adopted,
    )


def _goal(table: Table) -> PlannedGoal:
    statement = table.text("statement")
    indicator, target = table.text("indicator", needed=False), table.text("target", needed=False)
    table.done()
    return PlannedGoal(statement, indicator, target)


def _cohort(table: Table, launched: date | None) -> PlannedCohort | None:
    name = table.text("name")
    starts, ends = table.day("starts_on"), table.day("ends_on")
    opens, closes = table.day("enrols_from"), table.day("enrols_until")
    places = table.maybe_whole("places", least=1)
    table.done()
    if starts is None or ends is None or opens is None or closes is None:
        return None
    if ends <= starts:
        table.wrong("ends_on", f"{ends} is not after the start", f"a day after {starts}")
    if closes <= opens:
        table.wrong("enrols_until", f"{closes} is not after the opening", f"a day after {opens}")
    elif opens >= ends:
        table.wrong("enrols_from", f"{opens} is after the cohort's end", f"a day before {ends}")
    elif closes > ends:
        table.wrong("enrols_until", f"{closes} is after the cohort's end", f"{ends} or earlier")
    if launched is not None and opens < launched:
        table.wrong(
            "enrols_from",
            f"{opens} is before the program is launched, and nobody can enrol before that",
            f"{launched} or later",
        )
    return PlannedCohort(name, starts, ends, opens, closes, places)


def _settings(top: Table) -> Settings | None:
    roles = _roles(top)
    pairing, capacity = top.table("pairing", needed=True), top.table("capacity")
    meetings, attention = top.table("meetings"), top.table("attention")
    shape = pairing.word("shape", get_args(Shape))
    smallest, largest = _sizes(pairing, shape)
    _check_parts(top, roles, shape)
    shapes = tuple(_more_shape(top, table, roles) for table in top.tables("shapes"))
    _no_twins(top, "shapes", [shape or "", *(s.shape for s in shapes if s)])
    trainings = tuple(_training(table, roles) for table in top.tables("trainings"))
    needs = pairing.words("start_needs", get_args(StartNeed))
    if "training" in needs and not trainings:
        pairing.wrong("start_needs", "'training' is needed and none is declared", "[[trainings]]")
    wishes = [
        pairing.checked_code("soft_criteria", w) for w in pairing.texts("soft_criteria") or ()
    ]
    limit = meetings.whole("longest", 480, least=1, most=1440)
    cadence = _cadence(top.table("cadence"), limit) if "cadence" in top else None
    scales = tuple(_scale(code, table) for code, table in top.table("scales").named_tables())
    places, hard = capacity.maybe_whole("places", least=0), capacity.maybe_whole("most", least=0)
    if places is not None and hard is not None and places > hard:
        capacity.wrong("places", f"{places} is more than the most allowed", f"{hard} or fewer")
    counted: PlaceCount | None = capacity.word("counted_by", get_args(PlaceCount), "mentee")
    lines = pairing.words("prohibited_lines", get_args(LineKind), DEFAULTS.prohibited_lines)
    both = pairing.yes("both_roles", default=False)
    qualified = pairing.yes("qualified_mentors", default=False)
    contact = meetings.whole("contact_counts", 0, least=0, most=1440)
    other = meetings.yes("verifier_is_another", default=False)
    grace = attention.whole("mismatch_days", DEFAULTS.grace_days, least=0)
    near = attention.whole("free_places", DEFAULTS.near_capacity, least=0)
    notice = attention.whole("training_days", DEFAULTS.training_notice_days, least=0)
    counted_time: TimeCounted | None = None
    if "time" in attention:
        counted_time = attention.word("time", get_args(TimeCounted))
    else:
        attention.may_hold("time")
    for table in (pairing, capacity, meetings, attention):
        table.done()
    declared = [r for r in roles if r is not None]
    if shape is None or counted is None or not declared:
        return None
    return Settings(
        roles=tuple(declared),
        shape=shape,
        smallest=smallest,
        largest=largest,
        more_shapes=tuple(s for s in shapes if s is not None),
        capacity=Capacity(places=places, hard_limit=hard, counted_by=counted),
        trainings=tuple(t for t in trainings if t is not None),
        cadence=cadence,
        scales=tuple(s for s in scales if s is not None),
        start_needs=needs,
        prohibited_lines=lines,
        soft_criteria=tuple(w for w in wishes if w is not None),
        both_roles=both,
        qualified_mentors=qualified,
        meeting_limit=limit,
        contact_limit=contact,
        verifier_is_another=other,
        grace_days=grace,
        near_capacity=near,
        training_notice_days=notice,
        time_counted=counted_time,
    )


def _roles(top: Table) -> tuple[Role | None, ...]:
    table = top.table("roles", needed=True)
    roles = []
    for name in table.content:
        part: Part | None = table.word(name, get_args(Part))
        code = table.checked_code(name, name)
        roles.append(Role(code=code, part=part) if code and part else None)
    if top.content.get("roles") == {}:
        top.wrong("roles", "holds no role", 'such as mentor = "mentor"')
    return tuple(roles)


def _check_parts(top: Table, roles: tuple[Role | None, ...], shape: Shape | None) -> None:
    parts = {r.part for r in roles if r is not None}
    if shape is None or not parts or None in roles:
        return
    needed: dict[Shape, tuple[frozenset[Part], ...]] = {
        "one_to_one": (MENTORING, SUPPORTED),
        "group": (MENTORING, SUPPORTED),
        "reciprocal": (frozenset({"peer"}),),
    }
    for choice in needed[shape]:
        if not choice & parts:
            names = " or ".join(sorted(choice))
            top.wrong("roles", f"no role plays the part that {shape} needs", f"a {names}")


def _more_shape(top: Table, table: Table, roles: tuple[Role | None, ...]) -> ShapeBounds | None:
    shape: Shape | None = table.word("shape", get_args(Shape))
    smallest, largest = _sizes(table, shape)
    table.done()
    _check_parts(top, roles, shape)
    return None if shape is None else ShapeBounds(shape=shape, smallest=smallest, largest=largest)


def _sizes(pairing: Table, shape: Shape | None) -> tuple[int, int]:
    """Fewest and most members; what is not said follows from the shape where it can."""
    unsaid = {"one_to_one": (2, 2), "reciprocal": (2, 2)}.get(shape or "")
    smallest = pairing.whole("smallest", unsaid[0] if unsaid else None, least=2)
    largest = pairing.whole("largest", unsaid and max(unsaid[1], smallest), least=2)
    if not smallest or not largest:
        return smallest, largest
    if largest < smallest:
        pairing.wrong("largest", f"{largest} is below the smallest size", f"{smallest} or more")
    elif shape == "one_to_one" and smallest > 2:  # noqa: PLR2004 - one and one
        pairing.wrong("smallest", f"a one_to_one pairing of {smallest} or more", "2")
    elif shape == "reciprocal" and (smallest not in CIRCLE or largest not in CIRCLE):
        key = "smallest" if smallest not in CIRCLE else "largest"
        pairing.wrong(key, "a reciprocal pairing is a pair, a triad or a square", "2, 3 or 4")
    elif shape == "group" and largest < 3:  # noqa: PLR2004 - a leader and two
        pairing.wrong("largest", "a group has one leader and several others", "3 or more")
    return smallest, largest


def _training(table: Table, roles: tuple[Role | None, ...]) -> RequiredTraining | None:
    kind, role = table.code("kind"), table.code("role")
    days = table.maybe_whole("valid_days", least=1)
    table.done()
    known = [r.code for r in roles if r is not None]
    if role is not None and role not in known:
        table.wrong(
            "role",
            f"there is no role {role!r}{did_you_mean(role, known)}",
            "one of " + ", ".join(known) if known else "a role declared under [roles]",
        )
    return RequiredTraining(kind=kind, role=role, valid_days=days) if kind and role else None


def _cadence(table: Table, limit: int) -> Cadence | None:
    every, unit = table.whole("every", least=1), table.word("unit", get_args(CadenceUnit))
    minutes = table.whole("minutes", least=1, most=limit or 1440)
    table.done()
    if unit is None or not every or not minutes:
        return None
    return Cadence(every=every, unit=unit, minutes=minutes)


def _scale(code: str, table: Table) -> Scale | None:
    lowest = table.maybe_whole("lowest", least=-1000, most=1000, needed=True)
    highest = table.maybe_whole("highest", least=-1000, most=1000, needed=True)
    low = table.maybe_whole("low_at", least=-1000, most=1000)
    table.done()
    word = table.checked_code("", code)
    if word is None or lowest is None or highest is None:
        return None
    if highest <= lowest:
        table.wrong("highest", f"{highest} is not above the lowest", f"more than {lowest}")
    elif low is not None and not lowest <= low < highest:
        table.wrong("low_at", f"{low} lies outside the scale", f"from {lowest} to {highest - 1}")
    return Scale(code=word, lowest=lowest, highest=highest, low_at=low)


def _no_twins(top: Table, key: str, names: list[str]) -> None:
    for name in sorted({n for n in names if names.count(n) > 1}):
        top.wrong(key, f"{name!r} stands there more than once", "different names")

"""The settings of a program: its roles, shape, sizes, cadence and scales, as data.

Every value comes from the program's blueprint and can be revised. A number that is a
default of the product is no rule: a program may state another.
"""

from collections.abc import Iterator
from typing import Literal

from mentorcore.domain.declarations import public, value
from mentorcore.domain.person.events import LineKind
from mentorcore.domain.values import Code, GoalId
from mentorcore.errors import Problem

__all__ = [
    "ADVISING",
    "MENTORING",
    "SUPPORTED",
    "Cadence",
    "Capacity",
    "ProgramGoal",
    "RequiredTraining",
    "Role",
    "Scale",
    "Settings",
    "Shape",
    "ShapeBounds",
    "StartNeed",
    "TimeCounted",
]

Shape = Literal["one_to_one", "group", "reciprocal"]
Part = Literal["mentee", "mentor", "peer", "facilitator", "none"]
StartNeed = Literal["agreement", "training", "authorization"]
CadenceUnit = Literal["week", "month", "term", "year"]
PlaceCount = Literal["mentee", "pairing"]
TimeCounted = Literal["school_time", "calendar_days"]

MENTORING: frozenset[Part] = frozenset({"mentor", "facilitator"})
"""Who mentors and so has places: co-mentors and substitutes are enrolled as one of these, too."""
SUPPORTED: frozenset[Part] = frozenset({"mentee", "peer"})
"""Who is mentored, and waits for somebody while there is no pairing."""
ADVISING: frozenset[Part] = MENTORING | {"peer"}
"""Who advises another: peers do so for each other, and take no place for it."""


DAY, CENTURY = 24 * 60, 36_500
"""Minutes of a day and days of a century: more is a slip."""


@value
class Role:
    """A role of the program and the part it plays in a pairing.

    Attributes:
        code: The word for the role.
        part: What such a participant is in a pairing.
    """

    code: Code
    part: Part


@value
class Cadence:
    """How often a pairing agreed to meet, and for how many minutes each time.

    Attributes:
        every: How many units lie between two meetings.
        unit: The unit.
        minutes: How long a meeting is to last, in whole minutes.
    """

    every: int
    unit: CadenceUnit
    minutes: int

    @property
    def days(self) -> int:
        """The longest time between two meetings that keeps the cadence, in days.

        A month counts 31 days, a term 120 and a year 366: the longest each can be, so that no
        pair is called silent before the period is certainly over.
        """
        return self.every * {"week": 7, "month": 31, "term": 120, "year": 366}[self.unit]


@value
class RequiredTraining:
    """A training that a role needs before a pairing can start.

    Attributes:
        kind: Which training.
        role: The role that needs it.
        valid_days: For how many days it counts; nothing for ever.
    """

    kind: Code
    role: Code
    valid_days: int | None = None


@value
class Scale:
    """A rating scale, lowest to highest whole number.

    Attributes:
        code: The word for the scale.
        lowest: The lowest number.
        highest: The highest number.
        low_at: The number at and below which a rating is called low.
    """

    code: Code
    lowest: int
    highest: int
    low_at: int | None = None


@value
class ProgramGoal:
    """What the program as a whole wants to reach, and how one would see it.

    Attributes:
        goal_id: Its id.
        statement: What the program wants to reach.
        indicator: By what one would see it.
        target: How much of it.
    """

    goal_id: GoalId
    statement: str = public()
    indicator: str = public(default="")
    target: str = public(default="")


@value
class Capacity:
    """How many mentees fit.

    Attributes:
        places: Places of a mentor for whom no other number is recorded; ``None`` is unlimited.
        hard_limit: What no mentor's capacity may exceed.
        counted_by: Whether a place is taken for each mentee or for each pairing.
    """

    places: int | None = None
    hard_limit: int | None = None
    counted_by: PlaceCount = "mentee"


@value
class ShapeBounds:
    """A shape that pairings may have, and how many members they have then.

    Attributes:
        smallest: Fewest members of such a pairing.
        largest: Most members of such a pairing.
    """

    shape: Shape
    smallest: int = 2
    largest: int = 2


@value
class Settings:
    """All settings of a program.

    Attributes:
        roles: The roles that there are.
        shape: Whether pairings are one to one, groups, or reciprocal, unless another of
            ``more_shapes`` is said.
        capacity: How many mentees a mentor may have.
        trainings: The trainings that roles need.
        cadence: How often pairings are to meet.
        scales: The rating scales that there are.
        smallest: Fewest members of a pairing.
        largest: Most members of a pairing.
        more_shapes: Other shapes that pairings of the program may have, each with its own bounds.
        start_needs: What a formed pairing waits for before it is active.
        prohibited_lines: Reporting lines that keep a mentor from mentoring (INV-03).
        soft_criteria: Wishes; an unmet one needs a reason (INV-10).
        both_roles: Whether one person may be mentor and mentee at once (INV-01).
        qualified_mentors: Whether a mentor must be qualified when a pairing starts (INV-05).
        meeting_limit: Longest meeting in minutes (INV-21).
        contact_limit: Longest asynchronous contact that counts, in minutes; 0 counts none.
        verifier_is_another: Whether a meeting is verified by another than who logged it (INV-25).
        grace_days: Days in which a reported mismatch is to be settled (INV-74).
        near_capacity: Free places at or below which a mentor is listed as near capacity.
        training_notice_days: Days before expiry at which a training is called expiring.
        time_counted: Whether silence, waiting and delays count school time or calendar days;
            nothing said, it is school time where there is a calendar.
    """

    roles: tuple[Role, ...]
    shape: Shape
    smallest: int = 2
    largest: int = 2
    more_shapes: tuple[ShapeBounds, ...] = ()
    capacity: Capacity = Capacity()
    trainings: tuple[RequiredTraining, ...] = ()
    cadence: Cadence | None = None
    scales: tuple[Scale, ...] = ()
    start_needs: tuple[StartNeed, ...] = ()
    prohibited_lines: tuple[LineKind, ...] = ("supervisor", "evaluator", "appraiser", "chief")
    soft_criteria: tuple[Code, ...] = ()
    both_roles: bool = False
    qualified_mentors: bool = False
    meeting_limit: int = 480
    contact_limit: int = 0
    verifier_is_another: bool = False
    grace_days: int = 14
    near_capacity: int = 0
    training_notice_days: int = 30
    time_counted: TimeCounted | None = None

    def counted_minutes(self, modality: str, minutes: int) -> int:
        """The minutes of a held meeting that count (INV-21).

        All of them count, of asynchronous contact as many as ``contact_limit`` says. A meeting
        that was disputed counts like any other until its record is amended or retracted.
        """
        return min(minutes, self.contact_limit) if modality == "async" else minutes

    def problems(self) -> Iterator[Problem]:
        """What does not fit together in these settings, each with its path."""
        roles, scales = [r.code for r in self.roles], [s.code for s in self.scales]
        yield from _within("smallest", self.smallest, 1, self.largest)
        for place, more in enumerate(self.more_shapes):
            yield from _within(f"more_shapes[{place}].smallest", more.smallest, 1, more.largest)
        shapes = [self.shape, *(more.shape for more in self.more_shapes)]
        yield from _within("capacity.places", self.capacity.places, 0, self.capacity.hard_limit)
        yield from _within("capacity.hard_limit", self.capacity.hard_limit, 0)
        yield from _within("meeting_limit", self.meeting_limit, 1, DAY)
        yield from _within("contact_limit", self.contact_limit, 0, DAY)
        for name, codes in (("roles", roles), ("scales", scales), ("more_shapes", shapes)):
            if len(set(codes)) < len(codes):
                yield Problem(name, "one of them is declared twice", "each once")
        for place, training in enumerate(self.trainings):
            yield from _within(f"trainings[{place}].valid_days", training.valid_days, 1, CENTURY)
            if training.role not in roles:
                path, known = f"trainings[{place}].role", ", ".join(roles)
                yield Problem(path, f"there is no role {training.role!r}", f"one of {known}")
        for place, scale in enumerate(self.scales):
            yield from _within(f"scales[{place}].highest", scale.highest, scale.lowest + 1)
        if self.cadence is not None:
            yield from _within("cadence.every", self.cadence.every, 1, CENTURY)
            yield from _within("cadence.minutes", self.cadence.minutes, 1, DAY)

    def bounds(self, shape: Shape) -> ShapeBounds | None:
        """How many members a pairing of *shape* has, ``None`` for a shape that is not declared."""
        usual = ShapeBounds(shape=self.shape, smallest=self.smallest, largest=self.largest)
        return next((b for b in (usual, *self.more_shapes) if b.shape == shape), None)

    def part(self, role: str) -> Part | None:
        """The part that *role* plays in a pairing, ``None`` for a role that is not declared."""
        return next((r.part for r in self.roles if r.code == role), None)

    def scale(self, code: str) -> Scale | None:
        """The scale declared under *code*."""
        return next((s for s in self.scales if s.code == code), None)


def _within(
    path: str, number: int | None, least: int, most: int | None = None
) -> Iterator[Problem]:
    if number is None:
        return
    if number < least or (most is not None and number > most):
        bounds = f"{least} or more" if most is None else f"{least} to {most}"
        yield Problem(path, f"{number} is out of bounds", bounds)

"""Programs and cohorts: when they run, and by which settings and policy packs."""

from mentorcore.domain.invariants.invariant import Invariant, guard, reported

__all__ = ["PROGRAMS"]

PROGRAMS: tuple[Invariant, ...] = (
    guard(
        59,
        "Of a policy pack that a program adopted one version is in force for each person on every "
        "day, and a result says which. A version for new enrolments leaves earlier participants "
        "under the one before it.",
        "pack_adopted",
        "not_the_version_in_force",
    ),
    reported(
        64,
        "Silence, waiting and what is overdue count days of school time where the program has a "
        "calendar: in a break nothing grows, and nothing needs somebody that did not before it.",
    ),
    guard(
        68,
        "A program is launched with a goal, roles and a time zone, and with an academic calendar "
        "where a policy pack that it adopted counts school time.",
        "no_goal",
        "no_roles",
        "no_such_zone",
        "no_calendar",
    ),
    guard(
        69,
        "Nobody is enrolled and no pairing formed, started or reopened outside the time in which "
        "the program runs.",
        "program_not_running",
    ),
    guard(
        70,
        "A revision of the settings, or a policy pack, acts from a day on that is not past; a pack "
        "that is adopted before the launch may be in force already.",
        "acts_in_the_past",
    ),
    guard(
        71,
        "A cohort is closed with a word for what becomes of each pairing that is still open: it "
        "ends, moves to the successor or is extended. Nothing ends by itself: each pairing that is "
        "left open when its cohort has ended calls for somebody. In a closed cohort nobody is "
        "enrolled and no pairing formed or taken up again.",
        "cohort_closed",
        "no_successor",
    ),
)

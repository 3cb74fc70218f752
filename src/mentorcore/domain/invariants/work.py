"""What is done in a pairing: meetings, goals, text and its readers, visits, mismatches."""

from mentorcore.domain.invariants.invariant import Invariant, followed_up, guard, reported

__all__ = ["WORK"]

WORK: tuple[Invariant, ...] = (
    guard(
        20,
        "A meeting lies in the time in which its pairing was active, and not in the future; it "
        "may be logged late.",
        "before_start",
        "after_end",
        "in_the_future",
    ),
    guard(
        21,
        "A meeting lasts from 1 minute to the limit of the settings. Asynchronous contact counts "
        "up to a limit of its own, and not at all where that is 0.",
        "minutes_out_of_range",
    ),
    guard(22, "Whoever attends a meeting is a member of the pairing then.", "not_a_member"),
    guard(23, "Nobody is in two meetings at once.", "overlaps"),
    guard(
        24,
        "A cancelled or missed meeting has no minutes; it is held only after the cancellation was "
        "retracted.",
        "was_cancelled",
        "already_held",
    ),
    guard(
        25,
        "Where the settings say so, a meeting is verified by another than the one who logged it.",
        "own_meeting",
    ),
    reported(
        26,
        "A meeting of a group gives each member present its minutes once, and a joint meeting of "
        "several pairings gives a mentor them once.",
    ),
    guard(
        27,
        "A text is read by the people whom its visibility names, and by those with whom its author "
        "shares it; that cannot be undone, only ended.",
        "visibility_widened",
        "not_the_author",
        "not_shareable",
        "not_shared",
        "sharing_stands",
    ),
    guard(
        28,
        "What was written for growth or between two never becomes part of an evaluation; an "
        "exception has to be invoked first.",
        "visibility_widened",
        "confidential_material",
    ),
    guard(
        29,
        "A goal is set, then in progress, then achieved, deferred or abandoned; taking it up "
        "again is a record of its own.",
        "no_such_transition",
    ),
    guard(
        30,
        "A visit of an observation round is planned, then conducted, then debriefed; nobody "
        "observes themself, none is rated, and a round is closed with a reason for each required "
        "visit that is missing.",
        "out_of_order",
        "not_planned",
        "not_conducted",
        "observes_self",
        "not_in_round",
        "not_in_matrix",
        "reason_needed",
    ),
    guard(
        31,
        "A goal belongs to the mentee: it goes on in a later pairing of theirs once, and progress "
        "is recorded there from then on.",
        "another_person",
        "pairing_goes_on",
        "goal_handed_over",
        "goal_is_over",
    ),
    guard(
        48,
        "A testimonial, story or quote is published only while its consent is live; what stands "
        "under one that is no longer is listed to be taken down.",
        "no_such_consent",
        "consent_of_another",
        "consent_for_another",
        "no_live_consent",
    ),
    guard(73, "Drafts never enter the log; what was submitted can be amended."),
    followed_up(
        74, "A reported mismatch is settled within the days of grace that the settings give."
    ),
    reported(
        75, "The matrix of an observation round shows the cells done and the lag between steps."
    ),
    reported(
        78,
        "Themes of a focus group are shown where ten people or more brought them up. Thanks and "
        "other recognition are counted, and nobody is ranked by them.",
    ),
    guard(
        79,
        "An exception opens the notes that it names, on a ground that an adopted pack knows: to "
        "the coordinator, or to those who handle a case. Nobody handles a case about themself.",
        "nothing_named",
        "no_such_ground",
        "handles_own_case",
    ),
    guard(
        85,
        "What several pairings record as one joint meeting took place at one time.",
        "not_at_once",
    ),
)

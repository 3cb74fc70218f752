"""The rules that every log keeps, each with its number, its sentence and its refusal codes.

The numbers are stable; one that is not used here belongs to a part of the domain that is not built
yet. A guard refuses, and nothing is recorded. A rule that is reported takes what it is told, and a
view says what is the matter. A rule that is followed up raises something for a person to settle.
"""

from typing import Literal

import attrs

__all__ = ["INVARIANTS", "Invariant", "Kept"]

Kept = Literal["guard", "reported", "followed up"]


@attrs.frozen
class Invariant:
    """A rule of the domain.

    Attributes:
        number: Its number, such as ``INV-06``.
        kept: Whether it refuses, is reported by a view, or is followed up by a person.
        sentence: What holds.
        codes: The codes of the refusals that keep it; empty where nothing is refused.
    """

    number: str
    kept: Kept
    sentence: str
    codes: tuple[str, ...] = ()


def _guard(number: int, sentence: str, *codes: str) -> Invariant:
    return Invariant(f"INV-{number:02}", "guard", sentence, codes)


def _reported(number: int, sentence: str) -> Invariant:
    return Invariant(f"INV-{number:02}", "reported", sentence)


def _followed_up(number: int, sentence: str) -> Invariant:
    return Invariant(f"INV-{number:02}", "followed up", sentence)


INVARIANTS: tuple[Invariant, ...] = (
    _guard(
        1,
        "A person has one live enrolment in a part of a program; being mentor and mentee at once "
        "takes a setting that allows it.",
        "already_enrolled",
        "both_roles",
    ),
    _guard(2, "Nobody mentors themself.", "same_person"),
    _guard(
        3,
        "No mentor supervises, evaluates or appraises a mentee of the same pairing, by the "
        "reporting lines that the settings prohibit.",
        "reporting_line",
    ),
    _guard(
        4,
        "Whoever becomes active in a pairing has completed the trainings of the role, and they "
        "have not expired.",
        "training_missing",
    ),
    _guard(
        5,
        "Where the settings ask for it, a mentor is qualified when a pairing becomes active.",
        "not_qualified",
    ),
    _guard(
        6,
        "A mentor's load never rises above the capacity, and the capacity never above the "
        "program's hard limit; more places than usual need a reason.",
        "no_free_place",
        "above_hard_limit",
        "reason_needed",
    ),
    _guard(
        7,
        "Nobody is proposed, accepts or is put in a pairing who has left, is suspended or is no "
        "longer qualified.",
        "enrolment_ended",
        "not_qualified",
    ),
    _guard(
        10,
        "A pairing that does not meet a wish of the program is formed, or proposed, with a reason "
        "for each such wish; what a matching round proposes names the version of its criteria.",
        "reason_needed",
        "no_such_criterion",
        "criteria_missing",
    ),
    _guard(
        11,
        "A pairing that is formed by an exclusive proposal declines the other exclusive proposals "
        "of those whom it supports, in the same append.",
        "proposal_declined",
    ),
    _guard(
        12,
        "A mentee has one primary mentor at most in a program, at any time.",
        "primary_mentor_exists",
    ),
    _guard(
        13,
        "A member's time in a pairing lies inside that member's enrolment.",
        "outside_enrolment",
        "enrolment_ended",
    ),
    _guard(
        14,
        "A pairing moves only from proposed to formed or declined, from formed to active, from "
        "active to paused and back, and to its end; the last acceptance forms it, and it starts "
        "when everything that the settings ask for is there.",
        "not_formed",
        "not_proposed",
        "not_asked",
        "before_the_proposal",
        "not_expired",
        "agreement_missing",
        "not_authorized",
        "not_active",
        "not_paused",
        "not_waiting",
        "not_ended",
        "already_ended",
    ),
    _guard(
        15,
        "After its end a pairing takes corrections, last feedback, verification, evidence, opened "
        "notes and a reopening only; it is not reopened once its cohort is over.",
        "after_end",
        "cohort_closed",
    ),
    _guard(
        16,
        "Members who parted for mismatch are put together again with a reason only.",
        "ended_for_mismatch",
    ),
    _guard(
        17,
        "A pairing has the size and the parts of its shape on every day, whoever joins and leaves.",
        "size_out_of_bounds",
        "shape_broken",
    ),
    _guard(
        20,
        "A meeting lies in the time in which its pairing was active, and not in the future; it "
        "may be logged late.",
        "before_start",
        "after_end",
        "in_the_future",
    ),
    _guard(
        21,
        "A meeting lasts from 1 minute to the limit of the settings. Asynchronous contact counts "
        "up to a limit of its own, and not at all where that is 0.",
        "minutes_out_of_range",
    ),
    _guard(22, "Whoever attends a meeting is a member of the pairing then.", "not_a_member"),
    _guard(23, "Nobody is in two meetings at once.", "overlaps"),
    _guard(
        24,
        "A cancelled or missed meeting has no minutes; it is held only after the cancellation was "
        "retracted.",
        "was_cancelled",
        "already_held",
    ),
    _guard(
        25,
        "Where the settings say so, a meeting is verified by another than the one who logged it.",
        "own_meeting",
    ),
    _reported(
        26,
        "A meeting of a group gives each member present its minutes once, and a joint meeting of "
        "several pairings gives a mentor them once.",
    ),
    _guard(
        27,
        "A text is read by the people whom its visibility names, and by those with whom its author "
        "shares it; that cannot be undone, only ended.",
        "visibility_widened",
        "not_the_author",
        "not_shareable",
        "sharing_stands",
    ),
    _guard(
        28,
        "What was written for growth or between two never becomes part of an evaluation; an "
        "exception has to be invoked first.",
        "visibility_widened",
        "confidential_material",
    ),
    _guard(
        29,
        "A goal is set, then in progress, then achieved, deferred or abandoned; taking it up "
        "again is a record of its own.",
        "no_such_transition",
    ),
    _guard(
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
    _guard(
        31,
        "A goal belongs to the mentee: it goes on in a later pairing of theirs once, and progress "
        "is recorded there from then on.",
        "another_person",
        "pairing_goes_on",
        "goal_handed_over",
        "goal_is_over",
    ),
    _guard(
        50,
        "No event is changed or deleted. A correction names an earlier event of the same stream; "
        "ids cannot be amended, and visibility can be narrowed only.",
        "no_such_record",
        "not_amendable",
        "visibility_widened",
    ),
    _guard(51, "Folding uses no clock, chance, network, language or environment."),
    _guard(52, "No event appears behind a position that somebody has read already."),
    _guard(
        56,
        "An answer that was imported before records nothing; an edited one amends what it had led "
        "to. A response is taken whole or not at all.",
    ),
    _guard(
        57,
        "An adapter proposes and no rule is skipped for it; previews, tests and spam are kept and "
        "lead to nothing.",
        "causes_nothing",
    ),
    _guard(
        59,
        "Of a policy pack that a program adopted one version is in force for each person on every "
        "day, and a result says which. A version for new enrolments leaves earlier participants "
        "under the one before it.",
        "pack_adopted",
        "not_the_version_in_force",
    ),
    _guard(
        61,
        "An identity in another system belongs to one person at most.",
        "identity_taken",
        "identity_linked",
    ),
    _guard(
        62,
        "Merging persons is acyclic, and the absorbed id takes no new facts; taking the merge back "
        "restores both.",
        "merged",
        "others_rest_on_it",
    ),
    _reported(63, "Credentials that have expired, with no later one in their place, are listed."),
    _reported(
        64,
        "Silence, waiting and what is overdue count days of school time where the program has a "
        "calendar: in a break nothing grows, and nothing needs somebody that did not before it.",
    ),
    _guard(
        65,
        "A corrected record passes the rules of the original, and so does what the correction "
        "changes about the state of a stream.",
        "others_rest_on_it",
    ),
    _guard(
        66,
        "A record on the wrong person or pairing is retracted there and recorded where it belongs.",
        "not_attributable",
        "same_place",
        "nothing_left",
    ),
    _reported(67, "A corrected record shows the original, the correction, its reason and author."),
    _guard(
        68,
        "A program is launched with a goal, roles and a time zone, and with an academic calendar "
        "where a policy pack that it adopted counts school time.",
        "no_goal",
        "no_roles",
        "no_such_zone",
        "no_calendar",
    ),
    _guard(
        69,
        "Nobody is enrolled and no pairing formed, started or reopened outside the time in which "
        "the program runs.",
        "program_not_running",
    ),
    _guard(
        70,
        "A revision of the settings, or a policy pack, acts from a day on that is not past; a pack "
        "that is adopted before the launch may be in force already.",
        "acts_in_the_past",
    ),
    _guard(
        71,
        "A cohort is closed with a word for what becomes of each pairing that is still open: it "
        "ends, moves to the successor or is extended. Nothing ends by itself, and in a closed "
        "cohort nobody is enrolled and no pairing formed or taken up again.",
        "cohort_closed",
        "no_successor",
    ),
    _guard(
        72,
        "An enrolment with a live pairing ends together with it or after it; a pairing that keeps "
        "the size and parts of its shape without this member is left in the same append.",
        "live_pairing",
        "pairing_outlasts_enrolment",
    ),
    _guard(73, "Drafts never enter the log; what was submitted can be amended."),
    _followed_up(
        74, "A reported mismatch is settled within the days of grace that the settings give."
    ),
    _reported(
        75, "The matrix of an observation round shows the cells done and the lag between steps."
    ),
    _guard(
        79,
        "An exception opens the notes that it names, on a ground that an adopted pack knows.",
        "nothing_named",
        "no_such_ground",
    ),
    _reported(81, "A response that a later full export lacks is listed, and nothing is deleted."),
    _guard(
        84,
        "An edited row changes what its edit says: what it says no longer is taken back or carried "
        "over, and what did not change is not recorded anew.",
        "others_rest_on_it",
    ),
    _guard(
        85,
        "What several pairings record as one joint meeting took place at one time.",
        "not_at_once",
    ),
    _guard(
        86,
        "A pairing stands in a cohort in which somebody whom it supports is enrolled; whoever "
        "supports them may be enrolled in any.",
        "other_cohort",
    ),
    _reported(
        88,
        "What was told late is measured from the day on which it happened to that on which it was "
        "sent, or recorded where no sending is known; the delay of an import is another figure.",
    ),
    _reported(
        89,
        "Two records that may be one are listed with both, until one is retracted as a duplicate "
        "of the other or somebody says that both are real.",
    ),
    _followed_up(
        90,
        "A row whose address or number belongs to another person under another name changes "
        "nothing until somebody says whether they are one person.",
    ),
    _followed_up(
        95,
        "What the first sending of a response fixed stays: an edit never moves it, and an earlier "
        "sending that any export states amends it.",
    ),
    _followed_up(
        96,
        "An older export changes nothing: not what was answered, not what is missing, not what "
        "comes back; what only it holds is asked about once.",
    ),
    _followed_up(
        97,
        "What somebody said of a response holds in whatever order exports come, until somebody "
        "says otherwise.",
    ),
    _guard(
        98,
        "A step in a pairing's life that is recorded late is decided on the pairing as it stood on "
        "that day, and has to fit before what is recorded of later days.",
        "not_waiting",
        "not_active",
        "not_paused",
        "others_rest_on_it",
    ),
    _guard(
        99,
        "Those who are paired already are not paired a second time at the same time.",
        "paired_already",
    ),
)
"""Every rule that this version keeps, by number."""

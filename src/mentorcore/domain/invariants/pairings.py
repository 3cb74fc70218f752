"""Pairings: who is brought together, how they begin, go on and part."""

from mentorcore.domain.invariants.invariant import Invariant, guard

__all__ = ["PAIRINGS"]

PAIRINGS: tuple[Invariant, ...] = (
    guard(
        3,
        "No mentor supervises, evaluates or appraises a mentee of the same pairing, by the "
        "reporting lines that the settings prohibit.",
        "reporting_line",
    ),
    guard(
        10,
        "A pairing that does not meet a wish of the program is formed, or proposed, with a reason "
        "for each such wish; what a matching round proposes names the version of its criteria.",
        "reason_needed",
        "no_such_criterion",
        "criteria_missing",
    ),
    guard(
        11,
        "A pairing that is formed by an exclusive proposal declines the other exclusive proposals "
        "of those whom it supports, in the same append.",
        "proposal_declined",
    ),
    guard(
        12,
        "A mentee has one primary mentor at most in a program, at any time.",
        "primary_mentor_exists",
    ),
    guard(
        14,
        "A pairing moves only from proposed to formed or declined, from formed to active, from "
        "active to paused and back, and to its end; the last acceptance forms it, and it starts "
        "when everything that the settings ask for is there.",
        "not_formed",
        "already_proposed",
        "not_proposed",
        "not_asked",
        "already_accepted",
        "before_the_proposal",
        "answered_too_late",
        "not_expired",
        "agreement_missing",
        "not_authorized",
        "not_active",
        "not_paused",
        "not_waiting",
        "not_ended",
        "already_ended",
    ),
    guard(
        15,
        "After its end a pairing takes corrections, last feedback, verification, evidence, opened "
        "notes and a reopening only; it is not reopened once its cohort is over.",
        "after_end",
        "cohort_closed",
    ),
    guard(
        16,
        "Members who parted for mismatch are put together again with a reason only.",
        "ended_for_mismatch",
    ),
    guard(
        17,
        "A pairing has the size and the parts of its shape on every day, whoever joins and leaves.",
        "size_out_of_bounds",
        "shape_broken",
    ),
    guard(
        58,
        "Nobody of another institution is admitted, proposed or paired without an agreement in "
        "force for that purpose and field, nor paired without the consent of both coordinators.",
        "no_such_agreement",
        "not_in_agreement",
        "not_in_force",
        "not_agreed",
        "no_consent",
    ),
    guard(
        60,
        "Figures that leave an institution rest on 10 people at least, and a pool on three "
        "institutions; a pool is released once, and each sees beside it their own alone.",
        "below_threshold",
        "too_few_institutions",
        "already_released",
        "pool_released",
    ),
    guard(
        86,
        "A pairing stands in a cohort in which somebody whom it supports is enrolled; whoever "
        "supports them may be enrolled in any.",
        "other_cohort",
    ),
    guard(
        98,
        "A step in a pairing's life that is recorded late is decided on the pairing as it stood on "
        "that day, and has to fit before what is recorded of later days.",
        "not_waiting",
        "not_active",
        "not_paused",
        "others_rest_on_it",
    ),
    guard(
        99,
        "Those who are paired already are not paired a second time at the same time.",
        "paired_already",
    ),
)

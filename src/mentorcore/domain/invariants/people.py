"""Persons and participants: who is enrolled as what, trained, and free to take somebody on."""

from mentorcore.domain.invariants.invariant import Invariant, guard, reported

__all__ = ["PEOPLE"]

PEOPLE: tuple[Invariant, ...] = (
    guard(
        1,
        "A person has one live enrolment in a part of a program; being mentor and mentee at once "
        "takes a setting that allows it.",
        "already_enrolled",
        "both_roles",
    ),
    guard(2, "Nobody mentors themself.", "same_person"),
    guard(
        4,
        "Whoever becomes active in a pairing has completed the trainings of the role, and they "
        "have not expired.",
        "training_missing",
    ),
    guard(
        5,
        "Where the settings ask for it, a mentor is qualified when a pairing becomes active.",
        "not_qualified",
    ),
    guard(
        6,
        "A mentor's load never rises above the capacity, and the capacity never above the "
        "program's hard limit; more places than usual need a reason.",
        "no_free_place",
        "above_hard_limit",
        "reason_needed",
    ),
    guard(
        7,
        "Nobody is proposed, accepts or is put in a pairing who has left, is suspended or is no "
        "longer qualified.",
        "enrolment_ended",
        "not_qualified",
    ),
    guard(
        13,
        "A member's time in a pairing lies inside that member's enrolment.",
        "outside_enrolment",
        "enrolment_ended",
    ),
    guard(
        61,
        "An identity in another system belongs to one person at most.",
        "identity_taken",
        "identity_linked",
    ),
    guard(
        62,
        "Merging persons is acyclic, and the absorbed id takes no new facts; taking the merge back "
        "restores both.",
        "merged",
        "others_rest_on_it",
    ),
    reported(63, "Credentials that have expired, with no later one in their place, are listed."),
    guard(
        72,
        "An enrolment with a live pairing ends together with it or after it; a pairing that keeps "
        "the size and parts of its shape without this member is left in the same append.",
        "live_pairing",
        "pairing_outlasts_enrolment",
    ),
)

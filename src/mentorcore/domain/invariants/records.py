"""The log itself: corrections, imports, and what was told late, twice or of another."""

from mentorcore.domain.invariants.invariant import Invariant, followed_up, guard, reported

__all__ = ["RECORDS"]

RECORDS: tuple[Invariant, ...] = (
    guard(
        50,
        "No event is changed or deleted. A correction names an earlier event of the same stream; "
        "ids cannot be amended, and visibility can be narrowed only.",
        "no_such_record",
        "not_amendable",
        "visibility_widened",
    ),
    guard(51, "Folding uses no clock, chance, network, language or environment."),
    guard(52, "No event appears behind a position that somebody has read already."),
    guard(
        56,
        "An answer that was imported before records nothing; an edited one amends what it had led "
        "to. A response is taken whole or not at all.",
    ),
    guard(
        57,
        "An adapter proposes and no rule is skipped for it; previews, tests and spam are kept and "
        "lead to nothing.",
        "causes_nothing",
    ),
    guard(
        65,
        "A corrected record passes the rules of the original, and so does what the correction "
        "changes about the state of a stream.",
        "others_rest_on_it",
    ),
    guard(
        66,
        "A record on the wrong person or pairing is retracted there and recorded where it belongs.",
        "not_attributable",
        "same_place",
        "nothing_left",
    ),
    reported(67, "A corrected record shows the original, the correction, its reason and author."),
    reported(81, "A response that a later full export lacks is listed, and nothing is deleted."),
    guard(
        84,
        "An edited row changes what its edit says: what it says no longer is taken back or carried "
        "over, and what did not change is not recorded anew.",
        "others_rest_on_it",
    ),
    guard(
        80,
        "An attestation states results as of two dates, and none that do not come out so; what "
        "is recorded later never changes what it states, and where other results come out now, "
        "it is told as attested before a correction.",
        "attested_ahead",
        "not_as_stated",
        "nothing_to_attest",
    ),
    reported(
        88,
        "What was told late is measured from the day on which it happened to that on which it was "
        "sent, or recorded where no sending is known; the delay of an import is another figure.",
    ),
    reported(
        89,
        "Two records that may be one are listed with both, until one is retracted as a duplicate "
        "of the other or somebody says that both are real.",
    ),
    followed_up(
        90,
        "A row whose address or number belongs to another person under another name changes "
        "nothing until somebody says whether they are one person.",
    ),
    followed_up(
        95,
        "What the first sending of a response fixed stays: an edit never moves it, and an earlier "
        "sending that any export states amends it.",
    ),
    followed_up(
        96,
        "An older export changes nothing: not what was answered, not what is missing, not what "
        "comes back; what only it holds is asked about once.",
    ),
    followed_up(
        97,
        "What somebody said of a response holds in whatever order exports come, until somebody "
        "says otherwise.",
    ),
)

"""A row of a list of pairings comes to name other people: a typing error, a successor, or neither.

What was is not overwritten. Where it cannot be a typing error, the row is refused with the sentence
how a change of mentor is written (INV-84).
"""

from collections.abc import Sequence
from datetime import date

from mentorcore.adapters.titles import normal_title
from mentorcore.domain.pairing.events.forming import FormPairing, Member, PairingFormed
from mentorcore.intake.intents import Reason, Rejected
from mentorcore.intake.mappings.mapping import FormMapping

__all__ = ["OTHER_PEOPLE", "succeeds"]

NAMING = ("mentor", "mentee", "members", "co_mentors")
OTHER_PEOPLE = (
    "this row names other people than before, and a pairing that was is not overwritten: keep its "
    "row, with the day and the reason of its end, and write the new pairing in a row of its own "
    "(declare keys that tell the two rows apart, such as mentor and mentee); or declare "
    "successor = true under [answers], so that the first pairing ends on the day on which the "
    "second begins"
)
"""Why a row that comes to name other people is refused."""
ONCE_MORE = (
    "this row tells of the same people after their pairing ended, and a pairing that was is not "
    "overwritten: keep its row as it was, and write the new pairing in a row of its own; the day "
    "in the column of 'on' tells the two apart"
)
"""Why a row that comes to tell of the next pairing of the same people is refused."""


def succeeds(
    formed: PairingFormed, command: FormPairing, mapping: FormMapping, over: date | None
) -> bool:
    """Whether a row now tells of a new mentor who succeeds the one of the pairing it told of.

    Args:
        formed: The pairing that it told of.
        command: The pairing that it tells of now.
        mapping: What was declared about the list.
        over: When the first one ended, by this row, where it says of no end now.

    Raises:
        Rejected: It names other people, and that is neither declared nor can be a typing error; or
            it tells of the same people once more, after the end of their pairing.
    """
    before, now = _people(formed.members), _people(command.members)
    if before.keys() == now.keys():
        if over is not None and command.on >= over:
            raise Rejected([Reason("", ONCE_MORE)])
        return False
    later, stays = command.on > formed.on, bool(before.keys() & now.keys())
    mentor_stays = any(primary and who in now for who, primary in before.items())
    if mapping.successor and later and stays and not mentor_stays:
        return True
    if later or (_key_outlives(mapping) and not mapping.successor):
        raise Rejected([Reason("", OTHER_PEOPLE)])
    return False


def _people(members: Sequence[Member]) -> dict[str, bool]:
    return {m.participant: m.primary for m in members}


def _key_outlives(mapping: FormMapping) -> bool:
    """Whether the key of a row names some of the people in it, and goes on when others change."""
    keys = frozenset(map(normal_title, mapping.options.keys))
    named = {normal_title(mapping.fields[f]) for f in NAMING if f in mapping.fields}
    return bool(keys & named) and not named <= keys

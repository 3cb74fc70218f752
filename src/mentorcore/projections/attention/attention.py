"""What needs a person today and why: silent pairs, overdue steps, poor fit, training, full places.

Every rule is a function of the program's partials; nothing here is an opinion about people. The
sentences name figures and dates, and the row names the people as far as the viewer may know them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from mentorcore.projections.access.redactor import METADATA, Redactor, others_withheld
from mentorcore.projections.attention.application_rules import APPLICATION_RULES
from mentorcore.projections.attention.needs import KINDS, Attention, Need, needs_of
from mentorcore.projections.attention.pairing_rules import PAIRING_RULES
from mentorcore.projections.attention.people_rules import PEOPLE_RULES
from mentorcore.projections.attention.proposal_rules import PROPOSAL_RULES
from mentorcore.projections.attention.record_rules import RECORD_RULES
from mentorcore.projections.folding.moment import known_by
from mentorcore.projections.folding.projection import Projection
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot, members_of
from mentorcore.projections.summary.summary import SUMMARY

__all__ = ["ATTENTION", "NEEDS", "RULES", "attention", "is_shown"]

Rule = Callable[[ProgramSnapshot, Redactor], Iterator[Need]]

RULES: tuple[Rule, ...] = (
    *PAIRING_RULES,
    *PROPOSAL_RULES,
    *PEOPLE_RULES,
    *APPLICATION_RULES,
    *RECORD_RULES,
)
"""Every rule by which something is found to need a person."""

NEEDS = needs_of(RULES)
"""By kind, what a need says and on which events it can rest."""

Place = tuple[int, bool, str]
_URGENCY: dict[str, Place] = {kind: (rank, True, "") for rank, kind in enumerate(KINDS)}


def attention(
    at: ProgramSnapshot,
    seer: Redactor,
    practices: Iterable[Need] = (),
    kinds: Mapping[str, str] = {},
) -> Attention:
    """Combine the partials of a program into what needs a person.

    Args:
        at: The program.
        seer: Who is asking.
        practices: What practices find to need a person, as far as the viewer is shown it.
        kinds: By kind of those, the kind of the core before which it is placed.
    """
    found = [need for rule in RULES for need in rule(at, seer)]
    shown = [*(n for n in found if is_shown(at, seer, n)), *practices]
    places = _URGENCY | {k: (_URGENCY[before][0], False, k) for k, before in kinds.items()}
    return Attention(
        program=at.program_id,
        name=at.program.name,
        day=at.day,
        position=at.position,
        as_of=at.asked.as_of,
        as_known=known_by(at.asked),
        viewer=seer.viewer.kind,
        needs=tuple(sorted(shown, key=lambda need: (places[need.kind], _order(need)))),
        # It stands there for a member whether or not there was anything: its absence would tell.
        others=None if seer.may(METADATA) else others_withheld(),
        unknown=at.unknown,
    )


ATTENTION: Projection[Attention] = SUMMARY.combining(attention)
"""What needs a person, made of the partials of `SUMMARY`."""


def _order(need: Need) -> tuple[int, str, str, date]:
    return (
        -(need.days or (need.amount or 0) - (need.limit or 0)),
        need.subject,
        need.people[0].participant if need.people else "",
        need.since or date.min,
    )


def is_shown(at: ProgramSnapshot, seer: Redactor, need: Need) -> bool:
    """Whether the viewer is shown a need: members, what concerns themselves and their pairings."""
    if members := members_of(at, need.subject):
        return seer.may(METADATA, members=[m.person for m in members])
    return seer.may(METADATA, members=[at.person(need.subject)])

"""A relief is granted for a rule that the program goes by, by a role that may grant it.

Which reliefs there are is said by the rules themselves and by rules of the kind ``relief``, which
also say who grants them, whether a basis is needed, and how many somebody may have.
"""

from collections.abc import Iterable
from datetime import date

from mentorcore.domain.aggregate import Decision, Situation
from mentorcore.domain.effective import effective
from mentorcore.domain.model import Guard
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import Program
from mentorcore.domain.requirements.participant_events import RequirementWaived, WaiveRequirement
from mentorcore.domain.requirements.program_events import JustifyRequirement
from mentorcore.domain.values import Stream
from mentorcore.errors import Refused
from mentorcore.policy.evaluation.reliefs import grantors, relief_rules
from mentorcore.policy.grammar import Rule
from mentorcore.policy.guards.in_force import packs_in_force
from mentorcore.policy.other_kinds import Relief
from mentorcore.policy.pack import Pack
from mentorcore.policy.registry import Packs

__all__ = ["relief_guards"]


def relief_guards(packs: Packs) -> tuple[Guard, ...]:
    """The guards of granting reliefs and of giving reasons for what a rule sets."""

    def waiving(now: Situation, asked: WaiveRequirement, _decided: Decision) -> None:
        me: Participant = now.state(Stream(asked.participant_id))
        program: Program = now.state(Stream(me.program_id))
        known = packs_in_force(packs, program, asked.since, me.since)
        if all(pack.rule(asked.rule_id) is None for pack in known):
            # A pairing goes by the version of its mentee, whoever else is in it.
            newest = packs_in_force(packs, program, asked.since)
            known = tuple(p for p in newest if _is_of_pairings(p.rule(asked.rule_id)))
        pack, rule = _the_rule(known, asked.rule_id, asked.pack_id, asked.since)
        _check_relief(now, asked, pack, rule)

    def justifying(now: Situation, asked: JustifyRequirement, _decided: Decision) -> None:
        program: Program = now.state(Stream(asked.program_id))
        known = packs_in_force(packs, program, asked.on)
        _the_rule(known, asked.rule_id, asked.pack_id, asked.on)

    return (
        Guard(WaiveRequirement, outcome=waiving),
        Guard(JustifyRequirement, outcome=justifying),
    )


def _is_of_pairings(rule: Rule | None) -> bool:
    return rule is not None and rule.scope == "pairing"


def _the_rule(
    known: Iterable[Pack], rule_id: str, pack_id: str | None, on: date
) -> tuple[Pack, Rule]:
    """The rule of that id in the packs in force.

    Raises:
        Refused: ``no_such_requirement`` or ``which_pack``.
    """
    found = [
        (pack, rule)
        for pack in known
        if pack_id in (None, pack.id)
        and (rule := pack.rule(rule_id)) is not None
        and not isinstance(rule, Relief)
    ]
    if not found:
        raise Refused(
            f"the program goes by no policy pack with a rule {rule_id} on {on}",
            "no_such_requirement",
            rule=rule_id,
        )
    if len(found) > 1:
        listed = [pack.id for pack, _ in found]
        raise Refused(
            f"{' and '.join(listed)} both have a rule {rule_id}; name the pack, as pack_id",
            "which_pack",
            packs=listed,
        )
    return found[0]


def _check_relief(now: Situation, asked: WaiveRequirement, pack: Pack, rule: Rule) -> None:
    granting = relief_rules(pack, rule.id, asked.relief)
    roles = grantors(pack, rule, asked.relief)
    said = ", ".join([rule.id, *(r.id for r in granting)])
    if not roles:
        raise Refused(
            f"{pack.id} knows no {asked.relief} of {rule.id} ({rule.citation})",
            "relief_not_allowed",
            rule=rule.id,
        )
    if asked.granted_by not in roles:
        raise Refused(
            f"{said}: a {asked.relief} is granted by {' or '.join(sorted(roles))}, and not by "
            f"{asked.granted_by}",
            "not_theirs_to_grant",
            rule=said,
            roles=sorted(roles),
        )
    if asked.basis is None and any(r.basis_required for r in granting):
        raise Refused(
            f"{said}: a {asked.relief} is granted on a basis that is stated",
            "basis_needed",
            rule=said,
        )
    granted = _granted(now, Stream(asked.participant_id))
    for limited in granting:
        if (
            limited.max is not None
            and sum(_is_of(w, limited, pack) for w in granted) >= limited.max
        ):
            raise Refused(
                f"{limited.id}: a participant has {limited.max} of these reliefs at most",
                "reliefs_used_up",
                rule=limited.id,
            )


def _granted(now: Situation, stream: Stream) -> list[RequirementWaived]:
    told = (placed.event for placed in effective(now.history[stream]))
    return [event for event in told if isinstance(event, RequirementWaived)]


def _is_of(waived: RequirementWaived, limited: Relief, pack: Pack) -> bool:
    return (
        waived.rule_id in limited.applies_to
        and waived.relief in limited.types
        and waived.pack_id in (None, pack.id)
    )

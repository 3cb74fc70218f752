"""Whether a rule asks anything of a subject: its scope, and the attributes that it is for."""

from collections.abc import Iterator

from mentorcore.policy.evaluation.case import Case
from mentorcore.policy.evaluation.outcomes import Outcome, insufficient, not_applicable
from mentorcore.policy.evaluation.versions import begun_on
from mentorcore.policy.evaluation.vocabulary import known
from mentorcore.policy.grammar import Rule

__all__ = ["out_of_scope"]


def out_of_scope(rule: Rule, case: Case) -> Outcome | None:
    """Why the rule asks nothing of the subject, or cannot be asked; ``None`` where it does."""
    subject = case.subject
    if not subject.cohorts:
        return not_applicable("no_anchor", "no cohort is open yet")
    if subject.since > case.as_of:
        return not_applicable("no_anchor", f"it begins on {subject.since}")
    begun, ends = begun_on(subject), case.pack.effective_to
    if begun is not None and ends is not None and ends <= begun:
        return not_applicable("out_of_scope", f"the rules ended on {ends}, before it began")
    if rule.scope == "mentor" and not any(p.part == "mentor" for p in subject.participants):
        return not_applicable("out_of_scope", "it is a rule for mentors")
    unknown: list[str] = []
    for name, wanted in rule.applies_when.items():
        held = tuple(_held(name, case))
        if not held:
            unknown.append(name)
        elif wanted not in held:
            return not_applicable("out_of_scope", f"it is for {name} {wanted}")
    if unknown:
        said = f"whether it applies depends on {', '.join(unknown)}, of which nothing is recorded"
        return insufficient(unknown[0], said, missing=unknown)
    return None


def _held(name: str, case: Case) -> Iterator[object]:
    """What a subject has for an attribute; nothing where that is not known."""
    subject = case.subject
    if name == "role":
        for participant in subject.participants:
            yield participant.role
            yield participant.part
    elif name == "cohort":
        for cohort in subject.cohorts:
            yield cohort.id
            yield cohort.name
    elif name == "shape":
        for pairing in subject.pairings if subject.pairing is not None else ():
            yield pairing.shape
    else:
        for participant in subject.participants:
            held = known(name, participant, subject.facts, case.as_of)
            if held is not None:
                yield from held.value if isinstance(held.value, tuple) else (held.value,)

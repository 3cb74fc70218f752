"""Which version of a pack is in force for a subject on a day."""

from datetime import date

from mentorcore.policy.evaluation.subjects import Subject
from mentorcore.policy.facts import Adopted

__all__ = ["adoptions_for", "begun_on"]


def begun_on(subject: Subject) -> date | None:
    """Since when a subject is enrolled: of a pairing, its first mentee; of a program, never."""
    if subject.scope == "program":
        return None
    if subject.pairing is not None:
        parts = {member.participant: member.part for member in subject.pairing.members}
        mentees = [p for p in subject.participants if parts[p.id] == "mentee"]
        return min(p.enrolled_on for p in mentees or subject.participants)
    return subject.since


def adoptions_for(subject: Subject) -> tuple[Adopted, ...]:
    """The adoption in force of each pack: the last one that reaches the subject.

    One for new enrolments leaves whoever was enrolled before under the version before it.
    """
    begun = begun_on(subject)
    found: dict[str, Adopted] = {}
    for adopted in sorted(subject.facts.adopted, key=lambda a: (a.effective_from, a.cited)):
        if adopted.effective_from > subject.as_of:
            continue
        earlier = begun is not None and begun < adopted.effective_from
        if adopted.applies_to == "new_enrolments" and earlier:
            continue
        found[adopted.pack_id] = adopted
    return tuple(found[pack] for pack in sorted(found))

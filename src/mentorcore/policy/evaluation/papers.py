"""What is there on paper: the documents of a program."""

from mentorcore.policy.evaluation.case import Case
from mentorcore.policy.evaluation.outcomes import Outcome
from mentorcore.policy.other_kinds import ProcessExists

__all__ = ["process_exists"]

REFERENCED = "program.document-referenced"


def process_exists(rule: ProcessExists, case: Case) -> Outcome:
    """The program references a document that describes the process."""
    wanted = f"a{' published' if rule.published else ''} document on {rule.process}"
    for fact in case.subject.facts.facts:
        described = fact.name == REFERENCED and fact.values.get("process") == rule.process
        public = not rule.published or fact.values.get("published") is True
        if described and public and fact.on <= case.as_of:
            return Outcome(
                state="met",
                said=f"{wanted} is referenced since {fact.on}",
                threshold=wanted,
                satisfied_on=fact.on,
                evidence=(fact.cited,),
            )
    return Outcome(
        state="breached",
        said=f"the program references no {wanted.removeprefix('a ')}",
        threshold=wanted,
        evidence=case.adopted or case.subject.own,
        missing=(rule.process,),
    )

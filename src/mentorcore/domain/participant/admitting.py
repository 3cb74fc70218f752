"""Who is admitted as a visitor from another institution (INV-58)."""

from mentorcore.domain.aggregate import Decision, Situation, decides
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.participant.visiting import AdmitVisitor, VisitorAdmitted
from mentorcore.domain.program import program_of
from mentorcore.domain.values import Stream
from mentorcore.errors import Refused


@decides(AdmitVisitor)
def admit_visitor(
    now: Situation, me: Participant, command: AdmitVisitor, stream: Stream
) -> Decision:
    """Say of an enrolled participant that they belong to another institution."""
    program = program_of(now, me.program_id)
    if program.owner is None:
        raise Refused("this program does not say which institution runs it", "no_owner")
    if command.institution == program.owner:
        raise Refused(f"{command.institution} runs this program itself", "not_a_visitor")
    if command.since < me.since:
        raise Refused(f"the enrolment began on {me.since}", "outside_enrolment")
    admitted = recorded_as(VisitorAdmitted, command)
    if admitted in me.visits:
        return ()
    if me.live_pairings() and now.corrects is None:
        raise Refused(
            "this participant is in a pairing; a visitor is admitted before they are paired",
            "live_pairing",
            pairings=tuple(dict.fromkeys(j.pairing_id for j in me.live_pairings())),
        )
    return ((stream, admitted),)

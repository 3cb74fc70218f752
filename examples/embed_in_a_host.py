"""A host system keeps its own tables and asks mentorcore to decide and record.

The host passes its own request id as an idempotency key, so that a request it repeats after a
time-out is recorded once; and it shows refusals to its users as they are.

Prints:

    recorded 1 event
    repeated: the first answer again
    refused: a meeting lasts between 1 and 480 minutes, not 900
"""

from datetime import date

import mentorcore
from mentorcore import Actor, EnrolParticipant, FormPairing, HoldMeeting, Member, RegisterPerson


def main() -> None:
    with mentorcore.open(":memory:") as engine:
        host = Actor("hr-system", "coordinator", "system")
        pairing = a_pairing(engine, host)

        def log_meeting(request_id: str, minutes: int) -> str:
            meeting = HoldMeeting(pairing_id=pairing, held_on=date(2026, 9, 14), minutes=minutes)
            try:
                answer = engine.handle(meeting, actor=host, key=request_id)
            except mentorcore.Refused as refusal:
                return f"refused: {refusal}"
            if answer.replayed:
                return "repeated: the first answer again"
            return f"recorded {len(answer.events)} event"

        print(log_meeting("request-1", 45))
        print(log_meeting("request-1", 45))
        print(log_meeting("request-2", 900))


def a_pairing(engine: mentorcore.Engine, host: Actor) -> str:
    """A program from the blueprint that ships with mentorcore, and two people in it."""
    blueprint = mentorcore.read_blueprint(mentorcore.BLUEPRINT_TEMPLATE, "template")
    engine.batch(blueprint.commands(engine.new_id), actor=host)
    status = engine.status(viewer=mentorcore.Viewer.auditor())
    cohort = status.cohorts[0]
    members = []
    for name, role in (("Ada Byron", "mentor"), ("Lin Wu", "mentee")):
        person = engine.handle(RegisterPerson(name=name), actor=host).stream
        enrol = engine.command(
            "enrol-participant",
            {
                "person_id": person,
                "program_id": status.program,
                "cohort_id": cohort.cohort,
                "role": role,
                "since": cohort.starts_on.isoformat(),
            },
        )
        assert isinstance(enrol, EnrolParticipant)
        participant = engine.handle(enrol, actor=host).events[0].event.participant_id
        members.append(Member(participant=participant, role=role, primary=role == "mentor"))
    formed = FormPairing(
        program_id=status.program,
        cohort_id=cohort.cohort,
        members=tuple(members),
        on=cohort.starts_on,
    )
    return engine.handle(formed, actor=host).stream


if __name__ == "__main__":
    main()

"""Two coordinators give a mentor's last place away at the same moment; one of them is told so.

Each has an engine of their own on the same file, as two processes would.

Prints:

    paired: 1
    refused: the mentor has no free place: 1 of 1 are taken and 1 needed
"""

import threading
from collections import Counter
from pathlib import Path

import mentorcore
from mentorcore import Actor, EnrolParticipant, FormPairing, Member, RegisterPerson

US = Actor("example", "coordinator", "system")


def main() -> None:
    log = Path("two-coordinators.db")
    with mentorcore.open(log) as engine:
        mentor, *mentees = enrolled(engine)
        status = engine.status(viewer=mentorcore.Viewer.auditor())
    outcomes: Counter[str] = Counter()
    ready = threading.Barrier(2)

    def coordinator(mentee: str) -> None:
        with mentorcore.open(log) as engine:
            ready.wait()
            try:
                engine.handle(
                    FormPairing(
                        program_id=status.program,
                        cohort_id=status.cohorts[0].cohort,
                        members=(
                            Member(participant=mentor, role="mentor", primary=True),
                            Member(participant=mentee, role="mentee"),
                        ),
                        on=status.cohorts[0].starts_on,
                    ),
                    actor=US,
                )
            except mentorcore.Refused as refusal:
                outcomes[f"refused: {refusal}"] += 1
            else:
                outcomes["paired"] += 1

    threads = [threading.Thread(target=coordinator, args=(m,)) for m in mentees]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("paired:", outcomes.pop("paired"))
    print(*outcomes)


def enrolled(engine: mentorcore.Engine) -> list[str]:
    """A mentor with one place, and two mentees."""
    blueprint = mentorcore.read_blueprint(mentorcore.BLUEPRINT_TEMPLATE, "template")
    engine.batch(blueprint.commands(engine.new_id), actor=US)
    status = engine.status(viewer=mentorcore.Viewer.auditor())
    cohort = status.cohorts[0]
    made = []
    for name, role in (("Ada", "mentor"), ("Lin", "mentee"), ("Sol", "mentee")):
        person = engine.handle(RegisterPerson(name=name), actor=US).stream
        enrolment = EnrolParticipant(
            person_id=person,
            program_id=status.program,
            cohort_id=cohort.cohort,
            role=role,
            since=cohort.starts_on,
        )
        made.append(engine.handle(enrolment, actor=US).stream)
    one_place = mentorcore.SetMentorCapacity(
        participant_id=made[0], places=1, since=cohort.starts_on
    )
    engine.handle(one_place, actor=US)
    return made


if __name__ == "__main__":
    main()

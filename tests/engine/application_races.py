"""What is asked at once of people who apply."""

from typing import Any

from engine.world import STARTED, TODAY, World, mc

__all__ = [
    "applying",
    "applying_and_enrolling",
    "enrolling_and_withdrawing",
    "two_applications_of_one_person",
]

Pair = tuple[Any, Any]


def applying(world: World, person: str) -> Any:
    """An application as a mentor, on the first day."""
    return mc.SubmitApplication(
        person_id=person,
        program_id=world.program,
        cohort_id=world.cohort,
        role="mentor",
        on=STARTED,
    )


def enrolling(world: World, person: str, participant: str | None = None) -> Any:
    return mc.EnrolParticipant(
        participant_id=participant,
        person_id=person,
        program_id=world.program,
        cohort_id=world.cohort,
        role="mentor",
        since=STARTED,
    )


def two_applications_of_one_person(world: World) -> Pair:
    person = world.person()
    return applying(world, person), applying(world, person)


def applying_and_enrolling(world: World) -> Pair:
    person = world.person()
    return applying(world, person), enrolling(world, person)


def enrolling_and_withdrawing(world: World) -> Pair:
    person = world.person()
    applicant = world.do(applying(world, person))
    world.do(
        mc.DecideApplication(
            participant_id=applicant, on=STARTED, decision="approved", decided_by="panel"
        )
    )
    return (
        enrolling(world, person, applicant),
        mc.WithdrawApplication(participant_id=applicant, on=TODAY),
    )

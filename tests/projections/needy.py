"""One small town for every kind of need, each with little more than what the need rests on."""

from collections.abc import Callable
from datetime import date
from typing import Any

import attrs
from projections.test_status import give
from projections.town import BEGAN, Town, mc

TOWNS: dict[str, Callable[[], Town]] = {}


def needy(*kinds: str) -> Callable[[Callable[[], Town]], Callable[[], Town]]:
    def register(made: Callable[[], Town]) -> Callable[[], Town]:
        TOWNS.update(dict.fromkeys(kinds, made))
        return made

    return register


def quiet(**settings: Any) -> Town:
    return Town(**{"cadence": None, **settings})


@needy("key_missing")
def keyless() -> Town:
    town = quiet()
    anna = town.persons[town.enrol("mentor", "Anna")]
    del town.keys._held[anna]
    town.sealing.forget()
    return town


@needy("no_meeting")
def silent() -> Town:
    town = Town()
    pair = town.pair()
    town.to("2026-10-15")
    town.meet(pair, "2026-09-01")
    town.meet(pair, "2026-09-20")
    return town


@needy("waiting_to_start", "training_missing")
def waiting() -> Town:
    needed = mc.RequiredTraining(kind="basics", role="mentor")
    town = quiet(start_needs=("agreement", "training"), trainings=(needed,))
    pair = town.pair()
    town.to("2026-08-25")
    town.ask(mc.SignAgreement(pairing_id=pair, signer=town.members(pair)[0], on=town.today))
    return town


@needy("proposal_open", "proposal_overdue")
def unanswered() -> Town:
    town = quiet()
    for answer_by in (date(2026, 9, 1), None):
        pairing = town.propose(answer_by=answer_by)
        ben = town.members(pairing)[1]
        town.ask(mc.AcceptPairing(pairing_id=pairing, participant=ben, on=BEGAN))
    town.to("2026-09-10")
    return town


@needy("substitute_over")
def stood_in() -> Town:
    town = quiet()
    pair = town.pair()
    town.to("2026-09-10")
    town.ask(
        mc.AddMember(
            pairing_id=pair,
            participant=town.enrol("mentor", "Cora"),
            since=date(2026, 8, 20),
            substitute_until=date(2026, 9, 1),
        )
    )
    return town


@needy("mismatch", "mismatch_overdue", "goal_overdue", "item_overdue", "past_planned_end")
def behind() -> Town:
    town = quiet()
    pair = town.pair(planned_end=date(2026, 9, 1))
    anna, ben = town.members(pair)
    town.goal(pair, due_on=date(2026, 9, 1))
    town.ask(
        mc.AgreeActionItem(
            pairing_id=pair, text="Visit", owner=ben, on=BEGAN, due_on=date(2026, 9, 1)
        )
    )
    report = mc.ReportMismatch(pairing_id=pair, by=anna, on=BEGAN, grounds="style", wish="end")
    town.ask(report)
    town.to("2026-09-10")
    report = mc.ReportMismatch(
        pairing_id=pair, by=anna, on=town.today, grounds="style", wish="mediation"
    )
    town.ask(report)
    return town


@needy("reporting_line")
def subordinate() -> Town:
    town = quiet()
    anna, ben = (town.persons[m] for m in town.members(town.pair()))
    town.to("2026-09-20")
    town.ask(mc.RecordReportingLine(person_id=ben, superior=anna, kind="evaluator", since=BEGAN))
    return town


@needy("low_feedback")
def displeased() -> Town:
    town = quiet()
    pair = town.pair()
    town.to("2026-09-20")
    give(town, pair, town.members(pair)[1], date(2026, 9, 1), 5)
    give(town, pair, town.members(pair)[1], date(2026, 9, 2), 1)
    return town


@needy("falling_feedback")
def falling() -> Town:
    town = quiet()
    pair = town.pair()
    town.to("2026-09-20")
    for number, rating in enumerate((5, 5, 4, 3)):
        give(town, pair, town.members(pair)[1], date(2026, 9, 1 + number), rating)
    return town


@needy("over_capacity", "near_capacity")
def full() -> Town:
    town = quiet(capacity=mc.Capacity(places=2), near_capacity=0)
    anna, amir = town.enrol("mentor", "Anna"), town.enrol("mentor", "Amir")
    for name in ("Ben", "Bea"):
        town.pair(anna, town.enrol("mentee", name))
    for name in ("Cleo", "Carl"):
        town.pair(amir, town.enrol("mentee", name))
    town.ask(mc.SetMentorCapacity(participant_id=anna, places=1, since=BEGAN))
    return town


@needy("unpaired")
def alone() -> Town:
    town = quiet()
    pair = town.pair()
    town.to("2026-09-01")
    town.ask(
        mc.EndPairing(pairing_id=pair, on=town.today, reason="no_fault", initiated_by="program")
    )
    town.to("2026-09-20")
    return town


@needy("pause_over")
def resting() -> Town:
    town = quiet()
    pair = town.pair()
    town.to("2026-09-10")
    town.ask(
        mc.PausePairing(pairing_id=pair, since=date(2026, 9, 1), planned_until=date(2026, 9, 15))
    )
    town.to("2026-09-16")
    return town


@needy("meeting_disputed")
def disputed() -> Town:
    town = quiet()
    pair = town.pair()
    town.to("2026-09-10")
    for day in ("2026-09-01", "2026-09-02"):
        meeting = town.meet(pair, day)
        verdict = "disputed" if day.endswith("1") else "confirmed"
        town.ask(
            mc.VerifyMeeting(pairing_id=pair, meeting_id=meeting, verdict=verdict, on=town.today)
        )
    return town


@needy("training_expired", "training_expiring")
def untrained() -> Town:
    town = quiet()
    town.to("2026-09-20")
    for name, until in (("Anna", 19), ("Amir", 25)):
        town.ask(
            mc.RecordTraining(
                participant_id=town.enrol("mentor", name),
                training_kind="basics",
                on=date(2026, 9, 1),
                valid_until=date(2026, 9, until),
            )
        )
    return town


@needy("credential_expired")
def unlicensed() -> Town:
    town = quiet()
    anna = town.enrol("mentor", "Anna")
    town.to("2026-09-20")
    town.ask(
        mc.RecordCredential(
            person_id=town.persons[anna],
            kind="license",
            area="k12",
            issued_on=BEGAN,
            expires_on=date(2026, 9, 10),
        )
    )
    return town


@needy("probable_duplicate")
def repeated() -> Town:
    town = quiet()
    pair = town.pair()
    town.to("2026-09-20")
    town.meet(pair, "2026-09-08", at=None)
    town.meet(pair, "2026-09-10", at=None)
    town.meet(pair, "2026-09-10", at=None)
    return town


@needy("enrolled_twice")
def twice() -> Town:
    town = quiet()
    anna = town.enrol("mentor", "Anna")
    first = next(
        r.event for r in town.engine.events(stream=anna) if r.name == "participant.enrolled"
    )
    again = town.engine.new_id("participant")
    town.tell(again, attrs.evolve(first, participant_id=again, since=date(2026, 9, 1)))
    town.to("2026-09-10")
    return town


@needy("cohort_ended", "pairing_left_open")
def over() -> Town:
    town = quiet()
    town.pair()
    town.enrol("mentee", "Cleo")
    town.to("2027-07-01")
    return town


@needy("cohort_over_places")
def crowded() -> Town:
    town = quiet()
    opened = town.ask(
        mc.OpenCohort(
            program_id=town.program,
            name="Spring",
            starts_on=BEGAN,
            ends_on=date(2027, 6, 30),
            enrols_from=BEGAN,
            enrols_until=date(2027, 1, 1),
            places=1,
        )
    )
    town.enrol("mentor", "Zoe")
    town.cohort = opened.events[0].event.cohort.cohort_id
    for name in ("Anna", "Amir"):
        town.enrol("mentor", name)
    return town


@needy("logged_after_close")
def late() -> Town:
    town = quiet()
    pair = town.pair()
    town.to("2026-09-10")
    town.meet(pair, "2026-09-01")
    town.ask(mc.CloseProgram(program_id=town.program, on=date(2026, 9, 10)))
    town.to("2026-09-20")
    town.meet(pair, "2026-09-08", at=None)
    town.meet(pair, "2026-09-10", at=None)
    return town


def applied(town: Town, name: str) -> str:
    """Somebody applies as a mentor on the first day."""
    asked = mc.SubmitApplication(
        person_id=town.do(mc.RegisterPerson(name=name)),
        program_id=town.program,
        cohort_id=town.cohort,
        role="mentor",
        on=BEGAN,
    )
    return town.do(asked)


def decided(town: Town, applicant: str, decision: str) -> None:
    town.ask(
        mc.DecideApplication(
            participant_id=applicant, on=BEGAN, decision=decision, decided_by="panel"
        )
    )


@needy("application_undecided", "application_approved")
def applying() -> Town:
    town = quiet()
    applied(town, "Ina")
    decided(town, applied(town, "Jon"), "approved")
    town.to("2026-09-10")
    return town


@needy("place_free")
def next_in_line() -> Town:
    town = quiet()
    town.to("2026-09-10")
    town.cohort = (
        town.ask(
            mc.OpenCohort(
                program_id=town.program,
                name="Autumn",
                starts_on=BEGAN,
                ends_on=date(2027, 6, 30),
                enrols_from=BEGAN,
                enrols_until=date(2027, 1, 1),
                places=1,
            )
        )
        .events[0]
        .event.cohort.cohort_id
    )
    decided(town, applied(town, "Ina"), "waitlisted")
    return town

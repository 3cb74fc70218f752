"""The rules of an attestation: whose results it states, by whom, and that it is withdrawn once."""

from datetime import timedelta
from typing import Any

import attrs
import pytest
from domain.school import ANNA, AUTUMN, FIRST, PROGRAM, day, form, mc, school, settings, someone

from mentorcore.practices.cases.attesting.deciding import Attestation, evolve
from mentorcore.practices.cases.attesting.events import (
    AttestationWithdrawn,
    AttestCompliance,
    ComplianceAttested,
    WithdrawAttestation,
)
from mentorcore.practices.registry import Practices
from mentorcore.testing import Scenario

MODEL = Practices.of(()).model
ME: Any = f"attestation:{1:032x}"
OFFICER = someone(0xDE, "none")
STATED, AS_OF = day("2026-09-25"), day("2026-09-20")
DAY = timedelta(days=1)
DIGEST = "5f" * 32


def begun() -> Scenario:
    """Anna and Cleo are paired; the program goes by a pack, and an officer is known."""
    adopted = mc.AdoptPolicyPack(
        program_id=PROGRAM,
        pack_id="district",
        version="1",
        digest="ab" * 32,
        effective_from=STATED,
    )
    story = attrs.evolve(school(), model=MODEL).given(form()).given(adopted, at="2026-09-24T12:00Z")
    return story.given(mc.RegisterPerson(person_id=OFFICER.person))


def attesting(**other: Any) -> AttestCompliance:
    usual: dict[str, Any] = {
        "attestation_id": ME,
        "program_id": PROGRAM,
        "pack_id": "district",
        "version": "1",
        "as_of": AS_OF,
        "as_known": 12,
        "officer": OFFICER.person,
        "role": "superintendent",
        "on": STATED,
        "results": 2,
        "digest": DIGEST,
    }
    return AttestCompliance(**usual | other)


def withdrawing(**other: Any) -> WithdrawAttestation:
    return WithdrawAttestation(**{"attestation_id": ME, "on": STATED} | other)


def made(**other: Any) -> Scenario:
    return begun().given(attesting(**other))


def correcting(story: Scenario, told: type, **changes: Any) -> Any:
    placed = [p for p in story.history[ME] if type(p.event) is told]
    return mc.AmendRecord(stream=ME, target=placed[-1].version, changes=changes)


def retracting(story: Scenario, told: type) -> Any:
    placed = [p for p in story.history[ME] if type(p.event) is told]
    return mc.RetractRecord(stream=ME, target=placed[-1].version)


def test_it_states_results_as_of_two_dates_and_its_digest_is_sealed_for_the_officer() -> None:
    """INV-80"""
    begun().when(attesting()).then(
        ComplianceAttested(
            attestation_id=ME,
            program_id=PROGRAM,
            pack_id="district",
            version="1",
            as_of=AS_OF,
            as_known=12,
            officer=OFFICER.person,
            role="superintendent",
            on=STATED,
            results=2,
            subjects=(OFFICER.person,),
            digest=DIGEST,
        )
    )


@pytest.mark.parametrize(
    "about",
    [{"cohort_id": AUTUMN}, {"participant_id": ANNA.here}, {"pairing_id": FIRST}, {"rule": "D-1"}],
)
def test_it_is_about_a_cohort_a_participant_a_pairing_or_one_rule(about: Any) -> None:
    (told,) = begun().when(attesting(**about)).events

    assert {name: getattr(told, name) for name in about} == about


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"program_id": f"program:{9:032x}"}, "no_such_program"),
        ({"officer": f"person:{9:032x}"}, "no_such_person"),
        ({"pack_id": "county"}, "pack_not_adopted"),
        ({"version": "2"}, "pack_not_adopted"),
        ({"cohort_id": f"cohort:{9:032x}"}, "no_such_cohort"),
        ({"participant_id": f"participant:{9:032x}"}, "no_such_participant"),
        ({"pairing_id": f"pairing:{9:032x}"}, "no_such_pairing"),
        ({"cohort_id": AUTUMN, "participant_id": ANNA.here}, "several_scopes"),
        ({"as_of": STATED + DAY}, "attested_ahead"),
    ],
)
def test_what_cannot_be_attested_is_refused(other: Any, code: str) -> None:
    """INV-80"""
    begun().when(attesting(**other)).refuses(code)


@pytest.mark.parametrize("named", ["participant_id", "pairing_id"])
def test_what_it_is_about_is_of_the_same_program(named: str) -> None:
    another = f"program:{2:032x}"
    story = begun().given(
        mc.DesignProgram(
            program_id=another,
            name="Other",
            time_zone="UTC",
            settings=settings(),
            goals=(mc.ProgramGoal(goal_id=f"goal:{2:032x}", statement="x"),),
        ),
        mc.AdoptPolicyPack(
            program_id=another,
            pack_id="district",
            version="1",
            digest="ab" * 32,
            effective_from=STATED,
        ),
    )
    about = {"participant_id": ANNA.here, "pairing_id": FIRST}[named]

    answer = story.when(attesting(program_id=another, **{named: about}))

    answer.refuses(f"no_such_{named[:-3]}")


def test_it_is_not_made_in_the_future() -> None:
    begun().when(attesting(), at="2026-09-24T12:00Z").refuses("in_the_future")


def test_it_is_made_once() -> None:
    made().when(attesting()).refuses("already_attested")


def test_it_is_withdrawn_once() -> None:
    story = made().given(withdrawing(ground="entered_in_error"))

    assert story.events(ME)[-1] == AttestationWithdrawn(on=STATED, ground="entered_in_error")
    story.when(withdrawing()).refuses("attestation_withdrawn")


def test_what_was_never_made_is_not_withdrawn() -> None:
    begun().when(withdrawing()).refuses("no_such_attestation")


def test_it_is_not_withdrawn_before_it_was_made_nor_in_the_future() -> None:
    made().when(withdrawing(on=STATED - DAY)).refuses("before_the_attestation")
    made().when(withdrawing(on=STATED + DAY), at="2026-09-25T20:00Z").refuses("in_the_future")


@pytest.mark.parametrize(
    "changes",
    [
        {"as_of": AS_OF - DAY},
        {"as_known": 11},
        {"results": 3},
        {"digest": "00" * 32},
        {"pack_id": "county"},
        {"rule": "D-2"},
    ],
)
def test_what_it_states_is_never_amended(changes: Any) -> None:
    """INV-80"""
    story = made(rule="D-1")

    story.when(correcting(story, ComplianceAttested, **changes)).refuses("not_amendable")


def test_its_day_is_amended_as_far_as_its_records_fit_together() -> None:
    """INV-65"""
    story = made().given(withdrawing(on=STATED + DAY))

    story.when(correcting(story, ComplianceAttested, on=STATED + 2 * DAY)).refuses(
        "before_the_attestation"
    )
    story.when(correcting(story, ComplianceAttested, on=AS_OF - DAY)).refuses("attested_ahead")
    story.when(correcting(story, ComplianceAttested, on=STATED + DAY, role="principal")).recorded()


def test_a_withdrawal_is_taken_back_and_made_again() -> None:
    story = made().given(withdrawing())

    story = story.given(retracting(story, AttestationWithdrawn))

    story.when(withdrawing(on=STATED + DAY)).recorded()


def test_an_attestation_is_retracted_when_nothing_rests_on_it() -> None:
    story = made().given(withdrawing())

    story.when(retracting(story, ComplianceAttested)).refuses("others_rest_on_it")
    story = story.given(retracting(story, AttestationWithdrawn))
    story.when(retracting(story, ComplianceAttested)).recorded()


def test_it_passes_over_what_it_does_not_know() -> None:
    assert evolve(Attestation(), object()) == Attestation()

"""Nobody is paired across a border without an agreement for it and both consents (INV-58)."""

from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from engine.test_forced_schedules import Race, Rivals
from engine.world import SETTINGS, STARTED, TODAY, Place, engine, mc, place
from practices.networks.world import (
    PAIRING,
    SIDES,
    UNTIL,
    Network,
    consenting,
    drafted,
    signed,
)

from mentorcore.practices.networks.events import (
    EndDataSharingAgreement,
    WithdrawConsentToPairingAcross,
)

NORTH, SOUTH = SIDES
GROUPS = attrs.evolve(
    SETTINGS,
    more_shapes=(mc.ShapeBounds(shape="group", smallest=2, largest=9),),
    capacity=mc.Capacity(places=9),
)
OVER = date(2026, 10, 1)


@pytest.fixture
def network() -> Any:
    with closing(engine()) as opened:
        yield Network(opened, GROUPS)


@pytest.fixture
def at(store_url: str, tmp_path: Path) -> Place:
    """A place for a new log, in each kind of store."""
    return place(store_url, tmp_path)


def ending(agreement: str, on: date = OVER) -> Any:
    return EndDataSharingAgreement(agreement_id=agreement, on=on, cause="terminated")


def withdrawing(agreement: str, visitor: str, side: str, on: date = OVER) -> Any:
    return WithdrawConsentToPairingAcross(
        agreement_id=agreement, pairing_id=PAIRING, participant=visitor, institution=side, on=on
    )


def refusal(network: Network, command: Any) -> Any:
    """What the engine says; nothing is recorded."""
    before = network.engine.position
    with pytest.raises(mc.Refused) as refused:
        network.ask(command)
    assert network.engine.position == before
    return refused.value


def forming(network: Network, visitor: str, on: date = STARTED, **more: Any) -> Any:
    return network.forming(visitor, network.mentee(), on=on, pairing_id=PAIRING, **more)


def target(network: Network, name: str, stream: str = PAIRING) -> int:
    """The version of the first event of a name in a stream."""
    rows = network.engine.events(stream=stream)
    return next(row.version for row in rows if row.name == name)


def crossing(network: Network, **more: Any) -> tuple[str, str]:
    """An agreement with a visitor for whose pairing both have consented."""
    agreement = network.agree(**more)
    visitor = network.visitor(agreement)
    network.consents(agreement, visitor)
    return agreement, visitor


# ------------------------------------------------------------------------------ admitting


def test_a_visitor_is_admitted_under_an_agreement_in_force(network: Any) -> None:
    visitor = network.visitor(network.agree())

    rows = list(network.engine.events(stream=visitor))

    assert rows[-1].name == "participant.visitor-admitted"


@pytest.mark.parametrize(
    ("agreed", "asked", "code"),
    [
        ({"signers": (NORTH,)}, {}, "not_in_force"),
        ({"since": OVER}, {}, "not_in_force"),
        ({}, {"since": UNTIL}, "not_in_force"),
        ({"purposes": ("record",)}, {}, "not_agreed"),
        ({"fields": ("hours",)}, {}, "not_agreed"),
        ({}, {"institution": "east-high"}, "not_in_agreement"),
        (
            {"institutions": ("east-high", SOUTH), "signers": ("east-high", SOUTH)},
            {},
            "not_in_agreement",
        ),
    ],
    ids=["unsigned", "not begun", "run out", "purpose", "field", "their side", "our side"],
)
def test_nobody_is_admitted_whom_no_agreement_lets_across(
    network: Any, agreed: Any, asked: Any, code: str
) -> None:
    agreement = network.agree(*agreed.pop("signers", ()), **agreed)
    somebody = network.enrol("mentor")

    refused = refusal(network, network.admitting(somebody, agreement, **asked))

    assert refused.code == code


def test_nobody_is_admitted_under_an_agreement_that_there_is_not(network: Any) -> None:
    somebody = network.enrol("mentor")

    refused = refusal(network, network.admitting(somebody, f"agreement:{1:032x}"))

    assert refused.code == "no_such_agreement"


# ------------------------------------------------------------------------------ pairing


def test_a_pairing_across_the_border_needs_the_agreement_and_both_consents(network: Any) -> None:
    _, visitor = crossing(network)

    pairing = network.do(forming(network, visitor))

    assert pairing == PAIRING
    assert visitor in network.members(pairing)


@pytest.mark.parametrize("missing", SIDES)
def test_one_consent_is_not_enough(network: Any, missing: str) -> None:
    agreement = network.agree()
    visitor = network.visitor(agreement)
    network.consents(agreement, visitor, sides=tuple(s for s in SIDES if s != missing))

    refused = refusal(network, forming(network, visitor))

    assert refused.code == "no_consent"
    assert refused.facts["institution"] == missing


def test_a_consent_to_another_pairing_is_none_to_this_one(network: Any) -> None:
    agreement = network.agree()
    visitor = network.visitor(agreement)
    network.consents(agreement, visitor, pairing=f"pairing:{0xAD:032x}")

    assert refusal(network, forming(network, visitor)).code == "no_consent"


def test_a_consent_holds_from_its_day_on(network: Any) -> None:
    agreement = network.agree()
    visitor = network.visitor(agreement)
    for side in SIDES:
        network.do(consenting(agreement, visitor, side=side, on=OVER))

    assert refusal(network, forming(network, visitor)).code == "no_consent"
    assert network.do(forming(network, visitor, on=OVER)) == PAIRING


def test_a_withdrawn_consent_is_none_any_more(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(withdrawing(agreement, visitor, SOUTH))

    assert refusal(network, forming(network, visitor, on=OVER)).code == "no_consent"


def test_no_pairing_begins_after_the_agreement_has_ended(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(ending(agreement))

    assert refusal(network, forming(network, visitor, on=OVER)).code == "not_in_force"


def test_a_pairing_that_began_in_time_is_recorded_after_the_end(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(ending(agreement))

    pairing = network.do(forming(network, visitor, on=OVER - timedelta(days=1)))

    assert pairing == PAIRING


def test_a_pairing_of_our_own_needs_no_agreement(network: Any) -> None:
    crossing(network)

    assert network.pair() in {row.stream for row in network.engine.events()}


def proposing(network: Network, visitor: str, **more: Any) -> Any:
    members = (
        mc.Member(participant=visitor, role="mentor", primary=False),
        mc.Member(participant=network.mentee(), role="mentee"),
    )
    return mc.ProposePairing(
        program_id=network.program,
        cohort_id=network.cohort,
        members=members,
        on=STARTED,
        must_accept=(visitor,),
        pairing_id=PAIRING,
        **more,
    )


def test_a_visitor_is_proposed_while_the_agreement_is_in_force_and_accepts_with_both_consents(
    network: Any,
) -> None:
    agreement = network.agree()
    visitor = network.visitor(agreement)
    network.do(proposing(network, visitor))
    accepting = mc.AcceptPairing(pairing_id=PAIRING, participant=visitor, on=STARTED)
    without = refusal(network, accepting)
    network.consents(agreement, visitor)

    accepted = network.ask(accepting)

    assert without.code == "no_consent"
    assert "pairing.formed" in [row.name for row in accepted.events]


def test_nobody_is_proposed_across_a_border_that_has_closed(network: Any) -> None:
    agreement = network.agree()
    visitor = network.visitor(agreement)
    network.do(ending(agreement, STARTED))

    assert refusal(network, proposing(network, visitor)).code == "not_in_force"


def group(network: Network, visitor: str, on: date = STARTED) -> Any:
    members = [mc.Member(participant=network.mentee(), role="mentee") for _ in range(2)]
    return mc.FormPairing(
        program_id=network.program,
        cohort_id=network.cohort,
        members=(mc.Member(participant=visitor, role="mentor"), *members),
        on=on,
        shape="group",
        pairing_id=PAIRING,
    )


def joining(network: Network, participant: str, role: str = "mentee", since: date = OVER) -> Any:
    return mc.AddMember(pairing_id=PAIRING, participant=participant, role=role, since=since)


def test_a_visitor_joins_a_group_with_both_consents_only(network: Any) -> None:
    agreement = network.agree()
    visitor = network.visitor(agreement, role="mentee")
    network.do(group(network, network.mentor()))
    without = refusal(network, joining(network, visitor))
    network.consents(agreement, visitor)

    network.do(joining(network, visitor))

    assert without.code == "no_consent"
    assert visitor in network.members(PAIRING)


def test_nobody_joins_a_visitor_once_the_agreement_has_ended(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(group(network, visitor))
    network.do(ending(agreement))

    assert refusal(network, joining(network, network.mentee())).code == "not_in_force"


def test_a_pairing_that_was_formed_in_time_starts_under_a_live_agreement_only(
    network: Any,
) -> None:
    network = Network(engine(start=0x1000), attrs.evolve(SETTINGS, start_needs=("agreement",)))
    agreement, visitor = crossing(network)
    mentee = network.mentee()
    network.do(network.forming(visitor, mentee, pairing_id=PAIRING))
    for signer in (visitor, mentee):
        network.do(mc.SignAgreement(pairing_id=PAIRING, signer=signer, on=STARTED))
    network.do(ending(agreement))

    late = refusal(network, mc.StartPairing(pairing_id=PAIRING, on=OVER))
    network.engine.close()

    assert late.code == "not_in_force"


def test_a_paused_pairing_goes_on_under_a_live_agreement_only(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(forming(network, visitor))
    network.do(mc.PausePairing(pairing_id=PAIRING, since=OVER - timedelta(days=5)))
    network.do(ending(agreement))

    assert refusal(network, mc.ResumePairing(pairing_id=PAIRING, on=OVER)).code == "not_in_force"


def test_a_pairing_is_reopened_under_a_live_agreement_only(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(forming(network, visitor))
    network.do(network.ending(PAIRING, on=OVER - timedelta(days=5)))
    network.do(ending(agreement))

    late = refusal(network, mc.ReopenPairing(pairing_id=PAIRING, on=OVER, authority="chair"))

    assert late.code == "not_in_force"


def test_nothing_ends_by_itself_with_the_agreement(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(forming(network, visitor))
    network.do(ending(agreement))

    held = network.ask(mc.HoldMeeting(pairing_id=PAIRING, held_on=TODAY, minutes=30))

    assert [row.name for row in held.events] == ["pairing.meeting-held"]


# ------------------------------------------------------------------------------ corrections


def amend(network: Network, changes: Any, name: str = "pairing.formed") -> Any:
    return mc.AmendRecord(stream=PAIRING, target=target(network, name), changes=changes)


def retract(network: Network, name: str, stream: str = PAIRING) -> Any:
    return mc.RetractRecord(
        stream=stream, target=target(network, name, stream), cause="entered_in_error"
    )


def test_a_pairing_is_not_moved_to_a_day_without_an_agreement(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(forming(network, visitor))
    network.do(ending(agreement))

    assert refusal(network, amend(network, {"on": OVER})).code == "not_in_force"


def test_what_says_nothing_of_who_is_together_is_corrected_after_the_end(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(forming(network, visitor))
    network.do(retract(network, "agreement.pairing-consented", agreement))

    corrected = network.ask(amend(network, {"planned_end": date(2027, 1, 29)}))

    assert [row.name for row in corrected.events] == ["record.amended"]


def test_the_end_of_a_pairing_is_not_taken_back_once_the_agreement_has_ended(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(forming(network, visitor))
    network.do(network.ending(PAIRING, on=OVER))
    network.do(ending(agreement))

    assert refusal(network, retract(network, "pairing.ended")).code == "not_in_force"


def test_a_pairing_that_was_taken_back_stands_again_with_both_consents_only(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(forming(network, visitor))
    network.do(retract(network, "pairing.formed"))
    network.do(retract(network, "agreement.pairing-consented", agreement))

    again = refusal(network, retract(network, "record.retracted"))

    assert again.code == "no_consent"


def test_a_pairing_that_was_taken_back_stands_again_under_a_live_agreement(network: Any) -> None:
    _, visitor = crossing(network)
    network.do(forming(network, visitor))
    network.do(retract(network, "pairing.formed"))

    network.do(retract(network, "record.retracted"))

    assert visitor in network.members(PAIRING)


def test_a_start_that_was_taken_back_stands_again_with_the_agreement_only() -> None:
    needy = attrs.evolve(SETTINGS, start_needs=("agreement",))
    with closing(engine(start=0x2000)) as opened:
        network = Network(opened, needy)
        agreement, visitor = crossing(network)
        mentee = network.mentee()
        network.do(network.forming(visitor, mentee, pairing_id=PAIRING))
        for signer in (visitor, mentee):
            network.do(mc.SignAgreement(pairing_id=PAIRING, signer=signer, on=STARTED))
        network.do(mc.StartPairing(pairing_id=PAIRING, on=OVER))
        network.do(retract(network, "pairing.started"))
        network.do(ending(agreement))

        again = refusal(network, retract(network, "record.retracted"))

    assert again.code == "not_in_force"


def test_a_member_who_was_taken_back_stands_again_with_the_agreement_only(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(group(network, visitor))
    network.do(joining(network, network.mentee()))
    network.do(retract(network, "pairing.member-joined"))
    network.do(ending(agreement))

    again = refusal(network, retract(network, "record.retracted"))

    assert again.code == "not_in_force"


def test_a_correction_elsewhere_is_nothing_to_an_agreement(network: Any) -> None:
    agreement, _ = crossing(network)
    network.do(ending(agreement))

    taken_back = network.ask(retract(network, "agreement.ended", agreement))

    assert [row.name for row in taken_back.events] == ["record.retracted"]


# ------------------------------------------------------------------------------ rivals


def network_of(rivals: Rivals) -> Network:
    """The world of two engines on one log."""
    made = Network.__new__(Network)
    made.__dict__.update(vars(rivals.world))
    return made


def test_an_agreement_that_ends_meanwhile_is_met_by_the_pairing(at: Place) -> None:
    rivals = Rivals(at, GROUPS, owner=NORTH)
    with closing(rivals.slow), closing(rivals.fast):
        network = network_of(rivals)
        agreement, visitor = crossing(network)
        command = forming(network, visitor, on=OVER)

        race = rivals.race(ending(agreement), command)

    assert race == Race("recorded", "not_in_force", 1)


def test_a_visitor_meets_the_end_of_the_agreement(at: Place) -> None:
    rivals = Rivals(at, GROUPS, owner=NORTH)
    with closing(rivals.slow), closing(rivals.fast):
        network = network_of(rivals)
        agreement = network.do(drafted())
        for side in SIDES:
            network.do(signed(agreement, side))
        somebody = network.enrol("mentor")

        race = rivals.race(ending(agreement), network.admitting(somebody, agreement, since=OVER))

    assert race == Race("recorded", "not_in_force", 1)


def test_nobody_becomes_a_visitor_again_beside_a_pairing_that_nobody_consented_to(
    network: Network,
) -> None:
    """INV-58, INV-65."""
    agreement = network.agree()
    visitor = network.visitor(agreement)
    (admitted,) = network.engine.events(stream=visitor, names=["participant.visitor-admitted"])
    network.do(mc.RetractRecord(stream=visitor, target=admitted.version))
    network.do(network.forming(visitor, network.mentee()))
    (gone,) = network.engine.events(stream=visitor, names=["record.retracted"])
    back = mc.RetractRecord(stream=visitor, target=gone.version)

    assert refusal(network, back).code == "live_pairing"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"since": STARTED}, "live_pairing"),
        ({"institution": "east-high"}, "live_pairing"),
        ({"since": TODAY}, None),
    ],
)
def test_a_visit_is_not_amended_into_one_that_nobody_consented_to(
    network: Network, changes: Any, code: str | None
) -> None:
    """INV-58, INV-65."""
    agreement = network.do(drafted(institutions=("north-high", "south-high", "east-high")))
    for side in ("north-high", "south-high", "east-high"):
        network.do(signed(agreement, side))
    visitor = network.enrol("mentor")
    network.do(network.admitting(visitor, agreement, since=TODAY - timedelta(days=20)))
    network.do(network.forming(visitor, network.mentee(), on=STARTED + timedelta(days=7)))
    (admitted,) = network.engine.events(stream=visitor, names=["participant.visitor-admitted"])
    amending = mc.AmendRecord(stream=visitor, target=admitted.version, changes=changes)

    if code is None:
        assert network.ask(amending).events
    else:
        assert refusal(network, amending).code == code

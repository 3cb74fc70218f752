"""What an agreement says, who signs it, who consents under it, and how it ends (INV-58)."""

from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from engine.world import STARTED, TODAY, engine, mc
from practices.networks.test_crossing import OVER, crossing, ending, refusal, withdrawing
from practices.networks.world import SIDES, Network, consenting, drafted, signed

NORTH, SOUTH = SIDES
EARLY = STARTED - timedelta(days=1)
NOWHERE = f"agreement:{0xDEAD:032x}"


@pytest.fixture
def network() -> Any:
    with closing(engine()) as opened:
        yield Network(opened)


def nothing_new(network: Network, command: Any) -> bool:
    return network.ask(command).events == ()


def amended(network: Network, agreement: str, target: int, **changes: Any) -> Any:
    return mc.AmendRecord(stream=agreement, target=target, changes=changes)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"institutions": ()}, "nothing_agreed"),
        ({"institutions": (NORTH,)}, "too_few_institutions"),
        ({"institutions": (NORTH, NORTH)}, "named_twice"),
        ({"purposes": ()}, "nothing_agreed"),
        ({"purposes": ("gossip",)}, "not_agreed"),
        ({"purposes": ("record", "record")}, "named_twice"),
        ({"fields": ()}, "nothing_agreed"),
        ({"fields": ("notes",)}, "not_agreed"),
        ({"until": STARTED}, "ends_before_start"),
        ({"retention_days": -1}, "days_out_of_range"),
        ({"on": TODAY + timedelta(days=2)}, "in_the_future"),
    ],
)
def test_terms_name_sides_purposes_fields_and_days_that_fit_together(
    network: Any, wrong: Any, code: str
) -> None:
    assert refusal(network, drafted(**wrong)).code == code


def test_an_agreement_is_drafted_once(network: Any) -> None:
    agreement = network.do(drafted())

    again = refusal(network, drafted(agreement_id=agreement))

    assert again.code == "already_drafted"


def test_there_is_an_agreement_to_sign_or_end(network: Any) -> None:
    mentor = network.mentor()

    for command in (signed(NOWHERE, NORTH), ending(NOWHERE), withdrawing(NOWHERE, mentor, NORTH)):
        assert refusal(network, command).code == "no_such_agreement"


# ------------------------------------------------------------------------------ signing


def test_signing_the_same_again_is_nothing_new(network: Any) -> None:
    agreement = network.agree(NORTH)

    assert nothing_new(network, signed(agreement, NORTH))


@pytest.mark.parametrize(
    ("side", "changed", "code"),
    [
        (NORTH, {"on": OVER}, "already_signed"),
        ("east-high", {}, "not_in_agreement"),
        (SOUTH, {"on": EARLY}, "before_the_terms"),
        (SOUTH, {"signed_by": f"person:{0xDEAD:032x}"}, "no_such_person"),
        (SOUTH, {"on": TODAY + timedelta(days=2)}, "in_the_future"),
    ],
)
def test_a_side_signs_once_and_not_before_the_terms(
    network: Any, side: str, changed: Any, code: str
) -> None:
    agreement = network.agree(NORTH)

    assert refusal(network, signed(agreement, side, **changed)).code == code


def test_nobody_signs_what_has_ended(network: Any) -> None:
    agreement = network.agree(NORTH)
    network.do(ending(agreement))

    assert refusal(network, signed(agreement, SOUTH)).code == "agreement_ended"


# ------------------------------------------------------------------------------ ending


def test_an_agreement_ends_once(network: Any) -> None:
    agreement = network.agree()
    network.do(ending(agreement))

    assert nothing_new(network, ending(agreement))
    assert refusal(network, ending(agreement, TODAY)).code == "agreement_ended"


def test_an_agreement_does_not_end_before_its_terms_were_settled(network: Any) -> None:
    agreement = network.agree()

    assert refusal(network, ending(agreement, EARLY)).code == "ends_before_start"


# ------------------------------------------------------------------------------ consents


def test_consenting_the_same_again_is_nothing_new(network: Any) -> None:
    agreement, visitor = crossing(network)

    assert nothing_new(network, consenting(agreement, visitor))


def test_a_consent_in_force_is_given_once(network: Any) -> None:
    agreement, visitor = crossing(network)

    again = refusal(network, consenting(agreement, visitor, on=OVER))

    assert again.code == "already_consented"


def test_a_side_consents_again_after_it_withdrew(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(withdrawing(agreement, visitor, NORTH))

    again = network.ask(consenting(agreement, visitor, on=TODAY))

    assert [row.name for row in again.events] == ["agreement.pairing-consented"]


def test_sides_alone_consent(network: Any) -> None:
    agreement, visitor = crossing(network)

    refused = refusal(network, consenting(agreement, visitor, side="east-high"))

    assert refused.code == "not_in_agreement"


def test_a_consent_is_not_older_than_the_terms(network: Any) -> None:
    agreement = network.agree()
    visitor = network.visitor(agreement)

    assert refusal(network, consenting(agreement, visitor, on=EARLY)).code == "before_the_terms"


def test_nobody_consents_to_a_pairing_of_somebody_who_is_not_there(network: Any) -> None:
    agreement = network.agree()

    refused = refusal(network, consenting(agreement, f"participant:{0xDEAD:032x}"))

    assert refused.code == "no_such_participant"


def test_a_consent_is_to_the_part_of_a_visitor_under_this_agreement(network: Any) -> None:
    agreement, other = network.agree(), network.agree()
    visitor, local = network.visitor(other), network.mentor()

    assert refusal(network, consenting(agreement, visitor)).code == "not_a_visitor"
    assert refusal(network, consenting(agreement, local)).code == "not_a_visitor"


def test_withdrawing_the_same_again_is_nothing_new(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(withdrawing(agreement, visitor, NORTH))

    assert nothing_new(network, withdrawing(agreement, visitor, NORTH))


def test_a_consent_that_was_not_given_is_not_withdrawn(network: Any) -> None:
    agreement = network.agree()
    visitor = network.visitor(agreement)

    assert refusal(network, withdrawing(agreement, visitor, NORTH)).code == "no_consent"


def test_a_consent_is_not_withdrawn_before_it_held(network: Any) -> None:
    agreement, visitor = crossing(network)

    refused = refusal(network, withdrawing(agreement, visitor, NORTH, EARLY))

    assert refused.code == "ends_before_start"


# ------------------------------------------------------------------------------ corrections


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"institutions": (NORTH, "east-high")}, "not_in_agreement"),
        ({"purposes": ("record",)}, "not_agreed"),
        ({"on": OVER}, "before_the_terms"),
    ],
)
def test_terms_are_not_corrected_against_what_was_signed_and_consented_to(
    network: Any, changes: Any, code: str
) -> None:
    agreement, _ = crossing(network)

    assert refusal(network, amended(network, agreement, 1, **changes)).code == code


def test_a_retention_that_was_mistyped_is_corrected(network: Any) -> None:
    agreement, _ = crossing(network)

    network.do(amended(network, agreement, 1, retention_days=30))

    view = network.engine.view(
        "networks.agreements", network.program, viewer=mc.Viewer.coordinator()
    )
    row = view.row(agreement)
    assert row.kept_until == row.ends + timedelta(days=30)


def test_a_consent_that_was_withdrawn_is_not_taken_back_alone(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(withdrawing(agreement, visitor, NORTH))
    rows = network.engine.events(stream=agreement)
    given = next(r.version for r in rows if r.name == "agreement.pairing-consented")

    taking = mc.RetractRecord(stream=agreement, target=given, cause="entered_in_error")

    assert refusal(network, taking).code == "no_consent"

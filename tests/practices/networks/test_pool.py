"""Figures that institutions put together: what may be shared, released, and seen (INV-60)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from engine.world import STARTED, engine, mc
from practices.networks.world import (
    AUTUMN,
    ENDED,
    POOLED,
    SHARED,
    Network,
    drafted,
    for_pools,
    releasing,
    sharing,
    signed,
)

from mentorcore.errors import Refused
from mentorcore.practices.networks.pooling import (
    FiguresShared,
    PoolReleased,
    RecordSharedDataRemoval,
)

SEES = mc.Viewer.coordinator()
FOUR = (*POOLED, "west-high")


@pytest.fixture
def network() -> Iterator[Network]:
    with engine() as opened:
        yield Network(opened)


def agreed(network: Network, sides: tuple[str, ...] = FOUR, **changed: Any) -> str:
    agreement = network.do(for_pools(institutions=sides, **changed))
    for side in sides:
        network.do(signed(agreement, side))
    return agreement


def shared(network: Network, agreement: str, *amounts: int) -> None:
    for side, amount in zip(FOUR, amounts, strict=False):
        network.do(sharing(agreement, side, amount=amount))


def refusal(network: Network, command: Any) -> str:
    with pytest.raises(Refused) as refused:
        network.do(command)
    return str(refused.value.code)


def pool(network: Network, **moment: Any) -> Any:
    row, *_ = network.engine.view("networks.pool", network.program, viewer=SEES, **moment).rows
    return row.figures


def version_of(network: Network, agreement: str, event: type, nth: int = 0) -> int:
    found = [r for r in network.engine.events(stream=agreement) if isinstance(r.event, event)]
    return int(found[nth].version)


def test_an_institution_sees_its_own_and_the_pool_and_no_other(network: Network) -> None:
    """INV-60."""
    agreement = agreed(network)
    shared(network, agreement, 111, 222, 444)
    network.do(releasing(agreement))

    (told,) = pool(network)

    assert (told.own_persons, told.own_amount) == (12, 222)  # north-high, whose log it is
    assert (told.persons, told.amount, told.released_on) == (36, 777, SHARED)
    assert told.shared_by == POOLED
    every = network.engine.view("networks.pool", network.program, viewer=SEES)
    history = network.engine.history(agreement, viewer=SEES)
    for number in (111, 444):
        assert str(number) not in str(mc.plain(every)) + str(mc.plain(history))


def test_a_pool_is_of_three_institutions(network: Network) -> None:
    """INV-60."""
    agreement = agreed(network)
    shared(network, agreement, 111, 222)

    assert refusal(network, releasing(agreement)) == "too_few_institutions"
    (told,) = pool(network)
    assert (told.missing, told.persons, told.amount) == (1, None, None)


@pytest.mark.parametrize("persons", [-1, 0, 9])
def test_figures_of_few_people_do_not_leave_an_institution(network: Network, persons: int) -> None:
    """INV-60."""
    agreement = agreed(network)

    assert refusal(network, sharing(agreement, POOLED[0], persons)) == "below_threshold"
    assert network.ask(sharing(agreement, POOLED[0], 10)).events


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"amount": -1}, "amount_out_of_range"),
        ({"until": AUTUMN["since"]}, "ends_before_start"),
        ({"on": AUTUMN["until"] - timedelta(days=1)}, "period_goes_on"),
        ({"measure": "meetings"}, "not_agreed"),
        ({"side": "far-high"}, "not_in_agreement"),
        ({"on": date(2027, 8, 1)}, "in_the_future"),
    ],
)
def test_what_is_shared_is_agreed_on_and_whole(network: Network, wrong: Any, code: str) -> None:
    """INV-58."""
    agreement = agreed(network)

    assert refusal(network, sharing(**{"agreement": agreement, "side": POOLED[0]} | wrong)) == code


def test_nothing_is_pooled_under_an_agreement_for_something_else(network: Network) -> None:
    """INV-58."""
    agreement = network.agree(fields=("hours",))

    assert refusal(network, sharing(agreement, "north-high")) == "not_agreed"
    assert refusal(network, releasing(agreement)) == "not_agreed"


def test_figures_are_shared_once_and_amended_until_the_pool_is_released(network: Network) -> None:
    agreement = agreed(network)
    shared(network, agreement, 111, 222, 444)
    amending = mc.AmendRecord(
        stream=agreement,
        target=version_of(network, agreement, FiguresShared),
        changes={"amount": 100},
    )

    assert network.ask(sharing(agreement, POOLED[0], amount=111)).events == ()
    assert refusal(network, sharing(agreement, POOLED[0], amount=5)) == "already_shared"
    network.do(amending)
    network.do(releasing(agreement))

    assert pool(network)[0].amount == 766
    again = mc.AmendRecord(stream=agreement, target=amending.target, changes={"amount": 7})
    assert refusal(network, again) == "pool_released"
    gone = mc.RetractRecord(stream=agreement, target=amending.target)
    assert refusal(network, gone) == "pool_released"


def test_no_two_pools_differ_by_one_institution(network: Network) -> None:
    """INV-60."""
    agreement = agreed(network)
    shared(network, agreement, 111, 222, 444)
    network.do(releasing(agreement))
    longer = {"until": AUTUMN["until"] + timedelta(days=1)}

    assert network.ask(releasing(agreement)).events == ()
    assert refusal(network, sharing(agreement, FOUR[3])) == "pool_released"
    for side in FOUR:
        network.do(sharing(agreement, side, **longer))
    assert refusal(network, releasing(agreement, **longer)) == "already_released"
    target = version_of(network, agreement, PoolReleased)
    taking_back = mc.RetractRecord(stream=agreement, target=target)
    assert refusal(network, taking_back) == "pool_released"


def test_a_pool_is_told_from_its_day_on(network: Network) -> None:
    agreement = agreed(network)
    shared(network, agreement, 111, 222, 444)
    before = network.engine.position
    network.do(releasing(agreement))

    assert pool(network, as_known=before)[0].amount is None
    assert pool(network, as_of=SHARED)[0].amount == 777
    assert pool(network, as_of=SHARED - timedelta(days=1)) == ()


def test_an_agreement_for_something_else_has_no_row(network: Network) -> None:
    network.agree()

    assert network.engine.view("networks.pool", network.program, viewer=SEES).rows == ()


def test_what_came_under_an_agreement_is_gone_after_its_end(network: Network) -> None:
    agreement = network.agree()

    def removing(**changed: Any) -> RecordSharedDataRemoval:
        usual = {"agreement_id": agreement, "office": "registrar", "on": ENDED}
        return RecordSharedDataRemoval(**{**usual, **changed})

    assert refusal(network, removing()) == "agreement_goes_on"
    network.do(drafted_end(agreement))
    assert refusal(network, removing(on=STARTED)) == "agreement_goes_on"
    assert network.ask(removing()).events
    assert network.ask(removing()).events == ()
    assert refusal(network, removing(office="dean")) == "already_removed"
    (ended,) = [r for r in network.engine.events(stream=agreement) if r.name == "agreement.ended"]
    taking_back = mc.RetractRecord(stream=agreement, target=ended.version)
    assert refusal(network, taking_back) == "agreement_goes_on"


def drafted_end(agreement: str) -> Any:
    from mentorcore.practices.networks.events import EndDataSharingAgreement

    return EndDataSharingAgreement(agreement_id=agreement, on=ENDED, cause="terminated")


def test_retention_asks_for_nothing_once_things_are_gone(network: Network) -> None:
    agreement = network.do(drafted(retention_days=10))
    for side in ("north-high", "south-high"):
        network.do(signed(agreement, side))
    visitor = network.visitor(agreement)
    network.consents(agreement, visitor)
    network.do(drafted_end(agreement))

    def needs() -> list[str]:
        told = network.engine.attention(network.program, viewer=SEES).needs
        return [need.kind for need in told if need.subject == agreement]

    assert needs() == ["retention_over"]
    network.do(RecordSharedDataRemoval(agreement_id=agreement, office="registrar", on=SHARED))
    assert needs() == []


def test_figures_that_were_received_are_kept_no_longer_than_agreed(network: Network) -> None:
    agreement = agreed(network, retention_days=0, until=SHARED + timedelta(days=1))
    shared(network, agreement, 111)

    told = network.engine.attention(network.program, viewer=SEES).needs

    assert [need.kind for need in told if need.subject == agreement] == ["retention_over"]

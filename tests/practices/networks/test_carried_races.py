"""Records that are received at once, and an agreement that ends meanwhile, in each kind of store."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine.test_forced_schedules import RECORDED, Race, Rivals
from engine.world import STARTED, place
from practices.networks.carried import BROUGHT, naming, receiving, recognising
from practices.networks.world import Network

from mentorcore.practices.networks import EndDataSharingAgreement


@pytest.fixture
def rivals(store_url: str, tmp_path: Path) -> Iterator[Rivals]:
    both = Rivals(place(store_url, tmp_path))
    yield both
    both.slow.close()
    both.fast.close()


@pytest.fixture
def known(rivals: Rivals) -> tuple[str, str]:
    """A mentor who is an owner in a log of the other side, and the agreement."""
    network = Network(rivals.world.engine)
    mentor, agreement = network.mentor(), network.agree()
    network.do(naming(agreement))
    network.do(recognising(network.persons[mentor]))
    return mentor, agreement


def test_of_two_records_that_are_received_at_once_one_is_asked_for_again(
    rivals: Rivals, known: Any
) -> None:
    race = rivals.race(receiving(*known), receiving(*known, index=9))

    assert race == Race(RECORDED, "received_meanwhile", decisions=1)
    assert len(list(rivals.slow.events(stream=BROUGHT, names=["brought.received"]))) == 1


def test_a_record_is_refused_that_comes_while_the_agreement_ends(
    rivals: Rivals, known: Any
) -> None:
    """INV-58."""
    _, agreement = known
    ending = EndDataSharingAgreement(agreement_id=agreement, on=STARTED, cause="terminated")

    race = rivals.race(ending, receiving(*known))

    assert race == Race(RECORDED, "not_in_force", decisions=1)

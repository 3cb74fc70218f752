"""Which agreements are in force, what rests on them, and who is here from elsewhere (INV-58)."""

from contextlib import closing
from datetime import timedelta
from typing import Any

import attrs
import pytest
from engine.world import SETTINGS, STARTED, TODAY, engine, mc
from practices.networks.test_crossing import (
    OVER,
    crossing,
    ending,
    forming,
    retract,
    withdrawing,
)
from practices.networks.world import PAIRING, SIDES, UNTIL, Network, drafted, signed

NORTH, SOUTH = SIDES
COORDINATOR = mc.Viewer.coordinator()


@pytest.fixture
def network() -> Any:
    with closing(engine()) as opened:
        yield Network(opened, attrs.evolve(SETTINGS, capacity=mc.Capacity(places=9)))


def row(network: Network, agreement: str, **moment: Any) -> Any:
    view = network.engine.view("networks.agreements", network.program, viewer=COORDINATOR, **moment)
    return view.row(agreement)


def needs(network: Network, **moment: Any) -> dict[str, Any]:
    """What needs a person because of agreements, by kind."""
    told = network.engine.attention(network.program, viewer=COORDINATOR, **moment)
    return {need.kind: need for need in told.needs if need.subject.startswith("agreement:")}


def test_an_agreement_waits_for_every_signature(network: Any) -> None:
    agreement = network.agree(NORTH)

    shown = row(network, agreement)

    assert (shown.state, shown.unsigned, shown.begins) == ("unsigned", (SOUTH,), None)
    assert SOUTH in needs(network)["agreement_unsigned"].why


def test_an_agreement_that_begins_later_needs_no_signature_yet(network: Any) -> None:
    network.agree(NORTH, since=TODAY + timedelta(days=1))

    assert needs(network) == {}


def test_an_agreement_is_in_force_from_the_last_signature_on(network: Any) -> None:
    agreement = network.agree(NORTH)
    network.do(signed(agreement, SOUTH, on=OVER))

    shown = row(network, agreement)

    assert (shown.state, shown.begins, shown.ends) == ("in_force", OVER, UNTIL)
    assert row(network, agreement, as_of=OVER - timedelta(days=1)).state == "unsigned"


def test_an_agreement_that_is_signed_ahead_is_still_to_come(network: Any) -> None:
    agreement = network.agree(since=TODAY + timedelta(days=9))

    assert row(network, agreement).state == "to_come"


def test_an_agreement_ends_on_its_day_by_itself(network: Any) -> None:
    agreement = network.agree(until=OVER)

    shown = row(network, agreement)

    assert (shown.state, shown.cause, shown.ends) == ("ended", "expired", OVER)
    assert shown.kept_until == OVER + timedelta(days=365)


def test_what_rests_on_an_agreement_is_told_with_it(network: Any) -> None:
    agreement, visitor = crossing(network)
    to_come = row(network, agreement).crossings
    network.do(forming(network, visitor))
    live = row(network, agreement).crossings
    network.do(network.ending(PAIRING))

    over = row(network, agreement).crossings

    assert [(c.pairing, c.state) for c in to_come] == [(PAIRING, "to_come")]
    assert [c.state for c in (*live, *over)] == ["live", "ended"]


def test_a_pairing_that_lives_on_under_an_agreement_that_ended_needs_somebody(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(forming(network, visitor))
    network.do(ending(agreement))

    need = needs(network)["agreement_over"]
    network.do(network.ending(PAIRING))

    assert (need.since, need.amount) == (OVER, 1)
    assert "agreement_over" not in needs(network)


def test_the_end_of_an_agreement_that_something_rests_on_is_told_a_month_ahead(
    network: Any,
) -> None:
    until = TODAY + timedelta(days=30)
    agreement, visitor = crossing(network, until=until)
    without = needs(network)
    network.do(forming(network, visitor))

    told = needs(network)

    assert without == {}
    assert (told["agreement_ending"].due_on, told["agreement_ending"].days) == (until, -30)
    assert "agreement_ending" not in needs(network, as_of=TODAY - timedelta(days=1))
    assert agreement == told["agreement_ending"].subject


def test_a_consent_that_is_withdrawn_from_a_live_pairing_needs_somebody(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(forming(network, visitor))
    network.do(withdrawing(agreement, visitor, SOUTH))

    shown = row(network, agreement)

    assert [c.missing for c in shown.crossings] == [(SOUTH,)]
    assert SOUTH in needs(network)["consent_missing"].why
    assert "consent_missing" not in needs(network, as_of=OVER - timedelta(days=1))


def test_a_consent_that_was_taken_back_is_missing_on_every_day_and_was_known_before(
    network: Any,
) -> None:
    agreement, visitor = crossing(network)
    network.do(forming(network, visitor))
    before = network.engine.position
    network.do(retract(network, "agreement.pairing-consented", agreement))

    assert [c.missing for c in row(network, agreement).crossings] == [(NORTH,)]
    assert [c.missing for c in row(network, agreement, as_of=STARTED).crossings] == [(NORTH,)]
    assert [c.missing for c in row(network, agreement, as_known=before).crossings] == [()]


def test_what_came_under_an_agreement_is_not_kept_beyond_its_retention(network: Any) -> None:
    agreement, _ = crossing(network, retention_days=30)
    network.do(ending(agreement))

    told = needs(network)["retention_over"]

    assert told.due_on == OVER + timedelta(days=30)
    assert "retention_over" not in needs(network, as_of=OVER + timedelta(days=29))


def test_a_program_of_an_institution_that_is_no_side_has_nothing_to_do(network: Any) -> None:
    network.agree("east-high", institutions=("east-high", SOUTH))

    assert needs(network) == {}


def test_agreements_are_counted_over_the_whole_log(network: Any) -> None:
    network.agree()
    network.agree(NORTH)
    network.agree(until=OVER)

    totals = network.engine.view("networks.agreements", network.program, viewer=COORDINATOR).totals

    assert attrs.astuple(totals) == (3, 1, 1, 1)


def test_a_consent_in_another_program_of_the_log_is_told_there(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(forming(network, visitor))
    other = Network(network.engine)

    shown = other.engine.view("networks.agreements", other.program, viewer=COORDINATOR)

    assert shown.row(agreement).crossings == ()


# ------------------------------------------------------------------------------ visitors


def visitors(network: Network, **asked: Any) -> Any:
    viewer = asked.pop("viewer", COORDINATOR)
    return network.engine.view("networks.visitors", network.program, viewer=viewer, **asked)


def test_a_visitor_is_told_with_where_they_belong_and_the_pairings_here(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.do(forming(network, visitor))
    network.pair()

    (shown,) = visitors(network).rows

    assert (shown.participant, shown.institution, shown.agreement) == (visitor, SOUTH, agreement)
    assert (shown.since, shown.pairings, shown.left_on) == (STARTED, (PAIRING,), None)


def test_a_visitor_who_moved_home_is_told_with_the_day(network: Any) -> None:
    _, visitor = crossing(network)
    network.do(mc.EndEnrolment(participant_id=visitor, on=OVER, outcome="transferred"))

    told = visitors(network)

    assert told.rows[0].left_on == OVER
    assert attrs.astuple(told.totals) == (1, 0, 1)


def test_nobody_was_a_visitor_before_they_were_admitted(network: Any) -> None:
    agreement = network.agree()
    somebody = network.enrol("mentor")
    network.do(network.admitting(somebody, agreement, since=OVER))

    assert visitors(network, as_of=OVER - timedelta(days=1)).rows == ()
    assert len(visitors(network, as_of=OVER).rows) == 1


def test_a_visitor_sees_their_own_row_and_no_other(network: Any) -> None:
    agreement, visitor = crossing(network)
    network.visitor(agreement)
    me = mc.Viewer.member(network.persons[visitor])

    told = visitors(network, viewer=me)

    assert [shown.participant for shown in told.rows] == [visitor]
    assert told.others is not None


def test_a_member_is_shown_no_agreement(network: Any) -> None:
    _, visitor = crossing(network)
    me = mc.Viewer.member(network.persons[visitor])

    told = network.engine.view("networks.agreements", network.program, viewer=me)

    assert told.rows == ()


def test_a_draft_alone_is_an_agreement_that_waits(network: Any) -> None:
    agreement = network.do(drafted())

    assert row(network, agreement).unsigned == SIDES

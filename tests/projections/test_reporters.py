"""Who reported a mismatch is not told to the other member by any other way either."""

from typing import Any

import pytest
from projections.town import Town, mc

from mentorcore.domain.values import Withheld
from mentorcore.projections.access.redactor import AUDITOR, COORDINATOR
from mentorcore.projections.plain import plain


@pytest.fixture
def reported() -> tuple[Town, str, str, str]:
    """A mismatch that Ben logged and amended himself: the town, the pair, Anna, Ben."""
    town = Town()
    pair = town.pair()
    anna, ben = (town.persons[m] for m in town.members(pair))
    town.to("2026-09-20")
    himself = mc.Actor(id=ben, role="mentee", kind="person")
    told = town.ask(
        mc.ReportMismatch(
            pairing_id=pair,
            by=town.members(pair)[1],
            on=town.today,
            grounds="style",
            wish="mediation",
        ),
        actor=himself,
        correlation=f"command:{0x1234:032x}",
    )
    version = told.events[0].version
    changes = {"wish": "rematch"}
    town.ask(mc.AmendRecord(stream=pair, target=version, changes=changes), actor=himself)
    return town, pair, anna, ben


def answers(town: Town, pair: str, viewer: Any) -> list[Any]:
    """What is told of the mismatch, as plain data."""
    entry = town.history(pair, viewer).of("pairing.mismatch-reported")
    need = town.engine.explain(pair, "mismatch", viewer=viewer)
    difference = town.engine.diff(mc.Moment(as_known=town.store.tail() - 2), viewer=viewer)
    grounds = [g for g in need.grounds if g.record.name == "pairing.mismatch-reported"]
    return [plain(part) for part in (entry, grounds, difference.deeds())]


def test_the_reporter_the_coordinator_and_an_auditor_see_who_recorded_it(
    reported: tuple[Town, str, str, str],
) -> None:
    town, pair, _, ben = reported

    for viewer in (COORDINATOR, AUDITOR, mc.Viewer.member(ben)):
        for told in answers(town, pair, viewer):
            assert f"'id': '{ben}'" in str(told)


def test_the_other_member_sees_that_it_was_reported_and_not_by_whom(
    reported: tuple[Town, str, str, str],
) -> None:
    town, pair, anna, ben = reported

    for told in answers(town, pair, mc.Viewer.member(anna)):
        assert told
        assert ben not in str(told)
        assert "mentee" not in str(told)
        assert f"{0x1234:032x}" not in str(told)
    entry = town.history(pair, mc.Viewer.member(anna)).of("pairing.mismatch-reported")[0]
    for shown in (entry.actor, entry.on_behalf_of, entry.source, entry.corrections[0].actor):
        assert isinstance(shown, Withheld)


def test_it_is_withheld_whoever_logged_it(reported: tuple[Town, str, str, str]) -> None:
    """Else what is shown of the one would tell of the other."""
    town, pair, anna, _ = reported
    member = town.members(pair)[1]
    town.ask(
        mc.ReportMismatch(
            pairing_id=pair, by=member, on=town.today, grounds="style", wish="mediation"
        )
    )

    told = town.history(pair, mc.Viewer.member(anna)).of("pairing.mismatch-reported")

    assert [isinstance(e.actor, Withheld) for e in told] == [True, True]

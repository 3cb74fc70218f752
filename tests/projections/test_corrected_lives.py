"""Whatever was corrected, what stands could have come about by itself (INV-65)."""

from datetime import date, timedelta
from random import Random
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

import attrs
import pytest
from domain.laws import broken
from projections.lives import CORRECTING, REQUESTS, event_name, peopled
from projections.town import BEGAN, ZONE, Town, mc

from mentorcore.domain.effective import VersionedEvent, effective
from mentorcore.errors import Invalid, Refused

FEW, MANY = range(14), range(14, 400)
NAMES = (("Anna", "Ben"), ("Amir", "Bea"))


def standing(town: Town) -> dict[str, list[Any]]:
    """The facts that stand, by stream."""
    streams: dict[str, list[VersionedEvent]] = {}
    for told in town.engine.events():
        placed = VersionedEvent(told.version, told.recorded_at, told.event)
        streams.setdefault(told.stream, []).append(placed)
    return {s: [p.event for p in effective(placed)] for s, placed in streams.items()}


def days_of(event: Any) -> list[str]:
    """The fields of a record that are days."""
    hints = get_type_hints(type(event))
    return [f.name for f in attrs.fields(type(event)) if date in (hints[f.name], *_args(hints, f))]


def _args(hints: dict[str, Any], field: Any) -> tuple[Any, ...]:
    return getattr(hints[field.name], "__args__", ())


def move_a_day(town: Town, dice: Random) -> None:
    """Amend a day of any record, or of an amendment of it."""
    told = [e for e in town.engine.events() if not event_name(e).startswith("record.")]
    dated = [(e, field) for e in told for field in days_of(e.event)]
    target, field = dice.choice(dated)
    corrections = [
        e
        for e in town.engine.events(stream=target.stream)
        if event_name(e) == "record.amended" and e.event.target == target.version
    ]
    version = dice.choice([target, *corrections]).version
    changes = {field: BEGAN + timedelta(days=dice.randrange(-2, 55))}
    town.ask(mc.AmendRecord(stream=target.stream, target=version, changes=changes))


def waited() -> Town:
    """A town whose only pairing set a goal, was signed, started and met."""
    town = Town(start_needs=("agreement",))
    pairs = [(town.enrol("mentor", m), town.enrol("mentee", n)) for m, n in NAMES]
    town.to("2026-09-28")
    pairing = town.pair(*pairs[0])
    town.goal(pairing, "2026-08-18")
    for signer in pairs[0]:
        town.ask(mc.SignAgreement(pairing_id=pairing, signer=signer, on=date(2026, 8, 20)))
    town.ask(mc.StartPairing(pairing_id=pairing, on=date(2026, 8, 24)))
    town.meet(pairing, "2026-08-25")
    return town


def a_life(seed: int) -> None:
    """A program with much that is corrected; after each correction all laws hold."""
    dice = Random(seed)
    town = waited() if seed % 2 else peopled()
    corrections = [n for n, request in enumerate(REQUESTS) if request in CORRECTING]
    for number in range(70):
        town.later(hours=14)
        tail = town.store.tail()
        corrects = number % 3 == 0
        try:
            if corrects or number % 3 == 1:
                move_a_day(town, dice)
            else:
                kind = dice.choice([dice.choice(corrections), dice.randrange(len(REQUESTS))])
                REQUESTS[kind](town, dice.randrange(41), dice.randrange(41))
        except (Refused, Invalid):
            continue
        if town.store.tail() > tail:
            for stream, events in standing(town).items():
                laws = broken(events, ZoneInfo(ZONE))
                assert not laws, (seed, number, stream, laws)


@pytest.mark.parametrize("seed", FEW)
def test_no_correction_leaves_what_the_rules_would_not_have_let_come_about(seed: int) -> None:
    a_life(seed)


@pytest.mark.slow
def test_nor_in_many_lives() -> None:
    for seed in MANY:
        a_life(seed)

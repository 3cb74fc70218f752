"""Lives in which members are asked, stand in, share notes, and all of it is corrected (INV-65)."""

from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from domain.laws import broken
from engine.witness import COMPANIONS
from projections.lives import CORRECTING, REQUESTS, event_name, peopled
from projections.test_corrected_lives import move_a_day, standing
from projections.town import BEGAN, ZONE, Town, mc

from mentorcore.domain.corrections.command_behind import principal_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import VersionedEvent, effective
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.errors import Invalid, Refused

FEW, MANY = range(6), range(6, 100)


def named(town: Town, dice: Random, name: str) -> Any:
    found = list(town.engine.events(names=[name]))
    if not found:
        raise Refused("there is none yet")
    return dice.choice(found)


def day(dice: Random) -> Any:
    return BEGAN.fromordinal(BEGAN.toordinal() + dice.randrange(41))


def propose(town: Town, dice: Random) -> None:
    people = list(town.persons)
    town.propose(
        dice.choice(people[:2]),
        dice.choice(people[2:4]),
        on=day(dice),
        exclusive=dice.random() < 0.8,
        answer_by=day(dice) if dice.random() < 0.3 else None,
    )


def answer(town: Town, dice: Random) -> None:
    pairing = named(town, dice, "pairing.proposed").stream
    who = dice.choice(town.members(pairing))
    if dice.random() < 0.8:
        town.ask(mc.AcceptPairing(pairing_id=pairing, participant=who, on=day(dice)))
    else:
        town.ask(mc.DeclinePairing(pairing_id=pairing, by=who, on=day(dice)))


def stand_in(town: Town, dice: Random) -> None:
    pairing = named(town, dice, "pairing.formed").stream
    since = day(dice)
    until = BEGAN.fromordinal(since.toordinal() + dice.randrange(20))
    helper = {"pairing_id": pairing, "participant": dice.choice(list(town.persons)[:2])}
    if dice.random() < 0.6:
        town.ask(mc.AddMember(**helper, since=since, substitute_until=until))
    else:
        town.ask(mc.NameSubstitute(**helper, since=since, until=until))


def share(town: Town, dice: Random) -> None:
    note = named(town, dice, "pairing.note-written")
    here = {"pairing_id": note.stream, "note_id": note.event.note_id, "author": note.event.author}
    if dice.random() < 0.6:
        others = tuple(town.members(note.stream))
        town.ask(mc.ShareNote(**here, shared_with=others, on=day(dice)))
    else:
        town.ask(mc.EndNoteSharing(**here, on=day(dice)))


ASKED = (propose, answer, answer, answer, stand_in, share)
CORRECTIONS = [request for request in REQUESTS if request in CORRECTING]


def alone(town: Town) -> list[str]:
    """Principals that stand without their companions, and the other way round."""
    streams: dict[str, list[VersionedEvent]] = {}
    for told in town.engine.events():
        placed = VersionedEvent(told.version, told.recorded_at, told.event)
        streams.setdefault(told.stream, []).append(placed)
    stands = {(s, p.version): p.event for s, placed in streams.items() for p in effective(placed)}
    behind = {principal_of(event) for event in stands.values()}
    found = [f"{p} has no principal" for p in behind if p is not None and p not in stands]
    for place, event in stands.items():
        if type(event) in COMPANIONS and event_info(type(event)).founding and place not in behind:
            found.append(f"{event_info(type(event)).name} at {place} has no companion")
    formed = {stream for (stream, _), event in stands.items() if isinstance(event, PairingFormed)}
    for (stream, _), event in stands.items():
        instead = getattr(event, "in_favour_of", None)
        if instead is not None and instead not in formed:
            found.append(f"{stream} was declined for {instead}, which is no pairing")
    return found


def a_life(seed: int) -> None:
    dice = Random(seed)
    town = peopled()
    for number in range(60):
        town.later(hours=14)
        tail = town.store.tail()
        try:
            if number % 3 == 0:
                move_a_day(town, dice)
            elif number % 3 == 1:
                dice.choice(ASKED)(town, dice)
            else:
                request = dice.choice((dice.choice(CORRECTIONS), dice.choice(REQUESTS)))
                request(town, dice.randrange(41), dice.randrange(41))
        except (Refused, Invalid):
            continue
        if town.store.tail() > tail:
            assert not alone(town), (seed, number)
            for stream, events in standing(town).items():
                laws = broken(events, ZoneInfo(ZONE))
                assert not laws, (seed, number, stream, laws)
            followed = town.status()
            from_events = town.status(as_known=town.store.tail())
            assert attrs.evolve(from_events, as_known=None) == followed, (seed, number)


@pytest.mark.parametrize("seed", FEW)
def test_no_correction_leaves_a_proposal_and_its_pairing_at_odds(seed: int) -> None:
    a_life(seed)


@pytest.mark.slow
def test_nor_in_many_such_lives() -> None:
    for seed in MANY:
        a_life(seed)


def test_such_lives_ask_form_and_decline() -> None:
    names: set[str] = set()
    for seed in range(6):
        dice, town = Random(seed), peopled()
        for _ in range(60):
            town.later(hours=9)
            try:
                dice.choice(ASKED)(town, dice)
            except (Refused, Invalid):
                continue
        names.update(map(event_name, town.engine.events()))

    assert names >= {
        "pairing.proposed",
        "pairing.accepted",
        "pairing.declined",
        "pairing.substitute-named",
    }

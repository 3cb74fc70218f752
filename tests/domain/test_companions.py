"""A principal is never without its companions, nor they without it (section 4)."""

from typing import Any

import pytest
from domain.school import (
    ANNA,
    CLEO,
    FIRST,
    at,
    day,
    end,
    enrol,
    form,
    hold,
    mc,
    paired,
    pause,
    program,
    reopen,
    resume,
    school,
)

from mentorcore.domain.corrections.command_behind import principal_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import effective
from mentorcore.testing import Scenario

OVER = mc.Ending(on=day("2026-10-01"), reason="completed")
TEN = at("2026-09-10T10:00-07:00")

NEEDED: dict[str, Any] = {
    "participant.enrolled": {mc.PersonEnrolled},
    "pairing.proposed": {mc.PairingOffered},
    "pairing.formed": {mc.PairingJoined},
    "pairing.reopened": {mc.PairingJoined},
    "pairing.ended": {mc.PairingLeft},
}
"""What stands with a principal, where it always does."""


def check(story: Scenario) -> None:
    """Every companion has a principal that stands, and every principal its companions."""
    standing = {
        (stream, p.version): p.event
        for stream, placed in story.history.items()
        for p in effective(placed)
    }
    found: dict[Any, set[type]] = {}
    for event in standing.values():
        principal = principal_of(event)
        if principal is not None:
            assert principal in standing, event
            found.setdefault(principal, set()).add(type(event))
    for place, event in standing.items():
        needed = NEEDED.get(event_info(type(event)).name, set())
        if isinstance(event, mc.MeetingHeld) and event.held_at:
            needed = {mc.MeetingAttended}
        assert needed <= found.get(place, set()), event


@pytest.mark.parametrize(
    "told",
    [
        [],
        [hold(held_at=TEN)],
        [pause(frees_place=True)],
        [pause(frees_place=True), resume()],
        [pause(), resume(), end(), reopen(), end(on=day("2027-02-01"))],
        [hold(held_at=TEN), mc.AmendRecord(stream=FIRST, target=2, changes={"held_at": None})],
        [hold(), mc.AmendRecord(stream=FIRST, target=2, changes={"held_at": TEN})],
        [hold(held_at=TEN), mc.RetractRecord(stream=FIRST, target=2)],
        [mc.AmendRecord(stream=FIRST, target=1, changes={"on": day("2026-08-25")})],
        [mc.RetractRecord(stream=FIRST, target=1)],
        [end(), mc.RetractRecord(stream=FIRST, target=2)],
        [pause(frees_place=True), mc.RetractRecord(stream=FIRST, target=2)],
        [end(), reopen(), mc.RetractRecord(stream=FIRST, target=3)],
    ],
)
def test_a_principal_is_never_without_its_companions(told: Any) -> None:
    """Section 4: corrected with it in the same append."""
    story = paired()
    for number, fact in enumerate(told):
        story = story.given(fact)
        check(story)
        assert number < len(told)


def test_a_pairing_of_the_past_has_joined_and_left() -> None:
    check(school().given(form(ended=OVER)))


def test_a_companion_names_the_stream_and_version_of_its_principal() -> None:
    story = school().given(form(ended=OVER))

    named = [principal_of(e) for e in story.events(ANNA.here)]

    assert named == [None, (FIRST, 1), (FIRST, 2)]
    assert principal_of(story.events(ANNA.person)[1]) == (ANNA.here, 1)


@pytest.mark.parametrize(
    ("story", "command", "streams"),
    [
        (program().given(mc.RegisterPerson(person_id=ANNA.person)), enrol(ANNA), 2),
        (school(), form(), 3),
        (paired(), hold(held_at=TEN), 3),
        (paired(), end(), 3),
        (paired(), pause(frees_place=True), 3),
        (paired(), pause(), 1),
        (paired().given(pause(frees_place=True)), resume(), 3),
        (paired().given(pause()), resume(), 1),
        (paired().given(end()), reopen(), 3),
    ],
)
def test_rival_decisions_meet_on_the_streams_of_those_concerned(
    story: Any, command: Any, streams: Any
) -> None:
    """Section 4: a decision writes to every stream on which a rival would."""
    assert len({stream for stream, _ in story.when(command).decision}) == streams


def test_whatever_is_written_was_read() -> None:
    """A version is expected of every stream written, so each has to be known."""
    for story, command in (
        (school(), form()),
        (paired(), hold(held_at=TEN)),
        (paired().given(hold(held_at=TEN)), mc.RetractRecord(stream=FIRST, target=2)),
        (
            paired().given(hold(held_at=TEN, attendees=(ANNA.here,))),
            mc.AmendRecord(stream=FIRST, target=2, changes={"attendees": (CLEO.here,)}),
        ),
    ):
        outcome = story.when(command)
        seen = story.situation(command, outcome.now)
        assert {s for s, _ in outcome.decision} <= set(seen.history)

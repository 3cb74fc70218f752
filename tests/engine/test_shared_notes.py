"""Whoever a note is shared with reads it, in a history and in a list of events, until it is ended."""

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from engine.world import SETTINGS, STARTED, TODAY, World, engine, mc

GROUP = attrs.evolve(SETTINGS, more_shapes=(mc.ShapeBounds(shape="group", smallest=2, largest=8),))
SHARED, ENDED = TODAY - timedelta(days=20), TODAY - timedelta(days=3)


class Circle:
    """A mentor and two mentees, one of whom wrote a note for herself."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.pairing = world.circle(2)
        self.mentor, self.author, self.other = world.members(self.pairing)
        written = world.ask(
            mc.WriteNote(
                pairing_id=self.pairing,
                author=self.author,
                kind="journal",
                on=STARTED,
                visibility="author_private",
                body="I doubt it",
            )
        )
        self.note = written.events[0].event.note_id

    def share(self, *members: str, on: date = SHARED) -> Any:
        return self.world.ask(
            mc.ShareNote(
                pairing_id=self.pairing,
                note_id=self.note,
                author=self.author,
                shared_with=members,
                on=on,
            )
        )

    def end(self) -> Any:
        return self.world.ask(
            mc.EndNoteSharing(
                pairing_id=self.pairing, note_id=self.note, author=self.author, on=ENDED
            )
        )

    def viewer(self, participant: str) -> Any:
        return mc.Viewer.member(self.world.persons[participant])

    def body(self, viewer: Any, **moment: Any) -> Any:
        told = self.world.engine.history(self.pairing, viewer=viewer, **moment)
        return told.of("pairing.note-written")[0].value("body")

    def read_by(self, participant: str, **moment: Any) -> bool:
        return bool(self.body(self.viewer(participant), **moment) == "I doubt it")


@pytest.fixture
def circle() -> Any:
    with engine() as opened:
        yield Circle(World(opened, GROUP))


def test_a_note_is_read_by_those_with_whom_it_is_shared_and_by_nobody_else(
    circle: Circle,
) -> None:
    """INV-27"""
    before = circle.read_by(circle.mentor)

    circle.share(circle.mentor)

    assert not before
    assert circle.read_by(circle.author)
    assert circle.read_by(circle.mentor)
    assert not circle.read_by(circle.other)
    for viewer in (mc.Viewer.coordinator(), mc.Viewer.auditor()):
        assert isinstance(circle.body(viewer), mc.Withheld)


def test_a_list_of_events_shows_a_shared_note_alike(circle: Circle) -> None:
    """INV-27"""
    circle.share(circle.mentor)
    told = [r for r in circle.world.engine.events(stream=circle.pairing) if "note-w" in r.name]

    mentor, other = (
        mc.plain(told, viewer=circle.viewer(p))[0]["event"]["body"]
        for p in (circle.mentor, circle.other)
    )

    assert mentor == "I doubt it"
    assert other["withheld"] == "author_private"


def test_what_is_ended_is_read_no_more_whatever_moment_is_asked_about(circle: Circle) -> None:
    """INV-27"""
    position = circle.share(circle.mentor).events[-1].position
    assert circle.read_by(circle.mentor, as_of=SHARED)
    assert not circle.read_by(circle.mentor, as_of=SHARED - timedelta(days=1))

    circle.end()

    assert not circle.read_by(circle.mentor)
    assert not circle.read_by(circle.mentor, as_of=SHARED)
    assert not circle.read_by(circle.mentor, as_known=position)


def test_a_class_that_was_narrowed_counts_whatever_moment_is_asked_about(circle: Circle) -> None:
    """INV-27, INV-50"""
    world, read = circle.world, {"viewer": circle.viewer(circle.mentor)}
    written = world.ask(
        mc.WriteNote(
            pairing_id=circle.pairing,
            author=circle.author,
            kind="journal",
            on=STARTED,
            visibility="pair_private",
            body="I doubt you",
        )
    ).events[0]

    def bodies(**moment: Any) -> list[Any]:
        told = world.engine.history(circle.pairing, **read, **moment)
        return [entry.value("body") for entry in told.of("pairing.note-written")]

    assert "I doubt you" in bodies(as_known=written.position)

    narrowed = {"visibility": "author_private"}
    world.do(
        mc.AmendRecord(
            stream=circle.pairing, target=written.version, changes=narrowed, reason="Mine"
        )
    )

    for moment in ({}, {"as_of": STARTED}, {"as_known": written.position}):
        assert "I doubt you" not in bodies(**moment)
    told = world.engine.history(circle.pairing, **read, as_known=written.position)
    assert told.of("pairing.note-written")[-1].value("visibility") == "pair_private"


def test_whoever_was_a_member_by_mistake_reads_nothing_whatever_moment_is_asked_about(
    circle: Circle,
) -> None:
    world, stranger = circle.world, circle.world.mentee()
    add = mc.AddMember(pairing_id=circle.pairing, participant=stranger, since=STARTED)
    joined = world.ask(add).events[0]
    there = {"pairing_id": circle.pairing, "attendees": (circle.mentor, circle.author)}
    world.ask(mc.HoldMeeting(**there, held_on=STARTED, minutes=30))
    by_then = world.engine.position

    def entries() -> list[str]:
        seen = {"viewer": circle.viewer(stranger), "as_known": by_then}
        streams = (circle.pairing, stranger)
        told = [world.engine.history(stream, **seen) for stream in streams]
        return [e.name for one in told for e in one.entries if e.name.startswith("pairing.")]

    assert "pairing.meeting-held" in entries()

    world.do(
        mc.RetractRecord(
            stream=circle.pairing, target=joined.version, cause="wrong_person", reason="Not they"
        )
    )

    assert entries() == []


def test_whoever_joins_later_is_explained_figures_without_the_texts_of_earlier_days(
    circle: Circle,
) -> None:
    world, newcomer = circle.world, circle.world.mentee()
    here = {"pairing_id": circle.pairing}
    world.do(mc.HoldMeeting(**here, held_on=STARTED, minutes=30, topics=("An old quarrel",)))
    world.do(mc.AddMember(**here, participant=newcomer, since=TODAY))

    def topics(participant: str, figure: str) -> Any:
        viewer = circle.viewer(participant)
        told = world.engine.explain(circle.pairing, figure, viewer=viewer)
        meeting = next(g for g in told.grounds if g.record.name == "pairing.meeting-held")
        return meeting.record.value("topics")

    for figure in ("minutes", "last_meeting"):
        assert topics(circle.author, figure) == ("An old quarrel",)
        assert isinstance(topics(newcomer, figure), mc.Withheld)


def test_that_a_note_was_shared_is_told_of_that_moment_after_its_end(circle: Circle) -> None:
    """INV-27"""
    position = circle.share(circle.mentor).events[-1].position
    circle.end()

    then = circle.world.engine.history(
        circle.pairing, viewer=circle.viewer(circle.mentor), as_known=position
    )

    assert then.of("pairing.note-shared")[0].value("shared_with") == (circle.mentor,)
    assert not then.of("pairing.note-sharing-ended")


def test_who_joins_later_reads_what_is_shared_with_them(circle: Circle) -> None:
    """INV-27"""
    newcomer = circle.world.mentee()
    joining = STARTED + timedelta(days=30)
    circle.world.do(mc.AddMember(pairing_id=circle.pairing, participant=newcomer, since=joining))
    told = circle.world.engine.history(circle.pairing, viewer=circle.viewer(newcomer))
    assert not told.of("pairing.note-written")

    circle.share(newcomer)

    assert circle.read_by(newcomer)
    own = circle.world.engine.history(newcomer, viewer=circle.viewer(newcomer))
    assert own.of("pairing.note-written")[0].value("body") == "I doubt it"

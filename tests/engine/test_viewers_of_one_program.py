"""Where a log holds several programs, a viewer of one of them is told of no other."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, cast

import attrs
import pytest
from engine.world import COORDINATOR, NOON, STARTED, World, engine, mc

from mentorcore.engine.engine import Engine
from mentorcore.errors import Refused
from mentorcore.testing.whole_text import whole_text

ID = re.compile(r"[a-z-]+:[0-9a-f]{32}")
WHARF = "Wharf district"


class Wharf(World):
    """A program of another district, in the same log."""

    def do(self, command: Any, **options: Any) -> str:
        if isinstance(command, mc.DesignProgram):
            command = attrs.evolve(command, name=WHARF)
        return super().do(command, **options)


class Both:
    """Two programs; one person takes part in both, and was merged out of two records."""

    def __init__(self, opened: Engine) -> None:
        self.engine = opened
        self.here, self.there = World(opened), Wharf(opened)
        here, there = self.here, self.there
        self.pairing = here.pair()
        self.theirs = there.pair()
        self.shared = here.person(name="Sol Everywhere")
        absorbed = there.person(name="Sol Elsewhere")
        self.mine = here.enrol("mentee", self.shared)
        self.other = there.enrol("mentee", absorbed)
        shared_there = there.pair(mentee=self.other)
        for person, value in ((self.shared, "1"), (self.stranger, "2"), (absorbed, "3")):
            link = mc.LinkExternalIdentity(person_id=person, scheme="payroll", value=value)
            here.do(link)
        here.do(mc.MergePersons(survivor=self.shared, absorbed=absorbed, basis="same number"))
        held = NOON - timedelta(days=1)
        there.do(mc.HoldMeeting(pairing_id=shared_there, held_at=held, minutes=30))
        self.pair_of_shared = here.pair(mentee=self.mine)
        self.absorbed = absorbed

    @property
    def stranger(self) -> str:
        """Somebody who takes part in the other program only."""
        return next(iter(self.there.persons.values()))

    @property
    def viewers(self) -> Iterator[Any]:
        here = self.here.program
        yield mc.Viewer.coordinator(here)
        yield mc.Viewer.auditor(program=here)
        yield mc.Viewer.member(self.shared, here)

    def strange(self) -> set[str]:
        """The ids of the other program: its own, of its cohort, of all its streams and in them."""
        streams = {self.there.program, self.theirs, *self.there.persons}
        found = {self.there.program, self.there.cohort, *self.there.persons}
        for told in self.engine.events():
            of = getattr(told.event, "program_id", None)
            if told.stream in streams or of == self.there.program:
                found |= {told.stream, *ID.findall(whole_text(told.event))}
        known_here = {i for t in self.engine.events() for i in ID.findall(whole_text(t.event))
                      if t.stream in {self.here.program, self.pairing, self.pair_of_shared}}  # fmt: skip
        return found - known_here - {self.shared, self.absorbed, COORDINATOR.id} - GOALS


GOALS = {f"goal:{0x60A1:032x}"}  # both programs name it so


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    with engine() as opened:
        yield Both(opened)


def answers(both: Both, viewer: Any) -> Iterator[Any]:
    """Everything that can be asked about the viewer's own program, named or not."""
    ask, here = both.engine, both.here
    yield ask.programs(viewer=viewer)
    for program in (None, here.program):
        yield ask.status(program, viewer=viewer)
        yield ask.attention(program, viewer=viewer)
        yield ask.view("observation.matrix", program, viewer=viewer)
        yield ask.diff(mc.Moment(as_known=3), program=program, viewer=viewer)
        yield from (ask.find(n, program=program, viewer=viewer) for n in ("Sol", "Somebody", "1"))
        yield ask.find_pairings("Sol", program=program, viewer=viewer)
        yield ask.find_pairings("Somebody 1", program=program, viewer=viewer)
    yield from (ask.find_people(n, viewer=viewer) for n in ("Sol", "Somebody", "Somebody 0", "2"))
    subjects = [here.program, both.pairing, both.pair_of_shared, *here.persons, both.shared]
    for subject in (*subjects, *here.persons.values(), both.absorbed):
        yield ask.history(subject, viewer=viewer)
    for subject in (here.program, both.pairing, both.mine, both.shared, here.cohort):
        for figure in ask.figures(subject, viewer=viewer):
            yield figure
            yield ask.explain(subject, figure.name, viewer=viewer)
    yield from (ask.explain(n, viewer=viewer) for n in ask.attention(viewer=viewer).needs)
    yield from (ask.person_of("payroll", n, viewer=viewer) for n in "1234")


def test_nothing_that_a_viewer_of_a_program_is_told_names_another(both: Both) -> None:
    strange = both.strange()

    assert strange
    for viewer in both.viewers:
        for answer in answers(both, viewer):
            text = whole_text(answer)
            assert not strange & set(ID.findall(text)), answer
            assert WHARF not in text


def test_a_viewer_of_the_whole_log_is_told_of_both(both: Both) -> None:
    viewer = mc.Viewer.coordinator()

    assert {line.name for line in both.engine.programs()} == {"Beacon", WHARF}
    assert {f.program for f in both.engine.find("Sol", viewer=viewer)} == {
        both.here.program,
        both.there.program,
    }
    assert both.engine.history(both.theirs, viewer=viewer).entries
    assert both.engine.find_people("2", viewer=viewer)


def named(both: Both) -> list[str]:
    there = both.there
    return [there.program, both.theirs, there.cohort, both.other, *there.persons, both.stranger]


def test_what_is_of_another_program_is_answered_as_if_it_were_not_there(both: Both) -> None:
    ask = both.engine

    def said(asks: Any, subject: str) -> tuple[str, str]:
        with pytest.raises(Refused) as refused:
            asks(subject)
        return refused.value.code, refused.value.reason.replace(subject, "…")

    for viewer in both.viewers:
        nobody = f"person:{0xDEAD:032x}"
        asks = [
            lambda subject, v=viewer: ask.history(subject, viewer=v),
            lambda subject, v=viewer: ask.figures(subject, viewer=v),
            lambda subject, v=viewer: ask.explain(subject, "minutes", viewer=v),
        ]
        for asking in asks:
            expected = said(asking, nobody)
            assert {said(asking, subject) for subject in named(both)} == {expected}
        unknown = f"program:{0xDEAD:032x}"
        for about in (ask.status, ask.attention):
            expected = said(lambda p, a=about, v=viewer: a(p, viewer=v), unknown)
            assert said(lambda p, a=about, v=viewer: a(p, viewer=v), both.there.program) == expected
        for told in ask.events():
            if told.stream in {both.theirs, both.there.program}:
                assert said(lambda _s, t=told, v=viewer: mc.plain(t, viewer=v), told.stream)


def test_a_linked_identity_is_looked_up_as_far_as_the_viewer_knows_people(both: Both) -> None:
    ask, here = both.engine, both.here.program
    of = mc.Viewer

    assert ask.person_of("payroll", "1") == both.shared
    assert ask.person_of("payroll", " 1 ") == both.shared
    assert ask.person_of("payroll", "2") == both.stranger
    assert ask.person_of("payroll", "3") == both.shared  # into whom the other record was merged
    assert ask.person_of("payroll", "4") is None
    assert ask.person_of("sso", "1") is None
    assert ask.person_of("payroll", "2", viewer=of.coordinator(here)) is None
    assert ask.person_of("payroll", "1", viewer=of.coordinator(here)) == both.shared
    assert ask.person_of("payroll", "1", viewer=of.member(both.shared)) == both.shared
    assert ask.person_of("payroll", "2", viewer=of.member(both.shared)) is None
    with pytest.raises(mc.Invalid, match="no such kind of identity"):
        ask.person_of(cast("Any", "pay-roll"), "1")


def test_an_identity_that_was_taken_back_belongs_to_nobody(both: Both) -> None:
    with engine() as opened:
        world = World(opened)
        person = world.person(name="Ada")
        link = mc.LinkExternalIdentity(person_id=person, scheme="sso", value="ada")
        linked = world.ask(link).events[0]
        wrong = mc.RetractRecord(
            stream=person, target=linked.version, cause="wrong_person", reason="a namesake"
        )

        before = opened.person_of("sso", "ada")
        world.do(wrong)

        assert (before, opened.person_of("sso", "ada")) == (person, None)


def refusals(both: Both) -> Iterator[Any]:
    """What is refused because of something in another program."""
    here, there = both.here, both.there
    yield mc.LinkExternalIdentity(person_id=both.shared, scheme="payroll", value="2")
    yield mc.HoldMeeting(
        pairing_id=both.pair_of_shared, held_at=NOON - timedelta(days=1), minutes=30
    )
    yield here.forming(here.mentor(), both.other)
    yield mc.EnrolParticipant(
        person_id=both.shared, program_id=here.program, cohort_id=there.cohort, role="mentee",
        since=STARTED,
    )  # fmt: skip


def test_a_refusal_is_told_without_what_another_program_holds(both: Both) -> None:
    viewer = mc.Viewer.coordinator(both.here.program)
    narrowed = 0
    for command in refusals(both):
        with pytest.raises(Refused) as refused:
            both.here.ask(command)

        told = both.engine.refusal_for(refused.value, viewer=viewer)

        stated = set(ID.findall(whole_text(command)))
        text = whole_text({"reason": told.reason, **told.facts})
        assert not (both.strange() - stated) & set(ID.findall(text))
        assert WHARF not in text
        assert told.code == refused.value.code
        assert told.reason
        assert both.engine.explain(told, viewer=viewer).figure == told.code
        narrowed += told.facts != refused.value.facts
        whole = both.engine.refusal_for(refused.value, viewer=mc.Viewer.coordinator())
        assert whole is refused.value
    assert narrowed >= 2


def test_a_refusal_is_explained_without_what_another_program_holds(both: Both) -> None:
    here, there = both.here, both.there
    twice = here.person(name="Tam"), there.person(name="Tim")
    there.enrol("mentee", twice[1])
    lost = there.person(name="Tom")
    here.do(mc.MergePersons(survivor=twice[1], absorbed=lost, basis="same number"))
    commands = [
        *refusals(both),
        mc.MergePersons(survivor=both.shared, absorbed=lost, basis="same number"),
        mc.HoldMeeting(pairing_id=both.theirs, held_at=NOON - timedelta(days=999), minutes=30),
    ]
    strange = both.strange() | {twice[1]}

    for command in commands:
        with pytest.raises(Refused) as refused:
            here.ask(command)
        stated = set(ID.findall(whole_text(command)))
        for viewer in both.viewers:
            for asked in (refused.value, both.engine.refusal_for(refused.value, viewer=viewer)):
                told = both.engine.explain(asked, viewer=viewer)

                assert told.figure == refused.value.code
                assert not (strange - stated) & set(ID.findall(whole_text(told))), told


def test_nobody_of_one_program_is_asked_which(both: Both) -> None:
    with pytest.raises(Refused, match=WHARF) as refused:
        both.engine.status(viewer=mc.Viewer.coordinator())

    told = both.engine.refusal_for(refused.value, viewer=mc.Viewer.coordinator(both.here.program))

    assert (told.code, told.reason, told.facts) == ("which_program", "say which program", {})


@pytest.mark.parametrize("wrong", ["Beacon", 5, f"person:{1:032x}", ""])
def test_a_viewer_of_no_program_is_malformed(wrong: Any) -> None:
    with pytest.raises(mc.Invalid, match="a viewer is malformed"):
        mc.Viewer.coordinator(wrong)


@pytest.mark.parametrize("nobody", ["coordinator", 5, None])
def test_a_word_for_a_viewer_is_none(nobody: Any, both: Both) -> None:
    ask, of = both.engine, both.here.program
    told = next(ask.events())
    asks: list[Callable[[], object]] = [
        lambda: ask.status(of, viewer=nobody),
        lambda: ask.attention(of, viewer=nobody),
        lambda: ask.history(of, viewer=nobody),
        lambda: ask.explain(of, "meetings", viewer=nobody),
        lambda: ask.find("Sol", viewer=nobody),
    ]
    if nobody is not None:  # there it stands for nobody in particular
        asks += [lambda: ask.programs(viewer=nobody), lambda: mc.plain(told, viewer=nobody)]

    for asking in asks:
        with pytest.raises(mc.Invalid, match=r"viewer: is a .* Viewer\.coordinator\(\)"):
            asking()


def test_one_name_of_events_is_a_list_of_one(both: Both) -> None:
    names: Any = "pairing.formed"
    asks: list[Any] = [both.engine.events, both.engine.effective, both.engine.follow]

    for ask in asks:
        with pytest.raises(mc.Invalid, match=r"a list, such as \['pairing\.formed'\]"):
            ask(names=names)
    with pytest.raises(mc.Invalid, match="a list, such as"):
        both.engine.feed(mc.Viewer.coordinator(), names=names)

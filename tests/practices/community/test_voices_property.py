"""Nothing is published without a live consent, whatever happens in whatever order, on both times.

Random histories of consents, withdrawals, publications and corrections are held against a model
that keeps a plain list of what was recorded and looks through all of it for each question.
"""

from contextlib import closing
from datetime import date, timedelta
from typing import Any

import attrs
from engine.world import Clock, World, mc, numbers
from hypothesis import given, settings
from hypothesis import strategies as st
from practices.community.voices import LETTER, SAID, SITE, Speaking

import mentorcore
from mentorcore.domain.values import Code
from mentorcore.errors import Invalid, Refused
from mentorcore.practices.community.voice.events import TakeDownTestimonial
from mentorcore.practices.privacy.events import WithdrawConsent

SEES = mc.Viewer.coordinator()
DAYS = [SAID + timedelta(days=n) for n in range(5)]
CONSENT_LACKS = {
    "no_such_consent",
    "consent_of_another",
    "consent_for_another",
    "no_live_consent",
}
Channels = tuple[Code, ...]


@attrs.define
class Fact:
    """A record, or a correction of one, as the model keeps it."""

    position: int
    stream: str
    version: int
    kind: str
    says: dict[str, Any]
    of: "Fact | None" = None


@attrs.define
class Model:
    """All that was recorded, looked through from the beginning each time."""

    voices: dict[str, tuple[str, str]]
    facts: list[Fact] = attrs.Factory(list)

    def _stands(self, fact: Fact, known: int) -> bool:
        return fact.position <= known and not any(
            f.kind == "retract" and f.of is fact and self._stands(f, known) for f in self.facts
        )

    def _told(self, kind: str, known: int, day: date) -> list[dict[str, Any]]:
        """What of a kind had happened by a day, as known at a position, in its order."""
        found = []
        for fact in self.facts:
            if fact.kind != kind and not (kind == "shown" and fact.kind in ("publish", "remove")):
                continue
            if not self._stands(fact, known):
                continue
            says = {**fact.says, "stream": fact.stream, "kind": fact.kind}
            for later in self.facts:
                if later.kind == "amend" and later.of is fact and self._stands(later, known):
                    says |= later.says
            if says["on"] <= day:
                found.append((says["on"], fact.position, says))
        return [says for *_, says in sorted(found, key=lambda one: one[:2])]

    def live(self, voice: str, known: int, day: date) -> dict[str, Channels]:
        """The consents that let a voice be published on a day, with their channels."""
        person, kind = self.voices[voice]
        gone = {says["stream"] for says in self._told("withdraw", known, day)}
        return {
            says["stream"]: says["channels"]
            for says in self._told("give", known, day)
            if says["stream"] not in gone
            and (says["person"], says["purpose"]) == (person, kind)
            and (says["until"] is None or day <= says["until"])
            and says["voice"] in (None, voice)
        }

    def stands(self, voice: str, known: int, day: date) -> dict[str, str]:
        """By channel in which a voice stands, the consent under which it does."""
        found: dict[str, str] = {}
        for says in self._told("shown", known, day):
            if says["stream"] != voice:
                continue
            for channel in says["channels"]:
                if says["kind"] == "publish":
                    found[channel] = says["consent"]
                else:
                    found.pop(channel, None)
        return found

    def to_take_down(self, voice: str, known: int, day: date) -> set[str]:
        live = self.live(voice, known, day)
        return {
            channel
            for channel, consent in self.stands(voice, known, day).items()
            if consent not in live or not _lets(live[consent], channel)
        }


def _lets(channels: Channels, channel: str) -> bool:
    return not channels or channel in channels


some_days = st.sampled_from(DAYS)
ends = st.none() | some_days
some_channels = st.sampled_from([(SITE,), (LETTER,), (SITE, LETTER)])
which = st.integers(0, 3)
seldom = st.integers(0, 3).map(lambda n: n == 3)
gives = st.tuples(
    st.just("give"), which, st.just(()) | some_channels, some_days, ends, st.booleans()
)
publishes = st.tuples(st.just("publish"), which, seldom, some_channels, some_days)
withdraws = st.tuples(st.just("withdraw"), which, some_days)
removes = st.tuples(st.just("remove"), which, some_channels, some_days)
changes = st.fixed_dictionaries(
    {}, optional={"on": some_days, "until": ends, "channels": some_channels}
)
narrows = st.tuples(st.just("narrow"), which, changes)
steps = st.one_of(
    gives,
    publishes,
    publishes,
    withdraws,
    removes,
    st.tuples(st.just("retract"), which),
    st.tuples(st.just("amend"), which, changes),
    narrows,
)
stories = st.tuples(
    st.lists(gives, min_size=1, max_size=2),
    st.lists(publishes | removes, min_size=2, max_size=4),
    st.lists(steps, min_size=2, max_size=10),
).map(lambda parts: [step for part in parts for step in part])


@attrs.define
class Story:
    """A program in which the steps are taken, and the model of it.

    Attributes:
        consents: The consents, each with the voice that it was given for.
    """

    here: Speaking
    model: Model
    consents: dict[str, str] = attrs.Factory(dict)

    @classmethod
    def begun(cls, engine: Any) -> "Story":
        world = World(engine)
        here = Speaking(world, *world.members(world.pair()))
        voices = {}
        for by, kind in (
            (here.mentee, "testimonial"),
            (here.mentee, "quote"),
            (here.mentor, "testimonial"),
            (here.mentee, "testimonial"),
        ):
            voices[here.collect(by=by, kind=kind)] = (world.persons[by], kind)
        return cls(here, Model(voices))

    def take(self, step: tuple[Any, ...]) -> None:
        """Ask for a step; the model keeps what was recorded, and says what had to be refused."""
        name, at, *rest = step
        voices = list(self.model.voices)
        if name == "give":
            channels, on, until, this = rest
            voice = voices[at]
            person, kind = self.model.voices[voice]
            only = voice if this else None
            asked = self.here.giving(
                person_id=person, purpose=kind, channels=channels, on=on, until=until, voice_id=only
            )
            says = {"person": person, "purpose": kind, "channels": channels, "on": on}
            self._ask(name, asked, says | {"until": until, "voice": only}, meant=voice)
        elif name == "publish" and self.consents:
            other, channels, on = rest
            consent = self._one(list(self.consents), at)
            meant = voices.index(self.consents[consent])
            self.here.voice, self.here.consent = voices[(meant + 3 * other) % 4], consent
            live = self.model.live(self.here.voice, self.here.engine.position, on)
            may = consent in live and all(_lets(live[consent], c) for c in channels)
            code = self._ask(
                name,
                self.here.publishing(channels=channels, on=on),
                {"channels": channels, "on": on, "consent": consent},
            )
            assert (code is None) == may
            assert code is None or code in CONSENT_LACKS
        elif name == "withdraw" and self.consents:
            consent = self._one(list(self.consents), at)
            code = self._ask(name, WithdrawConsent(consent_id=consent, on=rest[0]), {"on": rest[0]})
            assert code in (None, "already_withdrawn", "no_such_consent")
        elif name == "remove" and self.consents:
            channels, on = rest
            voice = self.consents[self._one(list(self.consents), at)]
            down = TakeDownTestimonial(voice_id=voice, channels=channels, on=on)
            self._ask(name, down, {"channels": channels, "on": on})
        elif name == "retract" and self.model.facts:
            fact = self._one(self.model.facts, at)
            asked_back = mc.RetractRecord(stream=fact.stream, target=fact.version)
            self._ask(name, asked_back, {}, fact)
        elif name in {"amend", "narrow"} and rest[0]:
            consents = [f for f in self.model.facts if f.kind == "give"]
            plain = [f for f in self.model.facts if f.of is None]
            facts = consents if name == "narrow" else plain
            if facts:
                fact = self._one(facts, at)
                amends = mc.AmendRecord(stream=fact.stream, target=fact.version, changes=rest[0])
                self._ask("amend", amends, rest[0], fact)

    def _one(self, many: list[Any], at: int) -> Any:
        """One of many, counted from the last."""
        return many[-1 - at % len(many)]

    def _ask(
        self,
        name: str,
        asked: Any,
        says: dict[str, Any],
        of: Fact | None = None,
        *,
        meant: str | None = None,
    ) -> str | None:
        try:
            answer = self.here.world.ask(asked)
        except Refused as refused:
            return refused.code
        except Invalid:
            return "invalid"
        for record in answer.events:
            fact = Fact(record.position, record.stream, record.version, name, says, of)
            self.model.facts.append(fact)
            if meant is not None:
                self.consents[record.stream] = meant
        return None

    def check(self, day: date, known: int) -> None:
        """What is told of a moment is what the model finds."""
        program = self.here.world.program
        moment: Any = {"as_of": day, "as_known": known, "viewer": SEES}
        told = self.here.engine.view("community.voices", program, **moment)
        needs = self.here.engine.attention(program, **moment).of("voice_to_take_down")
        wanted = set()
        for voice in self.model.voices:
            row, live = told.row(voice), self.model.live(voice, known, day)
            down = self.model.to_take_down(voice, known, day)
            wanted |= {voice} if down else set()
            assert row.any_channel == any(not channels for channels in live.values())
            assert {*row.may_stand} == {c for channels in live.values() for c in channels}
            assert {*row.stands} == set(self.model.stands(voice, known, day))
            assert {*row.take_down} == down
            assert (row.state == "take_down") == bool(down)
            assert live or row.state != "may_be_published"
        assert {need.subject for need in needs} == wanted


@settings(max_examples=60, deadline=None)
@given(stories, st.data())
def test_nothing_may_stand_that_nobody_consents_to_and_all_that_does_is_listed(
    taken: list[Any], data: st.DataObject
) -> None:
    """INV-48"""
    with closing(mentorcore.open(":memory:", clock=Clock(), ids=numbers())) as engine:
        story = Story.begun(engine)
        first = engine.position

        for step in taken:
            story.take(step)

        for day in DAYS:
            story.check(day, engine.position)
        for _ in range(3):
            story.check(data.draw(some_days), data.draw(st.integers(first, engine.position)))


def test_a_withdrawal_lists_all_that_was_published_under_it() -> None:
    """INV-48"""
    with closing(mentorcore.open(":memory:", clock=Clock(), ids=numbers())) as engine:
        story = Story.begun(engine)
        here, (first, *_) = story.here, story.model.voices
        withdrawn = here.give(on=SAID)
        published = [first, here.collect(), here.collect()]
        for voice in published:
            here.voice = voice
            here.publish(on=SAID)
        here.give(on=SAID, until=None)
        here.collect()
        here.publish(on=SAID)

        here.consent = withdrawn
        here.withdraw(DAYS[1])

        needs = engine.attention(here.world.program, viewer=SEES).of("voice_to_take_down")
        assert {need.subject for need in needs} == {*published}

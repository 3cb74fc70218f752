"""What is published with whose consent, what is refused, and what is to be taken down."""

from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from engine.world import COORDINATOR, Clock, mc, numbers
from practices.community.voices import (
    CONSENTED,
    GONE,
    LETTER,
    SAID,
    SHOWN,
    SITE,
    UNTIL,
    WORDS,
    Speaking,
    spoken,
)

import mentorcore
from mentorcore.domain.values import Withheld
from mentorcore.engine.engine import Engine
from mentorcore.errors import Refused
from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.log.stores.memory import MemoryStore
from mentorcore.practices import privacy
from mentorcore.practices.built_in import BUILT_IN
from mentorcore.practices.community.voice.events import PublishTestimonial
from mentorcore.practices.community.voice.state import Voice, check_voice, evolve
from mentorcore.practices.practice import OURS, Here
from mentorcore.practices.registry import Practices

DAY = timedelta(days=1)
TOMORROW = date(2026, 11, 24)
SEES = mc.Viewer.coordinator()


@pytest.fixture
def here() -> Any:
    with closing(mentorcore.open(":memory:", clock=Clock(), ids=numbers())) as engine:
        yield spoken(engine)


def refusal(act: Any) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def amended(here: Speaking, told: Any, **changes: Any) -> Any:
    (record,) = told.events
    asked = mc.AmendRecord(stream=record.stream, target=record.version, changes=changes)
    return here.world.ask(asked)


def retracted(here: Speaking, told: Any) -> Any:
    (record,) = told.events
    return here.world.ask(mc.RetractRecord(stream=record.stream, target=record.version))


def voices(here: Speaking, viewer: Any = SEES, **moment: Any) -> Any:
    return here.engine.view("community.voices", here.world.program, viewer=viewer, **moment)


def row(here: Speaking, viewer: Any = SEES, **moment: Any) -> Any:
    return voices(here, viewer, **moment).row(here.voice)


def needs(here: Speaking, **moment: Any) -> list[Any]:
    told = here.engine.attention(here.world.program, viewer=SEES, **moment)
    return list(told.of("voice_to_take_down"))


# What is said of a voice.


def test_a_voice_is_collected_once(here: Speaking) -> None:
    again = here.collecting(voice_id=here.voice)

    assert refusal(lambda: here.world.ask(again)) == "already_collected"


def test_a_voice_is_of_a_participant_of_its_program_and_says_something(here: Speaking) -> None:
    nobody = f"participant:{9:032x}"

    assert refusal(lambda: here.collect(by=nobody)) == "no_such_participant"
    assert refusal(lambda: here.collect(program_id=f"program:{9:032x}")) == "no_such_program"
    assert refusal(lambda: here.collect(text=" ")) == "empty_text"
    assert refusal(lambda: here.collect(on=TOMORROW)) == "in_the_future"


def test_nothing_is_published_or_taken_down_that_was_not_collected(here: Speaking) -> None:
    here.voice = f"voice:{9:032x}"

    assert refusal(here.publish) == "no_such_voice"
    assert refusal(lambda: here.take_down(SITE)) == "no_such_voice"


def test_nothing_is_published_before_it_was_said(here: Speaking) -> None:
    here.give(on=SAID - 9 * DAY)

    assert refusal(lambda: here.publish(on=SAID - DAY)) == "before_it_was_said"


def test_a_publication_says_in_which_channels_each_once(here: Speaking) -> None:
    assert refusal(lambda: here.publish(channels=())) == "no_channel"
    assert refusal(lambda: here.publish(channels=(SITE, SITE))) == "channel_twice"


def test_only_what_stands_is_taken_down(here: Speaking) -> None:
    here.publish(channels=(SITE,))

    assert refusal(lambda: here.take_down(LETTER)) == "not_published"
    assert refusal(lambda: here.take_down(SITE, on=SHOWN - DAY)) == "not_published"
    here.take_down(SITE)
    assert refusal(lambda: here.take_down(SITE)) == "not_published"


def test_what_somebody_said_never_changes(here: Speaking) -> None:
    asked = mc.AmendRecord(stream=here.voice, target=1, changes={"text": "It was fine"})

    with pytest.raises((Refused, mc.Invalid)):
        here.world.ask(asked)
    assert row(here).text == WORDS


def test_what_is_no_event_of_it_and_what_never_began_changes_nothing() -> None:
    empty = Voice()

    check_voice(empty)

    assert evolve(empty, object()) is empty


# Nothing is published without consent.


def test_nothing_is_published_under_no_consent(here: Speaking) -> None:
    """INV-48"""
    here.consent = f"consent:{99:032x}"

    assert refusal(here.publish) == "no_such_consent"


@pytest.mark.parametrize("day", [CONSENTED - DAY, SAID])
def test_nothing_is_published_before_somebody_consents(here: Speaking, day: date) -> None:
    """INV-48"""
    assert refusal(lambda: here.publish(on=day)) == "no_live_consent"


def test_a_consent_holds_until_the_end_of_its_last_day(here: Speaking) -> None:
    """INV-48"""
    here.give(until=SHOWN)

    assert refusal(lambda: here.publish(on=SHOWN + DAY)) == "no_live_consent"
    assert here.publish(on=SHOWN).events


def test_nothing_is_published_from_the_day_on_on_which_a_consent_is_withdrawn(
    here: Speaking,
) -> None:
    """INV-48"""
    here.withdraw(GONE)

    assert refusal(lambda: here.publish(on=GONE)) == "no_live_consent"
    assert here.publish(on=GONE - DAY).events


def test_nothing_is_published_under_the_consent_of_somebody_else(here: Speaking) -> None:
    """INV-48"""
    here.give(person_id=here.world.persons[here.mentor])

    assert refusal(here.publish) == "consent_of_another"


def test_a_consent_is_for_one_purpose_in_its_channels_and_may_be_for_one_text(
    here: Speaking,
) -> None:
    """INV-48"""
    for other in (
        {"purpose": "quote"},
        {"channels": (SITE,)},
        {"voice_id": f"voice:{9:032x}"},
    ):
        here.give(**other)
        assert refusal(here.publish) == "consent_for_another"
    here.give(voice_id=here.voice, channels=(LETTER, SITE))
    assert here.publish().events


def test_a_corrected_publication_is_asked_for_consent_again(here: Speaking) -> None:
    """INV-48"""
    here.give(channels=(SITE,))
    told = here.publish(channels=(SITE,))

    assert refusal(lambda: amended(here, told, channels=(LETTER,))) == "consent_for_another"
    assert refusal(lambda: amended(here, told, on=CONSENTED - DAY)) == "no_live_consent"


def test_whoever_was_merged_with_somebody_has_consented_under_either_id(here: Speaking) -> None:
    """INV-48"""
    other = here.world.do(mc.RegisterPerson(name="The same"))
    here.give(person_id=other)
    assert refusal(here.publish) == "consent_of_another"

    survivor = here.world.persons[here.mentee]
    here.world.ask(mc.MergePersons(survivor=survivor, absorbed=other))

    assert here.publish().events
    assert row(here).state == "published"


# What is told.


def test_what_may_be_published_is_told_with_its_channels_and_its_end(here: Speaking) -> None:
    told = row(here)

    assert (told.state, told.any_channel, told.may_stand) == ("may_be_published", True, ())
    assert (told.until, told.stands, told.take_down) == (UNTIL, (), ())
    assert told.consents == (here.consent,)


def test_consents_are_told_together(here: Speaking) -> None:
    here.give(channels=(SITE,), until=SHOWN)
    here.give(channels=(LETTER,), until=None)

    told, then = row(here), row(here, as_of=SHOWN)

    assert (told.may_stand, then.may_stand) == ((LETTER,), (LETTER, SITE))
    assert told.until is None


def test_a_voice_without_consent_is_told_as_such(here: Speaking) -> None:
    here.collect(kind="quote")

    assert row(here).state == "no_consent"
    assert needs(here) == []


def test_whatever_stands_under_a_withdrawn_consent_is_to_be_taken_down(here: Speaking) -> None:
    """INV-48"""
    here.publish()
    here.withdraw()

    (need,) = needs(here)

    assert (row(here).state, row(here).take_down) == ("take_down", (LETTER, SITE))
    assert (need.subject, need.since, need.amount) == (here.voice, GONE, 2)
    assert [who.participant for who in need.people] == [here.mentee]
    assert row(here, as_of=GONE - DAY).state == "published"


def test_what_was_taken_down_needs_nobody_any_more(here: Speaking) -> None:
    here.publish()
    here.withdraw()

    here.take_down(SITE)
    assert row(here).take_down == (LETTER,)
    here.take_down(LETTER)

    assert row(here).state == "taken_down"
    assert needs(here) == []


def test_a_consent_that_ran_out_leaves_what_is_to_be_taken_down(here: Speaking) -> None:
    """INV-48"""
    here.give(until=SHOWN + DAY)
    here.publish()

    (need,) = needs(here)

    assert need.since == SHOWN + 2 * DAY
    assert row(here, as_of=SHOWN + DAY).state == "published"


def test_a_consent_that_was_taken_back_leaves_what_is_to_be_taken_down(here: Speaking) -> None:
    """INV-48"""
    here.publish()
    known = here.engine.position

    taken = here.world.ask(mc.RetractRecord(stream=here.consent, target=1))

    (need,) = needs(here)
    assert need.since == SHOWN
    assert row(here, as_known=known).state == "published"
    retracted(here, taken)
    assert row(here).state == "published"


def test_a_consent_that_is_narrowed_leaves_what_is_to_be_taken_down(here: Speaking) -> None:
    """INV-48"""
    here.publish()

    changes = {"channels": (SITE,)}
    here.world.ask(mc.AmendRecord(stream=here.consent, target=1, changes=changes))

    assert row(here).take_down == (LETTER,)
    assert needs(here)[0].since == SHOWN


def test_another_consent_lets_it_stand_once_it_is_published_under_that(here: Speaking) -> None:
    """INV-48"""
    here.publish()
    here.withdraw()
    here.give(on=GONE)
    assert row(here).state == "take_down"

    here.publish(on=GONE)

    assert row(here).state == "published"


def test_members_are_told_of_their_own_voice_alone(here: Speaking) -> None:
    here.publish()
    mine = mc.Viewer.member(here.world.persons[here.mentee])
    other = mc.Viewer.member(here.world.persons[here.mentor])

    assert row(here, mine).text == WORDS
    assert row(here, other) is None
    assert isinstance(row(here, mc.Viewer.auditor()).text, Withheld)
    assert WORDS not in repr(row(here))


def test_all_voices_are_added_up(here: Speaking) -> None:
    here.publish()
    here.collect()
    here.collect(kind="quote")

    told = voices(here).totals

    assert (told.voices, told.published, told.may_be_published, told.take_down) == (3, 1, 1, 0)


def test_a_state_is_explained_by_the_consent_that_it_rests_on(here: Speaking) -> None:
    here.publish()
    here.withdraw()

    why = here.engine.explain(here.voice, "community.voices.testimonial", viewer=SEES)

    figures = {f.name: f.about for f in here.engine.figures(here.voice, viewer=SEES)}
    assert figures["community.voices.testimonial"] == "how a testimonial stands"
    assert why.value == "take_down"
    assert "consent.withdrawn" in {ground.record.name for ground in why.grounds}


def test_without_the_practice_of_consents_nothing_is_published_and_nothing_is_said_of_it() -> None:
    """INV-48"""
    store, keys = MemoryStore(), MemoryKeys()

    def opened(known: Practices, ids: int) -> Engine:
        return Engine(store, keys, clock=Clock(), ids=numbers(ids), practices=known)

    here = spoken(opened(Practices.of(()), 0))
    here.publish()
    without = Practices(Here(p, OURS) for p in BUILT_IN if p is not privacy.PRACTICE)
    away = opened(without, 1_000_000)

    told = away.view("community.voices", here.world.program, viewer=SEES).row(here.voice)

    assert (told.state, told.any_channel, told.take_down) == ("unknown", False, ())
    asked = PublishTestimonial(
        voice_id=here.voice, channels=(SITE,), on=SHOWN, consent_id=here.consent
    )
    assert refusal(lambda: away.handle(asked, actor=COORDINATOR)) == "practice_missing"

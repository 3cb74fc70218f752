"""The rules of a voice: nothing is published without the consent of whoever said it (INV-48).

The consent stands on a stream of its own, which a publication reads and rests on: one that is
withdrawn meanwhile lets it be decided again. Taking down, and withdrawing, need nobody's consent.
"""

from typing import Any

from mentorcore.practices.community.voice.events import (
    CollectTestimonial,
    PublishTestimonial,
    TakeDownTestimonial,
    TestimonialCollected,
    TestimonialPublished,
    TestimonialTakenDown,
)
from mentorcore.practices.community.voice.state import Voice, check_voice, evolve
from mentorcore.practices.consent import CONSENT, Consented, Publication, check_consented
from mentorcore.practices.spec import (
    Aggregate,
    Decision,
    Participant,
    PersonId,
    Refused,
    Situation,
    Stream,
    VersionedEvent,
    check_past,
    decides,
    fold,
    is_blank,
    lives,
    program_of,
    recorded_as,
    rules_in,
)

__all__ = ["VOICE"]


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a voice needs to see, as far as known from *seen*."""
    me = Stream(command.voice_id)
    if isinstance(command, CollectTestimonial):
        by = Stream(command.by)
        return (me, Stream(command.program_id), by, *_persons(seen, command.by))
    if not seen.has(me) or (collected := seen.state(me).collected) is None:
        return (me,)
    found = [me, Stream(collected.program_id)]
    if isinstance(command, PublishTestimonial):
        found += [Stream(command.consent_id), Stream(collected.by)]
        found += _persons(seen, collected.by)
    return tuple(dict.fromkeys(found))


def _persons(seen: Situation, participant: str) -> list[Stream]:
    """Every id of whoever takes part, as far as known."""
    me = Stream(participant)
    if not seen.has(me) or not isinstance(state := seen.state(me), Participant):
        return []
    return list(map(Stream, (state.person_id, *lives(seen, state.person_id))))


def decide(now: Situation, command: Any) -> Decision:
    """What a command about a voice leads to."""
    state: Voice = now.state(stream := Stream(command.voice_id))
    if isinstance(command, CollectTestimonial):
        if state.collected is not None:
            raise Refused("this was collected already", "already_collected")
        program_id = command.program_id
    elif state.collected is None:
        raise Refused(f"there is no voice {command.voice_id}", "no_such_voice")
    else:
        program_id = state.collected.program_id
    check_past(now, program_of(now, program_id), command.on)
    event = RULES[type(command)](now, state, command)
    check_voice(evolve(state, event))
    return ((stream, event),)


@decides(CollectTestimonial)
def collect(now: Situation, _state: Voice, command: CollectTestimonial) -> Any:
    """Take down what a participant said, sealed under their key."""
    said_by = now.state(Stream(command.by))
    if not isinstance(said_by, Participant) or said_by.program_id != command.program_id:
        raise Refused(f"the program has no participant {command.by}", "no_such_participant")
    if is_blank(command.text):
        raise Refused("a testimonial says something", "empty_text")
    return recorded_as(TestimonialCollected, command, subjects=(said_by.person_id,))


@decides(PublishTestimonial)
def publish(now: Situation, state: Voice, command: PublishTestimonial) -> Any:
    """Publish what somebody consents to on that day (INV-48)."""
    collected = state.collected
    assert collected is not None
    consent: object = now.state(Stream(command.consent_id))
    assert isinstance(consent, Consented)
    asked = Publication(
        program=collected.program_id,
        persons=frozenset(_persons(now, collected.by)),
        voice=collected.voice_id,
        kind=collected.kind,
        channels=command.channels,
    )
    check_consented(consent, asked, command.on)
    return recorded_as(TestimonialPublished, command)


@decides(TakeDownTestimonial)
def take_down(_now: Situation, state: Voice, command: TakeDownTestimonial) -> Any:
    """Take it down from where it stands."""
    if missing := sorted({*command.channels} - state.stood(command.on)):
        where = ", ".join(missing)
        raise Refused(f"on {command.on} this did not stand in {where}", "not_published")
    return recorded_as(TestimonialTakenDown, command)


def check_standing(
    _now: Situation, _corrected: Stream, _stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    """Refuse a correction after which a voice's records would not fit together (INV-65)."""
    check_voice(fold(VOICE, placed))


def _subjects(_stream: Stream, state: Voice, _event: Any) -> tuple[PersonId, ...]:
    return () if state.collected is None else state.collected.subjects


RULES = rules_in(globals())

VOICE: Aggregate[Voice] = Aggregate(
    kind="voice",
    initial=Voice(),
    evolve=evolve,
    events=(TestimonialCollected, TestimonialPublished, TestimonialTakenDown),
    commands=tuple(RULES),
    id_field="voice_id",
    reads=reads,
    decide=decide,
    subjects=_subjects,
    members=lambda collected: (collected.by,),
    consistent=check_standing,
    rests_on_streams=(CONSENT,),
)

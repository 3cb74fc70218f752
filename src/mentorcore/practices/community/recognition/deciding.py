"""The rules of a recognition: who is recognised, by whom, and when."""

from typing import Any

import attrs

from mentorcore.practices.community.recognition.events import AwardRecognition, RecognitionAwarded
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
    program_of,
    recorded_as,
    rules_in,
)

__all__ = ["RECOGNITION", "Recognition"]


@attrs.frozen
class Recognition:
    """A recognition, or nothing yet."""

    awarded: RecognitionAwarded | None = None


def evolve(state: Recognition, event: Any) -> Recognition:
    """Fold one event into the recognition."""
    return Recognition(event) if isinstance(event, RecognitionAwarded) else state


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The streams that an award needs to see, as far as known from *seen*."""
    to = Stream(command.to)
    found = [Stream(command.recognition_id), Stream(command.program_id), to]
    if command.by is not None:
        found.append(Stream(command.by))
    if seen.has(to) and isinstance(state := seen.state(to), Participant):
        found.append(Stream(state.person_id))
    return tuple(dict.fromkeys(found))


@decides(AwardRecognition)
def decide(now: Situation, command: Any) -> Decision:
    """Recognise a participant of the program."""
    if now.state(stream := Stream(command.recognition_id)).awarded is not None:
        raise Refused("this recognition was awarded already", "already_awarded")
    check_past(now, program_of(now, command.program_id), command.on)
    found = now.state(Stream(command.to))
    if not isinstance(found, Participant) or found.program_id != command.program_id:
        raise Refused(f"the program has no participant {command.to}", "no_such_participant")
    if command.by is not None and not now.state(Stream(command.by)).registered:
        raise Refused(f"nobody is registered under {command.by}", "no_such_person")
    if is_blank(command.citation):
        raise Refused("a citation says nothing; leave it out", "empty_text")
    awarded = recorded_as(RecognitionAwarded, command, subjects=(found.person_id,))
    check_giver(awarded)
    return ((stream, awarded),)


def check_giver(awarded: RecognitionAwarded | None) -> None:
    """Refuse that both a person and an office give one recognition.

    Raises:
        Refused: ``two_givers``.
    """
    if awarded is not None and awarded.by is not None and awarded.office is not None:
        raise Refused("a person gives a recognition or an office does, not both", "two_givers")


def check_standing(
    _now: Situation, _corrected: Stream, _stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    """Refuse a correction after which two would give one recognition (INV-65)."""
    check_giver(fold(RECOGNITION, placed).awarded)


def recognised(_stream: Stream, state: Recognition, _event: Any) -> tuple[PersonId, ...]:
    """Under whose key the reason for a correction is sealed."""
    return () if state.awarded is None else state.awarded.subjects


RECOGNITION: Aggregate[Recognition] = Aggregate(
    kind="recognition",
    initial=Recognition(),
    evolve=evolve,
    events=(RecognitionAwarded,),
    commands=tuple(rules_in(globals())),
    id_field="recognition_id",
    reads=reads,
    decide=decide,
    subjects=recognised,
    members=lambda awarded: (awarded.to,),
    consistent=check_standing,
)

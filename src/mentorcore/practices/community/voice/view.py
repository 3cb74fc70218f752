"""What may be published today, where it stands, and what is to be taken down at once (INV-48).

Consents stand on streams of another practice, whose events are found by their stored names. A voice
stands by the consent under which it was published: where that does not hold on the day that is
looked at, whether it was withdrawn, ran out or was taken back, the voice is to be taken down.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from zlib import crc32

import attrs

from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import CORE_MODEL, Model
from mentorcore.practices.community.voice.events import (
    TELLERS,
    TestimonialCollected,
    TestimonialPublished,
    TestimonialTakenDown,
)
from mentorcore.practices.community.voice.rows import VoiceRow, VoiceTotals
from mentorcore.practices.consent import CONSENT, GIVEN, Publication, is_for, is_live
from mentorcore.practices.spec import (
    Need,
    ProgramSnapshot,
    ProgramView,
    Projection,
    Redactor,
    Sealed,
    who,
)
from mentorcore.projections.program_view import Together

__all__ = ["VOICES"]

OWN = frozenset({TestimonialCollected, TestimonialPublished, TestimonialTakenDown})


@attrs.define
class VoicePart:
    """A voice, as it is folded; its text stays sealed.

    Attributes:
        stands: By channel, the consent under which it stands there and since when.
        stood: Whether it was published ever.
    """

    voice: str = ""
    program: str = ""
    kind: str = ""
    by: str = ""
    on: date | None = None
    text: Sealed | str | None = None
    stands: dict[str, tuple[str, date]] = attrs.Factory(dict)
    stood: bool = False


@attrs.define
class ConsentPart:
    """A consent, as it is folded."""

    program_id: str = ""
    person_id: str = ""
    purpose: str = ""
    channels: tuple[str, ...] = ()
    voice_id: str | None = None
    on: date = date.max
    until: date | None = None
    withdrawn_on: date | None = None


Part = VoicePart | ConsentPart


def apply(part: Any, told: Any) -> Any:
    """Fold one event into the voice, or into the consent."""
    event = told.event
    match event:
        case TestimonialCollected():
            part.voice, part.program, part.kind = event.voice_id, event.program_id, event.kind
            part.by, part.on, part.text = event.by, event.on, event.text
        case TestimonialPublished():
            part.stood = True
            part.stands |= dict.fromkeys(event.channels, (event.consent_id, event.on))
        case TestimonialTakenDown():
            part.stands = {c: at for c, at in part.stands.items() if c not in event.channels}
        case _ if event_info(type(event)).name == GIVEN:
            part.program_id, part.person_id = event.program_id, event.person_id
            part.purpose, part.channels = event.purpose, event.channels
            part.voice_id, part.on, part.until = event.voice_id, event.on, event.until
        case withdrawn:
            part.withdrawn_on = withdrawn.on
    return part


@attrs.frozen
class Told:
    """A voice with the consents that are about it.

    Attributes:
        live: Those that hold on the day, by their ids.
        ended: By channel from which it is to be taken down, since when.
    """

    part: VoicePart
    on: date
    live: Mapping[str, ConsentPart]
    ended: Mapping[str, date]


def _told(parts: Mapping[str, Any], at: ProgramSnapshot, *, known: bool) -> Iterator[Told]:
    consents = {s: p for s, p in parts.items() if isinstance(p, ConsentPart)}
    for _, part in sorted(parts.items()):
        if not isinstance(part, VoicePart) or part.on is None:
            continue
        about = {s: c for s, c in consents.items() if _fits(c, part, at)}
        live = {s: c for s, c in about.items() if is_live(c, c.withdrawn_on, at.day)}
        ended = {}
        for channel, (stream, since) in part.stands.items() if known else ():
            under = live.get(stream)
            if under is None or (under.channels and channel not in under.channels):
                ended[channel] = _end(about.get(stream), since, at.day)
        yield Told(part, part.on, live, ended)


def _fits(consent: ConsentPart, part: VoicePart, at: ProgramSnapshot) -> bool:
    """Whether a consent is about a voice, in whatever channel."""
    asked = Publication(
        program=part.program,
        persons=at.ids(at.person(part.by)),
        voice=part.voice,
        kind=part.kind,
        channels=(),
    )
    return is_for(consent, asked)


def _end(consent: ConsentPart | None, since: date, day: date) -> date:
    """Since when a voice stands without the consent under which it was published.

    Since it stands there, where the consent was taken back or never was for that.
    """
    if consent is None:
        return since
    ends = [consent.withdrawn_on, consent.until and consent.until + timedelta(days=1)]
    return max(since, min((e for e in ends if e is not None and e <= day), default=since))


def _row(told: Told, at: ProgramSnapshot, seer: Redactor, *, known: bool) -> VoiceRow:
    part, live = told.part, told.live.values()
    ends = [consent.until for consent in live]
    return VoiceRow(
        voice=part.voice,
        kind=part.kind,
        state=_state(told, known=known),
        who=who(at, seer, part.by),
        on=told.on,
        any_channel=any(not consent.channels for consent in live),
        may_stand=tuple(sorted({c for consent in live for c in consent.channels})),
        consents=tuple(sorted(told.live)),
        stands=tuple(sorted(part.stands)),
        take_down=tuple(sorted(told.ended)),
        until=None if None in ends else max((end for end in ends if end), default=None),
        text=seer.show(part.text, TELLERS, "free_text", subjects=at.ids(at.person(part.by))),
    )


def _state(told: Told, *, known: bool) -> str:
    if told.ended:
        return "take_down"
    if told.part.stands:
        return "published" if known else "unknown"
    if told.live:
        return "may_be_published"
    return "taken_down" if told.part.stood else "no_consent"


def _need(told: Told, at: ProgramSnapshot, seer: Redactor) -> Need:
    since, where = min(told.ended.values()), ", ".join(sorted(told.ended))
    kind = told.part.kind.replace("_", " ")
    return Need(
        kind="voice_to_take_down",
        subject=told.part.voice,
        people=(who(at, seer, told.part.by),),
        since=since,
        days=(at.day - since).days,
        why=f"a {kind} stands in {where} without a consent that holds; take it down",
        amount=len(told.ended),
    )


def voices(model: Model) -> ProgramView:
    """A row for each voice, of a log that is kept by these rules.

    Where nothing tells consents here, nothing may be published.
    """
    consents = model.aggregates.get(CONSENT)
    known = consents is not None
    events = OWN | frozenset(consents.events if consents else ())

    def rows(
        parts: Mapping[str, Part], at: ProgramSnapshot, seer: Redactor
    ) -> Iterator[tuple[str, VoiceRow]]:
        for told in _told(parts, at, known=known):
            yield told.part.voice, _row(told, at, seer, known=known)

    def needs(
        parts: Mapping[str, Part], at: ProgramSnapshot, seer: Redactor
    ) -> Iterator[tuple[str, Need]]:
        for told in _told(parts, at, known=known):
            if told.ended:
                yield told.part.voice, _need(told, at, seer)

    def combine(parts: Mapping[str, Part], at: ProgramSnapshot) -> VoiceTotals:
        states = [_state(told, known=known) for told in _told(parts, at, known=known)]
        return VoiceTotals(
            voices=len(states),
            may_be_published=states.count("may_be_published"),
            published=states.count("published"),
            take_down=states.count("take_down"),
        )

    stored = sorted((event_info(e).name, event_info(e).version) for e in events)
    kinds: dict[str, Any] = {"voice": VoicePart} | ({CONSENT: ConsentPart} if known else {})
    return ProgramView(
        name="community.voices",
        projection=Projection(
            name="voices",
            version=crc32(repr(stored).encode()),
            initial=kinds,
            apply=apply,
            corrected=lambda part, _correction, _target: part,
            combine=lambda parts: parts,
            events=events,
        ),
        together=Together(
            rows=rows,
            needs=needs,
            narrow=lambda at, _subject: at,
            named=("subject", "kind"),
            for_model=voices,
        ),
        combine=combine,
        kinds={"voice_to_take_down": "mismatch_overdue"},
        about={"voice_to_take_down": "something stands published without a consent that holds"},
        prompted_by=frozenset({TestimonialPublished}),
    )


VOICES = voices(CORE_MODEL)
"""The same of a log without practices."""

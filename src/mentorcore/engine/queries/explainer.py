"""Every figure, need and refusal is explained here, with the responses behind imported events."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from mentorcore.domain.model import CORE_MODEL, Model
from mentorcore.engine.indexes.mappings import MappingIndex
from mentorcore.engine.queries.provenance import ProvenanceFinder
from mentorcore.engine.queries.refusal_search import (
    AllowedNow,
    Refusal,
    Told,
    decided_again,
    refusal_rests_on,
    scenery_of,
)
from mentorcore.errors import Refused
from mentorcore.intake.rejects import Reject
from mentorcore.log.recorded import Recorded
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Store
from mentorcore.projections.access.redactor import (
    METADATA,
    Opener,
    Redactor,
    Viewer,
    others_withheld,
)
from mentorcore.projections.attention.needs import Need
from mentorcore.projections.explain.explanation import Explanation, Ground
from mentorcore.projections.explain.grounds import grounds_of
from mentorcore.projections.folding.moment import Moment
from mentorcore.projections.history.stream_history import StreamHistory, of_the_core
from mentorcore.projections.views import Views

__all__ = ["Explainer"]

NO_DECISION = "it rests on no event: it was no decision on what the log holds"
NO_FACT = (
    "no other event speaks to it: it follows from what was asked, from the day, and from the "
    "program's settings"
)
TOGETHER = (
    "the log as it stands does not refuse this: it rests on what was asked together with it and "
    "was not recorded, or on what has been corrected since"
)
UNREAD = "the row could not be read as the mapping asks; no event has to do with it"


class Explainer:
    """Explains what a log tells.

    Args:
        store: The log.
        codec: What reads its events.
        views: Its figures.
        opener: What opens sealed values for those who may see them.
        mappings: The mappings that were kept.
        model: The rules that decide.
    """

    def __init__(
        self,
        store: Store,
        codec: Codec,
        views: Views,
        opener: Opener,
        mappings: MappingIndex,
        *,
        model: Model = CORE_MODEL,
    ) -> None:
        self._store = store
        self._codec = codec
        self._views = views
        self._opener = opener
        self._mappings = mappings
        self._model = model

    def explain(
        self,
        subject: str | Need | Refused | Reject,
        figure: str | None,
        asked: Moment,
        *,
        viewer: Viewer,
        today: date | datetime,
    ) -> Explanation:
        """Why it is so; see `Queries.explain`."""
        seer = self._views.seer(viewer, asked)
        scope = self._views.scope(viewer)
        if scope is not None:
            subject = scope.shown(subject, asked)
        match subject:
            case Reject():
                told = self._rejected(subject, seer)
            case Refused():
                told = self._refused(subject, seer)
            case _:
                told = self._views.explain(subject, figure or "", asked, viewer=viewer, today=today)
        told = self._traced(told, seer)
        return told if scope is None else scope.explanation(told, subject, asked)

    def _traced(self, told: Explanation, seer: Redactor) -> Explanation:
        origins = ProvenanceFinder(self._store, self._codec, self._mappings, seer)
        grounds = [
            origins.traced(g, self._chapter(origins.stream(g.record.evidence.stream)))
            for g in told.grounds
        ]
        return attrs.evolve(told, grounds=tuple(grounds))

    def _rejected(self, reject: Reject, seer: Redactor) -> Explanation:
        if reject.refusal is not None:
            told = self._refused(reject.refusal, seer)
            return attrs.evolve(told, value=reject.reason, again=_said(told, reject.reason))
        return self._answer(reject.response.form, "refused", reject.reason, seer, note=UNREAD)

    def _refused(self, refused: Refused, seer: Redactor) -> Explanation:
        asked = refused.asked
        if asked is None:
            return self._answer("", refused.code, refused.reason, seer, note=NO_DECISION)
        owner = refused.facts.get("person")
        if refused.code == "identity_taken" and owner is None:  # of nobody whom the viewer knows
            told_nothing = self._answer("", refused.code, refused.reason, seer)
            return attrs.evolve(told_nothing, others=others_withheld())
        for position in (asked.position, self._store.tail()):
            told = decided_again(self._store, self._codec, asked, position, self._model)
            if refused.code == "identity_taken" and isinstance(owner, str):
                told = {**told, owner: self._recorded(owner, position)}
            done = refusal_rests_on(refused, told, self._opener, self._model)
            if isinstance(done.value, Refusal) and done.value.code == refused.code:
                break
        else:
            return self._answer("", refused.code, refused.reason, seer, note=TOGETHER)
        grounds: list[Ground] = []
        hidden = False
        for stream, versions in done.chosen.items():
            chapter = self._chapter(told[stream])
            # A program's own events are no secret.
            may = chapter.kind == "program" or seer.may(METADATA, members=chapter.members)
            if versions and not may:
                hidden = True
                continue
            effects = {
                v: f"without it: {done.without[stream, v] or 'it could not be asked'}"
                for v in versions
                if (stream, v) in done.without
            }
            listed = grounds_of(
                chapter, told[stream], versions, effects, zone=_zone(told), seer=seer
            )
            scenery = scenery_of(done, told[stream])
            grounds.extend(
                attrs.evolve(g, part="founding") if g.record.evidence.version in scenery else g
                for g in listed
            )
        grounds.sort(key=lambda g: (g.part == "founding", g.record.evidence.position))
        facts = any(g.part != "founding" for g in grounds)
        again = refused.reason if isinstance(done.again, Refusal) else str(AllowedNow())
        return attrs.evolve(
            self._answer(next(iter(told), ""), refused.code, refused.reason, seer),
            again=again,
            position=position,
            grounds=tuple(grounds),
            others=others_withheld() if hidden else None,
            note=None if facts or hidden else NO_FACT,
        )

    def _recorded(self, stream: str, position: int) -> list[Recorded[Any]]:
        rows = self._store.stream(stream)
        return [self._codec.recorded(r) for r in rows if r.position <= position]

    def _answer(
        self, subject: str, code: str, reason: str, seer: Redactor, note: str | None = None
    ) -> Explanation:
        return Explanation(
            subject=subject,
            figure=code,
            about="why this was refused",
            value=reason,
            again=reason,
            day=None,
            position=self._store.tail(),
            as_of=None,
            as_known=None,
            viewer=seer.viewer.kind,
            note=note,
        )

    def _chapter(self, told: Sequence[Recorded[Any]]) -> StreamHistory:
        """Who may see what of a stream: its members, the person it is about."""
        stream = told[0].stream if told else ""
        founding = next((r.event for r in told if hasattr(r.event, "program_id")), None)
        return of_the_core(stream, founding)


def _said(told: Explanation, reason: str) -> str:
    return reason if told.holds else str(told.again)


def _zone(told: Told) -> ZoneInfo:
    """The zone of the program that a decision read, UTC without one."""
    for recorded in told.values():
        for r in recorded:
            zone = getattr(r.event, "time_zone", None)
            if zone is not None and hasattr(r.event, "settings"):
                return ZoneInfo(zone)
    return ZoneInfo("UTC")

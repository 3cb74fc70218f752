"""An explanation, put together from what the search for the events behind a figure found."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from mentorcore.domain.values import Erased, Withheld
from mentorcore.log.recorded import Recorded
from mentorcore.log.storage.store import Store
from mentorcore.projections.access.redactor import Redactor, others_withheld
from mentorcore.projections.explain.explanation import Explanation, Ground
from mentorcore.projections.explain.grounds import effect, grounds_of
from mentorcore.projections.explain.provenance_search import (
    Counterfactual,
    SearchResult,
    candidates,
    search,
)
from mentorcore.projections.folding.event_reader import EventReader, rows_until
from mentorcore.projections.folding.figure import DependsOn
from mentorcore.projections.folding.moment import known_by
from mentorcore.projections.history.stream_history import StreamHistory
from mentorcore.projections.summary.people import Who
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot

__all__ = ["About", "answer", "explained", "told_until"]

MANY = (
    "there are so many events that what each of them does was not worked out; ask about a single "
    "pairing or participant for that"
)
NONE = "beside what founds it, nothing was recorded that would make it another"

Told = Mapping[str, Sequence[Recorded[Any]]]


@attrs.frozen
class About:
    """What is explained.

    Attributes:
        subject: What it is about.
        figure: The name of the figure or need.
        rests: What it says, and the events that can matter.
        value: What it says at the moment.
        shown: How that is shown, where it is more than what is compared.
    """

    subject: str
    figure: str
    rests: DependsOn
    value: Any
    shown: Callable[[Any], Any] = lambda value: value


def answer(at: ProgramSnapshot, seer: Redactor, about: About, **more: Any) -> Explanation:
    """The answer without events: a figure that the viewer may not see is explained by none."""
    return Explanation(
        subject=about.subject,
        figure=about.figure,
        about=about.rests.about,
        value=more.pop("value", about.value),
        again=more.pop("again", about.value),
        day=at.day,
        position=at.position,
        as_of=at.asked.as_of,
        as_known=known_by(at.asked),
        viewer=seer.viewer.kind,
        **more,
    )


def explained(
    at: ProgramSnapshot,
    seer: Redactor,
    about: About,
    trial: Counterfactual,
    *,
    chapter_of: Callable[[str], StreamHistory],
    people: Callable[[], Sequence[Who]],
) -> Explanation:
    """Why a figure is what it is, by the events that it cannot be told without.

    Args:
        at: The program at the moment at which it is looked at.
        seer: Who is asking.
        about: What is explained.
        trial: Tells it from whichever events are asked for.
        chapter_of: Who may see what of a stream.
        people: The participants who appear, as the viewer may see them.
    """
    if isinstance(about.value, Withheld | Erased):
        return answer(at, seer, about)
    done = search(trial, candidates(trial.told, about.rests.events))
    if done.value != about.value:
        done = search(trial, candidates(trial.told, None))
    grounds, hidden = _grounds(at, seer, trial.told, done, chapter_of)
    facts = any(g.part != "founding" for g in grounds)
    note = None if done.whole else MANY
    if not facts and not hidden:
        note = NONE
    return answer(
        at,
        seer,
        about,
        value=about.shown(about.value),
        again=about.shown(done.again),
        people=tuple(people()),
        grounds=grounds,
        others=others_withheld() if hidden else None,
        note=note,
    )


def _grounds(
    at: ProgramSnapshot,
    seer: Redactor,
    told: Told,
    done: SearchResult,
    chapter_of: Callable[[str], StreamHistory],
) -> tuple[tuple[Ground, ...], bool]:
    grounds: list[Ground] = []
    hidden = False
    for stream, versions in done.chosen.items():
        chapter = chapter_of(stream)
        if versions and not chapter.is_shown(seer):
            hidden = True
            continue
        effects = {
            v: effect(done.value, done.without[stream, v])
            for v in versions
            if (stream, v) in done.without
        }
        grounds.extend(
            grounds_of(chapter, told[stream], versions, effects, zone=at.zone, seer=seer)
        )
    order = {"fact": 0, "correction": 1, "founding": 2}
    grounds.sort(key=lambda g: (order[g.part], g.record.evidence.position))
    return tuple(grounds), hidden


def told_until(reading: EventReader, store: Store, streams: Sequence[str], position: int) -> Told:
    """The events of streams up to a position that matter to a projection."""
    return {stream: reading.told(rows) for stream, rows in rows_until(store, streams, position)}

"""Whether what was attested still comes out, and what was recorded since where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.engine.queries.attestation_rows import (
    AttestationCheck,
    AttestationState,
    ChangedResult,
)
from mentorcore.engine.queries.compliance_queries import RESULTS
from mentorcore.log.storage.store import Store
from mentorcore.projections.access.redactor import COORDINATOR, Viewer, others_withheld
from mentorcore.projections.compliance.rows import RequirementRow
from mentorcore.projections.compliance.statement import digest_of, stated_by
from mentorcore.projections.diff.change_causes import Look, change_causes
from mentorcore.projections.diff.row_comparison import changes
from mentorcore.projections.diff.rows import ChangeCause
from mentorcore.projections.folding.event_reader import Reader, rows_until
from mentorcore.projections.folding.moment import Moment
from mentorcore.projections.program_view import View
from mentorcore.projections.views import Views

__all__ = ["Checker"]

SAYS = ("state", "measured", "threshold", "due_on", "satisfied_on", "days_late")
"""What a result says: where one of these is another, it is another result."""

SAID: Mapping[AttestationState, str] = {
    "stands": "the same comes out as it is known now",
    "before_a_correction": "attested before a correction",
    "not_reproduced": "what was stated does not come out here as it was known then: somebody was "
    "erased since, or keys, a pack or a practice that it rests on are not here",
    "withdrawn": "withdrawn",
}

Results = Mapping[str, RequirementRow]


class Checker:
    """Works out anew what was attested of a program.

    Args:
        views: The views of the log.
        store: The log.
        read: What reads its events.
        told: The attestations, at the moment up to which everything is known.
        viewer: Who is asking.
        today: The current instant.
    """

    def __init__(
        self,
        views: Views,
        store: Store,
        read: Reader,
        *,
        told: View,
        viewer: Viewer,
        today: datetime,
    ) -> None:
        self._views, self._store, self._read = views, store, read
        self._program, self._now = told.program, told.position
        self._viewer, self._today = viewer, today

    def checked(self, row: Any, shown: Any) -> AttestationCheck:
        """An attestation with whether the same still comes out.

        Args:
            row: What its view tells the coordinator.
            shown: What it tells the viewer.
        """
        held = attrs.asdict(shown, recurse=False)
        if row.withdrawn_on is not None:
            return AttestationCheck(**held | {"verified": False, "said": SAID["withdrawn"]})
        before, after = self._both(row, COORDINATOR)
        changed = _changed(before, after)
        state: AttestationState = "before_a_correction" if changed else "stands"
        verified = isinstance(row.digest, str)
        if verified and digest_of(before.values()) != row.digest:
            state = "not_reproduced"
        others = None
        if changed and self._viewer.kind != COORDINATOR.kind:
            before, after = self._both(row, self._viewer)
            others = others_withheld() if len(_changed(before, after)) < len(changed) else None
        told = tuple(self._results(row, before, after))
        said = SAID[state] if verified else f"{SAID[state]}; its digest cannot be read here"
        found = {"state": state, "verified": verified, "said": said}
        return AttestationCheck(**held | found, changed=told, others=others)

    def _both(self, row: Any, viewer: Viewer) -> tuple[Results, Results]:
        """The results as of the day of an attestation, as known then and now."""
        then, now = (
            self._views.view(
                RESULTS, self._program, Moment(row.as_of, known), viewer=viewer, today=self._today
            )
            for known in (row.as_known, self._now)
        )
        stated = (row.pack, row.version, row.rule, row.about)
        return stated_by(then.rows, *stated), stated_by(now.rows, *stated)

    def _results(self, row: Any, before: Results, after: Results) -> Iterator[ChangedResult]:
        """The results that are others now, each with what was recorded since."""
        for key in _changed(before, after):
            looks = [results[key] for results in (before, after) if key in results]
            one = looks[-1]
            is_cohort = kind_of(one.subject) == "cohort"
            streams = {self._program if is_cohort else one.subject}
            streams |= {record.stream for look in looks for record in look.evidence}
            was, is_now = before.get(key), after.get(key)
            yield ChangedResult(
                rule=one.rule,
                subject=one.subject,
                people=one.people,
                standing="new" if was is None else "gone" if is_now is None else "changed",
                changes=changes(_says(was), _says(is_now)),
                causes=tuple(self._causes(sorted(streams), row)),
            )

    def _causes(self, streams: list[str], row: Any) -> list[ChangeCause]:
        """What was recorded since in these streams, about days up to that of an attestation."""
        until = Moment(row.as_of).until(self._zone)
        looks = Look(row.as_known, until), Look(self._now, until)
        seer = self._views.seer(self._viewer, Moment(as_known=self._now))
        found = [
            cause
            for _, rows in rows_until(self._store, streams, self._now)
            for cause in change_causes([self._read(one) for one in rows], *looks, seer)
        ]
        return sorted(found, key=lambda cause: cause.evidence.position)

    @cached_property
    def _zone(self) -> ZoneInfo:
        lines = {line.program: line for line in self._views.programs()}
        return ZoneInfo(lines[self._program].time_zone)


def _says(row: RequirementRow | None) -> dict[str, Any]:
    """What a result says, by the names of its members."""
    return {} if row is None else {name: getattr(row, name) for name in SAYS}


def _changed(before: Results, after: Results) -> list[str]:
    """The results that are not the same, by their ids.

    That a report is attested by now changes nothing of what was attested.
    """
    every = dict.fromkeys([*before, *after])
    other = (key for key in every if _says(before.get(key)) != _says(after.get(key)))
    return [key for key in other if not (key in after and _is_attested(after[key]))]


def _is_attested(row: RequirementRow) -> bool:
    """Whether a result rests on an attestation."""
    return any(kind_of(record.stream) == "attestation" for record in row.evidence)

"""What can be asked of a figure that was published; see `mentorcore.engine.queries.recomputing`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mentorcore.log.storage.store import Store
from mentorcore.projections.access.redactor import Viewer
from mentorcore.projections.views import Views

if TYPE_CHECKING:
    from mentorcore.engine.queries.explainer import Explainer
    from mentorcore.engine.queries.recomputing import Recomputed

__all__ = ["ReportQueries"]


class ReportQueries:
    """Reports held against the log; `Engine` answers all of it."""

    _store: Store
    _views: Views
    _explaining: Explainer

    def recompute(
        self, report: Mapping[str, Any] | str, *, viewer: Viewer | None = None, why: bool = False
    ) -> Recomputed:
        """Whether every figure of a published report is what this log says.

        The report is what `status`, `attention`, `compliance` or `view` answered, as `plain` data
        or as the JSON of the command line. It says itself of which program it is, for which day,
        at which position and for whom, so that the same question is put again.

        Args:
            report: The report, or its JSON.
            viewer: For whom it was told, where that was a member.
            why: Whether the events behind every figure are told, and not only of one that differs.

        Raises:
            Invalid: It is no such report, or was not made of this log, or of more than it holds.
            Refused: Whoever administers a school has a report of something else than compliance
                worked out (``completion_only``).
        """
        from mentorcore.engine.queries.recomputing import recompute  # noqa: PLC0415 - seldom asked

        return recompute(
            report,
            self._views,
            lambda: self._explaining,
            tail=self._store.tail(),
            viewer=viewer,
            why=why,
        )

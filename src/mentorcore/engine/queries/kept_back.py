"""Results of requirements that rest on what is not shown here, of which nothing can be compared."""

from collections.abc import Iterable

import attrs

from mentorcore.domain.values import Withheld
from mentorcore.projections.compliance.report import groups_of
from mentorcore.projections.compliance.rows import WITHHELD, GroupedBy, RequirementRow

__all__ = ["RESTS_ON_SEALED", "KeptBack", "kept_back"]

RESTS_ON_SEALED = "it rests on what is sealed, which is not shown here"


@attrs.frozen
class KeptBack:
    """The results that rest on what is not shown here.

    Attributes:
        results: Each as its rule with the pack, and its subject.
        groups: The groups in which they are counted.
        any_group: Whether it is not known in which group results are counted.
    """

    results: frozenset[tuple[str, str]]
    groups: frozenset[str]
    any_group: bool

    def bears(self, subject: str, figure: str) -> bool:
        """Whether a figure of a report rests on one of them.

        Args:
            subject: What the figure is about.
            figure: Its name.
        """
        first = figure.partition(".")[0]
        if first in ("total", "people"):
            return bool(self.results)
        if first == "groups":
            return self.any_group or subject in self.groups
        if first.startswith("requirement_"):
            return any(about == subject for _, about in self.results)
        return any(
            subject == f"{rule}/{about}"
            or (subject == about and f"{figure}.".startswith(f"{rule}."))
            for rule, about in self.results
        )


def kept_back(rows: Iterable[RequirementRow], by: GroupedBy | None) -> KeptBack:
    """What rests on what is not shown here among the results of a report.

    Args:
        rows: The results.
        by: What they are counted by.
    """
    told = tuple(rows)
    hidden = [row for row in told if row.code == WITHHELD]
    return KeptBack(
        results=frozenset((f"{row.pack}/{row.rule}", row.subject) for row in hidden),
        groups=frozenset(g for row in hidden if by for g in groups_of(row, by)),
        any_group=by == "school" and any(isinstance(row.school, Withheld) for row in told),
    )

"""What a figure lacks: events that are there, and whose contents nobody here can tell."""

import attrs

__all__ = ["Lacking", "lacks_in"]


@attrs.frozen
class Lacking:
    """A figure that may be another, because states were left out of the export it is told from.

    Attributes:
        subject: The row that has it: a program, cohort, participant or pairing.
        figure: The member of the row, such as ``minutes`` or ``numbers.meetings``; of what needs a
            person the kind, and of a practice's view its name.
        events: The names of the events on which it can rest and that were left out, each with how
            many there are.
    """

    subject: str
    figure: str
    events: tuple[tuple[str, int], ...]


def lacks_in(
    lacking: tuple[Lacking, ...], subject: str, figure: str
) -> tuple[tuple[str, int], ...]:
    """The events that a figure lacks, also one inside the member that is named; none of a whole."""
    for one in lacking:
        inside = figure == one.figure or figure.startswith(f"{one.figure}.")
        if one.subject == subject and inside:
            return one.events
    return ()

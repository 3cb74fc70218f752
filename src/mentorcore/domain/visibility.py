"""Who may read what: the visibility classes and their readers.

A class names readers by what they are to the text: its author, a member of its pairing, somebody
whom it is about, the program's coordinator, an auditor of metadata, those who handle the case that
it stands in, and of names and places alone whoever administers a school, who sees what was
completed and no content. Nobody reads `anonymous_aggregate` one by one.
"""

from typing import Literal

from mentorcore.domain.values import Visibility

__all__ = [
    "BY_VISIBILITY",
    "CONTACT",
    "EVERYBODY",
    "HANDLERS",
    "HANDLING",
    "METADATA",
    "MISMATCH",
    "NAME",
    "NOBODY",
    "OWN",
    "PLACE",
    "READERS",
    "REASON",
    "SUBJECTS",
    "WORK",
    "Reader",
    "Readers",
    "narrows",
]

Reader = Literal[
    "author", "member", "subject", "coordinator", "auditor", "site_administrator", "handler"
]

READERS: dict[Visibility, frozenset[Reader]] = {
    "public": frozenset({"author", "member", "coordinator", "auditor"}),
    "program_metadata": frozenset({"author", "member", "coordinator", "auditor"}),
    "growth_only": frozenset({"author", "member", "coordinator"}),
    "coordinator": frozenset({"author", "coordinator"}),
    "evaluative": frozenset({"author", "coordinator"}),
    "pair_private": frozenset({"author", "member"}),
    "author_private": frozenset({"author"}),
    "safeguarding": frozenset({"author", "handler"}),
    "anonymous_aggregate": frozenset(),
}


Readers = frozenset[Reader] | Literal["visibility"]
"""Who reads a field."""

EVERYBODY = READERS["public"]
METADATA = READERS["program_metadata"]
"""Who, when, how long."""
NAME: frozenset[Reader] = frozenset({"coordinator", "member", "site_administrator"})
"""Names of people: members see those of the people in their own pairings."""
CONTACT: frozenset[Reader] = frozenset({"coordinator", "author"})
OWN = CONTACT
"""What a person brought along: post, credentials, training provider."""
PLACE: frozenset[Reader] = OWN | {"site_administrator"}
"""Where a person works."""
WORK: frozenset[Reader] = frozenset({"coordinator", "member"})
"""Goals, action items, topics and terms."""
REASON: frozenset[Reader] = frozenset({"coordinator"})
MISMATCH: frozenset[Reader] = frozenset({"coordinator", "author"})
"""What was said of a mismatch, by whoever reported it."""
SUBJECTS: frozenset[Reader] = frozenset({"subject"})
"""The people whom a text is about, under whose keys it is sealed, and nobody else."""
HANDLING = READERS["safeguarding"]
"""Those who handle a case now, and whoever it comes from."""
HANDLERS: frozenset[Reader] = frozenset({"handler"})
"""Those who handle a case now, and nobody else."""
NOBODY: frozenset[Reader] = frozenset()
BY_VISIBILITY: Literal["visibility"] = "visibility"
"""The readers that the event's own visibility class names."""


def narrows(old: Visibility, new: Visibility) -> bool:
    """Whether a change from *old* to *new* shows a text to nobody else (INV-50).

    What was written for growth or for the pair alone never becomes evaluative, whoever the
    readers would be (INV-28); and those who handle cases are readers that no other text has.
    """
    if old != new and new == "safeguarding":
        return False
    if new == "evaluative" and old in {"growth_only", "pair_private"}:
        return False
    return READERS[new] <= READERS[old]

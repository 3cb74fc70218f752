"""Who is asking, and what of the personal texts they are shown.

What may not be seen is shown as `Withheld`, what was erased as `Erased`; neither is left out. The
readers of a text are named by what they are to it: its author, a member of its pairing, somebody
whom it is about, the program's coordinator, an auditor of metadata (see
`mentorcore.domain.visibility`).
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any, Literal, get_args

import attrs

from mentorcore.domain.aggregate import Keepers
from mentorcore.domain.values import PersonId, ProgramId, Sealed, Withheld
from mentorcore.domain.visibility import (
    CONTACT,
    EVERYBODY,
    HANDLERS,
    HANDLING,
    METADATA,
    MISMATCH,
    NAME,
    NOBODY,
    OWN,
    READERS,
    REASON,
    SUBJECTS,
    WORK,
    Reader,
)
from mentorcore.errors import Invalid, KeyMissing, MalformedEvent, Problem, Refused
from mentorcore.log.sealing.no_keys import KeysLeftOut

__all__ = [
    "AUDITOR",
    "CONTACT",
    "COORDINATOR",
    "DAMAGED",
    "EVERYBODY",
    "HANDLERS",
    "HANDLING",
    "KEY_MISSING",
    "METADATA",
    "MISMATCH",
    "NAME",
    "NOBODY",
    "OWN",
    "REASON",
    "SEALED",
    "SITE",
    "SUBJECTS",
    "WORK",
    "Opener",
    "Readers",
    "Redactor",
    "Shown",
    "Viewer",
    "ViewerKind",
    "confirm_completion_only",
    "confirm_viewer",
    "others_withheld",
    "readers_of",
    "withheld",
]

Readers = frozenset[Reader]
Opener = Callable[[Sealed], Any]
"""What opens a sealed value: the value, or `Erased` (`Sealing.open`)."""

Shown = Any
"""A value, or `Withheld` or `Erased` in its place, or ``None`` when there is none."""


SEALED = "sealed, and no keys are here"
"""Why a text is withheld of a log, or an export of one, that was opened without any key."""
KEY_MISSING = "key missing"
"""Why somebody's texts are withheld whose key is neither here nor erased."""
DAMAGED = "damaged: its bytes do not open"
"""Why a text is withheld that was altered, or moved from another place."""


def others_withheld() -> Withheld:
    """What stands for the participants and pairings that a member is not shown."""
    return withheld("program_metadata", METADATA - {"author"})


ViewerKind = Literal["coordinator", "member", "auditor", "site_administrator"]
KINDS: tuple[ViewerKind, ...] = get_args(ViewerKind)
SITE: ViewerKind = "site_administrator"


@attrs.frozen
class Viewer:
    """Who is asking.

    Attributes:
        kind: The program's coordinator, a member of pairings, an auditor of metadata, or whoever
            administers a school.
        person: Who the member is; nobody else is named.
        program: The only program that the viewer knows of. What is told to them names no other,
            and is found in no other; left out, they know all that the log holds.
        school: The only school, or unit, that a site administrator knows of; all, if left out.

    Raises:
        Invalid: A member without a person, or another viewer with one; a school of anybody else.
    """

    kind: ViewerKind
    person: PersonId | None = None
    program: ProgramId | None = None
    school: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.kind not in KINDS:
            problem = Problem("kind", f"{self.kind!r} is unknown", f"one of {', '.join(KINDS)}")
            raise Invalid("a viewer is malformed", [problem])
        if self.school is not None and self.kind != SITE:
            problem = Problem("school", "is given", f"only of a {SITE}")
            raise Invalid("a viewer is malformed", [problem])
        if (self.kind == "member") != (self.person is not None):
            problem = Problem(
                "person", "is not as the kind asks", "given for a member, and only then"
            )
            raise Invalid("a viewer is malformed", [problem])

        stated: object = self.program
        if stated is not None and not (isinstance(stated, str) and stated.startswith("program:")):
            problem = Problem("program", f"{stated!r} is no id", "the id of a program")
            raise Invalid("a viewer is malformed", [problem])

    @classmethod
    def coordinator(cls, program: ProgramId | None = None) -> "Viewer":
        """Runs the program: sees names, figures, and texts as their visibility says."""
        return COORDINATOR if program is None else cls("coordinator", program=program)

    @classmethod
    def auditor(cls, program: ProgramId | None = None) -> "Viewer":
        """Audits metadata: sees figures and times, no names and no texts."""
        return AUDITOR if program is None else cls("auditor", program=program)

    @classmethod
    def site_administrator(
        cls, school: str | None = None, program: ProgramId | None = None
    ) -> "Viewer":
        """Administers a school: sees who completed what is asked for, and is asked nothing else."""
        return cls(SITE, program=program, school=school)

    @classmethod
    def member(cls, person: PersonId, program: ProgramId | None = None) -> "Viewer":
        """A member of pairings, who sees what is theirs."""
        return cls("member", person, program)


def confirm_viewer(stated: object) -> None:
    """Make sure that it is said who is asking.

    Raises:
        Invalid: It is no viewer, such as the word for one.
    """
    if not isinstance(stated, Viewer):
        problem = Problem("viewer", f"is a {type(stated).__name__}", "such as Viewer.coordinator()")
        raise Invalid("nobody is asking", [problem])


COORDINATOR = Viewer("coordinator")
AUDITOR = Viewer("auditor")


def confirm_completion_only(viewer: Viewer, question: str) -> None:
    """Make sure that a site administrator is shown what was completed and nothing else.

    Raises:
        Refused: They ask another question (``completion_only``).
    """
    if viewer.kind == SITE and question not in OF_SITES:
        raise Refused(
            "whoever administers a school is shown what was completed, which `compliance` tells; "
            f"`{question}` is for others",
            "completion_only",
        )


OF_SITES = frozenset({"compliance", "programs", "recompute"})
"""What a site administrator may ask."""

# Golden answers hold these sentences; a site administrator sees names, and is named in none.
_SPELLED: dict[Reader, str] = {
    "author": "the person it comes from",
    "member": "the members of its pairing",
    "subject": "the people whom it is about",
    "handler": "those who handle the case",
    "coordinator": "the coordinator",
    "auditor": "auditors",
}


def readers_of(visibility: str) -> Readers:
    """The readers of a visibility class; nobody reads a class that is not known."""
    return READERS.get(visibility, NOBODY)  # type: ignore[call-overload, no-any-return] # a class of the future is a word like any other


def _nobody(_case: str) -> Keepers:
    return Keepers()


class Redactor:
    """Decides for one viewer, and opens what they may see.

    Args:
        viewer: Who is asking.
        opener: What opens sealed values. It is called for nothing that is withheld.
        lives: The other ids of a member who was merged with somebody.
        keepers: Tells who is in on a case, by its stream.

    Attributes:
        mine: Every id of the member who is asking; none for any other viewer.
    """

    def __init__(
        self,
        viewer: Viewer,
        opener: Opener,
        lives: Iterable[str] = (),
        keepers: Callable[[str], Keepers] = _nobody,
    ) -> None:
        self.viewer = viewer
        self._keepers = keepers
        self._known: dict[str, Keepers] = {}
        self.mine = frozenset(lives if viewer.person is None else (viewer.person, *lives))
        self._opener = opener
        self._opened: dict[Sealed, Any] = {}

    def handles(self, case: str) -> bool:
        """Whether the viewer is a member who handles a case now."""
        if not self.mine:
            return False
        known = self._keepers_of(case)
        return not self.mine.isdisjoint(known.handlers) and self.mine.isdisjoint(known.concerned)

    def keeps(self, case: str) -> bool:
        """Whether the viewer is a member who handles a case now, or whom it comes from."""
        return bool(self.mine) and (
            self.handles(case) or self._keepers_of(case).founder in self.mine
        )

    def sees(self, case: str) -> bool:
        """Whether the viewer may know that there is a case: not whoever administers a school."""
        return self.viewer.kind in METADATA - {"member"} or self.keeps(case)

    def _keepers_of(self, case: str) -> Keepers:
        if case not in self._known:
            self._known[case] = self._keepers(case)
        return self._known[case]

    def may(
        self,
        readers: Readers,
        *,
        author: str | None = None,
        members: Collection[str] = (),
        subjects: Collection[str] = (),
        case: str | None = None,
    ) -> bool:
        """Whether the viewer is among the readers.

        Args:
            readers: Who may read.
            author: The person it comes from, or whom it is about.
            members: The persons of its pairing.
            subjects: The persons under whose keys it is sealed.
            case: The case that it stands in, or serves.
        """
        if self.viewer.kind == SITE:
            return SITE in readers or "auditor" in readers
        if self.viewer.kind != "member":
            return self.viewer.kind in readers
        mine = self.mine
        return (
            ("author" in readers and author in mine)
            or ("member" in readers and not mine.isdisjoint(members))
            or ("subject" in readers and not mine.isdisjoint(subjects))
            or ("handler" in readers and case is not None and self.handles(case))
        )

    def show(
        self,
        value: Any,
        readers: Readers,
        kind: str,
        *,
        author: str | None = None,
        members: Collection[str] = (),
        subjects: Collection[str] = (),
        case: str | None = None,
    ) -> Shown:
        """The value, opened if sealed; or `Withheld`, `Erased`, or ``None`` for no value.

        What cannot be opened is withheld, too: a lost key hides one person and stops nobody.

        Args:
            value: What is to be shown.
            readers: Who may read it.
            kind: The class of what is withheld, such as ``name`` or ``pair_private``.
            author: The person it comes from, or whom it is about.
            members: The persons of its pairing.
            subjects: The persons under whose keys it is sealed.
            case: The case that it stands in, or serves.
        """
        if value is None:
            return None
        may = self.may(readers, author=author, members=members, subjects=subjects, case=case)
        if not may:
            return withheld(kind, readers)
        if not isinstance(value, Sealed):
            return value
        if value not in self._opened:
            self._opened[value] = self._open(value, kind)
        return self._opened[value]

    def _open(self, value: Sealed, kind: str) -> Shown:
        """The opened value; withheld where it cannot be opened, which hides nobody else's."""
        try:
            return self._opener(value)
        except KeysLeftOut:
            return Withheld(kind, SEALED)
        except KeyMissing:
            return Withheld(kind, KEY_MISSING)
        except MalformedEvent:
            return Withheld(kind, DAMAGED)


def withheld(kind: str, readers: Readers) -> Withheld:
    """What stands in place of a value, with a sentence that says who may see it."""
    if not readers:
        return Withheld(kind, "this is shown to nobody one by one")
    who = [words for reader, words in _SPELLED.items() if reader in readers]
    listed = who[0] if len(who) == 1 else f"{', '.join(who[:-1])} and {who[-1]}"
    return Withheld(kind, f"this is shown to {listed} only")

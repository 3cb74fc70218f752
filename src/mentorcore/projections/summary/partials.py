"""What the log says about one person, program, participant or pairing, ready for every question.

These are the partials that `status` and `attention` share. They are small, since they are stored
and read again: counts, latest facts and what is still open, each with its version and position.
Personal values stay sealed. Nothing here depends on today's date or on who is asking.
"""

from datetime import date, datetime
from typing import NamedTuple

import attrs

from mentorcore.domain.participant.applying import Application
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import Program
from mentorcore.domain.settings import Cadence
from mentorcore.domain.values import Sealed
from mentorcore.projections.folding.day_set import DaySet

__all__ = [
    "Apart",
    "Closure",
    "Doubled",
    "Ending",
    "HANDED_OVER",
    "Feedback",
    "Goal",
    "GoalStep",
    "HeldCredential",
    "Identity",
    "Item",
    "LastMeeting",
    "LateLog",
    "PairMember",
    "PairingPart",
    "Part",
    "ParticipantPart",
    "Pause",
    "PersonPart",
    "Planned",
    "Post",
    "ProgramPart",
    "Proposed",
    "Ref",
    "ReportedMismatch",
    "ReportsTo",
    "Signature",
]


class Ref(NamedTuple):
    """Where in its stream and in the log an event stands."""

    version: int
    position: int


class ReportsTo(NamedTuple):
    """A reporting line of a person, half-open."""

    superior: str
    kind: str
    since: date
    until: date | None
    ref: Ref


class HeldCredential(NamedTuple):
    """A credential, license or rating of a person."""

    kind: str
    area: str
    expires_on: date | None
    ref: Ref


class Identity(NamedTuple):
    """An identity of a person elsewhere; it stays sealed."""

    scheme: str
    value: Sealed | str
    ref: Ref


class Post(NamedTuple):
    """Where a person works or worked, half-open; the names of places stay sealed."""

    since: date
    until: date | None
    institution: Sealed | str | None
    unit: Sealed | str | None
    ref: Ref


@attrs.define
class PersonPart:
    """A person: name and contact stay sealed.

    Attributes:
        name: The latest name.
        contact: The latest contact.
        names: Every name that the person has or had.
        contacts: Every contact, too.
        identities: Every identity elsewhere, such as addresses and numbers.
        absorbed: The persons who were merged into this one.
        merged_into: The person that this one was merged into.
    """

    registered: Ref | None = None
    name: Sealed | str | None = None
    contact: Sealed | None = None
    names: list[Sealed | str] = attrs.Factory(list)
    contacts: list[Sealed] = attrs.Factory(list)
    identities: list[Identity] = attrs.Factory(list)
    posts: list[Post] = attrs.Factory(list)
    absorbed: list[str] = attrs.Factory(list)
    merged_into: str | None = None
    lines: list[ReportsTo] = attrs.Factory(list)
    licences: list[HeldCredential] = attrs.Factory(list)
    corrections: list[Ref] = attrs.Factory(list)


@attrs.define
class ProgramPart:
    """A program, folded as decisions fold it."""

    state: Program | None = None
    refs: dict[str, Ref] = attrs.Factory(dict)
    corrections: list[Ref] = attrs.Factory(list)


@attrs.define
class ParticipantPart:
    """An enrolment, folded as decisions fold it; ``refs`` name the latest event of each kind.

    Attributes:
        persons: Whose it was and is: more than one where persons were merged.
        application: What may lead, or led, to the enrolment; nothing where nobody applied.
    """

    state: Participant | None = None
    application: Application | None = None
    persons: list[str] = attrs.Factory(list)
    refs: dict[str, Ref] = attrs.Factory(dict)
    known_at: datetime | None = None
    corrections: list[Ref] = attrs.Factory(list)


class PairMember(NamedTuple):
    """A member of a pairing and the person behind the enrolment; a substitute, until which day."""

    participant: str
    role: str
    primary: bool
    person: str
    substitute_until: date | None = None


class Proposed(NamedTuple):
    """What was proposed, whatever came of it."""

    pairing_id: str
    cohort_id: str
    shape: str
    members: tuple[PairMember, ...]
    on: date
    answer_by: date | None
    must_accept: tuple[str, ...]
    ref: Ref


class Signature(NamedTuple):
    """The latest revision of the agreement that a member signed."""

    on: date
    revision: int
    cadence: Cadence | None
    ref: Ref


class Pause(NamedTuple):
    """A pause, half-open; ``until`` is ``None`` while it lasts."""

    since: date
    until: date | None
    planned_until: date | None
    ref: Ref


class Ending(NamedTuple):
    """How the pairing ended last, kept after a reopening."""

    on: date
    reason: str
    initiated_by: str
    closing_conversation: bool
    successor: str | None
    ref: Ref


class LastMeeting(NamedTuple):
    """The latest meeting held."""

    on: date
    at: datetime | None
    ref: Ref


class Apart(NamedTuple):
    """A meeting whose minutes are not simply those of everybody."""

    modality: str
    minutes: int
    attendees: tuple[str, ...]
    joint: str | None


class LateLog(NamedTuple):
    """A meeting that may have been told late: somebody told it days after it was held."""

    on: date
    told_at: datetime
    ref: Ref


class Doubled(NamedTuple):
    """A meeting on a day with another, without a time to tell them apart."""

    on: date
    ref: Ref


class Planned(NamedTuple):
    """A meeting that is planned and neither held nor cancelled."""

    sequence: int
    on: date
    starts_at: datetime | None
    minutes: int
    ref: Ref


class Goal(NamedTuple):
    """A goal as it was set; ``reached`` is the status of one that was handed over to here."""

    on: date
    due_on: date | None
    area: str | None
    revises: str | None
    reached: str | None
    statement: Sealed | str | None
    ref: Ref


HANDED_OVER = "handed_over"
"""The status of a goal that goes on in a later pairing."""


class GoalStep(NamedTuple):
    """The status that a goal reached last."""

    on: date
    status: str
    ref: Ref


class Item(NamedTuple):
    """An action item as it was agreed; its text is dropped once it is closed."""

    on: date
    owner: str
    due_on: date | None
    text: Sealed | str | None
    ref: Ref


class Closure(NamedTuple):
    """How an action item, a mismatch or a proposal was closed."""

    on: date
    outcome: str
    ref: Ref


class Feedback(NamedTuple):
    """Feedback without its text."""

    on: date
    ref: Ref
    author: str
    about: str
    about_participant: str | None
    visibility: str
    ratings: tuple[tuple[str, int], ...]


class ReportedMismatch(NamedTuple):
    """A reported mismatch."""

    on: date
    by: str
    grounds: str
    wish: str
    text: Sealed | str | None
    ref: Ref


@attrs.define
class PairingPart:
    """A pairing with all that is done in it.

    Attributes:
        members: Who is in it.
        former: Who was, and left while it went on.
        together: The participants with whom it was formed.
        changes: When somebody joined or left.
        apart: The meetings that others attended than all with whom it was formed, and joint ones.
        situation: ``formed``, ``active``, ``paused`` or ``ended``; empty before it was formed.
        since: The day since which it is in that situation.
        minutes: Minutes of meetings in person, by video and by phone.
        contacts: By minutes, how many asynchronous contacts took so long; settings say what counts.
        timed: Days of meetings whose time is known.
        untimed: Days of meetings of which only the day is known.
        ruled_out: Meetings that are known to repeat no other.
        doubled: Meetings that fall on the same day as another, without a time to tell them apart.
        late: Meetings that were told a week or more after they were held.
        import_days: The most days that lay between the sending of a meeting and its import.
        extended: Whether it goes on beyond the end of its cohort, in that cohort.
        continued: What says that it goes on beyond a cohort.
        missed: Planned meetings that did not take place, by cause.
        disputed: Held meetings whose last verification disputes them.
        handed_over: Goals that go on in a later pairing.
        feedback: The last few of each author and visibility, in order.
        proposal: What its members were asked, where they were; by itself that is no pairing.
        accepted: By participant, who accepted it.
        declined: Why nothing came of it.
        known_at: When the log learned the last of these facts.
    """

    pairing_id: str = ""
    program_id: str = ""
    cohort_id: str = ""
    shape: str = ""
    basis: str = ""
    members: list[PairMember] = attrs.Factory(list)
    former: list[PairMember] = attrs.Factory(list)
    together: tuple[str, ...] = ()
    changes: list[Ref] = attrs.Factory(list)
    formed_on: date | None = None
    start_needs: tuple[str, ...] = ()
    planned_end: date | None = None
    situation: str = ""
    since: date | None = None
    active_from: date | None = None
    life: list[Ref] = attrs.Factory(list)
    pauses: list[Pause] = attrs.Factory(list)
    ended: Ending | None = None
    signatures: dict[str, Signature] = attrs.Factory(dict)
    meetings: int = 0
    minutes: int = 0
    modalities: dict[str, int] = attrs.Factory(dict)
    contacts: dict[str, int] = attrs.Factory(dict)
    apart: dict[str, Apart] = attrs.Factory(dict)
    last: LastMeeting | None = None
    timed: DaySet = attrs.Factory(DaySet)
    untimed: DaySet = attrs.Factory(DaySet)
    doubled: dict[str, Doubled] = attrs.Factory(dict)
    ruled_out: dict[str, Ref] = attrs.Factory(dict)
    late: list[LateLog] = attrs.Factory(list)
    import_days: int = 0
    extended: bool = False
    continued: list[Ref] = attrs.Factory(list)
    planned: dict[str, Planned] = attrs.Factory(dict)
    missed: dict[str, int] = attrs.Factory(dict)
    disputed: dict[str, Ref] = attrs.Factory(dict)
    goals: dict[str, Goal] = attrs.Factory(dict)
    steps: dict[str, GoalStep] = attrs.Factory(dict)
    handed_over: dict[str, GoalStep] = attrs.Factory(dict)
    items: dict[str, Item] = attrs.Factory(dict)
    closings: dict[str, Closure] = attrs.Factory(dict)
    notes: dict[str, int] = attrs.Factory(dict)
    feedback: list[Feedback] = attrs.Factory(list)
    misfits: dict[str, ReportedMismatch] = attrs.Factory(dict)
    settled: dict[str, Closure] = attrs.Factory(dict)
    proposal: Proposed | None = None
    accepted: dict[str, Ref] = attrs.Factory(dict)
    declined: Closure | None = None
    known_at: datetime | None = None
    corrections: list[Ref] = attrs.Factory(list)


Part = PersonPart | ProgramPart | ParticipantPart | PairingPart

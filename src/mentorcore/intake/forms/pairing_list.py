"""A list of pairings: who was brought together when, who signed, and what has ended."""

from collections.abc import Iterator
from datetime import date
from typing import get_args

from mentorcore.domain.declarations import evolve
from mentorcore.domain.pairing.events.ending import (
    EndPairing,
    PairingEnded,
    PairingPaused,
    PairingResumed,
    PausePairing,
    ResumePairing,
)
from mentorcore.domain.pairing.events.forming import (
    AgreementSigned,
    Basis,
    Ending,
    FormPairing,
    Member,
    PairingFormed,
    PairingStarted,
    SignAgreement,
    StartPairing,
    Unmet,
)
from mentorcore.domain.pairing.events.members import EndReason, MemberJoined, MemberLeft
from mentorcore.domain.settings import ADVISING, MENTORING, Shape
from mentorcore.domain.values import Code, PairingId
from mentorcore.intake.directory import KnownPairing, KnownParticipant
from mentorcore.intake.form_kind import Declared, Field, FormKind, Hint, Lack
from mentorcore.intake.forms.group_members import moves, read_moves
from mentorcore.intake.forms.pair_members import PAIRED, enrolled_in, named_cohort, which_people
from mentorcore.intake.forms.pairings import MEMBERS, paired
from mentorcore.intake.forms.succession import REASON, SUCCEEDED, followed_by, preceding
from mentorcore.intake.intents import Intents
from mentorcore.intake.mappings.templates import mapping_to_edit
from mentorcore.intake.row import Row

__all__ = ["PAIRING_LIST"]


_REST = """
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "Paired on"
ended_on = "Ended on"
end_reason = "Reason"
# signed_on = "Agreement signed by both on"
# started_on = "Started on"
# paused_on = "Paused on"
# resumed_on = "Resumed on"
# planned_end = "Planned until"

# [fields.unmet]                     # why a wish of the program is not met
# same-level = "Reason for different levels"

[values.end_reason]
"Finished" = "completed"
"Did not fit" = "mismatch"
"Moved away" = "left_role"

[defaults]
basis = "assigned"
ended_by = "program"
"""


def _read(row: Row) -> Intents:
    """A pairing of the list: formed if it is new, carried on if it is known.

    A row says all that it says of the pairing every time; what stands already is nothing new.
    """
    if moves(row):
        return read_moves(row)
    on = row.must("on", row.day("on"))
    cohort = named_cohort(row)
    people = paired(row)
    helpers = row.people("co_mentors", MENTORING)
    if on is not None:
        people = which_people(row, people, helpers, on, cohort)
        helpers = which_people(row, helpers, people, on, cohort)
    planned, signed, started = row.day("planned_end"), row.day("signed_on"), row.day("started_on")
    paused, resumed = row.day("paused_on"), row.day("resumed_on")
    authorized = row.yes("authorized")
    basis = row.choice("basis", "import")
    shape = row.choice("shape") or None
    if len(people) + len(helpers) < 2:  # noqa: PLR2004 - a pair
        row.note_once("a pairing has two members or more, and this row names fewer")
    enrolled, where = enrolled_in(row, (*people, *helpers), on, cohort)
    ending = _ending(row, enrolled)
    row.check()
    assert on is not None
    known = _known(row, enrolled, on, ending)
    row.check()
    assert where is not None
    pairing = known.pairing if known else PairingId(row.ids("pairing"))
    former = preceding(row, enrolled, on) if row.mapping.successor and known is None else None
    if former is not None:
        row.say(
            SUCCEEDED,
            EndPairing,
            pairing_id=former.pairing,
            on=on,
            reason=REASON,
            initiated_by="program",
            successor=pairing,
        )
    if known is None and ending is None and row.mapping.successor:
        ending = followed_by(row, enrolled, on)
    needs = row.known.program.settings_on(on).start_needs
    if ending is not None and row.tells("started_on"):
        asked = "agreement" in needs and started is not None and signed is None
        ending = evolve(ending, waited=bool(needs) and not asked)
    if known is None:
        unmet = ((kind, row.text(f"unmet.{kind}")) for kind in row.mapping.group("unmet"))
        row.say(
            "pairing",
            FormPairing,
            pairing_id=pairing,
            program_id=row.known.program.program_id,
            cohort_id=where,
            members=_members(row, enrolled, on, shape),
            on=on,
            shape=shape,
            basis=basis,
            unmet_soft=tuple(Unmet(criterion=Code(k), reason=why) for k, why in unmet if why),
            planned_end=planned,
            override_reason=row.text("override_reason"),
            ended=ending,
        )
    if signed is not None:
        for number, one in enumerate(sorted(enrolled.values(), key=lambda e: e.participant), 1):
            row.say(
                f"agreement.{number}",
                SignAgreement,
                pairing_id=pairing,
                signer=one.participant,
                on=signed,
            )
    if started is not None and needs:
        row.say(
            "start",
            StartPairing,
            pairing_id=pairing,
            on=started,
            authorized=authorized,
            planned_end=planned,
        )
    if paused is not None:
        row.say("pause", PausePairing, pairing_id=pairing, since=paused)
    if resumed is not None:
        row.say("resume", ResumePairing, pairing_id=pairing, on=resumed)
    if known is not None and ending is not None:
        row.say(
            "end",
            EndPairing,
            pairing_id=pairing,
            on=ending.on,
            reason=ending.reason,
            initiated_by=ending.initiated_by,
            closing_conversation=ending.closing_conversation,
        )
    return row.done()


def _members(
    row: Row, enrolled: dict[str, KnownParticipant], on: date, shape: Shape | None
) -> tuple[Member, ...]:
    """The members with their roles; in a one-to-one pairing the mentor named is the primary one."""
    settings = row.known.program.settings_on(on)
    mentor = row.person("mentor", ADVISING)
    mentors = [p for p, e in enrolled.items() if settings.part(e.role) in MENTORING]
    primary = mentor.person.person if mentor else mentors[0] if len(mentors) == 1 else None
    if (shape or settings.shape) != "one_to_one" or primary not in mentors:
        primary = None
    return tuple(
        Member(participant=e.participant, role=Code(e.role), primary=person == primary)
        for person, e in enrolled.items()
    )


def _ending(row: Row, enrolled: dict[str, KnownParticipant]) -> Ending | None:
    on = row.day("ended_on")
    if on is None:
        return None
    reason = row.must("end_reason", row.choice("end_reason") or None)
    who = row.choice("ended_by", "program")
    settings = row.known.program.settings
    parts = {"mentor": ADVISING, "mentee": frozenset({"mentee"})}.get(who, frozenset())
    candidates = [e for e in enrolled.values() if settings.part(e.role) in parts]
    if who != "program" and len(candidates) != 1:
        row.wrong("ended_by", f"{who!r} is not one member of this pairing")
    if reason is None or (who != "program" and len(candidates) != 1):
        return None
    return Ending(
        on=on,
        reason=reason,
        initiated_by=candidates[0].participant if candidates else "program",
        closing_conversation=row.yes("closing_conversation"),
    )


def _known(
    row: Row, enrolled: dict[str, KnownParticipant], on: date, ending: Ending | None
) -> KnownPairing | None:
    """The pairing of exactly these people, if the row tells of one that is recorded."""
    members = frozenset(e.participant for e in enrolled.values())
    first = min(members)
    for pairing in row.known.pairings(first):
        if members not in (pairing.members, pairing.members_on(on), pairing.members_on(date.max)):
            continue
        if pairing.since == on:
            return pairing
        if ending is not None and ending.on <= pairing.since:
            continue  # an earlier one, which was over by then
        if pairing.until is None:
            row.wrong("on", f"these people are paired since {pairing.since}, not since {on}")
        elif pairing.since <= on < pairing.until:
            row.wrong(
                "on", f"these people were paired from {pairing.since} until {pairing.until} already"
            )
    return None


def _lacks(declared: Declared) -> Iterator[Lack]:
    if not declared.names("members") and not ({"mentor", "mentee"} <= declared.columns):
        yield Lack("mentor", "nothing tells who is paired", "mentor and mentee, or members")


PAIRING_LIST = FormKind(
    name="pairing-list",
    finds=True,
    fields=(
        *MEMBERS,
        Field("co_mentors", "persons", "further mentors, never primary"),
        Field("on", "day", "the day on which the pairing was formed", needed=True),
        Field(
            "shape", "choice", "its shape, where it is not the usual one", choices=get_args(Shape)
        ),
        Field("joined_on", "day", "the day on which who is named joined the mentor's group"),
        Field("left_on", "day", "the day on which who is named left the mentor's group"),
        Field("left_reason", "choice", "why they left", choices=get_args(EndReason)),
        Field("cohort", "text", "the cohort's name, when the members are in several", worded=True),
        Field("planned_end", "day", "until when it is planned"),
        Field("signed_on", "day", "the day on which everybody had signed the agreement"),
        Field("started_on", "day", "the first day, where a start needs something"),
        Field("paused_on", "day", "the day from which it pauses"),
        Field("resumed_on", "day", "the day from which it goes on after the pause"),
        Field("authorized", "yes", "whether the start is authorized"),
        Field("ended_on", "day", "the last day, once it has ended"),
        Field("end_reason", "choice", "why it ended", choices=get_args(EndReason)),
        Field("ended_by", "choice", "who ended it", choices=("mentor", "mentee", "program")),
        Field("closing_conversation", "yes", "whether there was a last conversation"),
        Field("basis", "choice", "how they came together", choices=get_args(Basis)),
        Field("override_reason", "text", "why a pair that parted is together again"),
        Field("unmet", "text", "why a wish of the program is not met", group="a wish"),
    ),
    read=_read,
    tells={
        PairingFormed: {
            "members": (*PAIRED, "shape"),
            "cohort_id": ("cohort",),
            "shape": ("shape",),
            "on": ("on",),
            "basis": ("basis",),
            "planned_end": ("planned_end",),
            "unmet_soft": ("unmet",),
            "override_reason": ("override_reason",),
        },
        MemberJoined: {
            "pairing": ("mentor", "on"),
            "participant": ("mentee", "members"),
            "since": ("joined_on",),
        },
        MemberLeft: {
            "pairing": ("mentor", "on"),
            "participant": ("mentee", "members"),
            "on": ("left_on",),
            "reason": ("left_reason",),
        },
        AgreementSigned: {"pairing": PAIRED, "signer": PAIRED, "on": ("signed_on",)},
        PairingStarted: {
            "pairing": PAIRED,
            "on": ("started_on",),
            "planned_end": ("planned_end",),
        },
        PairingPaused: {"pairing": PAIRED, "since": ("paused_on",)},
        PairingResumed: {"pairing": PAIRED, "on": ("resumed_on",)},
        PairingEnded: {
            "pairing": PAIRED,
            "on": ("ended_on",),
            "reason": ("end_reason",),
            "initiated_by": ("ended_by",),
            "closing_conversation": ("closing_conversation",),
        },
    },
    lacks=_lacks,
    hints={
        "mentor": Hint("mentor", weight=2),
        "mentee": Hint("mentee", weight=2),
        "signed": Hint("signed_on", weight=2),
        "ended": Hint("ended_on", weight=1),
        "reason": Hint("end_reason", weight=1),
        "since": Hint("on", weight=1),
        "date": Hint("on"),
        "started": Hint("started_on"),
    },
    asks={"ended_by": "end_reason"},
    succeeds=True,
    in_order_of="on",
    tells_apart=("on",),
    sender=("mentor", "mentee"),
    template=mapping_to_edit("pairing-list", "pairings", _REST, sent=False),
)

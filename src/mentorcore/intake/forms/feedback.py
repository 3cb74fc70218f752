"""A feedback form: one member says, or rates, how it goes."""

from typing import get_args

from mentorcore.domain.pairing.events.work import FeedbackGiven, GiveFeedback, Rating
from mentorcore.domain.values import Code, FeedbackId, ParticipantId, Visibility
from mentorcore.intake.directory import KnownPairing
from mentorcore.intake.form_kind import Field, FormKind, Hint
from mentorcore.intake.forms.pairings import (
    MEMBERS,
    WHO,
    hidden_enough,
    member,
    paired,
    pairing_of,
)
from mentorcore.intake.intents import Intents
from mentorcore.intake.mappings.templates import mapping_to_edit
from mentorcore.intake.row import Row

__all__ = ["FEEDBACK"]


_REST = """
[fields]
author = "Email Address"
text = "What should change?"

[fields.ratings]                     # scale of the program = column
helpful = "How helpful is your mentor?"

[defaults]
about = "pairing"
visibility = "coordinator"           # who may read it
on = "submitted"
"""


def _read(row: Row) -> Intents:
    """Feedback by one member about a person, the pairing or the program."""
    on = row.must("on", row.day("on"))
    author = row.person("author")
    row.must("author", author)
    people = {s.person.person: s for s in (author, *paired(row)) if s is not None}
    about = row.choice("about", "pairing")
    visibility = hidden_enough(row, "visibility")
    rated = ((scale, row.whole(f"ratings.{scale}")) for scale in row.mapping.group("ratings"))
    ratings = tuple(Rating(scale=Code(s), rating=r) for s, r in rated if r is not None)
    text = row.text("text")
    row.check()
    assert on is not None
    if not ratings and text is None:
        row.wrong("", "nothing was rated and nothing written")
    pairing = pairing_of(row, tuple(people.values()), on)
    row.check()
    assert pairing is not None
    me = member(row, "author", author, pairing)
    whom = _about(row, pairing, me) if about == "person" else None
    row.check()
    row.say(
        "feedback",
        GiveFeedback,
        pairing_id=pairing.pairing,
        feedback_id=FeedbackId(row.ids("feedback")),
        author=me,
        about=about,
        on=on,
        visibility=visibility,
        ratings=ratings,
        text=text,
        about_participant=whom,
    )
    return row.done()


def _about(row: Row, pairing: KnownPairing, me: ParticipantId | None) -> ParticipantId | None:
    """Whom it is about: the one named, or the other one of two."""
    named = member(row, "about_person", row.person("about_person"), pairing)
    others = sorted(pairing.members - {me})
    if named is None and len(others) == 1:
        return others[0]
    return row.must("about_person", named)


FEEDBACK = FormKind(
    name="feedback",
    fields=(
        Field("author", "person", "who gives the feedback", needed=True),
        *MEMBERS,
        Field("on", "day", "the day on which it was given", needed=True),
        Field("about", "choice", "what it is about", choices=("person", "pairing", "program")),
        Field("about_person", "person", "whom it is about; the other one in a pair"),
        Field("visibility", "choice", "who may read it", needed=True, choices=get_args(Visibility)),
        Field("ratings", "whole", "a rating on one of the program's scales", group="a scale"),
        Field("text", "text", "what was written"),
    ),
    read=_read,
    tells={
        FeedbackGiven: {
            "pairing": ("author", *WHO),
            "author": ("author",),
            "about": ("about",),
            "on": ("on",),
            "visibility": ("visibility",),
            "ratings": ("ratings",),
            "about_participant": ("about", "about_person", "author", *WHO),
            "text": ("text",),
        },
    },
    hints={
        "rating": Hint("ratings", weight=4),
        "feedback": Hint("text", weight=3),
        "mentor": Hint("mentor", weight=1),
        "mentee": Hint("mentee", weight=1),
        "email": Hint("author"),
        "note": Hint("text"),
        "date": Hint("on"),
    },
    sender=("mentor", "mentee"),
    template=mapping_to_edit("feedback", "feedback", _REST),
)

"""A feedback form: one member says, or rates, how it goes."""

from mentorcore.domain.pairing.events.work import GiveFeedback, Rating
from mentorcore.domain.values import Code, FeedbackId, ParticipantId
from mentorcore.intake.directory import KnownPairing
from mentorcore.intake.forms.pairings import hidden_enough, member, paired, pairing_of
from mentorcore.intake.intended import Intended
from mentorcore.intake.row import Row

__all__ = ["read"]


def read(row: Row) -> Intended:
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

"""Who sees what: every kind of text before every viewer."""

import json
from datetime import date
from typing import Any

import pytest
from projections.test_status import give
from projections.town import BEGAN, Town, mc

from mentorcore.domain.aggregate import Keepers
from mentorcore.domain.declarations import field_readers, personal_fields
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.values import Erased, Sealed, Withheld
from mentorcore.domain.visibility import READERS
from mentorcore.errors import Invalid
from mentorcore.projections.access.redactor import (
    AUDITOR,
    COORDINATOR,
    EVERYBODY,
    NOBODY,
    SUBJECTS,
    WORK,
    Redactor,
    Viewer,
    readers_of,
    withheld,
)
from mentorcore.projections.plain import plain

ANYBODY: Any = Viewer
SECRETS = {
    "name": "Anna",
    "contact": "anna@harbor.example",
    "goal": "Plan a unit",
    "item": "Visit a class",
    "topic": "seating",
    "private note": "Between us two",
    "own note": "For myself",
    "coordinator note": "For the office",
    "growth note": "For growth",
    "private feedback": "Talks a lot",
    "coordinator feedback": "Helps me",
    "mismatch": "We talk past each other",
    "rest": "a long illness",
    "capacity": "agreed with the school",
    "correction": "misread the clock",
    "provider": "County office",
    "employer": "Harbor High",
    "identity": "payroll-4711",
}
"""A text of each kind; Ben, the mentee, wrote those that have an author."""

SEES: dict[str, set[str]] = {
    "coordinator": set(SECRETS) - {"private note", "own note", "private feedback"},
    "author": {
        *("name", "goal", "item", "topic", "private note", "own note", "coordinator note"),
        *("growth note", "private feedback", "coordinator feedback", "mismatch"),
    },
    "partner": {
        *("name", "contact", "goal", "item", "topic", "private note", "growth note"),
        *("private feedback", "provider", "employer", "identity"),
    },
    "stranger": set(),
    "auditor": set(),
}
"""What each viewer may see of them; Anna, the mentor, is the partner and sees what is hers."""


@pytest.fixture(scope="module")
def town() -> Any:
    """Anna and Ben with a text of each kind, and Cleo who is a stranger to them."""
    town: Any = Town()
    pair = town.pair()
    anna, ben = town.members(pair)
    town.pair(town.enrol("mentor", "Cleo"), town.enrol("mentee", "Dan"))
    town.to("2026-09-20")
    write(town, pair, anna, ben)
    town.pairing, town.anna, town.ben = pair, anna, ben
    town.viewers = {
        "coordinator": COORDINATOR,
        "author": Viewer.member(town.persons[ben]),
        "partner": Viewer.member(town.persons[anna]),
        "stranger": Viewer.member(list(town.persons.values())[2]),
        "auditor": AUDITOR,
    }
    return town


def write(town: Any, pair: str, anna: str, ben: str) -> None:
    day = date(2026, 9, 1)
    town.meet(pair, day, topics=("seating",))
    town.goal(pair, due_on=day)
    town.ask(
        mc.AgreeActionItem(pairing_id=pair, text="Visit a class", owner=ben, on=BEGAN, due_on=day)
    )
    for visibility, body in (
        ("pair_private", "Between us two"),
        ("author_private", "For myself"),
        ("coordinator", "For the office"),
        ("growth_only", "For growth"),
    ):
        town.ask(
            mc.WriteNote(
                pairing_id=pair,
                author=ben,
                kind="journal",
                on=day,
                visibility=visibility,
                body=body,
            )
        )
    for visibility, text, rating in (
        ("pair_private", "Talks a lot", 1),
        ("coordinator", "Helps me", 2),
    ):
        town.ask(
            mc.GiveFeedback(
                pairing_id=pair,
                author=ben,
                about="pairing",
                on=day,
                visibility=visibility,
                ratings=(mc.Rating(scale="fit", rating=rating),),
                text=text,
            )
        )
    town.ask(
        mc.ReportMismatch(
            pairing_id=pair,
            by=ben,
            on=day,
            grounds="style",
            wish="mediation",
            text="We talk past each other",
        )
    )
    town.ask(
        mc.SetMentorCapacity(
            participant_id=anna, places=4, since=BEGAN, reason="agreed with the school"
        )
    )
    town.ask(
        mc.RecordTraining(
            participant_id=anna, training_kind="basics", on=day, provider="County office"
        )
    )
    person = town.persons[anna]
    town.ask(mc.RecordEmployment(person_id=person, since=BEGAN, institution="Harbor High"))
    town.ask(mc.LinkExternalIdentity(person_id=person, scheme="payroll", value="payroll-4711"))
    town.ask(
        mc.AmendRecord(stream=pair, target=2, changes={"minutes": 50}, reason="misread the clock")
    )
    town.ask(mc.PausePairing(pairing_id=pair, since=town.today, reason="a long illness"))


def everything(town: Any, viewer: Viewer) -> str:
    """All that every view tells a viewer, as text."""
    return json.dumps(
        [
            plain(town.status(viewer)),
            plain(town.attention(viewer)),
            plain(town.history(town.pairing, viewer)),
            plain(town.history(town.anna, viewer)),
            plain(town.history(town.persons[town.anna], viewer)),
        ]
    )


@pytest.mark.parametrize("who", SEES)
@pytest.mark.parametrize("secret", SECRETS)
def test_each_text_is_shown_to_its_readers_and_to_nobody_else(
    town: Any, who: str, secret: str
) -> None:
    told = everything(town, town.viewers[who])

    assert (SECRETS[secret] in told) == (secret in SEES[who])


@pytest.mark.parametrize("who", SEES)
def test_what_is_not_shown_is_not_even_opened(town: Any, who: str) -> None:
    opened: list[Sealed] = []

    def opener(sealed: Sealed) -> Any:
        opened.append(sealed)
        return town.sealing.open(sealed)

    views = town.fresh()
    views._opener = opener

    town.status(town.viewers[who], views=views)
    town.history(town.pairing, town.viewers[who], views=views)

    texts = {str(town.sealing.open(s)) for s in opened}
    for secret in set(SECRETS) - SEES[who]:
        assert not any(SECRETS[secret] in text for text in texts)


def test_what_a_viewer_may_not_see_is_withheld_and_not_left_out(town: Any) -> None:
    row = town.status(AUDITOR).pairing(town.pairing)

    assert isinstance(row.members[0].name, Withheld)
    assert row.goals[0].statement == withheld("goal", WORK)
    assert row.feedback[0].ratings.kind == "coordinator"
    assert row.mismatches[0].text.reason == (
        "this is shown to the person it comes from and the coordinator only"
    )


def test_figures_are_for_the_coordinator_and_auditors(town: Any) -> None:
    assert town.status(AUDITOR).numbers == town.status(COORDINATOR).numbers
    assert isinstance(town.status(town.viewers["author"]).numbers, Withheld)


def test_a_member_sees_the_own_pairings_and_the_people_in_them(town: Any) -> None:
    status = town.status(town.viewers["author"])

    assert [p.pairing for p in status.pairings] == [town.pairing]
    assert {p.participant for p in status.participants} == {town.anna, town.ben}
    assert isinstance(status.others, Withheld)
    assert status.pairings[0].members[0].name == "Anna"


def test_a_member_is_told_only_what_needs_attention_in_the_own_pairings(town: Any) -> None:
    mine = town.attention(town.viewers["partner"])
    foreign = town.attention(town.viewers["stranger"])

    assert {n.subject for n in mine.needs} == {town.pairing}
    assert town.pairing not in {n.subject for n in foreign.needs}
    assert isinstance(foreign.others, Withheld)
    assert town.attention(COORDINATOR).others is None


def test_a_rating_that_is_not_for_the_viewer_raises_no_attention(town: Any) -> None:
    told = town.attention(town.viewers["partner"]).of("low_feedback")

    assert [n.amount for n in told] == [1]
    assert [n.amount for n in town.attention(COORDINATOR).of("low_feedback")] == [2]
    assert town.attention(AUDITOR).of("low_feedback") == ()


def test_the_other_member_learns_of_a_mismatch_but_not_what_it_is_about(town: Any) -> None:
    (row,) = town.status(town.viewers["partner"]).pairing(town.pairing).mismatches

    assert row.on == date(2026, 9, 1)
    assert all(isinstance(v, Withheld) for v in (row.by, row.grounds, row.wish, row.text))


def test_the_history_of_another_participant_is_closed_to_members(town: Any) -> None:
    history = town.history(town.anna, town.viewers["stranger"])

    assert history.entries == ()
    assert isinstance(history.others, Withheld)


def test_a_partner_sees_of_a_participants_history_what_is_shared(town: Any) -> None:
    names = {e.name for e in town.history(town.anna, town.viewers["author"]).entries}

    assert "pairing.meeting-held" in names
    assert not {n for n in names if not n.startswith("pairing.")}


def test_a_name_that_was_erased_is_shown_as_erased() -> None:
    town = Town()
    pair = town.pair()
    anna = town.persons[town.members(pair)[0]]
    town.keys.erase(anna)

    row = town.status().pairing(pair)

    assert row.members[0].name == Erased(anna, "identity")
    assert plain(row)["members"][0]["name"] == {"erased": "identity"}


def test_narrowing_a_note_closes_what_was_written_before(town: Any) -> None:
    own: Any = Town()
    pair = own.pair()
    ben = own.members(pair)[1]
    own.ask(
        mc.WriteNote(
            pairing_id=pair,
            author=ben,
            kind="journal",
            on=BEGAN,
            visibility="growth_only",
            body="For growth",
        )
    )
    own.ask(mc.AmendRecord(stream=pair, target=2, changes={"visibility": "author_private"}))

    told = own.history(pair)

    assert "For growth" not in json.dumps(plain(told))
    assert told.of("pairing.note-written")[0].value("visibility") == "author_private"


@pytest.mark.parametrize("event", CORE_MODEL.events, ids=lambda e: e.__name__)
def test_the_readers_of_every_personal_field_are_named(event: type) -> None:
    assert set(personal_fields(event)) <= field_readers(event).keys()


@pytest.mark.parametrize("visibility", READERS)
def test_a_text_is_shown_as_its_visibility_class_says(visibility: Any) -> None:
    me, you = "person:1", "person:2"
    viewers = {
        "coordinator": (COORDINATOR, None, ()),
        "auditor": (AUDITOR, None, ()),
        "author": (Viewer.member(me), me, ()),
        "member": (Viewer.member(me), you, (me, you)),
        "handler": (Viewer.member(me), you, ()),
    }

    def reads(who: str) -> bool:
        viewer, author, members = viewers[who]
        handlers = frozenset({me}) if who == "handler" else frozenset()
        seer = Redactor(viewer, lambda s: s, keepers=lambda _case: Keepers(handlers))
        return seer.may(readers_of(visibility), author=author, members=members, case="case:1")

    may = {who for who in viewers if reads(who)}

    assert may == READERS[visibility]


def test_what_is_for_the_people_whom_it_is_about_is_for_nobody_else() -> None:
    one, two, other = "person:1", "person:2", "person:3"

    def reads(viewer: Any) -> bool:
        everybody = (one, two, other)
        seer = Redactor(viewer, lambda s: s)
        return seer.may(SUBJECTS, author=other, members=everybody, subjects=(one, two))

    assert [reads(Viewer.member(who)) for who in (one, two, other)] == [True, True, False]
    assert not reads(COORDINATOR)
    assert not reads(AUDITOR)
    assert "whom it is about only" in withheld("free_text", SUBJECTS).reason


def test_nobody_reads_a_class_that_is_not_known() -> None:
    assert readers_of("of-the-future") == NOBODY
    assert withheld("x", NOBODY).reason == "this is shown to nobody one by one"
    assert "author" in EVERYBODY


@pytest.mark.parametrize(
    "made",
    [
        lambda: Viewer("member"),
        lambda: Viewer("coordinator", "person:1"),
        lambda: ANYBODY("principal"),
    ],
)
def test_a_viewer_is_of_a_known_kind_and_only_members_are_named(made: Any) -> None:
    with pytest.raises(Invalid):
        made()


def test_viewers_can_be_named_by_what_they_are() -> None:
    assert (Viewer.coordinator(), Viewer.auditor()) == (COORDINATOR, AUDITOR)


def test_ratings_are_shown_with_their_feedback_or_not_at_all() -> None:
    town = Town()
    pair = town.pair()
    anna, ben = town.members(pair)
    give(town, pair, ben, BEGAN, 3, to="pair_private")

    shown = town.status(Viewer.member(town.persons[anna])).pairing(pair).feedback[0]
    hidden = town.status().pairing(pair).feedback[0]

    assert shown.ratings[0].rating == 3
    assert hidden.ratings == withheld("pair_private", READERS["pair_private"])
    assert (hidden.author, hidden.on) == (ben, BEGAN)

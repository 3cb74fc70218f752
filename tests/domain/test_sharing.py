"""The author of a note shares it with members, and may end that."""

from typing import Any

import pytest
from domain.school import (
    ANNA,
    BEN,
    CLEO,
    DARA,
    EDA,
    FIRST,
    circle,
    day,
    end,
    leave,
    mc,
    version_of,
)

from mentorcore.domain.effective import effective
from mentorcore.domain.pairing.sharing import sharing
from mentorcore.testing import Scenario

NOTE: Any = f"note:{1:032x}"
LATER = "2026-12-01T12:00Z"


def written(**other: Any) -> Scenario:
    """Cleo wrote a note of her own, in a circle with Dara and Eda led by Anna."""
    usual: dict[str, Any] = {
        "pairing_id": FIRST,
        "note_id": NOTE,
        "author": CLEO.here,
        "kind": "reflection",
        "on": day("2026-09-10"),
        "visibility": "author_private",
        "body": "I doubt it",
    }
    return circle(CLEO, DARA, EDA).given(mc.WriteNote(**(usual | other)))


def share(*people: Any, on: str = "2026-09-12", **other: Any) -> Any:
    usual: dict[str, Any] = {
        "pairing_id": FIRST,
        "note_id": NOTE,
        "author": CLEO.here,
        "shared_with": tuple(who.here for who in people),
        "on": day(on),
    }
    return mc.ShareNote(**(usual | other))


def unshare(*people: Any, on: str = "2026-10-01", **other: Any) -> Any:
    usual: dict[str, Any] = {
        "pairing_id": FIRST,
        "note_id": NOTE,
        "author": CLEO.here,
        "ended_for": tuple(who.here for who in people),
        "on": day(on),
    }
    return mc.EndNoteSharing(**(usual | other))


def readers(story: Scenario) -> set[str]:
    placed: Any = story.history[FIRST]
    return set(sharing(p.event for p in effective(placed)).get(NOTE, ()))


def test_the_author_shares_a_note_with_members() -> None:
    """INV-27"""
    shared = written().when(share(ANNA, DARA))

    recorded = shared.then(
        mc.NoteShared(
            note_id=NOTE,
            author=CLEO.here,
            shared_with=(ANNA.here, DARA.here),
            on=day("2026-09-12"),
        )
    )
    assert readers(recorded) == {ANNA.here, DARA.here}


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (share(ANNA, author=DARA.here), "not_the_author"),
        (share(ANNA, note_id="note:9"), "no_such_note"),
        (share(), "nothing_named"),
        (share(BEN), "not_a_member"),
        (share(ANNA, on="2026-09-09"), "before_the_note"),
        (share(ANNA, on="2030-01-01"), "in_the_future"),
        (unshare(author=DARA.here), "not_the_author"),
        (unshare(ANNA), "not_shared"),
        (unshare(on="2026-09-09"), "before_the_note"),
        (unshare(on="2030-01-01"), "in_the_future"),
    ],
)
def test_nobody_else_shares_it_and_with_nobody_else(command: Any, code: str) -> None:
    """INV-27"""
    written().when(command, at=LATER).refuses(code)


def test_what_whoever_handles_cases_reads_is_not_shared() -> None:
    """INV-27"""
    written(visibility="safeguarding").when(share(ANNA)).refuses("not_shareable")


def test_sharing_what_is_shared_says_nothing_new() -> None:
    story = written().given(share(ANNA))

    story.when(share(ANNA)).nothing()
    story.when(share(CLEO)).nothing()


def test_sharing_is_ended_for_some_or_for_all() -> None:
    story = written().given(share(ANNA, DARA, EDA))

    some = story.when(unshare(DARA)).recorded()
    everybody = some.when(unshare(on="2026-10-02")).recorded()

    assert readers(some) == {ANNA.here, EDA.here}
    assert readers(everybody) == set()
    everybody.when(unshare(on="2026-10-03")).nothing()
    assert readers(everybody.given(share(DARA, on="2026-10-04"))) == {DARA.here}


def test_sharing_is_ended_also_after_the_pairing_has_ended_and_not_begun() -> None:
    story = written().given(share(ANNA), end())

    story.when(share(DARA, on="2026-12-20")).refuses("after_end")
    assert readers(story.when(unshare(on="2026-12-20")).recorded()) == set()


def test_nobody_reads_by_sharing_who_had_left() -> None:
    story = written().given(leave(EDA))

    story.when(share(EDA, on="2026-11-02")).refuses("not_a_member")


@pytest.mark.parametrize("event", ["NoteShared", "NoteSharingEnded"])
def test_sharing_is_not_undone_and_its_end_neither(event: str) -> None:
    """INV-27"""
    story = written().given(share(ANNA), unshare())
    target = version_of(story, FIRST, getattr(mc, event))

    story.when(mc.RetractRecord(stream=FIRST, target=target)).refuses("sharing_stands")


def test_when_it_was_shared_is_corrected_and_with_whom_is_not() -> None:
    story = written().given(share(ANNA))
    target = version_of(story, FIRST, mc.NoteShared)

    def amended(**changes: Any) -> Any:
        return story.when(mc.AmendRecord(stream=FIRST, target=target, changes=changes), at=LATER)

    amended(shared_with=()).refuses("not_amendable")
    amended(on=day("2026-09-09")).refuses("before_the_note")
    amended(on=day("2026-09-11")).then(
        mc.RecordAmended(
            target=target,
            target_name="pairing.note-shared",
            target_version=1,
            public_changes=(("on", day("2026-09-11")),),
            subjects=(ANNA.person, CLEO.person, DARA.person, EDA.person),
        )
    )


def test_a_note_is_not_dated_behind_its_sharing() -> None:
    story = written().given(share(ANNA))
    target = version_of(story, FIRST, mc.NoteWritten)

    later = mc.AmendRecord(stream=FIRST, target=target, changes={"on": day("2026-09-20")})

    story.when(later, at=LATER).refuses("before_the_note")


def test_a_note_that_is_taken_back_is_shared_with_nobody() -> None:
    story = written().given(share(ANNA))
    target = version_of(story, FIRST, mc.NoteWritten)

    taken_back = story.when(mc.RetractRecord(stream=FIRST, target=target)).recorded()

    assert taken_back.state(FIRST).facts.notes == {}

"""A program adopts policy packs; of each pack one version is in force on every day."""

from typing import Any

import attrs
import pytest
from domain.school import PROGRAM, day, mc, program
from domain.test_program import close, design, launch

from mentorcore.domain.program import Program
from mentorcore.testing import Scenario, given

DIGEST = "a" * 64


def adopt(version: str = "1", since: str = "2026-12-01", **other: Any) -> Any:
    usual = {
        "program_id": PROGRAM,
        "pack_id": "us-ca-teacher-induction",
        "version": version,
        "digest": DIGEST,
        "effective_from": day(since),
    }
    return mc.AdoptPolicyPack(**(usual | other))


def packs_of(story: Scenario) -> list[tuple[str, str]]:
    state = story.state(PROGRAM)
    assert isinstance(state, Program)
    return [(pack.pack_id, pack.version) for pack in state.packs]


def test_a_program_goes_by_several_packs_side_by_side() -> None:
    story = program().given(adopt(), adopt(pack_id="district"))

    assert packs_of(story) == [("us-ca-teacher-induction", "1"), ("district", "1")]


def test_adopting_the_same_again_says_nothing_new() -> None:
    program().given(adopt()).when(adopt()).nothing()


def test_a_version_is_adopted_once() -> None:
    """INV-59: of a pack one version is in force on every day."""
    story = program().given(adopt())

    story.when(adopt(digest="b" * 64)).refuses("pack_adopted", "2026-12-01")
    story.when(adopt(digest="b" * 64)).refuses("pack_adopted", "a version of its own")
    story.when(adopt(since="2026-12-05")).refuses("pack_adopted")


def test_a_later_version_says_which_it_takes_the_place_of() -> None:
    """INV-59."""
    story = program().given(adopt())

    story.when(adopt("2", "2027-07-01")).refuses("not_the_version_in_force", "replaced: 1")
    story.when(adopt("2", "2027-07-01", replaces="0")).refuses("not_the_version_in_force")
    later = story.given(adopt("2", "2027-07-01", replaces="1", applies_to="new_enrolments"))

    assert packs_of(later)[-1] == ("us-ca-teacher-induction", "2")
    later.when(adopt("3", "2028-07-01", replaces="1")).refuses("not_the_version_in_force", "2")
    assert later.when(adopt("3", "2028-07-01", replaces="2")).events


def test_the_first_version_takes_the_place_of_none() -> None:
    """INV-59."""
    program().when(adopt(replaces="0")).refuses("not_the_version_in_force", "no version 0")


def test_a_version_begins_after_the_one_it_takes_the_place_of() -> None:
    """INV-59."""
    story = program().given(adopt())

    story.when(adopt("2", replaces="1")).refuses("not_the_version_in_force", "from 2026-12-01 on")


def test_a_running_program_adopts_no_pack_for_the_past() -> None:
    """INV-70."""
    program().when(adopt(since="2026-08-31"), at="2026-09-01T12:00Z").refuses("acts_in_the_past")

    assert program().when(adopt(since="2026-09-01"), at="2026-09-01T12:00Z").events


def test_a_pack_adopted_before_the_launch_may_be_in_force_already() -> None:
    """INV-70: nothing runs that a revision could change."""
    story = given(design(), adopt(since="2017-06-26"), launch(), at="2026-08-20T12:00Z")

    assert packs_of(story) == [("us-ca-teacher-induction", "1")]


def test_a_closed_program_adopts_nothing() -> None:
    """INV-69."""
    story = program().given(close("2026-09-01"), at="2026-09-02T12:00Z")

    story.when(adopt(), at="2026-09-03T12:00Z").refuses("program_closed", "2026-09-01")


@pytest.mark.parametrize("digest", ["a" * 63, "A" * 64, "us-ca"])
def test_the_text_of_a_pack_is_named_by_its_digest(digest: str) -> None:
    program().when(adopt(digest=digest)).refuses("not_a_digest")


def test_there_is_a_program_that_adopts() -> None:
    given().when(adopt()).refuses("no_such_program")


TAKEN_BACK = mc.RetractRecord(stream=PROGRAM, target=0, cause="entered_in_error")


def changed(**changes: Any) -> Any:
    return mc.AmendRecord(stream=PROGRAM, target=0, changes=changes)


def corrected(story: Scenario, correction: Any, place: int) -> Any:
    """What a correction of the pack that was adopted at a place leads to."""
    adopted = [n for n, e in enumerate(story.events(PROGRAM), 1) if hasattr(e, "pack_id")]
    return story.when(attrs.evolve(correction, target=adopted[place]))


@pytest.mark.parametrize(
    ("correction", "place"),
    [
        (TAKEN_BACK, 0),
        (changed(effective_from=day("2027-07-01")), 0),
        (changed(effective_from=day("2026-12-01")), 1),
        (changed(replaces=None), 1),
        (changed(replaces="1"), 2),
    ],
)
def test_a_correction_leaves_the_versions_of_a_pack_in_line(correction: Any, place: int) -> None:
    """INV-59 and INV-65: a correction passes the rules of what it changes."""
    second, third = adopt("2", "2027-07-01", replaces="1"), adopt("3", "2028-07-01", replaces="2")
    story = program().given(adopt(), second, third)

    corrected(story, correction, place).refuses("others_rest_on_it", "correct the later ones")


@pytest.mark.parametrize(
    ("correction", "place"),
    [
        (changed(effective_from=day("2027-06-30")), 0),
        (changed(applies_to="new_enrolments"), 1),
        (TAKEN_BACK, 1),
    ],
)
def test_a_correction_that_leaves_them_in_line_is_taken(correction: Any, place: int) -> None:
    """INV-70: whatever amends a named record acts over all of its days."""
    story = program().given(adopt(), adopt("2", "2027-07-01", replaces="1"))

    assert corrected(story, correction, place).events


@pytest.mark.parametrize("field", [{"pack_id": "district"}, {"version": "9"}, {"digest": "b" * 64}])
def test_which_pack_was_adopted_is_not_amended(field: dict[str, str]) -> None:
    """INV-50: what names a record cannot be amended; the adoption is retracted and made anew."""
    story = program().given(adopt())

    corrected(story, changed(**field), 0).refuses("not_amendable")

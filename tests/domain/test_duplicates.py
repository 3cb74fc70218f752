"""A record that repeats another one says which, and the other one stands."""

from typing import Any

from domain.school import BEN, DARA, FIRST, MEETING, SECOND, form, hold, mc, paired

OTHER: Any = "meeting:2"


def twice() -> Any:
    """The same meeting logged twice, as records 2 and 3."""
    return paired().given(hold(), hold(meeting_id=OTHER))


def repeats(target: int, of: Any, stream: Any = FIRST, **other: Any) -> Any:
    usual: dict[str, Any] = {"cause": "duplicate", "duplicate_of": of}
    return mc.RetractRecord(stream=stream, target=target, **(usual | other))


def retract(target: int) -> Any:
    return mc.RetractRecord(stream=FIRST, target=target)


def test_a_record_says_which_other_one_it_repeats() -> None:
    assert twice().when(repeats(3, (FIRST, 2))).events[0].duplicate_of == (FIRST, 2)


def test_the_record_that_is_repeated_may_stand_elsewhere() -> None:
    story = paired().given(form(BEN, DARA, pairing_id=SECOND), hold(), hold(pairing_id=SECOND))

    assert story.when(repeats(2, (SECOND, 2))).events


def test_the_record_that_is_repeated_is_there_and_stands() -> None:
    story = twice()

    story.when(repeats(3, (FIRST, 9))).refuses("no_such_record")
    story.when(repeats(3, (SECOND, 2))).refuses("no_such_record")
    story.given(retract(2)).when(repeats(3, (FIRST, 2))).refuses("duplicate_of_nothing")


def test_a_record_repeats_one_of_its_kind_and_not_itself() -> None:
    story = twice()

    story.when(repeats(3, (FIRST, 3))).refuses("not_a_duplicate", "itself")
    story.when(repeats(3, (FIRST, 1))).refuses("not_a_duplicate", "own kind")
    story.when(repeats(3, (FIRST, 2), cause="entered_in_error")).refuses("not_a_duplicate")


def test_duplicates_do_not_go_in_circles() -> None:
    story = twice().given(repeats(3, (FIRST, 2)))

    story.when(repeats(2, (FIRST, 3))).refuses("duplicate_of_nothing")
    # Record 3 stands again, and 2 is said to repeat it; then 3 cannot go back to repeating 2.
    turned = story.given(retract(4), repeats(2, (FIRST, 3)))
    assert set(turned.state(FIRST).facts.meetings) == {OTHER}
    turned.when(retract(5)).refuses("duplicate_of_nothing")
    plain = twice().given(repeats(3, (FIRST, 2)), retract(4), retract(5))
    assert set(plain.state(FIRST).facts.meetings) == {MEETING}


def test_what_a_retraction_is_said_to_repeat_later_is_looked_at_as_well() -> None:
    story = twice().given(retract(3), retract(2))
    asked = mc.AmendRecord(
        stream=FIRST, target=4, changes={"cause": "duplicate", "duplicate_of": (FIRST, 2)}
    )

    story.when(asked).refuses("duplicate_of_nothing")
    assert story.given(retract(5)).when(asked).events


def test_a_correction_repeats_no_record() -> None:
    story = twice().given(mc.AmendRecord(stream=FIRST, target=2, changes={"minutes": 45}))

    story.when(repeats(4, (FIRST, 2))).refuses("not_a_duplicate")
    undone = story.given(retract(4))
    undone.when(
        mc.AmendRecord(
            stream=FIRST, target=5, changes={"cause": "duplicate", "duplicate_of": (FIRST, 3)}
        )
    ).refuses("not_a_duplicate", "correction")

"""Renamed choices are told from edits by what became of everybody's answers."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.adapters.spec import Answer
from mentorcore.intake.answer_changes import Change
from mentorcore.intake.renamed_choices import (
    DIFFERENT,
    ChoiceNames,
    Pair,
    Renamed,
    RenamedChoices,
    Tally,
)

WORDS = ("never", "rarely", "often", "always")
CHOSEN = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40)


def answer(text: str) -> Answer:
    return Answer("Q1", "How often?", (text,), "choice")


def tally(before: Sequence[str], now: Sequence[str]) -> Tally:
    made = Tally()
    for old, new in zip(before, now, strict=True):
        changed = [Change(answer(new), (old,))] if old != new else []
        made.see([answer(new)], changed)
    return made


def concluded(before: Sequence[str], now: Sequence[str]) -> dict[str, str]:
    return {a[0]: b[0] for one in tally(before, now).conclude() for a, b in one.pairs}


@settings(max_examples=60)
@given(CHOSEN, st.sets(st.sampled_from(WORDS), min_size=1))
def test_choices_that_got_new_names_are_recognised(before: list[str], named: set[str]) -> None:
    now = [f"{word} or so" if word in named else word for word in before]
    moved = [word for word in before if word in named]
    certain = len(moved) - len(set(moved)) >= 2

    expected = {word: f"{word} or so" for word in moved} if certain else {}
    assert concluded(before, now) == expected


@settings(max_examples=60)
@given(CHOSEN, st.data())
def test_a_text_that_others_had_before_is_no_new_name(
    before: list[str], data: st.DataObject
) -> None:
    old, new = data.draw(st.permutations(WORDS))[:2]
    before = [*before, new]

    assert concluded(before, [*(new if w == old else w for w in before[:-1]), new]) == {}


def test_an_edit_among_ten_answers_does_not_hide_a_new_name() -> None:
    before = ["never"] * 11
    now = ["not once"] * 10 + ["often"]

    assert concluded(before, now) == {"never": "not once"}
    assert concluded(before[:5], [*now[:4], "often"]) == {}


def test_what_is_written_by_hand_is_no_choice() -> None:
    texts = [f"text {n}" for n in range(DIFFERENT + 10)]

    assert concluded(texts, [f"{text}!" for text in texts]) == {}
    assert tally(texts, [f"{text}!" for text in texts]).suspects() == frozenset()


def test_new_names_explain_a_change_and_nothing_else() -> None:
    renamed = RenamedChoices(tally(["never"] * 4, ["not once"] * 4).conclude())
    named, other = Change(answer("not once"), ("never",)), Change(answer("often"), ("never",))

    assert renamed.explain([named])
    assert renamed.explain([])
    assert not renamed.explain([named, other])
    assert not RenamedChoices().explain([named])


def test_a_new_name_is_told_with_its_number_the_most_frequent_first() -> None:
    pairs: dict[Pair, int] = {((f"a{n}",), (f"b{n}",)): n for n in range(1, 6)}

    assert str(Renamed("Q1", "How often?", pairs, chosen=True)) == (
        "15 answers to 'How often?': 'a5' is now 'b5' (5), 'a4' is now 'b4' (4), "
        "'a3' is now 'b3' (3), and 2 more"
    )


def test_codes_for_labels_are_told_by_all_that_changed() -> None:
    codes, labels = ["1", "2", "1", "2"], ["never", "often", "never", "often"]

    assert tally(codes, labels).written_otherwise()
    assert tally(labels, codes).written_otherwise()
    assert not tally(codes[:3], labels[:3]).written_otherwise()
    assert not tally([*codes, "1"], [*labels, "1"]).written_otherwise()
    assert not tally([*codes, "1"], [*labels, "often"]).written_otherwise()


def renaming(pairs: dict[str, str]) -> Renamed:
    counted: dict[Pair, int] = {((old,), (new,)): 3 for old, new in pairs.items()}
    return Renamed("Q1", "How often?", counted, chosen=True)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), st.data())
def test_all_names_that_a_choice_ever_had_are_one(chain: list[str], data: st.DataObject) -> None:
    """Each name is followed by the next one; it may come back, and exports come in any order."""
    names = ChoiceNames()
    steps = [{a: b} for a, b in pairwise(chain) if a != b]

    for step in data.draw(st.permutations(steps)):
        names = ChoiceNames(names.learning([renaming(step)]).plain())

    for one, other in zip(chain, reversed(chain), strict=True):
        assert names.settled(Change(answer(one), (other,)))
    strangers = [word for word in (*WORDS, "at times") if word not in chain]
    assert not any(names.settled(Change(answer(w), (chain[0],))) for w in strangers)


def test_choices_that_changed_places_are_not_settled_as_one() -> None:
    names = ChoiceNames().learning(
        [renaming({"never": "often", "often": "never", "rarely": "yes"})]
    )

    assert not names.settled(Change(answer("often"), ("never",)))
    assert names.settled(Change(answer("rarely"), ("yes",)))


def test_a_choice_that_is_renamed_again_is_told_from_its_last_name() -> None:
    names = ChoiceNames().learning([renaming({"never": "not once"})])

    (change,) = names.open([Change(answer("at no time"), ("never",))])

    assert change.before == ("not once",)


@settings(max_examples=40)
@given(st.integers(80, 100))
def test_one_answer_in_ten_may_be_an_edit_besides_and_no_more(percent: int) -> None:
    before = ["never"] * 100
    now = ["not once"] * percent + [f"other {n}" for n in range(100 - percent)]

    assert bool(concluded(before, now)) is (percent >= 90)


@pytest.mark.parametrize(("percent", "found"), [(89, False), (90, True), (91, True)])
def test_a_new_name_is_recognised_from_nine_answers_in_ten_on(percent: int, found: bool) -> None:
    now = ["not once"] * percent + ["often"] * (100 - percent)

    assert bool(concluded(["never"] * 100, now)) is found

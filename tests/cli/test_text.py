"""Text fits the terminal, and what strangers wrote cannot play tricks on it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mentorcore.render.text import (
    WIDTH,
    clean,
    counted,
    fit,
    paragraph,
    sentence,
    short,
    table,
    width,
)


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), max_size=4))
def test_every_line_of_a_table_fits(rows: list[tuple[str, str, str]]) -> None:
    lines = list(table(("name", "met", "why"), rows, right=("met",)))

    assert all(width(line) <= WIDTH for line in lines)
    assert all(line == line.rstrip() for line in lines)


@given(st.text())
def test_every_line_of_a_paragraph_fits(text: str) -> None:
    assert all(width(line) <= WIDTH for line in paragraph(text, "  - "))


@given(st.text())
def test_nothing_that_is_shown_steers_a_terminal(text: str) -> None:
    shown = clean(text)

    assert "\x1b" not in shown
    assert "\n" not in shown
    assert "\u202e" not in shown
    assert clean(shown) == shown


@given(st.text(), st.integers(min_value=1, max_value=30))
def test_what_is_cut_takes_its_room_at_most(text: str, room: int) -> None:
    assert width(fit(clean(text), room)) <= max(room, 1)


def test_wide_letters_take_two_columns_and_accents_none() -> None:
    assert width("李小龍") == 6
    assert width("Nova\u0301kova\u0301") == 8


def test_the_last_column_flows_on() -> None:
    lines = list(table(("", ""), [("a name", "a word " * 30)], firm=("",)))

    assert len(lines) > 1
    assert all(line.startswith(" " * 8) for line in lines[1:])


def test_what_is_firm_is_not_cut() -> None:
    long = "x" * 60

    lines = list(table(("firm", "soft", "last"), [(long, "y" * 60, "z" * 60)], firm=("firm",)))

    assert long in lines[1]
    assert "y" * 60 not in lines[1]


def test_names_of_many_people_flow_on_so_that_there_is_room_to_say_why() -> None:
    people = " & ".join(
        ["Adaeze Obi", "Ben Carver", "Chiara Moretti", "Dara Kim", "Emil Novak"] * 2
    )

    lines = list(table(("", "who", "why"), [("goal", people, "a word " * 9)], firm=("", "who")))

    named = " ".join(line[6 : lines[0].index("why")].strip() for line in lines[1:]).strip()
    assert named == people
    assert len(lines) < 8


def test_what_is_firm_breaks_between_words_only() -> None:
    stream = "participant:" + "0" * 32

    lines = list(table(("", "id", "why"), [("x" * 40, stream, "a word " * 9)], firm=("", "id")))

    assert stream in lines[1]


def test_numbers_are_set_flush_right() -> None:
    lines = list(table(("met", "who"), [(3, "a"), (12, "b")], right=("met",)))

    assert lines == ["met  who", "  3  a", " 12  b"]


def test_ids_are_short_and_other_texts_as_they_are() -> None:
    assert short("pairing:" + "0" * 24 + "deadbeef") == "pairing:…deadbeef"
    assert short("acme-visit:" + "0" * 24 + "deadbeef") == "acme-visit:…deadbeef"
    assert short("command-line") == "command-line"


def test_a_number_takes_its_noun() -> None:
    assert [counted(1, "day"), counted(1204, "day"), counted(2, "person", "people")] == [
        "1 day",
        "1,204 days",
        "2 people",
    ]


def test_a_sentence_has_a_capital_and_an_end() -> None:
    assert sentence("did you mean this?") == "Did you mean this?"
    assert sentence("nobody is there") == "Nobody is there."

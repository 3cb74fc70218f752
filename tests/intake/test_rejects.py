"""Refused rows survive the way to a spreadsheet and back, to the letter."""

import csv
import io
from datetime import UTC, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake.small_program import response

from mentorcore.adapters.spec import Answer, Response, Unreadable
from mentorcore.errors import SourceUnreadable
from mentorcore.intake.rejects import (
    Corrected,
    Reject,
    holds_rejects,
    read_rejects,
    write_rejects,
)


@attrs.frozen
class Bytes:
    """A file in memory."""

    content: bytes
    name: str = "rejects.csv"

    def open(self) -> io.BytesIO:
        return io.BytesIO(self.content)


def written(*responses: Response, reason: str = "no such person") -> Bytes:
    file = io.StringIO(newline="")
    write_rejects(file, [Reject(r, reason, f"{i:064x}") for i, r in enumerate(responses)])
    return Bytes(file.getvalue().encode("utf-8-sig"))


def read_back(source: Bytes) -> list[Response]:
    found = []
    for item in read_rejects(source, "form"):
        assert isinstance(item, Corrected)
        found.append(item.response)
    return found


def rows_of(source: Bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(source.content.decode("utf-8-sig"), newline="")))


def test_a_refused_row_comes_back_as_it_was_read() -> None:
    original = attrs.evolve(
        response({"Mentor": "Ana Berg", "Goal": "x", "Goal #2": "", "Note": "a\r\nb"}),
        key=("2026-10-05T22:30:00+00:00", "ana@example.org"),
        submitted_raw="10/5/2026 15:30",
        zone_basis="declared: America/Los_Angeles",
    )

    (again,) = read_back(written(original))

    assert attrs.evolve(again, where=original.where) == original
    assert again.where.line == 2


def test_the_file_shows_the_original_columns_and_the_reason() -> None:
    rows = rows_of(written(response({"Mentor": "Ana Berg", "Minutes": "45"})))

    assert rows[0] == ["Mentor", "Minutes", "Refused because", "Refused row"]
    assert rows[1][:3] == ["Ana Berg", "45", "no such person"]


def test_a_corrected_cell_is_what_comes_back() -> None:
    source = written(response({"Mentor": "Ana Berg", "Minutes": "45"}))

    (again,) = read_back(Bytes(source.content.replace(b"Ana Berg", b"Anna Berg")))

    assert again.answers[0].raw == ("Anna Berg",)
    assert again.key == ("k",)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("- a point", "'- a point"),
        ("-----", "'-----"),
        ("@home", "'@home"),
        ("+49 170 1", "'+49 170 1"),
        ("\tx", "'\tx"),
        ("'=x", "''=x"),
        ("\uff1d1", "'\uff1d1"),
        ("-5", "-5"),
        ("+3.5", "+3.5"),
        ("'tis", "'tis"),
        ("a=b", "a=b"),
        ("'-5", "'-5"),
    ],
)
def test_only_what_looks_like_a_formula_gets_an_apostrophe(cell: str, shown: str) -> None:
    source = written(response({"Note": cell}))

    assert rows_of(source)[1][0] == shown
    assert read_back(source)[0].answers[0].raw == (cell,)


TEXTS = st.text(
    st.one_of(st.sampled_from("=+-@'\t\r\n,;\"\ufeff =1.あ"), st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    min_size=1,
)  # fmt: skip


@given(st.lists(st.lists(TEXTS, max_size=3), min_size=1, max_size=4))
def test_every_text_comes_back_to_the_letter(cells: list[list[str]]) -> None:
    original = response({f"Q{i}": tuple(texts) for i, texts in enumerate(cells)})

    (again,) = read_back(written(original))

    assert [a.raw for a in again.answers] == [a.raw for a in original.answers]


def test_rows_with_different_columns_share_one_table() -> None:
    one, other = response({"A": "1", "B": "2"}), response({"B": "3", "C": ("x", "y")})

    source = written(one, other)

    assert rows_of(source)[0][:3] == ["A", "B", "C"]
    first, second = read_back(source)
    assert [a.raw for a in first.answers] == [("1",), ("2",), ()]
    assert [a.raw for a in second.answers] == [(), ("3",), ("x", "y")]


def test_several_choices_that_somebody_rewrote_are_one_text() -> None:
    source = written(response({"C": ("x", "y")}))
    changed = source.content.replace(b'"[""x"", ""y""]"', b"x only")

    assert read_back(Bytes(changed))[0].answers[0].raw == ("x only",)


def test_a_row_without_a_time_of_sending_has_none_when_it_comes_back() -> None:
    assert read_back(written(response({"A": "1"}, None)))[0].submitted_at is None
    sent = datetime(2026, 10, 5, 22, 30, 1, 5, tzinfo=UTC)
    assert read_back(written(response({"A": "1"}, sent)))[0].submitted_at == sent


def test_what_says_which_response_it_is_must_stay() -> None:
    source = written(response({"A": "1"}), response({"A": "2"}))
    lines = source.content.decode("utf-8-sig").splitlines()
    spoilt = Bytes(
        "\n".join([lines[0], '1,because,"{""key"": 1}"', lines[2], "3,new row,"]).encode()
    )

    found = list(read_rejects(spoilt, "form"))

    assert [type(item) for item in found] == [Unreadable, Corrected, Unreadable]
    assert isinstance(found[0], Unreadable)
    assert "'Refused row' was changed" in found[0].why
    assert found[2].where.line == 4  # type: ignore[union-attr]  # it is Unreadable


def test_rows_of_another_form_are_refused_as_a_whole() -> None:
    with pytest.raises(SourceUnreadable, match="belong to the form 'form', not to 'goals'"):
        list(read_rejects(written(response({"A": "1"})), "goals"))


def test_a_file_of_refused_rows_is_known_even_after_a_spreadsheet_saved_it() -> None:
    source = written(response({"A": "1"}))
    resaved = io.StringIO(newline="")
    csv.writer(resaved, delimiter=";").writerows(rows_of(source))

    assert holds_rejects(source)
    assert holds_rejects(Bytes(resaved.getvalue().encode()))
    assert read_back(Bytes(resaved.getvalue().encode()))[0].answers == (Answer("A", "A", ("1",)),)
    assert not holds_rejects(Bytes(b"A,B\n1,2\n"))
    assert not holds_rejects(Bytes(b'A,B\n1,"Refused row"\n'))
    assert not holds_rejects(Bytes(b'A,"Refused row\n'))

"""A zip as Google hands it out is read in place; any other zip is refused in words."""

import io
import zipfile

import pytest
from made import FILES, Made, answered, read, read_csv, responses, zipped
from mentorcore.adapters.spec import SourceUnreadable

from mentorcore_google_forms import archive

TABLE = (FILES / "form_de.csv").read_bytes()
PACKED = zipped(("Wie läuft es?.csv", TABLE))


def test_a_zip_gives_the_same_responses_as_the_table_in_it() -> None:
    packed = read(Made(PACKED, "Form.csv.zip"))
    plain = read_csv(Made(TABLE, "Form.csv.zip"))

    assert [(r.key, answered(r)) for r in responses(packed)] == [
        (r.key, answered(r)) for r in responses(plain)
    ]
    assert len(responses(packed)) == 4


def test_a_zip_that_was_not_compressed_is_read_too() -> None:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as made:
        made.writestr("Form.csv", TABLE)

    assert len(responses(read(Made(stored.getvalue())))) == 4


def test_a_zip_cut_anywhere_is_refused() -> None:
    for end in range(4, len(PACKED)):
        with pytest.raises(SourceUnreadable, match="damaged or cut off"):
            read_csv(Made(PACKED[:end]))


def test_a_zip_with_a_flipped_bit_is_refused_or_gives_the_whole_table() -> None:
    for place in range(4, len(PACKED), 3):
        flipped = bytearray(PACKED)
        flipped[place] ^= 0x10
        try:
            items = read_csv(Made(bytes(flipped)))
        except SourceUnreadable:
            continue
        assert len(responses(items)) == 4


def test_several_files_in_a_zip_are_refused() -> None:
    with pytest.raises(SourceUnreadable, match="holds 2 files where one table is expected"):
        read_csv(Made(zipped(("a.csv", TABLE), ("b.csv", TABLE))))


def test_an_empty_zip_is_refused() -> None:
    with pytest.raises(SourceUnreadable):
        read_csv(Made(zipped()))


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "x/a.csv", "C:\\a.csv", "..\\a.csv"])
def test_a_path_in_the_name_is_refused(name) -> None:
    with pytest.raises(SourceUnreadable, match="has a path in its name"):
        read_csv(Made(zipped((name, TABLE))))


def test_something_else_in_the_zip_is_refused() -> None:
    with pytest.raises(SourceUnreadable, match="is no CSV table"):
        read_csv(Made(zipped(("sheet.xml", TABLE))))


def test_a_bomb_is_refused_while_it_is_unpacked(monkeypatch) -> None:
    monkeypatch.setattr(archive, "FREE", 1 << 16)
    bomb = zipped(("a.csv", b'"Timestamp","' + b"a" * (1 << 22) + b'"'))

    with pytest.raises(SourceUnreadable, match="this is no table of responses"):
        read_csv(Made(bomb))


def test_a_locked_zip_is_refused() -> None:
    locked = bytearray(PACKED)
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        locked[locked.index(mark) + (6 if mark[2] == 3 else 8)] |= 1

    with pytest.raises(SourceUnreadable, match="locked with a password"):
        read_csv(Made(bytes(locked)))

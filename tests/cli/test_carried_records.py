"""A carried record is checked on the command line: verified, unverified, or refused."""

from pathlib import Path

from audit.carrying.files import books, issue, record
from audit.vectors import KEY, WITNESS_KEY
from cli.asking import Run


def test_a_carried_record_is_told_with_its_standing(run: Run, tmp_path: Path) -> None:
    carried, note = tmp_path / "rosa.record", tmp_path / "held.txt"
    with books(tmp_path) as book:
        file = issue(book(), record())
    carried.write_bytes(file.data)
    note.write_text(file.receipt.note, encoding="utf-8", newline="\n")

    held = run("check-record", carried, "--vkey", str(KEY), "--held", note)
    data = run("check-record", carried, "--vkey", str(KEY), "--held", note, "--json").data
    alone = run("check-record", carried, "--vkey", str(KEY))

    assert held.code == 0
    assert "Rosa Villareal" in held.out
    assert "12 meetings, 540 minutes" in held.out
    assert "mentor-basics completed on 2024-10-01" in held.out
    assert "to be credited: 540 minute, 11 week" in held.out
    assert "Verified, under a checkpoint over 1 events." in held.out
    assert data["verified"] is True
    assert data["record"] == record().plain
    assert alone.code == 3
    assert "Not verified: no checkpoint of" in alone.out


def test_an_altered_record_is_refused_with_the_reason(run: Run, tmp_path: Path) -> None:
    carried = tmp_path / "rosa.record"
    with books(tmp_path) as book:
        data = issue(book(), record()).data
    carried.write_bytes(data.replace(b'"minutes":540', b'"minutes":940'))

    altered = run("check-record", carried, "--vkey", str(KEY))
    stranger = run("check-record", carried, "--vkey", str(WITNESS_KEY))
    missing = run("check-record", tmp_path / "none.record", "--vkey", str(KEY))

    assert (altered.code, "was altered" in " ".join(altered.err.split())) == (1, True)
    assert (stranger.code, "no key of that log" in " ".join(stranger.err.split())) == (1, True)
    assert (missing.code, "cannot be read" in " ".join(missing.err.split())) == (2, True)

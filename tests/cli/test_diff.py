"""Two moments compared on the command line."""

from pathlib import Path

from cli.asking import Run
from projections.town import Town, mc

from mentorcore.render.history import history_lines


def imported(program: Path, run: Run) -> None:
    """The people of the example and their pairings."""
    for form in ("people", "pairings"):
        export, mapping = program / f"exports/{form}.csv", program / f"mappings/{form}.toml"
        assert run("import", program, export, "--mapping", mapping).code == 0


def test_what_changed_is_told_row_by_row_with_the_events_that_did_it(
    program: Path, run: Run
) -> None:
    imported(program, run)

    said = run("diff", program, "--known-from", 4, "--ids")

    assert said.code == 0
    assert said.out.startswith("From as known at position 4 (position 4) to now (position ")
    assert "Participant Amara Okonkwo: new" in said.out
    assert "Pairing Ruth Abernathy & Amara Okonkwo: new" in said.out
    assert "by formed of" in said.out
    assert "#1" in said.out
    assert all(len(line) <= 100 for line in said.out.splitlines() if "#" not in line)


def test_nothing_changed_between_a_moment_and_itself(program: Path, run: Run) -> None:
    imported(program, run)

    said = run("diff", program, "--known-from", 40, "--known-to", 40)

    assert "0 rows changed, by 0 events" in " ".join(said.out.split())


def test_a_difference_is_data_too(program: Path, run: Run) -> None:
    imported(program, run)

    said = run("diff", program, "--known-from", 3, "--json")

    assert said.code == 0
    rows = said.data["rows"]
    assert rows
    assert all(row["deeds"] for row in rows)
    assert said.data["then"] == {"as_of": None, "as_known": 3}
    assert {"evidence", "name", "on", "recorded_at", "actor", "how"} <= rows[0]["deeds"][0].keys()


def test_a_history_shows_corrections_of_corrections_behind_what_they_correct() -> None:
    town = Town()
    pair = town.pair()
    town.to("2026-10-20")
    for day in ("2026-09-10", "2026-09-11"):
        town.meet(pair, day, at=None)
    town.ask(mc.AmendRecord(stream=pair, target=2, changes={"minutes": 60}))
    town.ask(mc.AmendRecord(stream=pair, target=4, changes={"minutes": 90}, reason="Misread"))
    repeats = {"cause": "duplicate", "duplicate_of": (pair, 2)}
    town.ask(mc.RetractRecord(stream=pair, target=3, **repeats))
    town.ask(mc.RetractRecord(stream=pair, target=6))

    lines = list(history_lines(town.history(pair), ids=True))

    text = " ".join(" ".join(lines).split())
    assert "amended minutes 45 → 60" in text
    assert "amended minutes 60 → 90; because: Misread" in text
    assert "retracted (undone) duplicate; of" in text
    assert f"{pair}#7" in text
    indents = [line.index("amended") for line in lines if "amended" in line and "→" in line]
    assert indents == sorted(set(indents))


def test_days_and_times_are_taken_on_either_side(program: Path, run: Run) -> None:
    imported(program, run)

    for words in (
        ("--from", "2020-01-01"),
        ("--from", "2020-01-01T12:00Z", "--to", "2030-01-01"),
        ("--known-from", "2020-01-01", "--as", "auditor", "--program", "nothing"),
    ):
        said = run("diff", program, *words)
        assert said.code == (2 if "nothing" in words else 0), said.err


def test_a_moment_to_begin_with_is_needed_and_has_to_be_clear(program: Path, run: Run) -> None:
    assert run("diff", program).code == 2
    assert "--from" in run("diff", program).err
    assert run("diff", program, "--from", "yesterday").code == 2
    assert run("diff", program, "--from", "20200101120").code == 2

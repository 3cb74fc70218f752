"""A log is judged by the policy packs that its programs adopted, wherever it is opened."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from engine.adopting import DISTRICT, adopting
from engine.world import COORDINATOR, SETTINGS, STARTED, TODAY, Place, World, engine, mc

from mentorcore.engine.engine import Engine
from mentorcore.errors import Invalid, Refused
from mentorcore.policy.pack import Pack
from mentorcore.policy.shipped import shipped_packs

UNKNOWN = f"program:{7:032x}"
SEE = mc.Viewer.coordinator()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "district.toml"
    path.write_text(DISTRICT, encoding="utf-8")
    return path


def adopting_pack(program: str, pack: Pack, **other: Any) -> Any:
    asked = mc.AdoptPolicyPack(
        program_id=program,
        pack_id=pack.id,
        version=pack.version,
        digest=pack.digest,
        effective_from=TODAY,
    )
    return attrs.evolve(asked, **other)


def refused(opened: Engine, command: Any) -> Refused:
    found = opened.check(command)
    assert found is not None
    return found


def test_packs_that_come_along_are_there_and_those_that_are_given(file: Path) -> None:
    with engine(packs=[file]) as opened:
        ids = [pack.id for pack in opened.packs()]

    assert {"district", "us-ca-teacher-induction"} <= set(ids)
    assert ids == sorted(ids)


def test_a_program_goes_by_what_it_adopted(at: Place) -> None:
    with at.open(1) as opened:
        world = World(opened)
        world.ask(adopting(world))

        (adopted,) = opened.adopted_packs(world.program, viewer=SEE)

    assert (adopted.pack_id, adopted.version) == ("us-ca-teacher-induction", "1")
    assert (adopted.effective_from, adopted.effective_to) == (TODAY, None)
    assert adopted.pack is not None
    assert adopted.pack.rule("CA-1") is not None
    assert adopted.adopted_by.stream == world.program


def test_what_was_in_force_tells_an_auditor_of_packs_as_well(world: World) -> None:
    world.ask(adopting(world))

    rows = world.engine.settings_in_force(world.program, viewer=mc.Viewer.auditor())

    (row,) = [r for r in rows if r.setting == "policy pack us-ca-teacher-induction"]
    assert (row.since, row.until) == (TODAY, None)
    assert row.value["version"] == "1"
    assert "goes by" in row.meaning


def test_what_was_known_of_packs_is_told_as_it_was_known(at: Place) -> None:
    with at.open(1) as opened:
        world = World(opened)
        before = opened.position
        world.ask(adopting(world))

        assert opened.adopted_packs(world.program, viewer=SEE, as_known=before) == ()


def test_of_a_program_that_is_not_there_or_another_nothing_is_told(world: World) -> None:
    pairing = world.pair()
    stranger = mc.Viewer.coordinator(program=f"program:{9:032x}")

    for subject, viewer in ((UNKNOWN, SEE), (world.program, stranger), (pairing, SEE)):
        with pytest.raises(Refused) as told:
            world.engine.adopted_packs(subject, viewer=viewer)
        assert told.value.code in ("no_such_program", "no_such_subject")


def test_the_version_before_ends_where_the_next_begins(file: Path, tmp_path: Path) -> None:
    second = tmp_path / "district-2.toml"
    second.write_text(DISTRICT.replace('version = "1"', 'version = "2"'), encoding="utf-8")
    one, other = mc.read_pack(file), mc.read_pack(second)

    with engine(packs=[one, other]) as opened:
        world = World(opened)
        world.ask(adopting_pack(world.program, one))
        later = TODAY + timedelta(days=200)
        world.ask(adopting_pack(world.program, other, effective_from=later, replaces="1"))
        told = opened.adopted_packs(world.program, viewer=SEE)

    assert [(p.version, p.effective_to) for p in told] == [("1", later), ("2", None)]


def test_a_pack_that_was_given_once_is_kept_with_the_log(durable: Place, file: Path) -> None:
    with durable.open(1, packs=[file]) as opened:
        world = World(opened)
        world.ask(adopting_pack(world.program, mc.read_pack(file)))
    file.unlink()

    with durable.open(1000) as again:
        (adopted,) = again.adopted_packs(world.program, viewer=SEE)

    assert adopted.pack is not None
    assert adopted.pack.text == DISTRICT
    assert "district" not in {pack.id for pack in again.packs()}


def test_what_is_adopted_in_a_transaction_of_a_host_is_kept_when_that_commits(
    tmp_path: Path, file: Path
) -> None:
    log = str(tmp_path / "log.db")
    with engine(log, packs=[file]) as opened, closing(sqlite3.connect(log)) as host:
        world = World(opened)
        asked = adopting_pack(world.program, mc.read_pack(file))
        host.execute("BEGIN IMMEDIATE")
        with opened.within(host):
            world.ask(asked)
        host.commit()

    with engine(log, start=1000) as again:
        (adopted,) = again.adopted_packs(world.program, viewer=SEE)

    assert adopted.pack is not None


def test_a_log_that_moved_goes_on_with_its_packs(tmp_path: Path, file: Path) -> None:
    with engine(str(tmp_path / "log.db"), packs=[file]) as opened:
        world = World(opened)
        world.ask(adopting_pack(world.program, mc.read_pack(file)))
        opened.export(tmp_path / "move", actor=COORDINATOR, move=True)
    mc.load(tmp_path / "move", tmp_path / "moved.db", original_retired=True)

    with engine(str(tmp_path / "moved.db"), keys=str(tmp_path / "log.keys"), start=1000) as moved:
        (adopted,) = moved.adopted_packs(world.program, viewer=SEE)

    assert adopted.pack is not None


def test_a_pack_that_is_not_registered_is_not_adopted(at: Place, file: Path) -> None:
    with at.open(1) as opened:
        world = World(opened)
        asked = adopting_pack(world.program, mc.read_pack(file))

        found = refused(opened, asked)

    assert found.code == "pack_missing"
    assert asked.digest in found.reason
    assert (found.facts["pack"], found.facts["version"]) == ("district", "1")


def test_a_pack_is_adopted_under_its_own_name(at: Place) -> None:
    with at.open(1) as opened:
        world = World(opened)

        found = refused(opened, adopting(world, version="9"))

    assert found.code == "another_pack"
    assert "version 1 of us-ca-teacher-induction" in found.reason


def test_a_refusal_by_a_pack_is_explained_like_any_other(world: World) -> None:
    found = refused(world.engine, adopting(world, version="9"))

    told = world.engine.explain(found, viewer=SEE)

    assert (told.value, told.again) == (found.reason, found.reason)


@pytest.fixture
def designed(at: Place) -> Iterator[tuple[Engine, str]]:
    """A program that is not launched yet and goes by California's pack."""
    with at.open(1) as opened:
        program = opened.handle(
            mc.DesignProgram(
                time_zone="America/Los_Angeles",
                settings=SETTINGS,
                name="Beacon",
                goals=(mc.ProgramGoal(goal_id=f"goal:{1:032x}", statement="Teachers stay"),),
            ),
            actor=COORDINATOR,
        ).stream
        pack = next(pack for pack in shipped_packs() if pack.id == "us-ca-teacher-induction")
        opened.handle(adopting_pack(program, pack), actor=COORDINATOR)
        yield opened, program


def test_a_launch_needs_the_calendar_that_an_adopted_rule_counts_by(
    designed: tuple[Engine, str],
) -> None:
    """INV-68."""
    opened, program = designed
    launch = mc.LaunchProgram(program_id=program, on=STARTED)
    found = refused(opened, launch)
    term = mc.Term(name="autumn", since=STARTED, until=STARTED + timedelta(days=100))

    opened.handle(
        mc.SetAcademicCalendar(program_id=program, school_year="2026-27", terms=(term,)),
        actor=COORDINATOR,
    )

    assert (found.code, found.facts["rule"]) == ("no_calendar", "CA-1")
    assert opened.check(launch) is None


def test_a_pack_that_counts_no_school_time_needs_no_calendar(file: Path) -> None:
    """INV-68."""
    with engine(packs=[file]) as opened:
        program = opened.handle(
            mc.DesignProgram(
                time_zone="America/Los_Angeles",
                settings=SETTINGS,
                name="Beacon",
                goals=(mc.ProgramGoal(goal_id=f"goal:{1:032x}", statement="Teachers stay"),),
            ),
            actor=COORDINATOR,
        ).stream
        opened.handle(adopting_pack(program, mc.read_pack(file)), actor=COORDINATOR)

        assert opened.check(mc.LaunchProgram(program_id=program, on=STARTED)) is None


def test_a_kept_text_that_somebody_changed_is_as_if_it_were_not_there(
    tmp_path: Path, file: Path
) -> None:
    log = str(tmp_path / "log.db")
    with engine(log, packs=[file]) as opened:
        world = World(opened)
        world.ask(adopting_pack(world.program, mc.read_pack(file)))
        state = opened.adopted_packs(world.program, viewer=SEE)
    with closing(sqlite3.connect(log)) as db, db:
        change = "UPDATE log_index SET body = ? WHERE kind = 'policy'"
        db.execute(change, (DISTRICT.replace("limit = 14", "limit = 99").encode(),))

    with engine(log, start=1000) as again, engine(log, start=2000, packs=[file]) as given:
        (without,), (with_it,) = (
            e.adopted_packs(world.program, viewer=SEE) for e in (again, given)
        )

    assert without.pack is None
    assert with_it.pack == state[0].pack


def test_guarded_commands_are_refused_where_a_pack_is_missing_and_others_are_not(
    tmp_path: Path, file: Path
) -> None:
    log = str(tmp_path / "log.db")
    with engine(log, packs=[file]) as opened:
        program = opened.handle(
            mc.DesignProgram(
                time_zone="America/Los_Angeles",
                settings=SETTINGS,
                name="Beacon",
                goals=(mc.ProgramGoal(goal_id=f"goal:{1:032x}", statement="Teachers stay"),),
            ),
            actor=COORDINATOR,
        ).stream
        opened.handle(adopting_pack(program, mc.read_pack(file)), actor=COORDINATOR)
    with closing(sqlite3.connect(log)) as db, db:
        db.execute("DELETE FROM log_index WHERE kind = 'policy'")

    with engine(log, start=1000) as again:
        found = refused(again, mc.LaunchProgram(program_id=program, on=STARTED))
        other = again.check(mc.RegisterPerson(name="Ada"))

    assert found.code == "pack_missing"
    assert "district" in found.reason
    assert other is None


@pytest.mark.parametrize("name", ["export", "export.zip", "export.db"])
def test_whoever_is_handed_an_export_has_the_packs_with_it(
    tmp_path: Path, file: Path, name: str
) -> None:
    with engine(str(tmp_path / "log.db"), packs=[file]) as opened:
        world = World(opened)
        world.ask(adopting_pack(world.program, mc.read_pack(file)))
        opened.export(tmp_path / name, actor=COORDINATOR, recipient="auditor")

    with mc.open_export(tmp_path / name) as export:
        (adopted,) = export.adopted_packs(world.program, viewer=mc.Viewer.auditor())

    assert adopted.pack is not None
    assert adopted.pack.text == DISTRICT


def test_a_pack_that_needs_correction_opens_no_log(tmp_path: Path, file: Path) -> None:
    file.write_text(DISTRICT.replace("limit = 14", "limit = 0.5"), encoding="utf-8")

    with pytest.raises(Invalid, match=r"district\.toml needs correction") as told:
        engine(str(tmp_path / "log.db"), packs=[file])

    assert "limit" in str(told.value.problems[0])
    assert not (tmp_path / "log.db").exists()


def test_packs_are_a_list_of_packs_or_of_files_that_are_there(tmp_path: Path, file: Path) -> None:
    with pytest.raises(Invalid, match="a list of packs or paths"):
        engine(packs=str(file))
    with pytest.raises(Invalid, match="cannot be read"):
        engine(packs=[tmp_path / "nothing.toml"])
    with pytest.raises(Invalid, match=r"read_pack\(file\)"):
        engine(packs=[attrs.evolve(mc.read_pack(file), text="")])


def test_a_pack_that_comes_along_is_not_opened_as_a_file() -> None:
    with pytest.raises(Invalid, match="a pack that comes along needs none"):
        mc.read_pack("us-ca-teacher-induction")
    with pytest.raises(Invalid, match=r"expected a file in TOML\)"):
        mc.read_pack("elsewhere.toml")

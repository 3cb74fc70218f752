"""An older copy of the key file, put back, is noticed before anybody gets a second key."""

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from engine.harbor import Harbor, harbor
from engine.world import COORDINATOR, Clock, Place, World, engine, mc
from processes import started

from mentorcore.domain.declarations import personal_fields
from mentorcore.domain.values import Sealed
from mentorcore.engine.engine import Engine
from mentorcore.errors import KeyMissing, Refused
from mentorcore.log.sealing.key_holders import KeyHolders


def keys_of(at: Place) -> dict[str, bytes]:
    """Every person's key as it stands in the key file, one row a person."""
    assert isinstance(at.keys, str)
    with closing(sqlite3.connect(at.keys)) as db:
        rows = db.execute("SELECT subject, wrapped FROM subject_key").fetchall()
    assert len({subject for subject, _ in rows}) == len(rows)
    return dict(rows)


def opened_values(opened: Engine) -> list[Any]:
    """Every sealed value of the log, opened."""
    return [
        opened._sealing.open(value)
        for item in opened.events()
        for name in personal_fields(type(item.event))
        if isinstance(value := getattr(item.event, name), Sealed)
    ]


def note(pairing: str, author: str) -> Any:
    return mc.WriteNote(
        pairing_id=pairing,
        author=author,
        kind="journal",
        on=Clock().now.date(),
        visibility="pair_private",
        body="we spoke about the first parents' evening",
    )


@pytest.fixture
def put_back(durable: Place, tmp_path: Path) -> dict[str, str]:
    """A log whose key file was replaced by a copy made before the last two people came."""
    copy = tmp_path / "yesterday.keys"
    assert isinstance(durable.keys, str)
    with durable.open(1) as opened:
        world = World(opened)
        early = world.mentor()
    shutil.copy(durable.keys, copy)
    with durable.open(1000) as opened:
        world.engine = opened
        late = world.mentee()
        pairing = world.pair(early, late)
        opened.handle(note(pairing, late), actor=COORDINATOR)
    shutil.move(durable.keys, tmp_path / "newest.keys")
    shutil.copy(copy, durable.keys)
    return {
        "pairing": pairing,
        "early": early,
        "late": late,
        "early person": world.persons[early],
        "late person": world.persons[late],
    }


def test_nobody_gets_a_second_key_when_an_older_key_file_is_put_back(
    durable: Place, put_back: dict[str, str]
) -> None:
    before = keys_of(durable)
    with durable.open(2000) as opened:
        position = opened.position

        with pytest.raises(KeyMissing) as missing:
            opened.handle(note(put_back["pairing"], put_back["late"]), actor=COORDINATOR)

        assert opened.position == position
    assert put_back["late person"] in str(missing.value)
    assert put_back["early person"] not in str(missing.value)
    assert "Nothing was recorded" in str(missing.value)
    assert "put the newest copy back" in str(missing.value)
    assert keys_of(durable) == before


def test_reading_with_an_older_key_file_says_whose_key_is_missing(
    durable: Place, put_back: dict[str, str]
) -> None:
    with durable.open(2000) as opened:
        needs = opened.attention(viewer=mc.Viewer.coordinator()).of("key_missing")

        assert [need.people[0].person for need in needs] == [put_back["late person"]]
        assert opened.status(viewer=mc.Viewer.auditor()).pairings


def test_the_newest_key_file_put_back_makes_everything_as_it_was(
    durable: Place, put_back: dict[str, str], tmp_path: Path
) -> None:
    with durable.open(2000) as opened, pytest.raises(KeyMissing):
        opened.handle(note(put_back["pairing"], put_back["late"]), actor=COORDINATOR)
    shutil.copy(tmp_path / "newest.keys", str(durable.keys))

    with durable.open(3000) as opened:
        opened.handle(note(put_back["pairing"], put_back["late"]), actor=COORDINATOR)

        assert opened_values(opened).count("we spoke about the first parents' evening") == 2


def test_whoever_registers_under_an_older_key_file_gets_a_key_as_ever(
    durable: Place, put_back: dict[str, str]
) -> None:
    with durable.open(2000) as opened:
        person = opened.handle(mc.RegisterPerson(name="New Face"), actor=COORDINATOR).stream

    assert person in keys_of(durable)
    assert put_back["late person"] not in keys_of(durable)


def test_a_mixed_append_gives_no_key_to_anybody_when_one_is_lost(
    durable: Place, put_back: dict[str, str]
) -> None:
    before = keys_of(durable)
    together = (mc.RegisterPerson(name="New Face"), note(put_back["pairing"], put_back["late"]))

    with durable.open(2000) as opened, pytest.raises(KeyMissing):
        opened.batch(together, actor=COORDINATOR)

    assert keys_of(durable) == before


def test_a_key_file_changed_while_the_log_is_open_is_noticed_as_well(
    durable: Place, put_back: dict[str, str], tmp_path: Path
) -> None:
    old = Path(str(durable.keys)).read_bytes()
    shutil.copy(tmp_path / "newest.keys", str(durable.keys))
    with durable.open(2000) as opened:
        Path(str(durable.keys)).write_bytes(old)

        with pytest.raises(KeyMissing, match="no new key is made"):
            opened.handle(note(put_back["pairing"], put_back["late"]), actor=COORDINATOR)


@pytest.mark.processes
def test_two_processes_with_an_older_key_file_are_both_refused(
    durable: Place, put_back: dict[str, str]
) -> None:
    before = keys_of(durable)
    program = (
        "import sys, mentorcore as mc\n"
        "url, keys, pairing, author = sys.argv[1:]\n"
        "fields = {'pairing_id': pairing, 'author': author, 'kind': 'journal', 'body': 'again',\n"
        "          'on': '2026-11-23', 'visibility': 'pair_private'}\n"
        "with mc.open(url, keys=keys) as opened:\n"
        "    try:\n"
        "        opened.handle(opened.command('write-note', fields),\n"
        "                      actor=mc.Actor('cli', 'coordinator', 'system'))\n"
        "    except mc.KeyMissing:\n"
        "        print('refused')\n"
    )
    words = [sys.executable, "-c", program, durable.url, str(durable.keys)]
    words += [put_back["pairing"], put_back["late"]]

    with started(*words) as one, started(*words) as other:
        said = [one.rest().strip(), other.rest().strip()]

    assert said == ["refused", "refused"]
    assert keys_of(durable) == before


def test_a_key_that_another_process_makes_meanwhile_is_no_lost_one(durable: Place) -> None:
    with (
        durable.open(1) as opened,
        durable.open(1000) as rival,
        closing(sqlite3.connect(str(durable.keys))) as lost,
    ):
        world = World(opened)
        mentor, mentee = world.mentor(), world.mentee()
        pairing = world.pair(mentor, mentee)
        person = world.persons[mentee]
        holders = KeyHolders(opened._store)
        kept, asked = keys_of(durable)[person], []
        # As if the key were made between the look into the key file and the look into the log.
        row = lost.execute("SELECT * FROM subject_key WHERE subject = ?", (person,)).fetchone()
        lost.execute("DELETE FROM subject_key WHERE subject = ?", (person,))
        lost.commit()

        def while_asked(people: Any) -> Any:
            asked.append(people)
            lost.execute("INSERT INTO subject_key VALUES (?, ?, ?, ?, ?, ?)", row)
            lost.commit()
            return holders.among(people)

        rival._sealing._had_keys = while_asked
        rival.handle(note(pairing, mentee), actor=COORDINATOR)

        assert asked == [(person,)]
        assert keys_of(durable)[person] == kept


def test_a_process_killed_between_a_key_and_its_append_does_no_harm(durable: Place) -> None:
    person = f"person:{0xFACE:032x}"

    def killed() -> None:
        raise KeyboardInterrupt

    with durable.open(1) as opened:
        World(opened)
        opened._desk.before_append = killed
        with pytest.raises(KeyboardInterrupt):
            opened.handle(mc.RegisterPerson(person_id=person, name="Ada"), actor=COORDINATOR)
    assert person in keys_of(durable)

    with durable.open(1000) as opened:
        opened.handle(mc.RegisterPerson(person_id=person, name="Ada"), actor=COORDINATOR)
        opened.handle(
            mc.LinkExternalIdentity(person_id=person, scheme="sso", value="ada"), actor=COORDINATOR
        )

        assert opened_values(opened)[-2:] == ["Ada", "ada"]


def test_whoever_is_registered_with_nothing_to_seal_has_a_key_from_then_on(
    durable: Place,
) -> None:
    with durable.open(1) as opened:
        person = opened.handle(mc.RegisterPerson(), actor=COORDINATOR).stream

    assert person in keys_of(durable)


def test_whoever_never_had_a_key_gets_one_later(durable: Place) -> None:
    with durable.open(1) as opened:
        person = opened.handle(mc.RegisterPerson(), actor=COORDINATOR).stream
        with closing(sqlite3.connect(str(durable.keys))) as without, without:
            without.execute("DELETE FROM subject_key")
        opened._sealing.forget()

        opened.handle(
            mc.LinkExternalIdentity(person_id=person, scheme="sso", value="ada"), actor=COORDINATOR
        )

        assert opened_values(opened) == ["ada"]


def test_a_response_about_somebody_unknown_brings_a_key_of_its_own(durable: Place) -> None:
    person = f"person:{0xFACE:032x}"
    with durable.open(1) as opened:
        batch = opened.handle(
            opened.command(
                "start-import",
                {"adapter": "csv", "adapter_version": "1", "form": "f", "mapping_digest": "0"},
            ),
            actor=COORDINATOR,
        ).stream
        take = {"form": "f", "batch_id": batch, "lifecycle": "spam", "subjects": [person]}
        answers = {"response_key": ["1"], "answers": []}

        opened.handle(opened.command("take-response", take | answers), actor=COORDINATOR)

        assert person in keys_of(durable)


def test_an_import_does_not_read_the_log_for_people_who_are_new(
    durable: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_self: KeyHolders, people: Any) -> Any:
        raise AssertionError(people)

    monkeypatch.setattr(KeyHolders, "among", never)
    with harbor(durable) as it:
        reports = it.take_all()

        assert reports["people"].counts.taken == 5
        assert reports["meetings"].counts.skipped == 1


def test_an_import_under_an_older_key_file_takes_nothing_about_whoever_lost_their_key(
    durable: Place, tmp_path: Path
) -> None:
    with harbor(durable) as it:
        copy = shutil.copy(str(durable.keys), tmp_path / "yesterday.keys")
        it.people()
        position = it.engine.position
    shutil.copy(copy, str(durable.keys))

    late = Clock()
    late.move(days=14)
    with durable.open(5000, late) as opened:
        told = Harbor(opened, designed=True).take("meetings")

        assert told.counts.taken == 0
        assert told.counts.refused > 0
        assert opened.position == position


def test_an_erased_person_is_refused_as_erased_and_not_as_lost(durable: Place) -> None:
    with durable.open(1) as opened:
        person = opened.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR).stream
        opened._keys.erase(person, "2026-11-23T20:00:00Z")  # type: ignore[attr-defined]
        opened._sealing.forget()

        with pytest.raises(Refused) as refusal:
            opened.handle(
                mc.LinkExternalIdentity(person_id=person, scheme="sso", value="ada"),
                actor=COORDINATOR,
            )

    assert refusal.value.code == "subject_erased"


def test_keys_in_memory_that_are_not_the_right_ones_are_noticed_too() -> None:
    with engine() as opened:
        person = opened.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR).stream
        opened._keys._held.clear()  # type: ignore[attr-defined]
        opened._sealing.forget()

        with pytest.raises(KeyMissing, match=f"no new key is made for {person}"):
            opened.handle(
                mc.LinkExternalIdentity(person_id=person, scheme="sso", value="ada"),
                actor=COORDINATOR,
            )

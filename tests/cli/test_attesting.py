"""An officer attests results on the command line, and is told when others come out (INV-80)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from cli.asking import Run
from engine.adopting import DISTRICT
from engine.world import STARTED, TODAY, World, engine, mc

OFFICER = ("officer=Sue Perez", "role=superintendent")


@attrs.frozen
class Held:
    """A log with a pair, whose program goes by the pack of a district."""

    log: str
    pairing: str
    mentee: str


@pytest.fixture
def held(tmp_path: Path) -> Held:
    pack, log = tmp_path / "district.toml", str(tmp_path / "program.db")
    pack.write_text(DISTRICT, "utf-8")
    with engine(log, packs=[pack]) as opened:
        world = World(opened)
        pairing = world.pair()
        (found,) = (one for one in opened.packs() if one.id == "district")
        adopted = mc.AdoptPolicyPack(
            program_id=world.program,
            pack_id=found.id,
            version=found.version,
            digest=found.digest,
            effective_from=TODAY,
        )
        world.ask(adopted)
        world.person(name="Sue Perez")
        return Held(log, pairing, world.members(pairing)[1])


def attested(run: Run, held: Held, *words: str) -> dict[str, Any]:
    said = run("attest", held.log, "district", *OFFICER, *words, "--clock-is-right", "--json")
    assert said.code == 0, said.err
    event: dict[str, Any] = said.data["events"][0]
    return event


def corrected(held: Held) -> None:
    """The pairing was formed after the day on which it was due."""
    with engine(held.log, start=50_000) as opened:
        asked = mc.AmendRecord(
            stream=held.pairing, target=1, changes={"on": STARTED + timedelta(days=20)}
        )
        opened.handle(asked, actor=mc.Actor(id="office", role="coordinator", kind="system"))


def test_a_draft_records_nothing(run: Run, held: Held) -> None:
    told = run("attest", held.log, "district", "--draft", "--clock-is-right")

    assert (told.code, told.out.splitlines()[1].split()) == (0, ["met", "2"])
    assert run("attestations", held.log).out == "Nothing was attested.\n"


def test_what_was_attested_before_a_correction_is_told_with_what_did_it(
    run: Run, held: Held
) -> None:
    made = attested(run, held)
    first = run("attestations", held.log)
    corrected(held)

    told = run("attestations", held.log)

    assert (first.code, told.code) == (0, 0)
    assert "the same comes out as it is known now" in " ".join(first.out.split())
    words = " ".join(told.out.split())
    assert "attested before a correction" in words
    assert "met → cured late" in words
    assert "amended of 2026-09-06" in words
    assert made["stream"] in words


def test_it_is_told_as_data_and_as_it_was_known(run: Run, held: Held) -> None:
    attested(run, held, f"participant_id={held.mentee}", "rule=D-1")
    corrected(held)

    (now,) = run("attestations", held.log, "--json").data
    (then,) = run("attestations", held.log, "--as-known", str(now["as_known"] + 1), "--json").data

    assert (now["state"], then["state"]) == ("before_a_correction", "stands")
    assert (now["rule"], now["about"], now["results"]) == ("D-1", held.mentee, 1)
    assert [one["subject"] for one in now["changed"]] == [held.mentee]


def test_an_auditor_is_told_and_a_member_is_not(run: Run, held: Held) -> None:
    attested(run, held)
    corrected(held)
    officer = run("attestations", held.log, "--json").data[0]["officer"]

    auditor = run("attestations", held.log, "--as", "auditor")
    member = run("attestations", held.log, "--as", officer)

    assert "attested before a correction" in " ".join(auditor.out.split())
    assert member.code == 1
    assert "to auditors" in " ".join(member.err.split())


def test_one_that_was_withdrawn_says_so(run: Run, held: Held) -> None:
    made = attested(run, held)
    day = run("attestations", held.log, "--json").data[0]["on"]
    withdrawing = ("withdraw-attestation", f"attestation_id={made['stream']}", f"on={day}")
    done = run("record", held.log, *withdrawing, "ground=moved", "--clock-is-right")

    told = run("attestations", held.log)

    assert done.code == 0, done.err
    assert f"withdrawn on {day} (moved)" in told.out


def test_what_is_worked_out_is_not_typed(run: Run, held: Held) -> None:
    told = run("attest", held.log, "district", *OFFICER, "digest=00", "--clock-is-right")

    assert told.code == 2
    assert "digest: this is worked out" in " ".join(told.err.split())

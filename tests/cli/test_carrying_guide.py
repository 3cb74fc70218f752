"""The guide to carried records is carried out as it is printed."""

import re
import shlex
from datetime import date
from pathlib import Path

import pytest
from cli.asking import Run, Said
from engine.world import STARTED, World, engine, mc
from practices.networks.world import drafted, signed

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "carry-a-record.md"
SIDES = ("north-high", "south-high")


@pytest.fixture
def known(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Two institutions that agreed, in logs that sign; what stands for their words on the page."""
    monkeypatch.chdir(tmp_path)
    words = {}
    for start, side in enumerate(SIDES, 1):
        with engine(f"{side}.db", start=start * 1_000_000) as opened:
            world = World(opened, owner=side)
            rosa = world.enrol("mentor", world.person(name="Rosa Villareal"))
            pairing = world.pair(rosa)
            world.do(mc.HoldMeeting(pairing_id=pairing, minutes=45, held_on=STARTED))
            terms = drafted(
                purposes=("record",),
                fields=("completions", "dates", "hours", "identity", "roles"),
                until=date(2036, 8, 1),
            )
            words["agreement:…"] = world.do(terms)
            for signer in SIDES:
                world.do(signed(words["agreement:…"], signer))
        made = run("checkpoint", f"{side}.db", "--init-key", f"{side}.example/log", "--json")
        words |= {side: f"{side}.db", **({"VKEY": made.data["vkey"]} if start == 1 else {})}
    return words


def carried_out(run: Run, known: dict[str, str]) -> dict[str, Said]:
    """What the command lines of the guide come to, by verb."""
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    done = {}
    for line in "".join(blocks).replace("\\\n", " ").splitlines():
        words = shlex.split(line)[1:]
        log = 1 if words[0] != "check-record" else len(words)
        words = [
            known.get(word, word) if at == log or word in ("VKEY", "agreement:…") else word
            for at, word in enumerate(words)
        ]
        recording = words[0] in ("trust-log", "issue-record", "receive-record")
        said = run(*words, *(("--clock-is-right",) if recording else ()))
        assert said.code == 0, said.err
        done[words[0]] = said
    return done


def test_the_guide_carries_a_record_to_where_it_is_credited(
    run: Run, known: dict[str, str], tmp_path: Path
) -> None:
    done = carried_out(run, known)

    assert "The record of Rosa Villareal (1 part) is in rosa.record" in done["issue-record"].out
    assert "Verified" in done["check-record"].out
    assert "Verified" in done["receive-record"].out
    assert "Credited: 45 minute, 1 week." in done["receive-record"].out
    assert "north-high" in done["view"].out
    assert "credited" in done["history"].out
    again = run("receive-record", "south-high.db", "rosa.record", "--for", "Rosa Villareal")
    assert "Nothing new" in again.out
    own = run("receive-record", "north-high.db", "rosa.record", "--for", "Rosa Villareal")
    assert (own.code, "issued by this very log" in " ".join(own.err.split())) == (1, True)


def test_what_is_asked_wrongly_is_said_and_leaves_no_file(
    run: Run, known: dict[str, str], tmp_path: Path
) -> None:
    nobody = run("issue-record", "north-high.db", "Nobody", "--to", "nobody.record")
    missing = run("receive-record", "south-high.db", "none.record", "--for", "Rosa Villareal")
    keyless = run(
        *("issue-record", "north-high.db", "Rosa Villareal", "--to", "x", "--signing-key", "none")
    )

    assert (nobody.code, (tmp_path / "nobody.record").exists()) == (1, False)
    assert (missing.code, "cannot be read" in " ".join(missing.err.split())) == (2, True)
    assert (keyless.code, "makes a signing key" in " ".join(keyless.err.split())) == (2, True)


def test_a_person_is_named_by_id_as_well(run: Run, known: dict[str, str]) -> None:
    found = run("status", "north-high.db", "--json").data
    row = next(p for p in found["participants"] if p["who"]["name"] == "Rosa Villareal")
    more = ("--clock-is-right", "--json")

    by_person = run("issue-record", "north-high.db", row["who"]["person"], "--to", "a", *more)
    by_enrolment = run(
        "issue-record", "north-high.db", row["who"]["participant"], "--to", "b", *more
    )
    nobody = run("issue-record", "north-high.db", f"participant:{9:032x}", "--to", "c", *more)

    assert by_person.data["record"]["owner"] == by_enrolment.data["record"]["owner"]
    assert nobody.code == 1

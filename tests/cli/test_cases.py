"""Cases from the command line: listed, and opened by one command of what they arise from."""

import io
import json
from pathlib import Path
from typing import Any

import attrs
import pytest
from cli.asking import Run
from engine.world import engine
from practices.cases.world import DONE, WORRY, Handling, begun

PAIR = "pairing_id=Somebody 0 & Somebody 1"


@attrs.frozen
class Held:
    """A log with a pair in which a mismatch was reported and a relation arose."""

    log: str
    here: Handling
    mismatch: str


@pytest.fixture
def held(tmp_path: Path) -> Held:
    log = str(tmp_path / "program.db")
    with engine(log) as opened:
        here = begun(opened)
        mismatch = here.mismatch()
        here.supervised()
    return Held(log, here, mismatch)


def said_in(tmp_path: Path, text: str) -> str:
    file = tmp_path / "said.txt"
    file.write_text(f"{text}\n", encoding="utf-8")
    return str(file)


def opened(run: Run, held: Held, *words: str) -> dict[str, Any]:
    said = run("cases", held.log, *words, "--clock-is-right", "--json")
    assert said.code == 0, said.err
    event: dict[str, Any] = said.data["events"][0]
    return event


def test_a_mismatch_becomes_a_case_by_one_command(run: Run, held: Held, tmp_path: Path) -> None:
    text = ("--text", said_in(tmp_path, WORRY))

    made = opened(run, held, "open-mismatch", PAIR, "handlers=Dean Dorothy", *text)

    again = run("cases", held.log, "open-mismatch", PAIR, "--clock-is-right")
    assert again.code == 1
    assert "already" in again.err
    assert made["stream"] in again.err
    told = run("cases", held.log, "--as", held.here.dean, "--json").data["rows"][0]
    assert (told["case"], told["text"]) == (made["stream"], WORRY)
    assert told["cause"]["mismatch_id"] == held.mismatch


def test_a_relation_becomes_a_case_by_one_command(run: Run, held: Held) -> None:
    """INV-03"""
    made = opened(run, held, "open-relation", PAIR, "handlers=Dean Dorothy")

    (told,) = run("cases", held.log, "--as", held.here.dean, "--json").data["rows"]

    assert told["case"] == made["stream"]
    assert told["cause"]["relation"] == "evaluator"
    assert told["cause"]["superior"] == held.here.mentor


def test_a_case_is_handled_and_closed(run: Run, held: Held, tmp_path: Path) -> None:
    mentee = held.here.person(held.here.mentee)
    made = opened(
        run, held, "open", "kind=concern", "--actor", mentee, "--text", said_in(tmp_path, WORRY)
    )
    case = f"case_id={made['stream']}"

    opened(run, held, "name", case, "handler=Dean Dorothy")
    opened(run, held, "act", case, "due_on=2026-12-18", "--text", said_in(tmp_path, DONE))
    opened(run, held, "escalate", case, "to=superintendent")
    opened(run, held, "close", case, "outcome=referred")

    dean = run("cases", held.log, "--as", held.here.dean)
    everybody = run("cases", held.log)
    own = run("cases", held.log, "--as", mentee)
    other = run("cases", held.log, "--as", held.here.person(held.here.mentor))
    assert (WORRY in dean.out, DONE in dean.out) == (True, True)
    assert (WORRY in own.out, DONE in own.out) == (True, False)
    assert "referred" in everybody.out
    assert "[withheld]" in everybody.out
    assert WORRY not in everybody.out + other.out
    assert "referred" not in other.out


def test_what_a_case_says_is_typed_and_shown_nowhere(
    run: Run, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{WORRY}\n"))

    made = run(
        *("cases", held.log, "open", "kind=concern", "--text", "-"),
        *("--actor", held.here.dean, "--clock-is-right"),
    )

    assert made.code == 0, made.err
    assert WORRY not in made.out + made.err
    assert json.dumps(WORRY) not in run("log", held.log, "--json").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("open", "kind=concern", "text=He shouts"), 2, "--text"),
        (("shut",), 2, "open-mismatch"),
        (("list", "kind=concern"), 2, "takes no fields"),
        (("open-mismatch", "pairing_id=pairing:" + "9" * 32), 1, "no mismatch"),
        (("open-relation", "pairing_id=pairing:" + "9" * 32), 1, "no such relation"),
        (("close", "case_id=case:" + "9" * 32, "outcome=resolved"), 1, "no case"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    run: Run, held: Held, words: tuple[str, ...], code: int, said: str
) -> None:
    found = run("cases", held.log, *words, "--clock-is-right")

    assert found.code == code
    assert said in " ".join(found.err.split())


def test_of_several_mismatches_it_is_said_which(run: Run, held: Held) -> None:
    with engine(held.log, start=9_000) as here:
        attrs.evolve(held.here, world=attrs_world(held, here)).mismatch()

    several = run("cases", held.log, "open-mismatch", PAIR, "--clock-is-right")
    one = opened(run, held, "open-mismatch", PAIR, f"mismatch_id={held.mismatch}")

    assert several.code == 1
    assert held.mismatch in several.err
    assert one["name"] == "case.opened"


def attrs_world(held: Held, here: Any) -> Any:
    """The same world, on a log that was opened again."""
    world = held.here.world
    world.engine = here
    return world

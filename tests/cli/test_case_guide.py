"""The guide to cases is carried out as it is printed."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from cli.asking import Run, Said
from engine.adopting import adopting
from engine.world import STARTED, World, engine, mc

from mentorcore.practices.cases import PRACTICE

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "handle-cases.md"
WORRY, BODY = "He shouts at her in front of the class", "He shouted again today"


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A pair, with a mismatch, a superior and a note; and a pack that names grounds."""
    path = str(tmp_path / "program.db")
    (tmp_path / "said.txt").write_text(WORRY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with engine(path) as opened:
        world = World(opened)
        lin, amara = (world.person(name=name) for name in ("Lin Wu", "Amara Okonkwo"))
        world.person(name="Nora Nurse")
        mentor, mentee = world.enrol("mentor", lin), world.enrol("mentee", amara)
        pairing = world.pair(mentor, mentee)
        opening = adopting(world, "us-ny-mentored-experience")
        world.ask(opening)
        world.ask(
            mc.ReportMismatch(
                pairing_id=pairing, by=mentee, on=STARTED, grounds="style", wish="mediation"
            )
        )
        line = mc.RecordReportingLine(
            person_id=amara, superior=lin, kind="evaluator", since=STARTED
        )
        world.ask(line)
        world.ask(
            mc.WriteNote(
                pairing_id=pairing,
                author=mentee,
                kind="journal",
                on=STARTED,
                visibility="pair_private",
                body=BODY,
            )
        )
    return path


def carried_out(run: Run, log: str) -> list[tuple[str, Said]]:
    """What the command lines of the guide come to; an id is the first of its kind answered."""
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    with engine(log, start=90_000) as opened:
        (note,) = opened.events(names=["pairing.note-written"])
    known = {"note": note.event.note_id}
    done = []
    for line in lines:
        words = [log if word == "my-program" else word for word in shlex.split(line)[1:]]
        for kind, one in known.items():
            words = [word.replace(f"{kind}:…", one) for word in words]
        said = run(*words, *(() if words[-1] == log or "--as" in words else ("--clock-is-right",)))
        assert (said.code, said.err) == (0, ""), line
        for one in re.findall(r"(?:case|person):[0-9a-f]{32}", said.out):
            known.setdefault(one.partition(":")[0], one)
        done.append((line, said))
    return done


def test_the_guide_leads_from_the_worry_to_the_outcome(run: Run, log: str) -> None:
    done = dict(carried_out(run, log))

    everybody = done["mentorcore cases my-program"].out
    (handler,) = [said.out for line, said in done.items() if "--as person:" in line]
    assert everybody.count("[withheld]") > 3
    assert WORRY not in everybody
    assert handler.count(WORRY) >= 2
    with engine(log, start=95_000) as opened:
        (dean,) = [r.stream for r in opened.events(names=["person.registered"])][-1:]
        told: Any = opened.view("cases.board", viewer=mc.Viewer.coordinator())
        notes = opened.history(pair_of(opened), viewer=mc.Viewer.member(dean))
    assert told.totals.cases == 3
    assert told.totals.outcomes == {"refused": 1}
    assert [e.value("body") for e in notes.of("pairing.note-written")] == [BODY]


def pair_of(opened: Any) -> str:
    return str(next(opened.events(names=["pairing.formed"])).stream)


@pytest.mark.parametrize("kind", PRACTICE.form_kinds, ids=lambda kind: kind.name)
def test_the_mapping_to_begin_with_is_read(kind: Any) -> None:
    read = mc.read_mapping(kind.template, f"{kind.name}.toml", kinds=PRACTICE.form_kinds)

    assert read.form_kind is kind

"""The guide to attesting is carried out as it is printed."""

import re
import shlex
from pathlib import Path

import pytest
from cli.asking import Run, Said
from engine.adopting import adopting
from engine.world import World, engine

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "attest-results.md"


@pytest.fixture
def log(tmp_path: Path) -> str:
    """A pair, in a program that goes by a pack."""
    path = str(tmp_path / "program.db")
    with engine(path) as opened:
        world = World(opened)
        world.pair()
        world.ask(adopting(world, "us-ct-team"))
    return path


def test_the_guide_leads_from_the_draft_to_the_withdrawal(run: Run, log: str) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    done: dict[str, Said] = {}

    for line in "".join(blocks).replace("\\\n", " ").splitlines():
        words = [log if word == "my-program" else word for word in shlex.split(line)[1:]]
        if "withdraw-attestation" in words:
            (told,) = run("attestations", log, "--json").data
            words = [w.replace("attestation:…", told["attestation"]) for w in words]
            words = [w.replace("2030-01-01", told["on"]) for w in words]
        more = ("--clock-is-right",) if words[0] in {"record", "attest"} else ()
        done[line] = said = run(*words, *more)
        assert (said.code, said.err) == (0, ""), line

    told = [said.out for line, said in done.items() if line.startswith("mentorcore attestations")]
    assert all("the same comes out" in " ".join(out.split()) for out in told)
    assert "withdrawn" in done["mentorcore view my-program cases.attestations"].out

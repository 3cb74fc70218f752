"""The guide to recognition and focus groups is carried out as it is printed."""

import re
import shlex
from pathlib import Path

from cli.asking import Run

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "recognise-and-listen.md"


def test_the_guide_leads_from_thanks_to_what_came_up_in_a_group(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    for _ in range(2):
        assert run("init", folder).code == 0
    for name, role in (("Ada Byron", "mentor"), ("Grace Hopper", "mentee")):
        run("record", folder, "register-person", f"name={name}")
        enrol = ("enrol-participant", f"person_id={name}", f"role={role}", "since=2026-09-01")
        run("record", folder, *enrol)
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    views = []

    for line in "".join(blocks).replace("\\\n", " ").splitlines():
        words = [str(folder) if w == "my-program" else w for w in shlex.split(line)[1:]]
        said = run(*words)
        assert (said.code, said.err) == (0, ""), line
        views += [said.out] if words[0] == "view" else []

    recognition, groups = views
    assert "school board" in recognition
    assert "rehearsal" in recognition
    assert "trust in mentors" in groups
    assert "< 10" in groups
    assert "stipends" not in groups

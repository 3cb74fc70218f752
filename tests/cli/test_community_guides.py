"""The guide to what a program shares is carried out as it is printed."""

import re
import shlex
from pathlib import Path

from cli.asking import Run

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "share-resources-and-meet.md"

ID = re.compile(r"(resource|gathering):([0-9a-f]{32})")


def test_the_guide_to_resources_leads_from_publishing_to_who_came(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    for _ in range(2):
        assert run("init", folder).code == 0
    run("record", folder, "register-person", "name=Ada Byron")
    run(
        "record",
        folder,
        "enrol-participant",
        "person_id=Ada Byron",
        "role=mentor",
        "since=2026-09-01",
    )
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    ids: dict[str, str] = {}
    views = []

    for line in "".join(blocks).replace("\\\n", " ").splitlines():
        words = [str(folder) if w == "my-program" else w for w in shlex.split(line)[1:]]
        for kind, found in ids.items():
            words = [word.replace(f"{kind}:…", found) for word in words]
        said = run(*words)
        assert (said.code, said.err) == (0, ""), line
        ids = {kind: f"{kind}:{end}" for kind, end in ID.findall(said.out)} | ids
        views += [said.out] if words[0] == "view" else []

    before, after, gatherings, mentors, announcements = views
    assert "overdue" in before
    assert "used" in after
    assert "retired" in after
    assert "Mentors' table" in gatherings
    assert "came" in mentors
    assert "November" in announcements

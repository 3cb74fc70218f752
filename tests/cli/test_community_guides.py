"""The guide to what a program shares is carried out as it is printed."""

import re
import shlex
from pathlib import Path

from cli.asking import Run

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "share-resources-and-meet.md"


def test_the_guide_to_resources_leads_from_publishing_to_who_opened_what(
    run: Run, tmp_path: Path
) -> None:
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
    resource, views = "", []

    for line in "".join(blocks).replace("\\\n", " ").splitlines():
        words = [str(folder) if w == "my-program" else w for w in shlex.split(line)[1:]]
        said = run(*(w.replace("resource:…", resource) for w in words))
        assert (said.code, said.err) == (0, ""), line
        found = re.search(r"resource:[0-9a-f]{32}", said.out)
        resource = resource or (found.group() if found else "")
        views += [said.out] if words[0] == "view" else []

    before, after = views
    assert "overdue" in before
    assert "used" in after
    assert "retired" in after

"""The guide to what people say is carried out as it is printed."""

import re
import shlex
from pathlib import Path

from cli.asking import Run

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "publish-voices.md"


def test_the_guide_leads_from_the_words_to_their_taking_down(run: Run, tmp_path: Path) -> None:
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
    told: dict[str, list[str]] = {"view": [], "attention": []}

    for line in "".join(blocks).replace("\\\n", " ").splitlines():
        words = [str(folder) if w == "my-program" else w for w in shlex.split(line)[1:]]
        for kind, one in ids.items():
            words = [word.replace(f"{kind}:…", one) for word in words]
        said = run(*words)
        assert (said.code, said.err) == (0, ""), line
        for one in re.findall(r"(?:voice|consent):[0-9a-f]{32}", said.out):
            ids.setdefault(one.partition(":")[0], one)
        told.get(words[0], []).append(said.out)

    before, after = (re.findall(r"^state +(.*)$", view, re.MULTILINE) for view in told["view"])
    (needed,) = told["attention"]
    assert before == ["may be published"]
    assert "newsletter, site without a consent" in " ".join(needed.split())
    assert after == ["taken down"]

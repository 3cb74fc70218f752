"""The page about writing a pack is carried out as it stands, and every output is compared.

Where what is printed changes for a good reason, ``cd tests && python -m policy.test_pack_guide``
writes it into the page. Look at the difference before you commit it.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from pathlib import Path

import pytest
from cli.asking import Run
from cli.test_year_guide import _run, lived, written

from mentorcore.policy.kinds import KINDS
from mentorcore.policy.reading.pack_reader import read_pack

GUIDE = Path(__file__).parents[2] / "docs/how-to/write-a-policy-pack.md"
PACKS = re.compile(r"<!-- write lagoon/packs/lagoon.toml -->\n```toml\n(.*?)```", re.DOTALL)


def test_the_page_prints_what_it_says(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    outputs = list(lived(GUIDE.read_text("utf-8"), run))

    assert len(outputs) == 6
    for told, said in outputs:
        assert said == told


def test_the_pack_of_the_page_has_a_rule_for_each_kind_that_its_text_names() -> None:
    page = GUIDE.read_text("utf-8")
    sentences = re.findall(r"^\| \(\d\) .*\| (.*) \|$", page, re.MULTILINE)
    named = {word for cell in sentences for word in re.findall(r"`(\w+)`", cell)}

    pack = read_pack(PACKS.findall(page)[-1].encode(), "lagoon.toml")

    assert {rule.kind for rule in pack.rules} == named <= KINDS.keys()
    assert len(pack.left_out) == 1


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        now = GUIDE.read_text("utf-8")
        GUIDE.write_text(written(now, lived(now, _run)), "utf-8")

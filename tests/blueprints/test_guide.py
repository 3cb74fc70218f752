"""The page about blueprints is carried out as it stands, and every output is compared.

Where what is printed changes for a good reason, ``cd tests && python -m blueprints.test_guide``
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

GUIDE = Path(__file__).parents[2] / "docs/how-to/start-from-a-blueprint.md"
PYTHON = re.compile(r"```python\n(.*?)```\n```text\n(.*?)```", re.DOTALL)


def test_the_page_prints_what_it_says(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    outputs = list(lived(GUIDE.read_text("utf-8"), run))

    assert len(outputs) > 4
    for told, said in outputs:
        assert said == told


def test_its_python_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = PYTHON.finditer(GUIDE.read_text("utf-8"))

    exec(found[1], {})

    assert capsys.readouterr().out == found[2]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        now = GUIDE.read_text("utf-8")
        GUIDE.write_text(written(now, lived(now, _run)), "utf-8")

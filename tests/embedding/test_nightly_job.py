"""The nightly job of the examples as cron runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from embedding.conftest import furnished
from processes import environment

pytestmark = pytest.mark.processes

SCRIPT = Path(__file__).parent.parent.parent / "examples" / "nightly_job.py"
MAPPING = """
form = "meetings"
kind = "meeting-log"
coverage = "full"
[people]
by = "name"
[source]
keys = ["Id"]
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "Day"
minutes = "Minutes"
[defaults]
modality = "in_person"
"""


def test_a_night_ends_with_one_where_somebody_has_to_look(tmp_path: Path) -> None:
    home = furnished(
        str(tmp_path / "program.db"), tmp_path / "program.keys", [("Ada Byron", "Lin Wu")]
    )
    inbox, reports = tmp_path / "inbox", tmp_path / "reports"
    inbox.mkdir()
    (inbox / "meetings.toml").write_text(MAPPING)
    head = "Id,Mentor,Mentee,Day,Minutes\n"

    def night(content: str) -> tuple[int, str]:
        (inbox / "meetings.csv").write_text(head + content)
        done = subprocess.run(
            [sys.executable, "-W", "error", SCRIPT, home.url, inbox, reports],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return done.returncode, done.stdout

    one = f"1,Ada Byron,Lin Wu,{home.day},30\n"
    code, said = night(one + "2,Ada Byron,Nobody Known,2026-10-01,30\n")
    again, _ = night(one)
    unreadable, told = night('"')

    assert code == 1
    assert "Nobody Known" in said
    assert again == 0
    assert unreadable == 1
    assert "meetings.csv" in told
    assert home.minutes(home.pairings[0]) == [30]
    assert "needs" in json.loads((reports / "attention.json").read_text())

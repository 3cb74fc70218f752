"""The practice of the documentation, as a distribution: tested, installed, used, taken away, back."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
from adapters.test_new_adapter import (
    ROOT,
    fresh_environment,
    install,
    run,
    wheel,
)

from mentorcore import BLUEPRINT_TEMPLATE

pytestmark = pytest.mark.processes
EXAMPLE = ROOT / "examples" / "acme-stipend"
PEOPLE = """\
Your name,Your e-mail,I take part as
Ada Byron,ada@example.org,mentor
"""
MAPPING = """
form = "people"
kind = "enrolment"
[fields]
name = "Your name"
email = "Your e-mail"
role = "I take part as"
[defaults]
since = "2025-09-01"
"""
PAYMENTS = """\
E-mail,For the month from,Cents,Paid on
ada@example.org,2025-10-01,20000,2025-11-03
ben@example.org,2025-10-01,20000,2025-11-03
"""
PAYMENT_MAPPING = """
form = "payments"
kind = "stipends-payments"
[fields]
person = "E-mail"
month = "For the month from"
cents = "Cents"
on = "Paid on"
"""


@attrs.frozen
class Elsewhere:
    """Another installation of mentorcore, in an environment of its own, with a program."""

    python: Path
    folder: Path
    made: Path

    def say(self, *words: str) -> str:
        return run(self.python, "-m", "mentorcore", *words, cwd=self.folder)

    def data(self, *words: str) -> Any:
        return json.loads(self.say(*words, "--json"))

    def fails(self, *words: str) -> Any:
        code = "import sys; from mentorcore.cli.main import main; sys.exit(main() == 0)"
        return json.loads(run(self.python, "-c", code, *words, "--json", cwd=self.folder))

    def install(self) -> None:
        install(self.python, self.made, self.folder)

    def uninstall(self) -> None:
        offline = ("--quiet", "--disable-pip-version-check")
        words = ("--python", str(self.python), "uninstall", "-y", *offline, "acme-stipend")
        run(sys.executable, "-m", "pip", *words, cwd=self.folder)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Elsewhere:
    pytest.importorskip("hatchling", reason="building a wheel without an index needs hatchling")
    pytest.importorskip("pip")
    project = tmp_path / "acme-stipend"
    shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns("__pycache__", "dist"))
    python, wheels = fresh_environment(tmp_path / "environment"), tmp_path / "wheels"
    install(python, wheel(ROOT, wheels), tmp_path)
    place = Elsewhere(python, tmp_path, wheel(project, wheels))
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "people.toml").write_text(MAPPING)
    (tmp_path / "payments.csv").write_text(PAYMENTS)
    (tmp_path / "payments.toml").write_text(PAYMENT_MAPPING)
    blueprint = BLUEPRINT_TEMPLATE.replace("2026-", "2025-").replace("2027-", "2026-")
    (tmp_path / "blueprint.toml").write_text(blueprint)
    place.say("init", ".")
    place.say("import", ".", "people.csv", "--mapping", "people.toml")
    return place


def test_it_is_tested_found_used_taken_away_and_put_back(elsewhere: Elsewhere) -> None:
    project = elsewhere.folder / "acme-stipend"
    tested = run(elsewhere.python, "-m", "pytest", "-q", "-W", "error", cwd=project)
    participant = elsewhere.data("status", ".")["participants"][0]["who"]["participant"]
    span = ("since=2025-09-01", "until=2025-12-01")

    elsewhere.install()
    listed = elsewhere.data("practices")["practices"]
    asked = (f"participant_id={participant}", "on=2025-09-02", "cents=20000", *span)
    agreed = elsewhere.data("record", ".", "agree-stipend", *asked)
    stipend = agreed["events"][0]["stream"]
    paid = (f"stipend_id={stipend}", "on=2025-10-02", "month=2025-09-01", "cents=20000")
    elsewhere.say("record", ".", "pay-stipend", *paid)
    payments = ("import", ".", "payments.csv", "--mapping", "payments.toml")
    taken, again = elsewhere.data(*payments), elsewhere.data(*payments)
    told = elsewhere.data("view", ".", "stipends.months")
    needs = [need["kind"] for need in elsewhere.data("attention", ".")["needs"]]
    status = elsewhere.data("status", ".")
    elsewhere.uninstall()
    away = elsewhere.data("practices", ".")["practices"]
    refused = elsewhere.fails("view", ".", "stipends.months")
    log = elsewhere.say("log", ".")
    without = elsewhere.data("status", ".")
    elsewhere.install()

    assert " passed" in tested
    assert [
        (line["name"], line["origin"]) for line in listed if line["kinds"] == ["acme-stipend"]
    ] == [("stipends", "acme-stipend 1.0")]
    (row,) = told["rows"]
    assert (taken["counts"]["taken"], taken["counts"]["refused"]) == (1, 1)
    assert (again["counts"]["unchanged"], again["counts"]["refused"]) == (1, 1)
    assert row["months"] == [["2025-09", 20000], ["2025-10", 20000]]
    assert (row["stipend"], row["unpaid"]) == (stipend, 1)
    assert told["totals"]["cents"] == 40000
    assert "stipend_overdue" in needs
    (line,) = [line for line in away if line["kinds"] == ["acme-stipend"]]
    assert (line["here"], line["events"], line["distribution"]) == (False, 3, "acme-stipend")
    assert refused["error"]["code"] == "practice_missing"
    assert "acme-stipend.paid" in log
    assert without.pop("unknown") == ["acme-stipend"]
    assert without == {key: value for key, value in status.items() if key != "unknown"}
    assert elsewhere.data("view", ".", "stipends.months")["rows"] == told["rows"]

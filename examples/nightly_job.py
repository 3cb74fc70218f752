"""What runs every night beside a program: take in what came, and say who needs somebody.

    python nightly_job.py                      shows it in a folder that is gone afterwards
    python nightly_job.py LOG INBOX REPORTS    for cron; ends with 1 when somebody has to look

The inbox holds exports and, under the same name, the mappings that read them. Files stay where
they are: an export that was taken in already changes nothing, so a night that was cut short is
simply done again. A report is written whole or not at all.

Prints:

    meetings.csv: 1 taken, 1 refused.
      3: Mentee: nobody called 'Lyn Wu' takes part in this program; did you mean 'Lin Wu'?
    exit code 1
    meetings.csv: 1 taken, 1 unchanged.
    exit code 0
    needs: no_meeting
"""

import json
import sys
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from embed_in_a_host import a_pairing

import mentorcore as mc

JOB = mc.Actor("nightly-job", "coordinator", "system")
COORDINATOR = mc.Viewer.coordinator()
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


def night(log: Path, inbox: Path, reports: Path, today: date | None = None) -> int:
    """Take in every export of the inbox, write the report; answers the exit code."""
    with mc.open(log, create=False) as engine:
        looked_at = [take_in(engine, export) for export in sorted(inbox.glob("*.csv"))]
        needs = engine.attention(viewer=COORDINATOR, as_of=today)
        write(reports / "attention.json", mc.plain(needs))
    return 0 if all(looked_at) else 1


def take_in(engine: mc.Engine, export: Path) -> bool:
    """Take in one export by the mapping beside it; answers whether all is well with it."""
    try:
        mapping = mc.read_mapping(export.with_suffix(".toml").read_text(), export.name)
        report = engine.take_in(export, mapping, actor=JOB)
    except (mc.SourceUnreadable, mc.Invalid, OSError) as problem:
        print(f"{export.name}: {problem}")
        return False
    print(f"{export.name}: {report.sentence()}")
    for finding in report.worst_first():
        print(f"  {finding.where.line}: {finding.reason}")
    for question in report.questions:
        print(" ", question.sentence, *question.commands(), sep="\n  ")
    return report.sound and not report.questions


def write(to: Path, view: object) -> None:
    """Write a report, so that whoever reads it meanwhile sees the old one or the new one."""
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_suffix(".part")
    part.write_text(json.dumps(view, indent=2) + "\n", encoding="utf-8")
    part.replace(to)


def main() -> int:
    if stated := sys.argv[1:]:
        log, inbox, reports = map(Path, stated)
        return night(log, inbox, reports)
    with TemporaryDirectory() as folder:
        show(Path(folder))
    return 0


def show(folder: Path) -> None:
    """Two nights: the export of the first has a name that nobody has; it is put right by day."""
    log, inbox, reports = folder / "program.db", folder / "inbox", folder / "reports"
    inbox.mkdir()
    with mc.open(log) as engine:
        a_pairing(engine, JOB)
        day = engine.status(viewer=COORDINATOR).cohorts[0].starts_on
    (inbox / "meetings.toml").write_text(MAPPING)
    days = (day, day + timedelta(days=7))
    rows = [f"{n},Ada Byron,{('Lin Wu', 'Lyn Wu')[n]},{on},30" for n, on in enumerate(days)]
    export = inbox / "meetings.csv"
    export.write_text("\n".join(["Id,Mentor,Mentee,Day,Minutes", *rows]))
    print("exit code", night(log, inbox, reports, today=day + timedelta(days=60)))
    export.write_text(export.read_text().replace("Lyn", "Lin"))
    print("exit code", night(log, inbox, reports, today=day + timedelta(days=60)))
    report = json.loads((reports / "attention.json").read_text())
    print("needs:", *(need["kind"] for need in report["needs"]))


if __name__ == "__main__":
    sys.exit(main())

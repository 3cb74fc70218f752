"""The mapping that the README shows takes an export in."""

import csv
import io
import re
from pathlib import Path

import mentorcore
from qualtrics_made import Made, registry

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
END = '{"ImportId":"endDate","timeZone":"America/Denver"}'
COLUMNS = (
    ("EndDate", "End Date", END, "2025-09-01 08:00:00", "2025-09-01 09:30:00"),
    ("Status", "Response Type", '{"ImportId":"status"}', "IP Address", "IP Address"),
    ("Finished", "Finished", '{"ImportId":"finished"}', "True", "True"),
    ("ResponseId", "Response ID", '{"ImportId":"_recordId"}', "R_1", "R_2"),
    ("Q1", "Your name", '{"ImportId":"QID1_TEXT"}', "Ada Byron", "Lin Wu"),
    ("Q2", "Your e-mail", '{"ImportId":"QID2_TEXT"}', "ada@example.org", "lin@example.org"),
    ("Q3", "How do you take part?", '{"ImportId":"QID3"}', "A mentor", "A new principal"),
)


def test_the_mapping_of_the_readme_takes_an_export_in() -> None:
    text = next(b for b in re.findall(r"```toml\n(.*?)```", README, re.DOTALL) if "kind =" in b)
    made = io.StringIO()
    csv.writer(made).writerows(zip(*COLUMNS, strict=True))
    us = mentorcore.Actor("readme", "coordinator", "system")
    blueprint = mentorcore.BLUEPRINT_TEMPLATE.replace("2026-", "2025-").replace("2027-", "2026-")
    with mentorcore.open(":memory:") as engine:
        plan = mentorcore.read_blueprint(blueprint, "blueprint.toml")
        engine.batch(plan.commands(engine.new_id), actor=us)
        mapping = mentorcore.read_mapping(text, "people.toml")

        report = engine.take_in(Made(made.getvalue()), mapping, actor=us, adapters=registry())

    assert report.sentence() == "2 taken."

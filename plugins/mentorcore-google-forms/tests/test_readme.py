"""The mapping that the README shows takes a download in."""

import re
from pathlib import Path

import mentorcore
from made import Made, registry

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
DOWNLOAD = """\
"Timestamp","Email Address","Your name","I take part as"
"2025/09/01 8:00:00 AM GMT-7","ada@example.org","Ada Byron","A mentor"
"2025/09/01 9:30:00 AM GMT-7","lin@example.org","Lin Wu","A new principal\""""


def test_the_mapping_of_the_readme_takes_a_download_in() -> None:
    text = next(b for b in re.findall(r"```toml\n(.*?)```", README, re.DOTALL) if "kind =" in b)
    us = mentorcore.Actor("readme", "coordinator", "system")
    blueprint = mentorcore.BLUEPRINT_TEMPLATE.replace("2026-", "2025-").replace("2027-", "2026-")
    with mentorcore.open(":memory:") as engine:
        plan = mentorcore.read_blueprint(blueprint, "blueprint.toml")
        engine.batch(plan.commands(engine.new_id), actor=us)
        mapping = mentorcore.read_mapping(text, "people.toml")

        report = engine.take_in(Made(DOWNLOAD), mapping, actor=us, adapters=registry())

    assert report.sentence() == "2 taken."

"""What it takes to add a practice: its folder, one line, and a sentence for what was forgotten.

The start that authors get is made a practice of mentorcore's own, in a copy of the package, and
used there by a process of its own.
"""

import shutil
from pathlib import Path

import pytest
from test_adding import PACKAGE, said_of

from mentorcore.practices.template import new_practice

pytestmark = pytest.mark.processes
LINE = ("BUILT_IN: tuple[Practice, ...] = (", "BUILT_IN: tuple[Practice, ...] = (AWARDS, ")
IMPORT = "from mentorcore.practices.award import AWARDS\n"
INIT = '''"""Awards."""

from mentorcore.practices.award.deciding import AGGREGATE
from mentorcore.practices.award.view import LIST
from mentorcore.practices.spec import Practice

AWARDS = Practice(name="award", contract=1, aggregates=(AGGREGATE,), views=(LIST,))
'''
USED = """
from datetime import date

from engine.world import World, engine, mc
from mentorcore.practices.award.events import CloseAward, OpenAward

world = World(engine())
mentor = world.mentor()
award = world.do(OpenAward(participant_id=mentor, on=date(2026, 9, 1), remark="Well done"))
sees = {"viewer": mc.Viewer.coordinator()}
assert [p.origin for p in world.engine.practices() if p.name == "award"] == ["built in"]
assert [row.award for row in world.engine.view("award.list", **sees).rows] == [award]
assert [n.subject for n in world.engine.attention(**sees).of("award_open")] == [award]
world.do(CloseAward(award_id=award, on=date(2026, 9, 2)))
assert not world.engine.attention(**sees).of("award_open")
assert world.engine.history(mentor, **sees).of("award.opened")
print("all of it works")
"""
LINES = "import mentorcore; mentorcore.open()"


def made(folder: Path, *left_out: tuple[str, str], line: bool = True) -> Path:
    """A copy of the package with the practice, but for what is left out of it."""
    source = folder / "src"
    copy = source / "mentorcore"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    new_practice("acme-award", folder / "start")
    (copy / "practices" / "award").mkdir()
    for file in (folder / "start" / "src" / "acme_award").glob("*.py"):
        text = INIT if file.name == "__init__.py" else file.read_text("utf-8")
        text = text.replace("acme_award.", "mentorcore.practices.award.")
        text = text.replace("acme_award_open", "award_open").replace("acme-award", "award")
        for part in left_out:
            text = text.replace(*part)
        (copy / "practices" / "award" / file.name).write_text(text, "utf-8")
    if line:
        register = copy / "practices" / "built_in.py"
        text = register.read_text("utf-8").replace(*LINE)
        text = text.replace("from mentorcore", IMPORT + "from mentorcore", 1)
        register.write_text(text, "utf-8")
    return source


def test_a_practice_touches_its_folder_and_one_line(tmp_path: Path) -> None:
    source = made(tmp_path)

    said = said_of(source, "-c", USED)

    assert said.endswith("all of it works "), said


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        (
            ("default=None, readers=WORK", "default=None"),
            "AwardOpened.remark is personal and nobody is said to read it: give it readers",
        ),
        (
            ("    program_id: ProgramId\n", ""),
            "what founds a stream of the kind 'award' names no program_id",
        ),
        (('name="award.list"', 'name="list"'), "its view 'list' is not called 'award.…'"),
        (("founding=True", "founding=False"), "no event founds a stream of the kind 'award'"),
        (('kind="award"', 'kind="acme-award"'), "the kind 'acme-award' carries a hyphen"),
        (('initial={"award": Part}', 'initial={"award": dict}'), "dict may hold anything"),
        (
            ("    award_id: AwardId | None", "    award: AwardId | None"),
            "OpenAward has no field 'award_id'",
        ),
    ],
    ids=["readers", "group", "view", "founding", "kind", "partial", "id"],
)  # fmt: skip
def test_what_is_forgotten_is_said_when_a_log_is_opened(
    tmp_path: Path, left_out: tuple[str, str], sentence: str
) -> None:
    source = made(tmp_path, left_out)

    said = said_of(source, "-c", LINES)

    assert sentence in said


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (False, "practices/award is not registered: add its Practice to BUILT_IN in"),
        (True, "nothing runs the contract on 'award': put a class of PracticeContract into"),
    ],
    ids=["line", "contract"],
)
def test_what_is_forgotten_beside_it_is_said_by_the_tests(
    tmp_path: Path, *, line: bool, sentence: str
) -> None:
    source = made(tmp_path, line=line)
    words = ("-p", "no:cacheprovider", "-n", "0", "-k", "award")

    said = said_of(source, "-m", "pytest", "-q", "tests/practices/test_built_in.py", *words)

    assert sentence in said


def test_a_meaning_that_is_forgotten_is_said_by_the_contract(tmp_path: Path) -> None:
    source = made(tmp_path, ("        remark: What was said of it.\n", ""))
    check = (
        "from mentorcore.practices.award import AWARDS\n"
        "from mentorcore.testing import PracticeContract\n"
        "contract = type('Contract', (PracticeContract,), {'practice': AWARDS})()\n"
        "contract.test_it_is_registered()\n"
        "contract.test_everything_has_a_meaning()"
    )

    said = said_of(source, "-c", check)

    assert "say what remark of AwardOpened means, under Attributes in its docstring" in said

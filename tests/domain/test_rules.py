"""The rules on the page are those of the code: cited, refused with, and each told once."""

import re
from pathlib import Path

from refusals import facts, refusals

from mentorcore.domain.invariants.invariants import INVARIANTS

ROOT = Path(__file__).parents[2]
NUMBERS = {rule.number for rule in INVARIANTS}


def cited(*folders: str) -> set[str]:
    files = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return {n for path in files for n in re.findall(r"INV-\d\d", path.read_text("utf-8"))}


def test_every_rule_has_a_number_of_its_own_in_rising_order() -> None:
    numbers = [rule.number for rule in INVARIANTS]

    assert numbers == sorted(set(numbers))


def test_whatever_number_the_source_cites_is_a_rule_that_can_be_looked_up() -> None:
    assert cited("src") - NUMBERS == set(), "add the rule to domain/invariants/"


def test_every_rule_is_cited_by_a_test() -> None:
    assert NUMBERS - cited("tests") == set()


def test_every_code_that_a_rule_names_is_the_code_of_some_refusal() -> None:
    named = {code for rule in INVARIANTS for code in rule.codes}

    assert named - set(refusals()) == set()


def test_the_facts_of_a_refusal_are_listed_under_each_of_its_codes(tmp_path: Path) -> None:
    text = (
        'raise Refused("few", "one" if n == 1 else "many", left=1, **more)\n'
        'raise Refused("more", code="many", taken=2)\nraise Refused("no")\n'
    )
    (tmp_path / "rule.py").write_text(text, encoding="utf-8")

    assert facts(tmp_path) == {"many": ("left", "taken"), "one": ("left",), "refused": ()}


def test_only_guards_refuse() -> None:
    assert [r.number for r in INVARIANTS if r.codes and r.kept != "guard"] == []


def test_a_refusal_whose_code_is_one_of_two_is_listed_under_both(tmp_path: Path) -> None:
    text = 'raise Refused(f"{n} of them", "one" if n == 1 else "many")\nraise Refused("no")\n'
    (tmp_path / "rule.py").write_text(text, encoding="utf-8")

    assert refusals(tmp_path) == {
        "many": ("… of them",),
        "one": ("… of them",),
        "refused": ("no",),
    }
